"""Which pictures no other picture needs."""

from collections.abc import Iterator

_LENGTH = 4


def is_disposable(codec: str, data: bytes) -> bool:
    """Whether a length-prefixed picture (H.264, HEVC) is of use to none but itself.

    H.264: nal_ref_idc 0 (ISO/IEC 14496-10 7.4.1); HEVC: sub-layer non-reference pictures, whose
    types are even and below 16 (ISO/IEC 23008-2 table 7-1). Of other codecs nothing is said.
    """
    if codec == "h264":
        marks = [not head >> 5 & 3 for head in _headers(data) if 1 <= head & 31 <= 5]
    elif codec == "hevc":
        kinds = [head >> 1 & 63 for head in _headers(data)]
        marks = [kind < 16 and not kind % 2 for kind in kinds if kind < 32]
    else:
        return False
    return bool(marks) and all(marks)


def _headers(data: bytes) -> Iterator[int]:
    """The first byte of each NAL unit."""
    at = 0
    while at + _LENGTH < len(data):
        yield data[at + _LENGTH]
        at += _LENGTH + int.from_bytes(data[at : at + _LENGTH], "big")
