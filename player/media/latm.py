"""AAC in LATM/LOAS, as DVB and ISDB broadcast it (ISO/IEC 14496-3 1.7)."""

from dataclasses import replace

from player.media.audio_frames import parse_asc
from player.media.bits import BitReader
from player.media.unit_stream import UnitStream
from player.model.sample import StreamHead
from player.units import scaled

_SYNC = 0x2B7
_HEADER = 3
_FRAME = 1024
_SBR, _PS = 5, 29
_PLAIN_TYPES = frozenset({1, 2, 3, 4})


class LatmStream(UnitStream):
    """Audio of one programme, one layer and one frame an element; others give nothing."""

    def __init__(self, head: StreamHead) -> None:
        """Start from what the container says; `head` appears with the first configuration."""
        self._base = head
        super().__init__(None)

    def take(self, data: bytes) -> bytes:
        """Give the raw AAC frame of an AudioSyncStream element (1.7.2)."""
        sync = int.from_bytes(data[:_HEADER], "big")
        if len(data) <= _HEADER or sync >> 13 != _SYNC:
            return b""
        bits = BitReader(data[_HEADER : _HEADER + (sync & 0x1FFF)])
        if not bits.u(1) and not self._configure(bits):
            self.head = None
        if self.head is None:
            return b""
        size = more = bits.u(8)
        while more == 0xFF:
            more = bits.u(8)
            size += more
        return bits.u(8 * size).to_bytes(size, "big") if size * 8 <= bits.left else b""

    def _configure(self, bits: BitReader) -> bool:
        """Read StreamMuxConfig (1.7.3.1); False for what is not read."""
        version = bits.u(1)
        if version and bits.u(1):
            return False
        if version:
            _value(bits)
        bits.skip(1)
        if bits.u(6) or bits.u(4) or bits.u(3):
            return False
        config = _with_length(bits) if version else _plain(bits)
        if not config or bits.u(3):
            return False
        bits.skip(8)
        _skip_other(bits, version)
        self._describe(config)
        return True

    def _describe(self, config: bytes) -> None:
        if self.head is None or self.head.config != config:
            rate, channels = parse_asc(config)
            self.frame_duration = scaled(_FRAME, rate or 1)
            head = replace(self._base, codec="aac", config=config)
            self.head = replace(head, sample_rate=rate, channels=channels)


def _value(bits: BitReader) -> int:
    """Read LatmGetValue()."""
    return bits.u(8 * (bits.u(2) + 1))


def _with_length(bits: BitReader) -> bytes:
    length = _value(bits)
    return _packed(bits.u(length), length) if 0 < length <= bits.left else b""


def _plain(bits: BitReader) -> bytes:
    """Read an AudioSpecificConfig that only its own syntax ends (1.6.2.1, 4.4.1)."""
    ahead = bits.copy()
    kind = _object_type(ahead)
    channels = _rate_and_channels(ahead)
    if kind in (_SBR, _PS):
        _rate(ahead)
        kind = _object_type(ahead)
    if kind not in _PLAIN_TYPES or not channels:
        return b""
    ahead.skip(1)
    ahead.skip(14 * ahead.u(1))
    ahead.skip(1)
    length = bits.left - ahead.left
    return _packed(bits.u(length), length) if ahead.left >= 0 else b""


def _object_type(bits: BitReader) -> int:
    kind = bits.u(5)
    return 32 + bits.u(6) if kind == 31 else kind


def _rate_and_channels(bits: BitReader) -> int:
    _rate(bits)
    return bits.u(4)


def _rate(bits: BitReader) -> None:
    bits.skip(24 if bits.u(4) == 15 else 0)


def _packed(value: int, length: int) -> bytes:
    size = (length + 7) // 8
    return (value << (8 * size - length)).to_bytes(size, "big")


def _skip_other(bits: BitReader, version: int) -> None:
    """Pass over otherDataLenBits and the check sum."""
    if bits.u(1):
        if version:
            _value(bits)
        else:
            while bits.u(1) and bits.left > 0:
                bits.skip(8)
            bits.skip(8)
    bits.skip(8 * bits.u(1))
