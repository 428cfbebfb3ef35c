"""TrackPlace: where a recorded track stands: its period, its rung, and what it does next."""

from collections.abc import Callable
from dataclasses import dataclass, field

import anyio

from player.abr.suitability import Output
from player.model.presentation import Period, Track
from player.model.segment import Segment
from player.recording.anchor import Anchor, anchor_again, first_anchor
from player.recording.keeper import RecordingKeeper
from player.recording.order import RecordingOrder
from player.recording.rungs import RecordingRungs
from player.recording.tracks import name_of
from player.recording.watched_line import WatchedLine
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.parts import EngineParts, Source
from player.streaming.fetch.plan import (
    FetchSegment,
    LoadIndex,
    PeriodDone,
    TrackState,
    Wait,
    next_action,
)
from player.streaming.presentation.period_order import (
    following_lane,
    period_end,
    playable_period,
)
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros, micros

NEAR = 3
"""Segments from the window's start that are about to leave it."""

Match = Callable[[Period], Track | None]

Action = FetchSegment | LoadIndex | Wait | PeriodDone


@dataclass(slots=True, kw_only=True, eq=False)
class SessionParts:
    """What the tracks of one session share; `anchor` is set by the main one."""

    order: RecordingOrder
    engine: EngineParts
    line: WatchedLine
    source: Source
    store: PresentationStore
    keeper: RecordingKeeper
    output: Output
    anchor: Anchor | None = None
    anchored: anyio.Event = field(default_factory=anyio.Event)


class TrackPlace:
    """Engine thread only. Asks nothing of the network."""

    def __init__(self, parts: SessionParts, match: Match, rungs: RecordingRungs) -> None:
        """Stand at the start of the track that `match` finds in each period."""
        self._parts, self._match, self._rungs = parts, match, rungs
        self._lane: Lane | None = None
        self._cursor = Micros(0)
        self._after: tuple[Lane, Segment] | None = None

    def anchored(self, lane: Lane) -> bool:
        """Tie the times together as soon as the main track's list is there."""
        parts, loaded = self._parts, self._parts.store.index(lane)
        if loaded is None or not loaded.usable:
            return False
        main, presentation = parts.keeper.contents.main, parts.store.presentation
        now, last = parts.store.surely_now(), main.last if main else None
        if last is None:
            found = first_anchor(presentation, loaded.index, now, parts.order.since)
        else:
            found = anchor_again(presentation, loaded.index, now, last)
        if found is None:
            return False
        parts.anchor = found
        self.begin()
        parts.anchored.set()
        return True

    def begin(self) -> None:
        """Go on after what is recorded of this track already."""
        anchor, lane = self._parts.anchor, self.choose()
        assert anchor is not None  # noqa: S101 - whoever comes here waited for it
        track = lane and self._parts.keeper.contents.tracks.get(name_of(lane.track).key)
        at = track.text.end if track else anchor.begin
        self._cursor = max(self._cursor, Micros(at - anchor.shift))
        self._lane = None  # the period of the cursor may be another one

    def choose(self) -> Lane | None:
        """The lane to fetch from now; None while the programme has no such track."""
        store = self._parts.store
        if self._lane is None:
            at = self._cursor
            if self._parts.anchor is None and store.live:
                at = Micros(store.now() - (store.presentation.epoch or 0))
                since = self._parts.order.since
                if since is not None and store.presentation.epoch is not None:
                    at = min(at, Micros(since - store.presentation.epoch))
            period = playable_period(store.presentation, at, lambda one: bool(self._match(one)))
            track = self._match(period) if period else None
            if period is None or track is None:
                return None
            rung = track.representations[0]
            self._lane = Lane(period=period, track=track, representation=rung)
        lane = store.current(self._lane)
        self._lane = store.current(lane.on(self._rungs.choose(lane.track)))
        return self._lane

    def next(self, lane: Lane) -> Action:
        """What to do next; a segment only when all of it has been made."""
        store, loaded = self._parts.store, self._parts.store.index(lane)
        same = self._after is not None and self._after[0].key == lane.key
        state = TrackState(
            cursor=max(self._cursor, lane.period.start),
            buffered=Micros(0),
            index=loaded.index if loaded and loaded.usable else None,
            after=self._after[1] if self._after and same else None,
            index_age=store.age(loaded) if loaded else Micros(0),
            index_changed=loaded.changed if loaded else True,
            until=period_end(store.presentation, lane.period),
            removed=all(one.id != lane.period.id for one in store.presentation.periods),
        )
        action = next_action(state, LoadControl(), store.surely_now())
        if isinstance(action, FetchSegment) and action.segment.is_making(store.surely_now()):
            return Wait(longest=micros(0.5))
        return action

    def passed(self, lane: Lane, segment: Segment) -> None:
        """Go on after a segment."""
        self._cursor = max(self._cursor, segment.end)
        self._after = lane, segment

    def leave_period(self, lane: Lane) -> bool | None:
        """Go on in the next period: True; False where nothing ever follows, None: not yet."""
        store = self._parts.store
        following = following_lane(store.presentation, lane, self._match)
        loaded = store.index(lane)
        if following is not None:
            self._lane, self._after = following, None
            return True
        over = store.ends_with(lane.period) or (loaded is not None and loaded.index.ended)
        return False if over else None

    def is_after_all(self, segment: Segment) -> bool:
        """Whether a segment begins when the order's time is over."""
        anchor, until = self._parts.anchor, self._parts.order.until
        if until is None or anchor is None or anchor.epoch is None:
            return False
        return segment.start + anchor.shift + anchor.epoch >= until

    def hurries(self) -> bool:
        """Whether the next segment is about to leave the server's window."""
        store, lane = self._parts.store, self._lane
        loaded = store.index(lane) if lane is not None and store.live else None
        numbers = loaded.index.numbers(store.now()) if loaded else None
        if loaded is None or not numbers:
            return False
        oldest = loaded.index.segment(numbers[0])
        aged = oldest.start + store.age(loaded)
        return self._cursor - aged < min(NEAR, len(numbers) // 2) * oldest.duration
