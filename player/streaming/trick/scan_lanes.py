"""ScanLanes: where the pictures of fast play come from."""

from collections.abc import Callable

from player.abr.suitability import picture_family
from player.errors import PlayerError
from player.model.presentation import Period, Track
from player.model.segment import SegmentIndex
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live import period_at
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.trick.scan_plan import affordable
from player.units import BitsPerSecond, Micros


class ScanLanes:
    """Tracks of key frames where there are any, else the smallest rung. Engine thread only.

    `match` gives a period's track of pictures, `line` what the line is known to carry.
    """

    def __init__(
        self,
        store: PresentationStore,
        match: Callable[[Period], Track | None],
        line: Callable[[], BitsPerSecond | None],
    ) -> None:
        """Look into what `store` holds at the moment of each question."""
        self._store = store
        self._match = match
        self._line = line

    def at(self, position: Micros, *, whole: bool = False) -> Lane | None:
        """The lane of a position; `whole`: of whole segments; None: there are no pictures."""
        return self.inside(period_at(self._store.presentation, position), whole=whole)

    def beyond(self, place: Micros, *, forward: bool, whole: bool = False) -> Lane | None:
        """The lane of the nearest period with pictures that begins behind a place, or before."""
        periods = [one for one in self._store.presentation.periods if not one.early]
        later = [one for one in periods if one.start > place]
        former = [one for one in reversed(periods) if one.start < place]
        found = (self.inside(one, whole=whole) for one in (later if forward else former))
        return next((one for one in found if one is not None), None)

    def inside(self, period: Period, *, whole: bool = False) -> Lane | None:
        """The lane of a period."""
        track = self._match(period)
        if track is None or not track.representations:
            return None
        keys = None if whole else _key_frames(period, track)
        if keys is None:
            return Lane(period=period, track=track, representation=track.representations[0])
        rates = tuple(one.bandwidth for one in keys.representations)
        rung = keys.representations[affordable(rates, self._line())]
        return Lane(period=period, track=keys, representation=rung)

    async def index(self, lane: Lane) -> SegmentIndex | None:
        """A lane's index, loaded (again) where that is due; None: it cannot be had."""
        loaded = self._store.index(lane)
        pause = loaded.index.reload_after if loaded else None
        own = lane.representation.source is not None and self._store.live
        due = own and pause and loaded is not None and self._store.age(loaded) >= pause
        if loaded is None or not loaded.usable or due:
            try:
                await self._store.load_index(lane)
            except PlayerError:
                return loaded.index if loaded else None
            loaded = self._store.index(lane)
        return loaded.index if loaded else None


def _key_frames(period: Period, track: Track) -> Track | None:
    """The period's track of key frames that the decoder of its pictures takes."""
    wanted = {picture_family(one.codecs) for one in track.representations}
    for one in period.trick_play:
        families = {picture_family(rung.codecs) for rung in one.representations}
        if one.representations and (families <= wanted or families == {""}):
            return one
    return None
