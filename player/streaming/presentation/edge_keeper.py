"""EdgeKeeper: whether a live picture must jump nearer to the edge, and tells of it."""

from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live_edge import LiveEdge
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.window_finder import WindowFinder
from player.units import Micros


class EdgeKeeper:
    """Asked once a second. Engine thread only."""

    def __init__(self, store: PresentationStore, windows: WindowFinder) -> None:
        """Begin before the first picture."""
        self._store = store
        self._windows = windows
        self._edge = LiveEdge()

    def restart(self) -> None:
        """Playback set out anew: by a seek, or after a pause."""
        self._edge.restart()

    def look(self, lane: Lane | None, position: Micros) -> Micros | None:
        """Where to go instead of staying at `position`; mostly None."""
        view = self._windows.edge(lane, position)
        target = self._edge.look(view) if view else None
        if view is not None and target is not None:
            self._store.jumped(view.latency, Micros(target - view.position))
        return target
