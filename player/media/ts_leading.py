"""The stream by whose key frames a transport stream is cut, and the tables that name it."""

from dataclasses import dataclass, field

from player.formats.program_tables import ProgramStream, read_pat, read_pmt
from player.formats.transport_packets import begins, payload

MOST_TABLE_PACKETS = 24
"""Packets of one section: 4,096 bytes are in 23 (ISO/IEC 13818-1 2.4.4)."""


@dataclass(slots=True)
class TablePackets:
    """Gathers the packets of one table, to be sent again, until its section is whole."""

    packets: list[bytes] = field(default_factory=list)
    _data: bytes = b""
    _whole: bool = False

    def push(self, packet: bytes) -> bytes | None:
        """Take a packet; give the section, from table_id on without its CRC, once it is whole."""
        data = payload(packet)
        if begins(packet):
            self.packets, self._whole = [], False
            self._data = data[1 + data[0] :] if data else b""
        elif not self.packets or self._whole or len(self.packets) >= MOST_TABLE_PACKETS:
            return None
        else:
            self._data += data
        self.packets.append(packet)
        length = 3 + (int.from_bytes(self._data[1:3], "big") & 0x0FFF)
        if len(self._data) < 3 or len(self._data) < length:
            return None
        self._whole = True
        return self._data[: length - 4]


@dataclass(frozen=True, slots=True)
class LeadingStream:
    """The stream whose key frames cut: `codec` "" means there is only audio."""

    pid: int
    codec: str = ""


def pmt_pid(section: bytes) -> int | None:
    """The PID of the first programme's table in a PAT (2.4.4.3)."""
    return next(iter(read_pat(section)), None)


def leading_stream(section: bytes) -> LeadingStream | None:
    """The first video stream of a PMT (2.4.4.8), else the first audio stream.

    What nobody demuxes leads only where there is nothing else: it need not even come.
    """
    streams = [one for one in read_pmt(section) if one.kind in ("video", "audio")]
    lead = min(streams, key=_order, default=None)
    if lead is None:
        return None
    return LeadingStream(lead.pid, lead.codec if lead.kind == "video" else "")


def _order(stream: ProgramStream) -> tuple[bool, bool]:
    return not stream.carried, stream.kind != "video"


def begins_with_key(pes: bytes, codec: str) -> bool:
    """Whether the first bytes of a picture's PES show a parameter set or a key picture.

    Only for streams whose random_access_indicator is never set.
    """
    data = pes[9 + pes[8] :] if len(pes) > 9 else b""
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
    return codec == "mpeg2video" and head == 0xB3
