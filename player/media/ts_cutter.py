"""An endless transport stream cut into pieces at key frames."""

from dataclasses import dataclass, field

from player.formats.transport_packets import (
    NULL_PID,
    begins,
    has_random_access,
    payload,
    pes_pts,
    pid_of,
)
from player.media.ts_leading import (
    LeadingStream,
    TablePackets,
    begins_with_key,
    leading_stream,
    pmt_pid,
)
from player.media.ts_sync import PacketSync
from player.units import Micros, scaled

CLOCK = 90_000
WRAP = 1 << 33
LEAST_PIECE = Micros(1_000_000)
LONGEST_PIECE = Micros(10_000_000)
"""A stream that shows no key frame for so long (intra refresh) is cut anyway."""
JUMP = 10 * CLOCK
"""PTS that move further than this from one picture to the next have been restarted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """More bytes of piece `number`, which begins at presentation time `start`.

    `duration` is None while the piece grows, and set in its last Cut. `key`: it begins with a
    key frame. A new `discontinuity` has time stamps of its own.
    """

    number: int
    start: Micros
    data: bytes = field(repr=False)
    duration: Micros | None = None
    discontinuity: int = 0
    key: bool = True


@dataclass(slots=True)
class _Clock:
    """33-bit time stamps unwrapped onto one presentation timeline that never stops."""

    origin: Micros
    jumps: int = 0
    _last: int | None = None
    _newest: int = 0
    _base: int = 0

    def place(self, pts: int) -> Micros:
        """Presentation time of a PTS; a restart goes on where the stream had come to."""
        if self._last is None:
            self._last, self._base = pts, -pts
        step = (pts - self._last + WRAP // 2) % WRAP - WRAP // 2
        unwrapped = self._last + step
        if abs(step) > JUMP:
            self.jumps += 1
            unwrapped = pts
            self._base = self._newest - pts
        self._last = unwrapped
        self._newest = max(self._newest, unwrapped + self._base)
        return Micros(self.origin + scaled(unwrapped + self._base, CLOCK))


class TransportCutter:
    """Cuts bytes into pieces of at least `least`, each with its tables in front. Pure.

    Pieces begin at key frames of the first programme's video; without video, at any audio frame.
    What comes before the first key frame is dropped. One stream, one caller.
    """

    def __init__(
        self, *, origin: Micros = Micros(0), first: int = 0, least: Micros = LEAST_PIECE
    ) -> None:
        """Give the first piece presentation time `origin` and the number `first`."""
        self.scrambled = False
        self._packets = PacketSync()
        self._clock = _Clock(origin)
        self._least = least
        self._number = first - 1
        self._pat, self._pmt = TablePackets(), TablePackets()
        self._pat_packets: list[bytes] = []
        self._pmt_packets: list[bytes] = []
        self._pmt_pid: int | None = None
        self._lead: LeadingStream | None = None
        self._flags = False
        self._start: Micros | None = None
        self._end = Micros(0)
        self._key = True
        self._jumps = 0
        self._run: list[bytes] = []
        self._waiting: Micros | None = None

    def push(self, data: bytes) -> list[Cut]:
        """Take bytes as they come; give what belongs to pieces, in order. Never raises."""
        cuts: list[Cut] = []
        for packet in self._packets.push(data):
            self._packet(packet, cuts)
        if self._run:
            cuts.append(self._cut(None))
        return cuts

    def flush(self) -> list[Cut]:
        """Give the end of the last piece: the stream is over."""
        return [] if self._start is None else [self._cut(self._end)]

    def _packet(self, packet: bytes, cuts: list[Cut]) -> None:
        pid = pid_of(packet)
        if packet[1] & 0x80 or pid == NULL_PID:
            return
        if pid in (0, self._pmt_pid):
            self._table(pid, packet)
        elif self._lead is not None and pid == self._lead.pid:
            self.scrambled = bool(packet[3] & 0xC0)
            if begins(packet):
                self._picture(packet, self._lead, cuts)
        if self._start is not None:
            self._run.append(packet)

    # ---- tables

    def _table(self, pid: int, packet: bytes) -> None:
        table = self._pat if pid == 0 else self._pmt
        section = table.push(packet)
        if section is None:
            return
        if pid == 0:
            found = pmt_pid(section)
            if found is not None:
                self._pmt_pid, self._pat_packets = found, table.packets
        elif lead := leading_stream(section):
            self._flags = self._flags and lead == self._lead
            self._lead, self._pmt_packets = lead, table.packets

    # ---- pictures

    def _picture(self, packet: bytes, lead: LeadingStream, cuts: list[Cut]) -> None:
        """A picture (or an audio frame) begins: note its time, and cut where one may."""
        pes = payload(packet)
        pts = pes_pts(pes)
        if pts is None:
            return
        time = self._clock.place(pts)
        jumped = self._clock.jumps != self._jumps
        if self._is_key(packet, pes, lead):
            if self._start is None or jumped or time - self._start >= self._least:
                self._begin(time, cuts, key=True)
        elif self._is_overdue(time):
            self._begin(time, cuts, key=False)
        self._end = Micros(max(self._end, time))

    def _is_key(self, packet: bytes, pes: bytes, lead: LeadingStream) -> bool:
        if not lead.codec:
            return True
        flag = has_random_access(packet)
        self._flags = self._flags or flag
        return flag or (not self._flags and begins_with_key(pes, lead.codec))

    def _is_overdue(self, time: Micros) -> bool:
        if self._start is None:
            self._waiting = time if self._waiting is None else self._waiting
            return time - self._waiting > LONGEST_PIECE
        return time - self._start > LONGEST_PIECE

    def _begin(self, time: Micros, cuts: list[Cut], *, key: bool) -> None:
        if self._start is not None:
            cuts.append(self._cut(time))
        self._number += 1
        self._start, self._end, self._key = time, time, key
        self._jumps = self._clock.jumps
        self._run = [*self._pat_packets, *self._pmt_packets]

    def _cut(self, end: Micros | None) -> Cut:
        data, self._run = b"".join(self._run), []
        start = self._start if self._start is not None else Micros(0)
        return Cut(
            number=self._number,
            start=start,
            data=data,
            duration=None if end is None else Micros(max(end - start, 0)),
            discontinuity=self._jumps,
            key=self._key,
        )
