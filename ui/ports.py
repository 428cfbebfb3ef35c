"""What the window asks of the rest of the house; `app` binds it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from catalog.model import Channel, NowNext
from player.api import Command


class PlayerControls(Protocol):
    """The way down to the engine: fire and forget, returns at once. Qt thread."""

    def submit(self, command: Command) -> None:
        """Hand a command to the engine thread."""
        ...


class CatalogQueries(Protocol):
    """Questions to the catalogue thread; `then` is called later, in the Qt thread."""

    def channels(self, then: Callable[[Sequence[Channel]], None]) -> None:
        """Ask for all channels in the viewer's order."""
        ...

    def now_next(self, at: int, then: Callable[[Mapping[str, NowNext]], None]) -> None:
        """Ask for every channel's current and next programme at POSIX time `at`, by channel id."""
        ...
