"""EdgeKeeper: looks now and then whether a live picture must jump, and tells of it."""

from player.clock import Clock
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live_edge import LiveEdge
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.window_finder import WindowFinder
from player.units import Micros, micros

EDGE_WATCH = micros(1)
"""How often it is looked how far behind the live edge playback is."""


class EdgeKeeper:
    """Asked as often as one likes. Engine thread only."""

    def __init__(self, store: PresentationStore, windows: WindowFinder, clock: Clock) -> None:
        """Begin before the first picture."""
        self._store = store
        self._windows = windows
        self._clock = clock
        self._edge = LiveEdge()
        self._looked: Micros | None = None

    def restart(self) -> None:
        """Playback set out anew: by a seek, or after a pause."""
        self._edge.restart()

    def look(self, lane: Lane | None, position: Micros) -> Micros | None:
        """Where to go instead of staying at `position`; mostly None."""
        now = self._clock.monotonic()
        if self._looked is not None and now - self._looked < EDGE_WATCH:
            return None
        self._looked = now
        view = self._windows.edge(lane, position)
        target = self._edge.look(view) if view else None
        if view is not None and target is not None:
            self._store.jumped(view.latency, Micros(target - view.position))
        return target
