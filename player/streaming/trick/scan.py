"""Scan: fast play both ways, by single pictures, each at its own moment."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import anyio

from player.clock import Clock
from player.errors import PlayerError
from player.media.matroska import MatroskaWriter
from player.model.sample import StreamHead
from player.model.segment import Segment
from player.ports import EpochStart, MediaSink
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.wake import Wake
from player.streaming.trick.key_frame import KeyFrame, KeyFrameParts, fetch_key_frame
from player.streaming.trick.scan_lanes import ScanLanes
from player.streaming.trick.scan_plan import ScanState, pick
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

AHEAD = 5
"""Pictures that libmpv has beyond the one it shows: decoders hold some back for reordering, and
libmpv shows none before it has the next one."""

AT_FIRST = 20
"""The same before the first one shows: nobody knows how many the decoder wants."""

TRIES = 3
"""Pictures in a row that cannot be had, before they are taken from elsewhere, and given up."""

FIRST_SHOWS = micros(3)
"""How long the first picture is waited for where there are no more to feed."""

LOOK = micros(0.5)
LEAST_APART = micros(0.02)
"""Two pictures of a stream are never nearer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanParts:
    """The neighbours of a scan. `until` is how far forward one may go, None: to the end."""

    frames: KeyFrameParts
    lanes: ScanLanes
    sink: MediaSink
    clock: Clock
    wake: Wake
    epochs: Iterator[int]
    until: Callable[[], Micros | None]


class Scan:
    """Feeds libmpv one stream of key frames; its time is the viewer's, whichever way one goes.

    Libmpv's clock begins with the first picture. Each further one goes where it is due by ours,
    less what libmpv has told that it is behind; what would come too late is left out, so that the
    place moves at the rate whatever the line does. Engine thread only.
    """

    def __init__(self, rate: int, origin: Micros, parts: ScanParts) -> None:
        """Begin at a presentation time, at one of `scan_plan.RATES`, with its sign."""
        self.rate = rate
        self.epoch = 0
        self._parts = parts
        self._from = self._origin = origin
        self._last: Micros | None = None
        self._life = anyio.CancelScope()
        self._begun: Micros | None = None
        self._base = self._slip = self._lead = Micros(0)
        self._written = Micros(-LEAST_APART)
        self._told = Micros(-1)
        self._ahead: list[Micros] = []
        self._failed = 0
        self._whole = False
        self._writer: MatroskaWriter | None = None

    # ---- what is asked of it, and told -------------------------------------------------------

    @property
    def position(self) -> Micros:
        """The presentation time that is on the screen: no farther than there are pictures."""
        state = self._state()
        if state.last is None or self._begun is None:
            return self._from
        farthest = Micros(state.last + state.rate * LOOK)
        return min(state.due, farthest) if state.forward else max(state.due, farthest, Micros(0))

    def end(self) -> None:
        """Show no more; `run` returns."""
        self._life.cancel()

    def on_first_picture(self) -> None:
        """The first picture is on the screen: time runs."""
        if self._begun is None:
            self._begun = self._parts.clock.monotonic()
        self._parts.wake.notify()

    def on_position(self, position: Micros) -> None:
        """Libmpv shows a picture of its stream; how far it is behind counts for the next ones."""
        if position != self._told and self._begun is not None:
            self._told = position
            self._slip = Micros(max(self._elapsed - self._base - position, 0))
        self._parts.wake.notify()

    # ---- running ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Show pictures until the programme has no more that way, or `end` was called."""
        with self._life:
            while (found := await self._next()) is not None:
                await self._take(*found)
                while len(self._unshown()) >= (AT_FIRST if self._begun is None else AHEAD):
                    await self._parts.wake.wait(self._until_shown())
            fed_at = self._parts.clock.monotonic()
            while self._unshown() and (self._begun is not None or self._is_patient(fed_at)):
                await self._parts.wake.wait(self._until_shown())
        LOG.info("scan over rate=%d at=%.3f", self.rate, seconds(self.position))

    def _is_patient(self, since: Micros) -> bool:
        """Whether the first picture, which all of them came before, may show yet."""
        return self._parts.clock.monotonic() - since < FIRST_SHOWS

    async def _next(self) -> tuple[Segment, Lane] | None:
        state = self._state()
        place, until = state.next_place(), self._parts.until()
        if state.forward and until is not None and place >= until:
            return None
        lanes, way = self._parts.lanes, {"forward": state.forward, "whole": self._whole}
        lane = lanes.at(place, whole=self._whole) or lanes.beyond(place, **way)
        while lane is not None:
            index = await lanes.index(lane)
            now = self._parts.frames.store.surely_now()
            found = pick(index, self._state(), now) if index else None
            if found is not None and _inside(found, lane):
                return found, lane
            lane = lanes.beyond(lane.period.start, **way)
        return None

    async def _take(self, segment: Segment, lane: Lane) -> None:
        asked, parts = self._parts.clock.monotonic(), self._parts
        try:
            picture = await fetch_key_frame(segment, lane, parts.frames, float(self.rate))
        except PlayerError as failed:
            LOG.info("scan passed at=%.3f code=%s", seconds(segment.start), failed.failure.code)
            self._pass_over(segment, lane)
            return
        took = parts.clock.monotonic() - asked
        self._lead = Micros((self._lead + took) // 2)
        self._failed = 0
        self._feed(picture, segment)

    def _pass_over(self, segment: Segment, lane: Lane) -> None:
        """Go on behind a picture that cannot be had; after some, take whole segments instead."""
        self._failed += 1
        if self._failed >= TRIES:
            if self._whole or lane.track in lane.period.tracks:
                self.end()
            self._whole, self._failed = True, 0
        elif self._last is not None or self._failed > 1:
            self._last = segment.start

    def _feed(self, picture: KeyFrame, segment: Segment) -> None:
        if self._writer is None:
            self._origin = picture.at
        moment = self._state().moment(picture.at)
        writer = self._writer
        if writer is None or not writer.accepts(1, picture.head):
            writer = self._open(picture.head, moment)
        at = Micros(max(moment - self._base - self._slip, self._written + LEAST_APART))
        writer.begin_run(1, picture.head)
        self._parts.sink.feed(self.epoch, writer.write(1, picture.sample, at))
        self._written, self._last = at, segment.start
        self._ahead.append(moment)

    def _open(self, head: StreamHead, moment: Micros) -> MatroskaWriter:
        """Begin a stream; the pictures of another codec begin one of their own."""
        self._base, self._slip = moment, Micros(0)
        self._written, self._told = Micros(-LEAST_APART), Micros(-1)
        self.epoch = next(self._parts.epochs)
        self._parts.sink.open(
            EpochStart(epoch=self.epoch, stills=True, interlaced=head.interlaced)
        )
        self._writer = writer = MatroskaWriter([head])
        self._parts.sink.feed(self.epoch, writer.head())
        return writer

    # ---- time -------------------------------------------------------------------------------

    @property
    def _elapsed(self) -> Micros:
        """How long the first picture has been on the screen."""
        begun = self._begun
        return Micros(0) if begun is None else Micros(self._parts.clock.monotonic() - begun)

    def _state(self) -> ScanState:
        return ScanState(
            rate=self.rate,
            origin=self._origin,
            elapsed=self._elapsed,
            last=self._last,
            lead=self._lead if self._begun is not None else Micros(0),
        )

    def _unshown(self) -> list[Micros]:
        """When those pictures are due that are not on the screen yet."""
        elapsed = self._elapsed
        if self._begun is not None:
            self._ahead = [one for one in self._ahead if one > elapsed]
        return self._ahead

    def _until_shown(self) -> Micros:
        """How long until the next one is."""
        if self._begun is None or not self._ahead:
            return LOOK
        return Micros(max(self._ahead[0] - self._elapsed, 1))


def _inside(segment: Segment, lane: Lane) -> bool:
    """Whether a segment begins in its lane's period: lists may reach beyond it."""
    end = lane.period.end
    return end is None or segment.start < end
