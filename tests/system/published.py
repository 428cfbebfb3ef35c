"""What a player has published so far, as every system test keeps it."""

from dataclasses import dataclass, field
from typing import TypeVar

from player.api import PlayerEvent, PlayerSnapshot

Event = TypeVar("Event", bound=PlayerEvent)


@dataclass(kw_only=True)
class Published:
    """Takes what a player publishes, in order."""

    events: list[PlayerEvent] = field(default_factory=list)
    snapshots: list[PlayerSnapshot] = field(default_factory=list)

    def take(self, message: PlayerEvent | PlayerSnapshot) -> None:
        """Keep an event or a snapshot."""
        if isinstance(message, PlayerSnapshot):
            self.snapshots.append(message)
        else:
            self.events.append(message)

    def of(self, kind: type[Event]) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def now(self) -> PlayerSnapshot:
        """The newest snapshot."""
        return self.snapshots[-1] if self.snapshots else PlayerSnapshot()
