"""One picture of multi-view: who plays it, what, and how that goes."""

from collections.abc import Callable
from dataclasses import dataclass

from player.api import Command, PlayerSnapshot, PlayerState
from ui.failure import sentence

_WAITING = {PlayerState.LOADING, PlayerState.BUFFERING}


@dataclass(slots=True)
class Tile:
    """A picture: its slot is who plays it, for as long as it is there."""

    slot: int
    channel: str
    snapshot: PlayerSnapshot

    def take(self, snapshot: PlayerSnapshot) -> bool:
        """Keep the newest word of it; says whether it stands otherwise now."""
        before, self.snapshot = self.snapshot, snapshot
        return before.state is not snapshot.state or before.failure is not snapshot.failure

    @property
    def waiting(self) -> bool:
        """Whether there is no picture yet, or it waits for the network."""
        return self.snapshot.state in _WAITING

    @property
    def paused(self) -> bool:
        """Whether the viewer paused it."""
        return self.snapshot.state is PlayerState.PAUSED

    @property
    def sentence(self) -> str:
        """Why it does not play, "" where it does."""
        failed = self.snapshot.state is PlayerState.FAILED
        return sentence(self.snapshot.failure) if failed else ""


class OneAlone:
    """Implements `ui.ports.Pictures` where there is nobody to make more of them."""

    @property
    def most(self) -> int:
        """See `Pictures.most`."""
        return 1

    def open(self, slot: int, ready: Callable[[], None]) -> None:
        """Nothing is ever opened."""

    def close(self, slot: int) -> None:
        """Nothing is ever closed."""

    def submit(self, slot: int, command: Command) -> None:
        """The one picture hears the window itself."""

    def take_over(self, slot: int) -> None:
        """It always has."""
