"""EventSchedule: which events of a programme playback has reached. Pure."""

from collections.abc import Iterable

from player.model.event import TimedEvent
from player.units import Micros, micros

LARGEST = 4096
"""Events of the media that are remembered; a live channel brings new ones for days."""

KEPT = micros(600)
"""How long behind the picture an event can still be reached by a seek back."""

Key = tuple[str, str, str]


class EventSchedule:
    """What the manifest says and what the media say, each event once for each pass over it."""

    def __init__(self) -> None:
        """Begin with none, before any moment was reached."""
        self._told: dict[Key, TimedEvent] = {}
        self._found: dict[Key, TimedEvent] = {}
        self._reached: set[Key] = set()
        self._last: Micros | None = None

    def tell(self, events: Iterable[TimedEvent]) -> None:
        """Take the manifest's whole list, instead of its former one."""
        self._told = {event_key(one): one for one in events}

    def find(self, event: TimedEvent) -> bool:
        """Take an event that the media brought; tells whether it is new."""
        key = event_key(event)
        new = key not in self._found
        self._found[key] = event
        while len(self._found) > LARGEST:
            self._found.pop(next(iter(self._found)))
        return new

    def moved(self, position: Micros) -> None:
        """Playback goes on elsewhere: what lies ahead can be reached again."""
        self._last = Micros(position - 1)
        self._reached.clear()

    def reached(self, position: Micros) -> tuple[TimedEvent, ...]:
        """The events whose start lies between the former moment and this one, in order."""
        last = position - 1 if self._last is None else self._last
        self._last = Micros(max(last, position))
        due = [
            one
            for key, one in (self._told | self._found).items()
            if last < one.start <= position and key not in self._reached
        ]
        self._reached.update(event_key(one) for one in due)
        self._forget(Micros(position - KEPT))
        return tuple(sorted(due, key=lambda one: one.start))

    def _forget(self, before: Micros) -> None:
        gone = [key for key, one in self._found.items() if one.start < before]
        for key in gone:
            del self._found[key]
        known = self._told.keys() | self._found.keys()
        self._reached &= known


def event_key(event: TimedEvent) -> Key:
    """What makes two events the same."""
    return event.scheme, event.value, event.id
