"""splice_info_section: what a broadcaster says of breaks (ANSI/SCTE 35 2023, clause 9.6). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from player.errors import ErrorCode, PlayerError, error
from player.units import Micros, scaled

NULL, INSERT, TIME_SIGNAL = 0x00, 0x05, 0x06
CLOCK = 90_000
_TABLE = 0xFC
_LARGEST = 4096 + 3
_IDENTIFIER = b"CUEI"
_SEGMENTATION = 0x02
_WRAP = (1 << 33) - 1
_HEAD, _CRC = 14, 4
_UNTOLD = 0xFFF
_SENTENCE = "This channel sends marks of breaks that cannot be read."


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """A segmentation_descriptor (10.3.3): `type` is its segmentation_type_id (table 23).

    `upid` are the bytes of the segmentation_upid, whose kind `upid_type` tells (table 22).
    """

    event: int
    type: int
    cancelled: bool = False
    duration: Micros | None = None
    number: int = 0
    expected: int = 0
    upid_type: int = 0
    upid: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpliceInfo:
    """What a section says: `command` is its splice_command_type.

    `pts` is when, on the stream's clock of 33 bits and 90 kHz, pts_adjustment added; None: at
    once, or not told. Of a splice_insert: `event`, `out` (of the network, else back into it),
    `duration` of the break, and whether it ends by itself then (`returns`).
    """

    command: int
    pts: int | None = None
    event: int | None = None
    cancelled: bool = False
    out: bool = False
    duration: Micros | None = None
    returns: bool = False
    segmentations: tuple[Segmentation, ...] = ()


def read_splice_info(section: bytes) -> SpliceInfo:
    """Read a whole section, CRC_32 included; PlayerError (media.invalid) where it is none.

    Commands that say nothing of breaks come out with their type alone. Encrypted ones are
    refused: nobody outside the broadcaster's house has their keys.
    """
    if len(section) < _HEAD + 2 + _CRC or section[0] != _TABLE:
        raise _invalid("no splice_info_section")
    end = 3 + ((section[1] & 0x0F) << 8 | section[2])
    if not _HEAD + 2 + _CRC <= end <= min(len(section), _LARGEST):
        raise _invalid("the section is cut short")
    if crc32(section[:end]):
        raise _invalid("its CRC_32 is wrong")
    if section[3]:
        raise _invalid(f"protocol_version {section[3]}")
    if section[4] & 0x80:
        raise _invalid("it is encrypted")
    bits = _Bits(section[4 : end - _CRC])
    bits.take(7)
    adjustment = bits.take(33)
    bits.take(8 + 12)
    length, command = bits.take(12), bits.take(8)
    begin = bits.at
    found = _command(bits, command, adjustment)
    if length != _UNTOLD:
        bits.go_to(begin + 8 * length)
    elif command not in _READERS:
        return SpliceInfo(command=command)  # nobody knows where its descriptors begin
    told = tuple(_descriptors(bits.bytes(bits.take(16))))
    return replace(found, segmentations=told)


def crc32(data: bytes) -> int:
    """CRC-32 of ISO/IEC 13818-1 annex A; 0 over a whole section that is as it was sent."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc << 8 & 0xFFFFFFFF) ^ _CRCS[crc >> 24 ^ byte]
    return crc


def _crc_of(byte: int) -> int:
    crc = byte << 24
    for _ in range(8):
        crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


_CRCS = tuple(_crc_of(byte) for byte in range(256))


class _Bits:
    """Bits in order; PlayerError where there are no more."""

    def __init__(self, data: bytes) -> None:
        self._value, self._size = int.from_bytes(data, "big"), 8 * len(data)
        self.at = 0

    def take(self, count: int) -> int:
        if self.at + count > self._size:
            raise _invalid("it ends in the middle of a field")
        self.at += count
        return self._value >> (self._size - self.at) & ((1 << count) - 1)

    def go_to(self, at: int) -> None:
        if at > self._size:
            raise _invalid("its command is longer than it")
        self.at = at

    def flag(self) -> bool:
        return self.take(1) == 1

    def bytes(self, count: int) -> bytes:
        return self.take(8 * count).to_bytes(count, "big")


def _command(bits: _Bits, command: int, adjustment: int) -> SpliceInfo:
    reader = _READERS.get(command)
    return reader(bits, adjustment) if reader else SpliceInfo(command=command)


def _null(_bits: _Bits, _adjustment: int) -> SpliceInfo:
    return SpliceInfo(command=NULL)


def _insert(bits: _Bits, adjustment: int) -> SpliceInfo:
    """splice_insert (9.7.3); of components spliced one by one the first one's time counts."""
    event, cancelled = bits.take(32), bits.flag()
    bits.take(7)
    if cancelled:
        return SpliceInfo(command=INSERT, event=event, cancelled=True)
    out, whole, lasts, at_once = bits.flag(), bits.flag(), bits.flag(), bits.flag()
    bits.take(4)
    pts: int | None = None
    if whole:
        pts = None if at_once else _time(bits)
    else:
        for _ in range(bits.take(8)):
            bits.take(8)
            told = None if at_once else _time(bits)
            pts = told if pts is None else pts
    returns, duration = _lasting(bits) if lasts else (False, None)
    bits.take(32)
    return SpliceInfo(
        command=INSERT,
        pts=_adjusted(pts, adjustment),
        event=event,
        out=out,
        duration=duration,
        returns=returns,
    )


def _time_signal(bits: _Bits, adjustment: int) -> SpliceInfo:
    return SpliceInfo(command=TIME_SIGNAL, pts=_adjusted(_time(bits), adjustment))


_READERS = {NULL: _null, INSERT: _insert, TIME_SIGNAL: _time_signal}


def _time(bits: _Bits) -> int | None:
    """splice_time (9.8.1)."""
    if not bits.flag():
        bits.take(7)
        return None
    bits.take(6)
    return bits.take(33)


def _lasting(bits: _Bits) -> tuple[bool, Micros]:
    """break_duration (9.8.2)."""
    returns = bits.flag()
    bits.take(6)
    return returns, scaled(bits.take(33), CLOCK)


def _adjusted(pts: int | None, adjustment: int) -> int | None:
    return None if pts is None else pts + adjustment & _WRAP


def _descriptors(loop: bytes) -> Iterator[Segmentation]:
    """The segmentation_descriptors of a loop; others say nothing of breaks."""
    at = 0
    while at + 2 <= len(loop):
        body = loop[at + 2 : at + 2 + loop[at + 1]]
        if loop[at] == _SEGMENTATION and body[:4] == _IDENTIFIER:
            yield _segmentation(_Bits(body[4:]))
        at += 2 + loop[at + 1]


def _segmentation(bits: _Bits) -> Segmentation:
    """segmentation_descriptor (10.3.3)."""
    event, cancelled = bits.take(32), bits.flag()
    bits.take(7)
    if cancelled:
        return Segmentation(event=event, type=0, cancelled=True)
    whole, lasts = bits.flag(), bits.flag()
    bits.take(6)
    if not whole:
        bits.bytes(6 * bits.take(8))  # component_tag and pts_offset of each
    duration = scaled(bits.take(40), CLOCK) if lasts else None
    upid_type = bits.take(8)
    upid = bits.bytes(bits.take(8))
    kind, number, expected = bits.take(8), bits.take(8), bits.take(8)
    return Segmentation(
        event=event,
        type=kind,
        duration=duration,
        number=number,
        expected=expected,
        upid_type=upid_type,
        upid=upid,
    )


def _invalid(cause: str) -> PlayerError:
    return error(ErrorCode.MEDIA_INVALID, _SENTENCE, cause=f"SCTE 35: {cause}")
