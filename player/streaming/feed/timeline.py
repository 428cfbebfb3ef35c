"""From the container's time stamps to presentation time."""

from dataclasses import dataclass

from player.model.segment import Segment
from player.units import MICROS_PER_SECOND, Micros, micros

WRAP = Micros((1 << 33) * MICROS_PER_SECOND // 90_000)
"""The span after which 33-bit MPEG-2 time stamps begin again (ISO/IEC 13818-1 2.4.3.7)."""

TOLD = -1
"""The number of the clock that the manifest itself told (DASH)."""

FAR = micros(4)
"""Media this far from where the manifest has it is on another clock than was thought."""

NEAR = micros(1)
"""Another rendition's clock that puts media this near to its place is the one it is on."""

SLACK = micros(0.5)
"""What EXTINF, rounded as it is, may be off at the first segment after a start or a seek."""

MOST_CLOCKS = 256
"""Clocks that are remembered, those used last: two hours of a joint every half minute."""

LABEL = micros(0.75)
"""How far EXTINF and time stamps drift apart before positions are told anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a run lies: `offset` leads from media time to presentation time.

    `clock` names what the offset was learned from: two runs of one clock are one programme.
    """

    clock: int
    offset: Micros


@dataclass(slots=True, kw_only=True)
class _Clock:
    number: int
    key: object
    offset: Micros
    drift: Micros = Micros(0)
    stale: bool = False
    used: int = 0


class MediaTimeline:
    """Learns, once for each discontinuity, what to add to media time; DASH tells it outright.

    All renditions of one discontinuity share a clock (RFC 8216 6.2.4), so the first to come,
    the pictures, teaches the others. What is known is believed as long as it puts media within
    `FAR` of where the manifest has it: discontinuity numbers that differ between renditions,
    time stamps that begin again unannounced and a presentationTimeOffset that is wrong by a
    period are noticed by that, and learned anew. Engine thread only.
    """

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._clocks: dict[int, _Clock] = {}
        self._by_key: dict[object, list[_Clock]] = {}
        self._learned = 0
        self._uses = 0

    def knows(self, segment: Segment) -> bool:
        """Whether a placement needs no first time stamp to learn from."""
        return segment.media_offset is not None or self.known(segment.discontinuity) is not None

    def known(self, discontinuity: int) -> Micros | None:
        """What leads from a discontinuity's media time to presentation time, once it is learned.

        For what carries no samples of its own: X-TIMESTAMP-MAP (RFC 8216 3.5).
        """
        found = self._by_key.get(discontinuity)
        return found[-1].offset if found else None

    def restart(self) -> None:
        """Playback begins anew: what has drifted since it was learned is learned again."""
        for clock in self._clocks.values():
            clock.stale = True

    def offset(self, segment: Segment, first_pts: Micros) -> Micros:
        """What to add to the media times of `segment`, whose first one is `first_pts`."""
        return self.place(segment, first_pts).offset

    def place(self, segment: Segment, first_pts: Micros, *, follows: bool = False) -> Placement:
        """Where the run that begins with `segment` lies, by its first time stamp.

        Time stamps that wrapped since are brought back beside the segment's own start.
        `follows`: pictures elsewhere lead; any of their clocks that fits is taken, whatever
        number the playlist gives its discontinuity.
        """
        key: object = segment.discontinuity
        told = segment.media_offset
        if told is not None:
            near = _unwrapped(told, segment, first_pts, Micros(0))
            if abs(first_pts + near - segment.start) <= FAR + 2 * segment.duration:
                return Placement(clock=TOLD, offset=near)
            key = ("told", told)
        clock = self._same(key, segment, first_pts)
        if clock is None and follows:
            clock = self._fitting(segment, first_pts)
        if clock is None:
            clock = self._learn(key, segment, first_pts)
        self._use(clock)
        offset = _unwrapped(clock.offset, segment, first_pts, clock.drift)
        return Placement(clock=clock.number, offset=offset)

    def drifted(self, placement: Placement) -> Micros:
        """What `drift` gave last for a clock."""
        clock = self._clocks.get(placement.clock)
        return Micros(0) if clock is None else clock.drift

    def drift(self, placement: Placement, segment: Segment, first_pts: Micros) -> Micros:
        """How far presentation time is ahead of the manifest's at the beginning of a segment.

        EXTINF is rounded, and playlists of whole seconds run away from their media for minutes
        in an hour. It moves in steps of `LABEL`, so that positions do not tremble.
        """
        clock = self._clocks.get(placement.clock)
        if clock is None:
            return Micros(0)
        self._use(clock)
        off = Micros(first_pts + placement.offset - segment.start)
        if abs(off - clock.drift) > LABEL:
            clock.drift = off
        return clock.drift

    def _same(self, key: object, segment: Segment, first_pts: Micros) -> _Clock | None:
        for clock in reversed(self._by_key.get(key, [])):
            off = _off(clock, segment, first_pts)
            if abs(off - clock.drift) <= FAR:
                if clock.stale and abs(off) > SLACK:
                    clock.offset, clock.drift = Micros(clock.offset - off), Micros(0)
                clock.stale = False
                return clock
        return None

    def _fitting(self, segment: Segment, first_pts: Micros) -> _Clock | None:
        for clock in reversed(self._clocks.values()):
            if abs(_off(clock, segment, first_pts) - clock.drift) <= NEAR and not clock.stale:
                return clock
        return None

    def _learn(self, key: object, segment: Segment, first_pts: Micros) -> _Clock:
        offset = Micros(segment.start - first_pts)
        clock = _Clock(number=self._learned, key=key, offset=offset)
        self._learned += 1
        if len(self._clocks) >= MOST_CLOCKS:
            self._forget(min(self._clocks.values(), key=lambda one: one.used))
        self._clocks[clock.number] = clock
        self._by_key.setdefault(key, []).append(clock)
        return clock

    def _use(self, clock: _Clock) -> None:
        self._uses += 1
        clock.used = self._uses

    def _forget(self, clock: _Clock) -> None:
        del self._clocks[clock.number]
        same = self._by_key[clock.key]
        same.remove(clock)
        if not same:
            del self._by_key[clock.key]


def _off(clock: _Clock, segment: Segment, first_pts: Micros) -> Micros:
    """How far a clock puts media from where the manifest has it."""
    offset = _unwrapped(clock.offset, segment, first_pts, clock.drift)
    return Micros(first_pts + offset - segment.start)


def _unwrapped(offset: Micros, segment: Segment, first_pts: Micros, drift: Micros) -> Micros:
    wraps = round((segment.start + drift - first_pts - offset) / WRAP)
    return Micros(offset + wraps * WRAP)
