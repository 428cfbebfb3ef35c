"""Program tables of a transport stream, as much as cutting needs (ISO/IEC 13818-1 2.4.4)."""

from dataclasses import dataclass, field

from player.manifest.bounds import MOST_TABLE_PACKETS

NULL_PID = 0x1FFF
_VIDEO_TYPES = {
    0x01: "mpeg2", 0x02: "mpeg2", 0x10: "mpeg4", 0x1B: "h264", 0x24: "hevc", 0x33: "vvc",
    0x42: "avs", 0xD2: "avs2", 0xEA: "vc1",
}  # fmt: skip
_AUDIO_TYPES = frozenset(
    {0x03, 0x04, 0x0F, 0x11, 0x1C, 0x81, 0x82, 0x83, 0x84, 0x85, 0x87, 0xC1, 0xC2}
)
_PRIVATE = 0x06
_AUDIO_DESCRIPTORS = frozenset({0x6A, 0x7A, 0x7B, 0x7C, 0x81})
"""AC-3, E-AC-3, DTS, AAC (EN 300 468) and ATSC AC-3 inside private streams."""


@dataclass(slots=True)
class Section:
    """Gathers the packets of one table until its section is whole."""

    packets: list[bytes] = field(default_factory=list)
    _data: bytes = b""
    _whole: bool = False

    def push(self, packet: bytes, payload: bytes, *, begins: bool) -> bytes | None:
        """Take a packet; give the section (from table_id on) when it is complete."""
        if begins:
            self.packets, self._whole = [], False
            self._data = payload[1 + payload[0] :] if payload else b""
        elif not self.packets or self._whole or len(self.packets) >= MOST_TABLE_PACKETS:
            return None
        else:
            self._data += payload
        self.packets.append(packet)
        length = 3 + (int.from_bytes(self._data[1:3], "big") & 0x0FFF)
        if len(self._data) < 3 or len(self._data) < length:
            return None
        self._whole = True
        return self._data[:length]


@dataclass(frozen=True, slots=True)
class Program:
    """The stream whose key frames cut: `codec` "" means there is only audio."""

    pid: int
    codec: str = ""


def pmt_pid(section: bytes) -> int | None:
    """The PID of the first programme's table in a PAT (2.4.4.3)."""
    if section[:1] != b"\x00":
        return None
    for at in range(8, len(section) - 7, 4):
        if section[at : at + 2] != b"\x00\x00":
            return int.from_bytes(section[at + 2 : at + 4], "big") & 0x1FFF
    return None


def leading_stream(section: bytes) -> Program | None:
    """The first video stream of a PMT (2.4.4.8), else the first audio stream."""
    if section[:1] != b"\x02" or len(section) < 16:
        return None
    at = 12 + (int.from_bytes(section[10:12], "big") & 0x0FFF)
    audio: Program | None = None
    while at + 5 <= len(section) - 4:
        kind = section[at]
        pid = int.from_bytes(section[at + 1 : at + 3], "big") & 0x1FFF
        length = int.from_bytes(section[at + 3 : at + 5], "big") & 0x0FFF
        if kind in _VIDEO_TYPES:
            return Program(pid, _VIDEO_TYPES[kind])
        descriptors = section[at + 5 : at + 5 + length]
        if audio is None and (kind in _AUDIO_TYPES or _private_audio(kind, descriptors)):
            audio = Program(pid)
        at += 5 + length
    return audio


def _private_audio(kind: int, descriptors: bytes) -> bool:
    at = 0
    while kind == _PRIVATE and at + 2 <= len(descriptors):
        if descriptors[at] in _AUDIO_DESCRIPTORS:
            return True
        at += 2 + descriptors[at + 1]
    return False


def payload_of(packet: bytes) -> bytes:
    """The bytes behind the header and the adaptation field, b"" where there are none."""
    control = packet[3] & 0x30
    if not control & 0x10:
        return b""
    return packet[4:] if control == 0x10 else packet[5 + packet[4] :]


def has_random_access(packet: bytes) -> bool:
    """The random_access_indicator (2.4.3.5)."""
    return bool(packet[3] & 0x20 and packet[4] and packet[5] & 0x40)


def pes_pts(payload: bytes) -> int | None:
    """The PTS in 90 kHz ticks of the PES packet that begins here (2.4.3.7)."""
    if payload[:3] != b"\x00\x00\x01" or len(payload) < 14 or not payload[7] & 0x80:
        return None
    high, middle, low = payload[9], payload[10:12], payload[12:14]
    return (
        (high >> 1 & 7) << 30
        | int.from_bytes(middle, "big") >> 1 << 15
        | int.from_bytes(low, "big") >> 1
    )


def begins_with_key(payload: bytes, codec: str) -> bool:
    """Whether the first bytes of a picture's PES show a parameter set or a key picture.

    Only for streams whose random_access_indicator is never set.
    """
    data = payload[9 + payload[8] :] if len(payload) > 9 else b""
    at = data.find(b"\x00\x00\x01")
    while 0 <= at < len(data) - 3:
        if _is_key_unit(data[at + 3], codec):
            return True
        at = data.find(b"\x00\x00\x01", at + 3)
    return False


def _is_key_unit(head: int, codec: str) -> bool:
    if codec == "h264":
        return head & 0x1F in (5, 7)
    if codec == "hevc":
        return (head >> 1 & 0x3F) in (*range(16, 22), 32, 33)
    return codec == "mpeg2" and head == 0xB3
