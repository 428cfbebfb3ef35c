"""AV1 in files (AV1 Codec ISO Media File Format Binding, AV1 specification section 5.3)."""

from collections.abc import Iterator

_SEQUENCE_HEADER, _TEMPORAL_DELIMITER, _FRAME = 1, 2, 6


def _units(stream: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Type, whole bytes and payload of each OBU; all have a size."""
    offset = 0
    while offset < len(stream):
        begin, kind = offset, stream[offset] >> 3 & 0xF
        offset += 2 if stream[offset] & 4 else 1
        size = shift = 0
        while True:
            byte = stream[offset]
            size |= (byte & 0x7F) << shift
            offset, shift = offset + 1, shift + 7
            if not byte & 0x80:
                break
        yield kind, stream[begin : offset + size], stream[offset : offset + size]
        offset += size


def sequence_header(stream: bytes) -> bytes:
    """The first sequence header OBU, with its head.

    Raises:
        ValueError: there is none.
    """
    for kind, whole, _ in _units(stream):
        if kind == _SEQUENCE_HEADER:
            return whole
    raise ValueError("the encoder gave no sequence header")


def sample(stream: bytes) -> bytes:
    """A temporal unit without its delimiter."""
    return b"".join(whole for kind, whole, _ in _units(stream) if kind != _TEMPORAL_DELIMITER)


def frames(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where the payload of each frame begins and ends."""
    end = 0
    for kind, whole, payload in _units(stream):
        end += len(whole)
        if kind == _FRAME:
            yield end - len(payload), end


def _level(header: bytes) -> int:
    """seq_level_idx of the first operating point, of a stream without timing information."""
    payload = next(body for _, _, body in _units(header))
    bits = int.from_bytes(payload[:4], "big")
    # profile 3, still 1, reduced 1, timing 1, display delay 1, points 5, idc 12, level 5
    return bits >> 3 & 0x1F


def codecs(header: bytes) -> str:
    """RFC 6381 string: Main profile, 8 bit."""
    return f"av01.0.{_level(header):02d}M.08"


def av1c(header: bytes) -> bytes:
    """AV1CodecConfigurationRecord: Main profile, 8 bit 4:2:0."""
    return bytes([0x81, _level(header), 0x0C, 0]) + header
