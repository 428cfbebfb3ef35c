"""WindowFinder: the seekable range by the newest manifest, and how live a moment of it is."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from player.model.presentation import ManifestFormat, Period, PresentationType, TrackKind
from player.model.segment import SegmentIndex
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live import (
    Window,
    join_position,
    live_point,
    reach,
    rejoin_position,
    seek_position,
    window_of,
)
from player.streaming.presentation.live_edge import EdgeView
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.store.tape import Tape
from player.units import Micros

_GROWTHS = 30
"""Growths of a list that are remembered; whoever stood still for a while is believed again."""


class WindowFinder:
    """Answers for the kind of a lane, which is that of the pictures. Engine thread only."""

    def __init__(self, store: PresentationStore, tape: Tape | None = None) -> None:
        """Look at what `store` and `tape` hold at the moment of each question."""
        self._store = store
        self._tape = tape or Tape()
        self._list_edge = ListEdge()
        self._agreed = False

    def of(self, lane: Lane | None) -> Window | None:
        """The seekable range; None while nothing is known of it."""
        if lane is None:
            return None
        store = self._store
        # Live, a break covers what is broadcast meanwhile: the window is the programme's own, and
        # a break's list, which stays as it is, says nothing of it.
        covered = store.live and bool(store.breaks)
        indexes = store.programme(lane.track.kind) if covered else self._indexes(lane)
        return self._joined(window_of(store.presentation, tuple(indexes), store.now()))

    def _joined(self, window: Window | None) -> Window | None:
        """The server's window joined with what is kept of the time before it."""
        presentation = self._store.presentation
        if window is None or presentation.type is not PresentationType.LIVE:
            return window
        since = self._tape.since(frozenset(one.id for one in presentation.periods))
        return window if since is None else replace(window, start=min(since, window.start))

    def join(self, lane: Lane, asked: Micros | None) -> Micros | None:
        """Where playback begins."""
        window = self.of(lane)
        if window is None:
            return asked
        return join_position(self._store.presentation, window, asked, self._now(window))

    def seek(self, lane: Lane | None, position: Micros) -> Micros:
        """The nearest position that can be played on from."""
        window = self.of(lane)
        if window is None:
            return position
        return seek_position(self._store.presentation, window, position, self._now(window))

    def rejoin(self, lane: Lane | None, position: Micros) -> Micros | None:
        """Where to go on from a position that the window has left behind; None: go on there."""
        window = self.of(lane)
        if window is None or position >= window.start:
            return None
        return rejoin_position(self._store.presentation, window, self._now(window))

    def edge(self, lane: Lane | None, position: Micros) -> EdgeView | None:
        """How a position stands to the live edge; None for what is not live."""
        window = self.of(lane)
        latency = self.latency(window, position) if window else None
        if window is None or latency is None:
            return None
        presentation, now = self._store.presentation, self._now(window)
        return EdgeView(
            position=position,
            window=window,
            point=window.clamp(live_point(presentation, window, now)),
            rejoin=rejoin_position(presentation, window, now),
            latency=latency,
            most=presentation.latency_range.most,
        )

    def latency(self, window: Window, position: Micros) -> Micros | None:
        """How far a position is behind the live programme; None for what is not live."""
        return Micros(self._on_air(window) - position) if self._store.live else None

    def _on_air(self, window: Window) -> Micros:
        """The live programme's position.

        A DASH manifest is a promise by a clock that both sides agree on. A playlist is what is
        there, and its EXT-X-PROGRAM-DATE-TIME may be anybody's time: it makes the edge more exact
        where it agrees with the list to a segment, and else counts for nothing.
        """
        presentation = self._store.presentation
        epoch = presentation.epoch
        told = window.end if epoch is None else Micros(self._store.now() - epoch)
        if presentation.format is not ManifestFormat.HLS:
            return told
        seen = self._list_edge.at(window.end, self._store.ours.utc())
        # A list is loaded up to a segment after it grew: what agreed once may be that much off.
        most = window.segment * (1.5 if self._agreed else 1)
        self._agreed = seen <= told < seen + most
        return told if self._agreed else seen

    def _now(self, window: Window) -> Micros:
        """The server's time, or what it must be where a playlist's dates are anybody's."""
        epoch = self._store.presentation.epoch
        if epoch is None or not self._store.live:
            return self._store.now()
        return Micros(epoch + self._on_air(window))

    def _indexes(self, lane: Lane) -> Iterator[SegmentIndex]:
        for period in self._store.presentation.periods:
            own = period.id == lane.period.id
            found = self._own(lane) if own else _index_of(period, lane)
            if found is not None and not period.early:
                yield found

    def _own(self, lane: Lane) -> SegmentIndex | None:
        """The lane's index; live, that of its track's rungs that reaches farthest.

        Who has just come to a rung may have nothing but a list of it from minutes ago.
        """
        loaded = self._store.index(lane)
        if loaded is None or not self._store.live:
            return loaded.index if loaded else None
        rungs = self._store.current(lane).track.representations
        known = (one.index for one in rungs if one.index is not None)
        now = self._store.now()
        return max((loaded.index, *known), key=lambda index: reach(index, now))


class ListEdge:
    """Where a live programme is by what its lists showed, and when: their end plus their age.

    hls.js takes the newest list alone. Of the last `_GROWTHS` the one that came most promptly says
    more: a list is looked at some time after it grew.
    """

    def __init__(self) -> None:
        """Begin before the first list."""
        self._end: Micros | None = None
        self._ahead: deque[Micros] = deque(maxlen=_GROWTHS)

    def at(self, end: Micros, now: Micros) -> Micros:
        """The edge, where the newest list ends at `end`; `now` is on a clock that never steps."""
        if self._end is not None and end < self._end:
            self._ahead.clear()
        if self._end != end:
            self._end = end
            self._ahead.append(Micros(end - now))
        return Micros(now + max(self._ahead))


def _index_of(period: Period, lane: Lane) -> SegmentIndex | None:
    """An index of another period, of the lane's kind, else of whatever leads there."""
    kinds = (lane.track.kind, TrackKind.VIDEO, TrackKind.AUDIO)
    tracks = (track for kind in kinds for track in period.of(kind))
    rungs = (one for track in tracks for one in track.representations)
    return next((one.index for one in rungs if one.index is not None), None)
