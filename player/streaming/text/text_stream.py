"""TextStream: the loop that fetches one subtitle track and makes cues of it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from player.errors import Failure, PlayerError, Severity
from player.model.presentation import Period, Track
from player.model.segment import Segment, SegmentIndex
from player.streaming.feed.tape_head import TapeHead
from player.streaming.feed.timeline import MediaTimeline
from player.streaming.feed.unlock import KeyFor
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.plan import (
    FetchSegment,
    LoadIndex,
    PeriodDone,
    TrackState,
    next_action,
)
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.index_shelf import LoadedIndex
from player.streaming.presentation.period_order import following_lane, period_end
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.text.cue_schedule import CueSchedule
from player.streaming.text.cue_times import TextPlace, discontinuity_of, document_shift, shifted
from player.streaming.text.sparing import Spare, expected_size
from player.streaming.text.text_fetch import fetch_text
from player.streaming.text.text_reading import TextRead, read_text
from player.units import ByteCount, Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

PAUSES = (micros(1), micros(3), micros(10))
"""How long to wait after the first, the second and every later failure in a row."""

KEPT = micros(300)
"""How long cues are kept behind the picture."""

CONTROL = LoadControl(generous=micros(30))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParts:
    """The neighbours of text. `spare`: how far pictures and sound can spare the line.

    `position` is the picture's, `fed` how far libmpv has media. `redraw` gives libmpv the same
    media again: now there is text for it to draw, too.
    """

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader
    timeline: MediaTimeline
    key_for: KeyFor = field(repr=False)
    report: Callable[[Failure], None]
    position: Callable[[], Micros]
    fed: Callable[[], Micros]
    leading: Callable[[], Lane | None]
    spare: Callable[[], Spare]
    redraw: Callable[[], None]
    match: Callable[[Period], Track | None]


class TextStream:
    """Reads one track, from period to period. Engine thread only.

    Nobody waits for it, and its failures end nothing: text comes late or not at all.
    """

    def __init__(self, lane: Lane, parts: TextParts) -> None:
        """Begin on `lane`."""
        self.lane = lane
        self.schedule = CueSchedule()
        self._parts = parts
        self._cursor = Micros(0)
        self._after: Segment | None = None
        self._read: dict[tuple[str, int, Micros], Micros] = {}
        self._unplaced: list[tuple[Segment, Lane, TextRead]] = []
        self._failures = 0
        self._largest: ByteCount | None = None
        self._head = TapeHead(parts.engine, parts.store, parts.loader)

    async def run(self) -> None:
        """Fetch from the picture's position on until cancelled."""
        self.move(self._parts.position())
        while True:
            self.place()
            try:
                await self._step()
            except PlayerError as failed:
                await self._pause(failed)

    def move(self, position: Micros) -> None:
        """Go on from another position; what was read already is not read again."""
        self._cursor, self._after = position, None

    def place(self) -> None:
        """Give cues their times that had to wait for the pictures'."""
        waiting, self._unplaced = self._unplaced, []
        for segment, lane, read in waiting:
            self._place(segment, lane, read)

    # ---- the loop ---------------------------------------------------------------------------

    async def _step(self) -> None:
        self.lane = self._parts.store.current(self.lane)
        wake = self._parts.source.wake
        match next_action(self._state(), CONTROL, self._parts.store.surely_now()):
            case FetchSegment(segment=segment, kept=kept):
                self.lane = self._head.lane(segment, self.lane) if kept else self.lane
                await self._take(segment)
            case LoadIndex():
                await self._calm()
                await self._parts.store.load_index(self.lane)
                self._failures = 0
            case PeriodDone():
                await self._next_period()
            case waiting:
                if not await self._head.look(self.lane, self._cursor):
                    await wake.wait(self._head.pause(waiting.longest))

    def _state(self) -> TrackState:
        store, loaded = self._parts.store, self._loaded()
        cursor = max(self._cursor, self.lane.period.start)
        return TrackState(
            cursor=cursor,
            buffered=Micros(self._cursor - self._parts.position()),
            index=loaded.index if loaded and loaded.usable else None,
            after=self._after,
            index_age=store.age(loaded) if loaded else Micros(0),
            index_changed=loaded.changed if loaded else True,
            until=period_end(store.presentation, self.lane.period),
            removed=all(one.id != self.lane.period.id for one in store.presentation.periods),
            kept=self._head.kept(self.lane, cursor),
        )

    def _loaded(self) -> LoadedIndex | None:
        return self._parts.store.index(self.lane)

    async def _next_period(self) -> None:
        presentation = self._parts.store.presentation
        following = following_lane(presentation, self.lane, self._parts.match)
        if following is None:
            await self._parts.source.wake.wait(micros(1))
            return
        self.lane, self._after = following, None

    async def _calm(self, size: ByteCount | None = None) -> None:
        """Wait until the line can be spared for so many bytes; None: nobody knows how many."""
        while not self._parts.spare().allows(size):
            await self._parts.source.wake.wait(micros(1))

    async def _pause(self, failed: PlayerError) -> None:
        """Wait longer with each failure; the third passes a segment over."""
        LOG.info("text failed track=%s code=%s", self.lane.track.id, failed.failure.code)
        if not self._failures:
            self._parts.report(failed.failure.with_severity(Severity.RECOVERABLE))
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        action = next_action(self._state(), CONTROL, self._parts.store.surely_now())
        if self._failures >= len(PAUSES) and isinstance(action, FetchSegment):
            LOG.info("text skipped at=%.3f", seconds(action.segment.start))
            self._went_past(action.segment)
            self._failures = 0
        cursor = self._cursor
        end = self._parts.engine.clock.monotonic() + pause
        while (left := end - self._parts.engine.clock.monotonic()) > 0:
            await self._parts.source.wake.wait(Micros(left))
            if self._cursor != cursor:  # a seek: try there at once
                return

    # ---- segments ---------------------------------------------------------------------------

    async def _take(self, segment: Segment) -> None:
        key = (self.lane.representation.id, segment.number, segment.start)
        if key not in self._read and not segment.gap:
            await self._calm(expected_size(segment, self.lane, self._largest))
            lane, cursor = self.lane, self._cursor
            chosen = await fetch_text(segment, lane, self._parts)
            self._head.put(lane, segment, chosen.entry)
            self._largest = max(self._largest or ByteCount(0), chosen.entry.byte_count)
            parts = self._parts
            read = await parts.engine.worker(
                lambda: read_text(chosen, parts.key_for, parts.engine.open_demuxer)
            )
            self._read[key] = segment.end
            self._place(segment, lane, read)
            self._forget()
            if self._cursor != cursor:  # a seek came in between
                return
        self._failures = 0
        self._went_past(segment)

    def _went_past(self, segment: Segment) -> None:
        self._cursor, self._after = segment.end, segment

    def _forget(self) -> None:
        before = Micros(self._parts.position() - KEPT)
        self.schedule.forget(before)
        self._read = {key: end for key, end in self._read.items() if end > before}

    def _place(self, segment: Segment, lane: Lane, read: TextRead) -> None:
        place = TextPlace(segment=segment, offset=self._offset(segment, lane))
        shift = place.known if read.timed else document_shift(read.cues, read.timestamp_map, place)
        if shift is None:
            self._unplaced.append((segment, lane, read))
            return
        self.schedule.add(shifted(read.cues, shift))
        self._parts.source.wake.notify()

    def _offset(self, segment: Segment, lane: Lane) -> Micros | None:
        own, store = self._parts.store.index(lane), self._parts.store
        number = segment.discontinuity
        if own is not None:
            number = discontinuity_of(segment, own.index, self._leading_index(), store.now())
        return self._parts.timeline.known(number)

    def _leading_index(self) -> SegmentIndex | None:
        leading = self._parts.leading()
        loaded = self._parts.store.index(leading) if leading else None
        return loaded.index if loaded else None
