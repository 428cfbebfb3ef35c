"""EdgeKeeper: whether a live picture must jump nearer to the edge, and tells of it."""

from collections.abc import Callable
from dataclasses import replace

from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live import Window
from player.streaming.presentation.live_edge import EdgeView, LiveEdge
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.window_finder import WindowFinder
from player.units import Micros, micros

BETWEEN = micros(5)
"""The shortest time between two jumps where media come as they are made: a line or a machine that
is only slow must not have all that it brings thrown away."""

Catchable = Callable[[Window], Micros | None]


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
        self._came = 0
        self._jumped_at: Micros | None = None

    def restart(self, lane: Lane | None, position: Micros) -> None:
        """Playback sets out anew from `position`: by a seek, or after a pause."""
        self._edge.restart(self._view(lane, position))

    def is_aside(self, lane: Lane | None, position: Micros) -> bool:
        """Whether the viewer stays behind on purpose."""
        view = self._view(lane, position)
        return view is not None and self._edge.is_aside(view)

    def look(
        self, lane: Lane | None, position: Micros, playable: Micros, came: int, *, dry: bool
    ) -> Micros | None:
        """Where to go instead of staying at `position`; mostly None.

        `playable`: what can be played without another byte. `dry`: the picture waits for media,
        and where to is not known to be any better. Where they come as they are made nobody waits
        for what is past, once the line is back: `came`, the bytes so far, has grown.
        """
        again, self._came = came > self._came, came
        view = self._view(lane, position, playable)
        if view is None or (dry and not (again and view.window.step)):
            return None
        if not dry:
            self._edge.landed(view)
        if view.window.step and not self._may_again():
            return None
        target = self._edge.look(view)
        if target is not None:
            self._jumped_at = self._store.ours.utc()
            self._store.jumped(view.latency, Micros(target - view.position))
        return target

    def _may_again(self) -> bool:
        since = self._jumped_at
        return since is None or self._store.ours.utc() - since >= BETWEEN

    def _view(
        self, lane: Lane | None, position: Micros, playable: Micros = Micros(0)
    ) -> EdgeView | None:
        view = self._windows.edge(lane, position)
        if view is None:
            return None
        return replace(view, catchable=self._catchable(view.window), playable=playable)
