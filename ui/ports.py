"""What the window asks of the rest of the house; `app` binds it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog.model import Channel, NowNext
from player.api import Command
from player.ports import VideoSurface


class PlayerControls(Protocol):
    """The way down to the engine: fire and forget, returns at once. Qt thread."""

    def submit(self, command: Command) -> None:
        """Hand a command to the engine thread."""
        ...


class Seats(Protocol):
    """Who plays each picture of multi-view: a slot has a player and its libmpv. Qt thread.

    Slot 0 is there from the start; the window's own commands go to it until another takes over.
    """

    def open(self, slot: int) -> VideoSurface:
        """Make a player for an empty slot; gives where its pictures come out.

        Raises OSError where libmpv cannot be made; the slot stays empty.
        """
        ...

    def close(self, slot: int, free: Callable[[], None]) -> None:
        """End a slot's player, then `free` its surface, then its libmpv."""
        ...

    def submit(self, slot: int, command: Command) -> None:
        """Hand a command to one slot's player."""
        ...

    def take_over(self, slot: int) -> None:
        """The window's commands go to this slot from now on."""
        ...


class Pictures(Protocol):
    """Slots that can be seen: `ui.picture_stage` binds players and items of the scene."""

    @property
    def most(self) -> int:
        """How many there may be at once."""
        ...

    def open(self, slot: int, ready: Callable[[], None]) -> None:
        """Make a picture; `ready` is called once something may be loaded there.

        Raises OSError where there can be none.
        """
        ...

    def close(self, slot: int) -> None:
        """Take a picture away."""
        ...

    def submit(self, slot: int, command: Command) -> None:
        """See `Seats.submit`."""
        ...

    def take_over(self, slot: int) -> None:
        """See `Seats.take_over`."""
        ...


class CatalogQueries(Protocol):
    """Questions to the catalogue thread; `then` is called later, in the Qt thread."""

    def channels(self, then: Callable[[Sequence[Channel]], None]) -> None:
        """Ask for all channels in the viewer's order."""
        ...

    def now_next(self, at: int, then: Callable[[Mapping[str, NowNext]], None]) -> None:
        """Ask for every channel's current and next programme at POSIX time `at`, by channel id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRecording:
    """A channel's recording under way; `running`: nothing keeps it from being written now.

    `failed` says why one that was ordered here is over without anything; it is told once. So is
    `resumed`: when one was begun (POSIX seconds) that is gone on with now, after nobody did.
    """

    title: str
    running: bool
    failed: str = ""
    resumed: int | None = None


class RecordingDesk(Protocol):
    """Where recordings are ordered. Qt thread; `then` is called there later, with what went wrong.

    Recordings go on when the window is gone.
    """

    @property
    def place(self) -> str:
        """Where recordings lie, for the viewer."""
        ...

    def record(
        self, channel: Channel, title: str, until: int | None, then: Callable[[str], None]
    ) -> None:
        """Record from now on until POSIX time `until`, or until told.

        What `then` hears is no trouble where it is recorded to another end than was asked for.
        """
        ...

    def stop(self, channel: str, then: Callable[[str], None]) -> None:
        """End what records the channel with this id."""
        ...

    def under_way(self, then: Callable[[Mapping[str, ChannelRecording]], None]) -> None:
        """Ask what is being recorded, by channel id."""
        ...
