"""The tables of a recorded transport stream: what leads, what it has, and when that changes."""

from player.formats.program_tables import ProgramStream, read_pmt, read_programs
from player.media.ts_leading import LeadingStream, TablePackets, leading_stream

_MEDIA = frozenset({"video", "audio"})


class StreamTables:
    """Follows the PAT and the first programme's PMT (ISO/IEC 13818-1 2.4.4). Pure.

    `lead` is the stream whose random access points cut; `media` the PIDs of pictures and sounds.
    """

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self.lead: LeadingStream | None = None
        self.media: frozenset[int] = frozenset()
        self.video = self.sound = False
        self._pat, self._pmt = TablePackets(), TablePackets()
        self._program: tuple[int, int] | None = None
        self._pat_packets: list[bytes] = []
        self._pmt_packets: list[bytes] = []
        self._streams: frozenset[tuple[int, int]] = frozenset()
        self._changed = False

    def packets(self) -> list[bytes]:
        """The newest PAT and PMT, as they came."""
        return [*self._pat_packets, *self._pmt_packets]

    def push(self, pid: int, packet: bytes) -> bool:
        """Take a packet; tells whether a PMT of the programme is whole with it."""
        if pid == 0:
            section = self._pat.push(packet)
            if section is not None and (found := read_programs(section)):
                self._take_pat(found[0])
        elif self._program is not None and pid == self._program[1]:
            section = self._pmt.push(packet)
            if section is not None and _program(section) == self._program[0]:
                return self._take_pmt(read_pmt(section), leading_stream(section))
        return False

    def take_change(self) -> bool:
        """Whether there are other streams since this was asked last; the first are none."""
        changed, self._changed = self._changed, False
        return changed

    def _take_pat(self, program: tuple[int, int]) -> None:
        if program != self._program:
            self._program, self._pmt = program, TablePackets()
        self._pat_packets = self._pat.packets

    def _take_pmt(self, streams: tuple[ProgramStream, ...], lead: LeadingStream | None) -> bool:
        if lead is None:
            return False
        found = frozenset((one.pid, one.type) for one in streams)
        self._changed = self._changed or (bool(self._streams) and found != self._streams)
        self._streams, self.lead, self._pmt_packets = found, lead, self._pmt.packets
        self.media = frozenset(one.pid for one in streams if one.kind in _MEDIA)
        self.video = bool(lead.codec)
        self.sound = any(one.kind == "audio" for one in streams)
        return True


def _program(section: bytes) -> int:
    return int.from_bytes(section[3:5], "big")
