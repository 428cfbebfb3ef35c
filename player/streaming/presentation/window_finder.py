"""WindowFinder: the seekable range by the newest manifest, and how live a moment of it is."""

from collections.abc import Iterator

from player.model.presentation import Period
from player.model.segment import SegmentIndex
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live import (
    Window,
    join_position,
    rejoin_position,
    seek_position,
    window_of,
)
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros


class WindowFinder:
    """Answers for the kind of a lane, which is that of the pictures. Engine thread only."""

    def __init__(self, store: PresentationStore) -> None:
        """Look into what `store` holds at the moment of each question."""
        self._store = store

    def of(self, lane: Lane | None) -> Window | None:
        """The seekable range; None while nothing is known of it."""
        if lane is None:
            return None
        return window_of(self._store.presentation, tuple(self._indexes(lane)), self._store.now())

    def join(self, lane: Lane, asked: Micros | None) -> Micros | None:
        """Where playback begins."""
        window = self.of(lane)
        if window is None:
            return asked
        return join_position(self._store.presentation, window, asked, self._store.now())

    def seek(self, lane: Lane | None, position: Micros) -> Micros:
        """The nearest position that can be played on from."""
        window = self.of(lane)
        if window is None:
            return position
        return seek_position(self._store.presentation, window, position, self._store.now())

    def rejoin(self, lane: Lane | None, position: Micros) -> Micros | None:
        """Where to go on from a position that the window has left behind; None: go on there."""
        window = self.of(lane)
        if window is None or position >= window.start:
            return None
        return rejoin_position(self._store.presentation, window, self._store.now())

    def latency(self, lane: Lane | None, position: Micros) -> Micros | None:
        """How far a position is behind the live programme; None for what is not live."""
        window, epoch = self.of(lane), self._store.presentation.epoch
        if not self._store.live or window is None:
            return None
        edge = window.end if epoch is None else Micros(self._store.now() - epoch)
        return Micros(edge - position)

    def _indexes(self, lane: Lane) -> Iterator[SegmentIndex]:
        for period in self._store.presentation.periods:
            own = period.id == lane.period.id
            found = self._own(lane) if own else _index_of(period, lane)
            if found is not None and not period.early:
                yield found

    def _own(self, lane: Lane) -> SegmentIndex | None:
        loaded = self._store.index(lane)
        return loaded.index if loaded else None


def _index_of(period: Period, lane: Lane) -> SegmentIndex | None:
    """An index of another period, of the lane's kind."""
    rungs = (one for track in period.of(lane.track.kind) for one in track.representations)
    return next((one.index for one in rungs if one.index is not None), None)
