"""CEA-608 captions inside pictures: pop-on, one line, a caption each two seconds (CTA-608-E)."""

from collections.abc import Iterator

from headend.asset.ladder import FRAME_RATE, LOOP_SECONDS

_CUE_SECONDS = 2
_RESUME, _ERASE_MEMORY, _END = (0x14, 0x20), (0x14, 0x2E), (0x14, 0x2F)
_ROW_15 = (0x14, 0x70)  # white, no indent
NOTHING = b"\x80\x80"
"""The pair of a frame that says nothing."""
_T35 = b"\xb5\x00\x31GA94\x03"
_SEI, _REGISTERED = 6, 4


def caption(channel: int, second: int) -> str:
    """What is shown from that second of the loop on."""
    return f"CC1 CHANNEL {channel} 00:{second:02d}"


def _odd(value: int) -> int:
    return value | (0x80 if value.bit_count() % 2 == 0 else 0)


def loop_pairs(channel: int) -> dict[int, bytes]:
    """The byte pair of each frame of the loop that has one.

    A caption is loaded in the second before it is shown, and shown exactly at its time.
    """
    pairs: dict[int, bytes] = {}
    frames = LOOP_SECONDS * FRAME_RATE
    for second in range(0, LOOP_SECONDS, _CUE_SECONDS):
        begin = second * FRAME_RATE - FRAME_RATE
        for index, (first, last) in enumerate(_load(caption(channel, second))):
            pairs[(begin + index) % frames] = bytes([_odd(first), _odd(last)])
        shown = second * FRAME_RATE
        pairs[shown] = pairs[(shown + 1) % frames] = bytes(map(_odd, _END))
    return pairs


def _load(text: str) -> Iterator[tuple[int, int]]:
    """Control codes twice, as CTA-608-E 8.4 asks, then the text in pairs."""
    for code in (_RESUME, _ERASE_MEMORY, _ROW_15):
        yield code
        yield code
    letters = text.encode("ascii") + b"\0" * (len(text) % 2)
    yield from zip(letters[::2], letters[1::2], strict=True)


def with_captions(sample: bytes, pair: bytes) -> bytes:
    """The sample (4 byte lengths) with an SEI before it that carries one pair of field 1."""
    body = _T35 + bytes([0xC1, 0xFF, 0xFC]) + pair + b"\xff"
    unit = bytes([_SEI, _REGISTERED, len(body)]) + body + b"\x80"
    unit = _escaped(unit)
    return len(unit).to_bytes(4, "big") + unit + sample


def _escaped(unit: bytes) -> bytes:
    """Emulation prevention (H.264 clause 7.4.1)."""
    made, zeros = bytearray(), 0
    for byte in unit:
        if zeros >= 2 and byte <= 3:
            made.append(3)
            zeros = 0
        made.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(made)
