"""An endless transport stream cut into pieces that stand alone, packets as they came. Pure."""

from dataclasses import dataclass, field

from player.formats.transport_packets import (
    NULL_PID,
    PACKET,
    begins,
    has_random_access,
    payload,
    pes_pts,
    pid_of,
)
from player.media.ts_leading import LeadingStream, begins_with_key
from player.media.ts_sync import PacketSync
from player.media.unwrap import Unwrapper, signed
from player.recording.stream_tables import StreamTables
from player.recording.stream_tail import without_torn
from player.units import ByteCount, Micros

CLOCK = 90_000

LEAST = 4 * CLOCK
"""Ticks of a piece; it ends at the next random access point."""

LONGEST = 10 * CLOCK
"""A stream that shows no random access point for so long (intra refresh) is cut anyway."""

LARGEST = ByteCount(48 << 20)
"""A piece of so many bytes is cut anyway: 10 s of 38 Mbit/s."""

HOLE, LOST_HOLE = 6 * CLOCK // 5, CLOCK // 2
"""Pictures further apart than this are no neighbours; the second, where packets were lost."""

SLOW = 3
"""Nor are those that are so many times as far apart as any in the piece before."""

BACK = 2 * CLOCK
"""Pictures come out of order by less."""

OVERLAP = 15 * CLOCK
"""How much a server may send again when it is asked anew: what players have ready at a zap."""

SCRAMBLED = 32
"""So many scrambled packets in one piece are no accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPiece:
    """Packets from one random access point up to the next piece's, behind their PAT and PMT.

    `pts` is its first picture's, 33 bits of 90 kHz; it lasts `ticks` of those, and its first
    packet `came` (UTC). `broken`: what was on air before it lacks, or has another clock.
    `changed`: its streams are others than the former piece's. `video`, `sound`: what it has.
    """

    data: bytes = field(repr=False)
    pts: int
    ticks: int
    came: Micros
    broken: bool
    changed: bool
    video: bool
    sound: bool


@dataclass(slots=True, kw_only=True)
class _Growing:
    begin: int
    pts: int
    came: Micros
    broken: bool
    changed: bool
    video: bool
    sound: bool
    media: frozenset[int]
    packets: list[bytes]


class StreamCutter:
    """Takes one connection's bytes; holds `LARGEST` of them at the most. One caller.

    Pieces begin at random access points of the first programme's pictures, without pictures at
    any frame of its sound. What comes where none can begin is dropped. All else is kept as it
    came, other programmes included, but for stuffing and packets that say they are damaged.
    `soon`: the next random access point ends the piece, however short it is.
    """

    def __init__(self, *, after: int | None = None, again: int | None = None) -> None:
        """Pass over what lies up to `OVERLAP` before the PTS `after`: it is there already.

        A random access point whose PTS is `again` is wanted all the same.
        """
        self.scrambled = self.soon = False
        self.lost = 0
        self._after, self._again = after, again
        self._sync = PacketSync()
        self._tables = StreamTables()
        self._lead: LeadingStream | None = None
        self._clock = Unwrapper()
        self._newest = self._step = self._usual = 0
        self._waiting: int | None = None
        self._growing: _Growing | None = None
        self._broken, self._changed = True, False
        self._flags = self._lossy = False
        self._counter: int | None = None
        self._sealed = 0
        self._now = Micros(0)
        self._pieces: list[StreamPiece] = []

    @property
    def growing(self) -> int:
        """Ticks of the piece that grows."""
        return 0 if self._growing is None else self._newest - self._growing.begin

    @property
    def held(self) -> int:
        """Bytes of the piece that grows."""
        return 0 if self._growing is None else len(self._growing.packets) * PACKET

    def push(self, data: bytes, now: Micros) -> list[StreamPiece]:
        """Take bytes that came `now` (UTC); gives the pieces that are whole. Never raises.

        Once it is `scrambled`, nothing comes any more.
        """
        self._now = now
        for packet in self._sync.push(data):
            if self.scrambled:
                break
            self._packet(packet)
        return self._given()

    def flush(self, *, whole: bool = False) -> list[StreamPiece]:
        """Give what there is of the last piece: the connection is over, or `whole` the stream."""
        if not self.scrambled:
            self._break(whole=whole)
        return self._given()

    def _given(self) -> list[StreamPiece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _packet(self, packet: bytes) -> None:
        pid = pid_of(packet)
        if packet[1] & 0x80 or pid == NULL_PID:
            return
        if self._tables.push(pid, packet):
            self._follow_tables()
        if packet[3] & 0xC0 and pid in self._tables.media:
            self._sealed += 1
            self.scrambled = self._sealed >= SCRAMBLED
        if self._lead is not None and pid == self._lead.pid:
            self._count(packet)
            if begins(packet):
                self._unit(packet, self._lead)
        if self._growing is not None:
            self._growing.packets.append(packet)
            if len(self._growing.packets) * PACKET >= LARGEST:
                self._begin(self._newest)

    def _follow_tables(self) -> None:
        """Other streams: at once where the pictures are others, else from the next piece on."""
        lead = self._tables.lead
        if lead != self._lead:
            if self._lead is not None:
                self._break()
            self._lead, self._flags, self._counter = lead, False, None
            self._clock = Unwrapper()
        self._changed = self._changed or self._tables.take_change()

    def _count(self, packet: bytes) -> None:
        """Notice packets that never came (continuity_counter, ISO/IEC 13818-1 2.4.3.3)."""
        if not packet[3] & 0x10:
            return
        counter, former = packet[3] & 15, self._counter
        if former is not None and counter not in (former, (former + 1) & 15):
            self._lossy = True
            self.lost += 1
        self._counter = counter

    # ---- pictures -----------------------------------------------------------------------------

    def _unit(self, packet: bytes, lead: LeadingStream) -> None:
        """A picture (or a frame of sound) begins: note its time, and cut where one may."""
        pes = payload(packet)
        pts = pes_pts(pes)
        if pts is None:
            return
        time = self._clock.near(pts)
        ahead = time - self._newest
        if self._growing is not None and self._is_elsewhere(ahead):
            self._break()
            self._usual = ahead
        elif self._growing is not None:
            self._step = max(self._step, ahead)
        self._lossy = False
        self._newest = time if self._growing is None else max(self._newest, time)
        if self._may_begin(packet, pes, lead, time):
            self._begin(time)

    def _is_elsewhere(self, ahead: int) -> bool:
        """Whether a picture so far ahead of the newest is no continuation (still pictures are).

        Counters alone do not tell: one hole in eight goes by them unseen.
        """
        most = LOST_HOLE if self._lossy else max(HOLE, SLOW * self._usual)
        return ahead < -BACK or ahead > most

    def _may_begin(self, packet: bytes, pes: bytes, lead: LeadingStream, time: int) -> bool:
        key = self._is_key(packet, pes, lead)
        if self._growing is not None:
            least = 1 if self._changed or self.soon else LEAST
            return time - self._growing.begin >= (least if key else LONGEST + 1)
        if self._after is not None and 0 < signed(self._after - time) <= OVERLAP:
            return key and self._again is not None and not signed(self._again - time)
        self._waiting = time if self._waiting is None else min(self._waiting, time)
        return key or time - self._waiting > LONGEST

    def _is_key(self, packet: bytes, pes: bytes, lead: LeadingStream) -> bool:
        if not lead.codec:
            return True
        flag = has_random_access(packet)
        self._flags = self._flags or flag
        return flag or (not self._flags and begins_with_key(pes, lead.codec))

    # ---- pieces -------------------------------------------------------------------------------

    def _begin(self, time: int) -> None:
        """Begin a piece at `time`, which ends the one before."""
        self._end(time)
        if not self._broken:
            self._usual = self._step
        self._step = 0
        self._growing = _Growing(
            begin=time,
            pts=time % (1 << 33),
            came=self._now,
            broken=self._broken,
            changed=self._changed,
            video=self._tables.video,
            sound=self._tables.sound,
            media=self._tables.media,
            packets=self._tables.packets(),
        )
        self._broken = self._changed = False
        self._newest = max(self._newest, time)
        self._after = self._waiting = None

    def _break(self, *, whole: bool = False) -> None:
        """End the piece before what is torn; what follows is no continuation of it."""
        growing, time = self._growing, self._newest
        if growing is not None and self._lead is not None and not whole:
            growing.packets, ticks = without_torn(growing.packets, self._lead.pid, growing.media)
            time = growing.begin + ticks
        self._end(time)
        self._broken, self._waiting = True, None

    def _end(self, time: int) -> None:
        growing, self._growing, self._sealed = self._growing, None, 0
        if growing is None or time <= growing.begin:
            return
        self._pieces.append(
            StreamPiece(
                data=b"".join(growing.packets),
                pts=growing.pts,
                ticks=time - growing.begin,
                came=growing.came,
                broken=growing.broken,
                changed=growing.changed,
                video=growing.video,
                sound=growing.sound,
            )
        )
