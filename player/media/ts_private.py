"""What libav's reader does not give of a transport stream: text, ID3, splices, programmes."""

from collections.abc import Iterator
from dataclasses import dataclass

from player.errors import ErrorCode, PlayerError, error
from player.formats.program_tables import ProgramStream, read_pat, read_pmt
from player.formats.transport_packets import PACKET, pid_of
from player.media.ts_packets import (
    BLOCK,
    PacketCutter,
    PesJoiner,
    PesPacket,
    SectionJoiner,
    find_packets,
)

_SCRAMBLED = 0xC0
_PAYLOAD = 0x10
_ENOUGH_SCRAMBLED = 100
_CLEAR = bytes(range(_SCRAMBLED & -_SCRAMBLED))
_JOINED = frozenset({"text", "id3"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivatePes:
    """A PES packet of a stream that holds text or ID3; a section of one that tells of splices."""

    stream: ProgramStream
    pes: PesPacket


class PrivateReader:
    """Reads beside libav, from the same bytes; one thread at a time.

    Of several programmes the first with pictures counts, else the first with sound: `carries`
    tells which PIDs belong to it. Reads no scrambled payload, and says so when nothing else comes.
    """

    def __init__(self) -> None:
        """Start before the first byte."""
        self._cutter = PacketCutter()
        self._pmt_pids: tuple[int, ...] = ()
        self._programs: dict[int, tuple[ProgramStream, ...]] = {}
        self._sections: dict[int, SectionJoiner] = {0: SectionJoiner()}
        self._joiners: dict[int, PesJoiner] = {}
        self._splices: dict[int, SectionJoiner] = {}
        self._program = -1
        self._carried: set[int] = set()
        self._chosen: dict[int, ProgramStream] = {}
        self._scrambled: dict[int, int] = {}

    def carries(self, pid: int) -> bool:
        """Whether `pid` belongs, or did, to the programme that is played; True before any table.

        Did: libav goes on with a stream's first PID where the table moves it to another.
        """
        return not self._carried or pid in self._carried

    def feed(self, data: bytes) -> list[PrivatePes]:
        """Take more bytes; gives what is whole. PlayerError (media.*) for a scrambled channel."""
        packets = self._cutter.feed(data)
        found: list[PrivatePes] = []
        for block in range(0, len(packets), BLOCK):
            at: int | None = 0
            while at is not None:
                at = self._read(packets[block : block + BLOCK], at, found)
        if self._scrambled or packets[3::PACKET].translate(None, _CLEAR):
            self._watch_scrambling(packets)
        return found

    def _read(self, packets: bytes, begin: int, found: list[PrivatePes]) -> int | None:
        """Read on from `begin`; gives where to go on once a table has named other PIDs."""
        wanted = self._wanted()
        for at in find_packets(packets, wanted):
            if at >= begin:
                found += self._take(packets[at : at + PACKET])
                if self._wanted() != wanted:
                    return at + PACKET
        return None

    def _wanted(self) -> tuple[int, ...]:
        return (*self._sections, *self._joiners, *self._splices)

    def flush(self) -> list[PrivatePes]:
        """Give what was held back, at the end of the run."""
        return [
            PrivatePes(stream=self._chosen[pid], pes=pes)
            for pid, joiner in self._joiners.items()
            for pes in joiner.flush()
        ]

    def _take(self, packet: bytes) -> Iterator[PrivatePes]:
        pid = pid_of(packet)
        if packet[3] & _SCRAMBLED:
            return
        if pid in self._joiners:
            for pes in self._joiners[pid].feed(packet):
                yield PrivatePes(stream=self._chosen[pid], pes=pes)
            return
        if pid in self._splices:
            for section in self._splices[pid].feed(packet):
                yield PrivatePes(stream=self._chosen[pid], pes=PesPacket(pts=None, data=section))
            return
        sections = self._sections[pid].feed(packet) if pid in self._sections else []
        for section in sections:
            if pid:
                self._take_program(pid, section)
            else:
                self._take_programs(read_pat(section))

    def _take_programs(self, pmt_pids: tuple[int, ...]) -> None:
        if not pmt_pids or pmt_pids == self._pmt_pids:
            return
        self._pmt_pids = pmt_pids
        self._programs = {pid: s for pid, s in self._programs.items() if pid in pmt_pids}
        before = self._sections
        self._sections = {pid: before.get(pid) or SectionJoiner() for pid in (0, *pmt_pids)}

    def _take_program(self, pmt_pid: int, section: bytes) -> None:
        streams = read_pmt(section)
        if pmt_pid in self._pmt_pids and streams and self._programs.get(pmt_pid) != streams:
            self._programs[pmt_pid] = streams
            self._choose()

    def _choose(self) -> None:
        known = [pid for pid in self._pmt_pids if pid in self._programs]
        # Whichever was chosen stays, unless there is something better.
        ranks = {pid: (_rank(self._programs[pid]), pid != self._program) for pid in known}
        program = min(known, key=lambda pid: ranks[pid])
        if program != self._program:
            self._program = program
            self._carried.clear()
        self._carried.update(stream.pid for stream in self._programs[program])
        chosen = {stream.pid: stream for stream in self._programs[program]}
        if chosen == self._chosen:
            return
        self._chosen = chosen
        self._scrambled.clear()
        before = self._joiners
        joined = [stream.pid for stream in chosen.values() if stream.kind in _JOINED]
        self._joiners = {pid: before.get(pid) or PesJoiner() for pid in joined}
        self._splices = {
            pid: self._splices.get(pid) or SectionJoiner(whole=True)
            for pid in self._pids("splice")
        }

    def _watch_scrambling(self, packets: bytes) -> None:
        for at in range(0, len(packets), PACKET):
            flags, pid = packets[at + 3], pid_of(packets[at : at + 3])
            if flags & _SCRAMBLED:
                self._count_scrambled(pid)
            elif flags & _PAYLOAD:
                self._scrambled.pop(pid, None)

    def _count_scrambled(self, pid: int) -> None:
        self._scrambled[pid] = self._scrambled.get(pid, 0) + 1
        if self._scrambled[pid] % _ENOUGH_SCRAMBLED:
            return
        kinds = {kind: self._pids(kind) for kind in ("video", "audio")}
        needed = kinds["video"] or kinds["audio"]
        if needed and all(self._scrambled.get(one, 0) >= _ENOUGH_SCRAMBLED for one in needed):
            raise _scrambled(pid)

    def _pids(self, kind: str) -> list[int]:
        return [stream.pid for stream in self._chosen.values() if stream.kind == kind]


def _rank(streams: tuple[ProgramStream, ...]) -> int:
    kinds = {stream.kind for stream in streams if stream.carried}
    return 0 if "video" in kinds else 1 if "audio" in kinds else 2


def _scrambled(pid: int) -> PlayerError:
    return error(
        ErrorCode.MEDIA_SCRAMBLED,
        "This channel is scrambled: it needs a subscription card that Farol cannot read.",
        cause=f"transport_scrambling_control is set on PID {pid:#x}",
    )
