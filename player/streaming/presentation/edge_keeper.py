"""EdgeKeeper: whether a live picture must jump nearer to the edge, and tells of it."""

from collections.abc import Callable
from dataclasses import replace

from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live_edge import EdgeView, LiveEdge
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.window_finder import WindowFinder
from player.units import Micros

Catchable = Callable[[], Micros | None]


class EdgeKeeper:
    """Asked once a second. Engine thread only."""

    def __init__(
        self, store: PresentationStore, windows: WindowFinder, catchable: Catchable
    ) -> None:
        """Begin before the first picture; `catchable`: see `EdgeView`."""
        self._store = store
        self._windows = windows
        self._catchable = catchable
        self._edge = LiveEdge()

    def restart(self, lane: Lane | None, position: Micros) -> None:
        """Playback sets out anew from `position`: by a seek, or after a pause."""
        self._edge.restart(self._view(lane, position))

    def is_aside(self, lane: Lane | None, position: Micros) -> bool:
        """Whether the viewer stays behind on purpose."""
        view = self._view(lane, position)
        return view is not None and self._edge.is_aside(view)

    def look(self, lane: Lane | None, position: Micros) -> Micros | None:
        """Where to go instead of staying at `position`; mostly None."""
        view = self._view(lane, position)
        target = self._edge.look(view) if view else None
        if view is not None and target is not None:
            self._store.jumped(view.latency, Micros(target - view.position))
        return target

    def _view(self, lane: Lane | None, position: Micros) -> EdgeView | None:
        view = self._windows.edge(lane, position)
        return replace(view, catchable=self._catchable()) if view else None
