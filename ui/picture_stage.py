"""PictureStage: the scene's video items, and who plays into each."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtQuick import QQuickWindow

from player.api import Command
from player.ports import VideoSurface
from ui.ports import PlayerControls, Seats
from ui.video_item import VideoItem
from ui.viewport import ViewportFeed


class PictureStage:
    """Implements `ui.ports.Pictures` for the items of one window; an item for each slot.

    Qt thread. Without `seats` there is the first picture alone.
    """

    def __init__(
        self,
        window: QQuickWindow,
        items: Sequence[VideoItem],
        controls: PlayerControls,
        seats: Seats | None,
        owner: QObject,
    ) -> None:
        """Know the items; nothing is shown before `begin`."""
        self._window = window
        self._items = items
        self._seats = seats
        self._owner = owner
        self._waiting: dict[int, Callable[[], None]] = {}
        self._current = 0
        self._magnification: Callable[[int], float] | None = None
        first = controls if seats is None else _ToSlot(seats, 0)
        self._feeds = {0: ViewportFeed(first, window, items[0], owner)}
        for slot, item in enumerate(items):
            item.surfaceReady.connect(partial(self._ready, slot))

    def begin(self, surface: VideoSurface, ready: Callable[[], None]) -> None:
        """Show the first player's pictures."""
        self._waiting[0] = ready
        self._items[0].attach(surface, self._window)

    @property
    def most(self) -> int:
        """See `Pictures.most`."""
        return 1 if self._seats is None else len(self._items)

    @property
    def item(self) -> VideoItem:
        """The item of whoever has the focus."""
        return self._items[self._current]

    @property
    def feed(self) -> ViewportFeed:
        """What tells its player how large it is."""
        return self._feeds[self._current]

    def magnify(self, factor: Callable[[int], float]) -> None:
        """Whoever has the focus may be seen in part: see `ViewportFeed.magnify`."""
        self._magnification = factor
        self.feed.magnify(factor)

    def open(self, slot: int, ready: Callable[[], None]) -> None:
        """See `Pictures.open`."""
        if self._seats is None:
            return
        surface = self._seats.open(slot)
        self._waiting[slot] = ready
        self._items[slot].attach(surface, self._window)
        self._items[slot].update()
        feed = ViewportFeed(
            _ToSlot(self._seats, slot), self._window, self._items[slot], self._owner
        )
        self._feeds[slot] = feed
        feed.look_again()

    def close(self, slot: int) -> None:
        """See `Pictures.close`."""
        if self._seats is None:
            return
        self._waiting.pop(slot, None)
        feed = self._feeds.pop(slot)
        feed.stop()
        feed.deleteLater()
        self._seats.close(slot, self._items[slot].detach)

    def submit(self, slot: int, command: Command) -> None:
        """See `Pictures.submit`."""
        if self._seats is not None:
            self._seats.submit(slot, command)

    def take_over(self, slot: int) -> None:
        """See `Pictures.take_over`."""
        if self._seats is not None:
            self.item.look_around(None)
            self._see_in_part(None)
            self._current = slot
            self._see_in_part(self._magnification)
            self._seats.take_over(slot)

    def stop(self) -> None:
        """Say nothing more of sizes: the window is about to go."""
        for feed in self._feeds.values():
            feed.stop()

    def detach(self) -> None:
        """Free all surfaces."""
        for item in self._items:
            item.detach()

    def _see_in_part(self, factor: Callable[[int], float] | None) -> None:
        self.feed.magnify(factor)
        self.feed.look_again()

    def _ready(self, slot: int) -> None:
        ready = self._waiting.pop(slot, None)
        if ready is not None:
            ready()


class _ToSlot:
    """Implements `PlayerControls` for one slot."""

    def __init__(self, seats: Seats, slot: int) -> None:
        self._seats, self._slot = seats, slot

    def submit(self, command: Command) -> None:
        self._seats.submit(self._slot, command)
