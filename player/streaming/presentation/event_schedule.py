"""EventSchedule: which events of a programme playback has reached. Pure."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from player.model.event import TimedEvent
from player.units import Micros, micros

LARGEST = 4096
"""Events of the media that are remembered; a live channel brings new ones for days."""

KEPT = micros(600)
"""How long behind the picture an event can still be reached by a seek back."""

SWEEP = micros(1)
"""How often what lies behind is forgotten."""

Key = tuple[str, str, str]


class EventSchedule:
    """What the manifest says and what the media say, each event once for each pass over it.

    It is looked at ten times a second: a look costs what it finds, not what is known.
    """

    def __init__(self) -> None:
        """Begin with none, before any moment was reached."""
        self._told = _Line()
        self._found = _Line()
        self._reached: set[Key] = set()
        self._last: Micros | None = None
        self._swept = Micros(0)

    def tell(self, events: Iterable[TimedEvent]) -> None:
        """Take the manifest's whole list, instead of its former one."""
        self._told = _Line(events)

    def find(self, event: TimedEvent) -> bool:
        """Take an event that the media brought; tells whether it is new."""
        new = event_key(event) not in self._found.events
        self._found.add(event)
        while len(self._found.events) > LARGEST:
            self._found.drop(next(iter(self._found.events)))
        return new

    def moved(self, position: Micros) -> None:
        """Playback goes on elsewhere: what lies ahead can be reached again."""
        self._last = Micros(position - 1)
        self._reached.clear()

    def reached(self, position: Micros) -> tuple[TimedEvent, ...]:
        """The events whose start lies between the former moment and this one, in order."""
        last = Micros(position - 1) if self._last is None else self._last
        self._last = Micros(max(last, position))
        if not (self._told.events or self._found.events or self._reached):
            return ()
        due = {event_key(one): one for one in self._told.between(last, position)}
        for key in due.keys() & self._found.events.keys():  # the media's own word counts
            del due[key]
        due |= {event_key(one): one for one in self._found.between(last, position)}
        fresh = [one for key, one in due.items() if key not in self._reached]
        self._reached.update(due)
        if abs(position - self._swept) >= SWEEP:
            self._swept = position
            self._forget(Micros(position - KEPT))
        return tuple(sorted(fresh, key=lambda one: one.start))

    def _forget(self, before: Micros) -> None:
        self._found.drop_before(before)
        self._reached &= self._told.events.keys() | self._found.events.keys()


class _Line:
    """Events in the order of their starts."""

    def __init__(self, events: Iterable[TimedEvent] = ()) -> None:
        self.events = {event_key(one): one for one in events}
        self._starts = sorted((one.start, key) for key, one in self.events.items())

    def add(self, event: TimedEvent) -> None:
        """Take one, instead of what had its name."""
        key = event_key(event)
        former = self.events.get(key)
        if former is None or former.start != event.start:
            self.drop(key)
            insort(self._starts, (event.start, key))
        self.events[key] = event

    def drop(self, key: Key) -> None:
        """Forget one, where it is known."""
        former = self.events.pop(key, None)
        if former is not None:
            del self._starts[bisect_left(self._starts, (former.start, key))]

    def between(self, after: Micros, until: Micros) -> list[TimedEvent]:
        """Those that start later than `after`, and `until` then."""
        first = bisect_right(self._starts, after, key=lambda one: one[0])
        last = bisect_right(self._starts, until, key=lambda one: one[0])
        return [self.events[key] for _, key in self._starts[first:last]]

    def drop_before(self, start: Micros) -> None:
        """Forget those that start before a moment."""
        count = bisect_left(self._starts, start, key=lambda one: one[0])
        for _, key in self._starts[:count]:
            del self.events[key]
        del self._starts[:count]


def event_key(event: TimedEvent) -> Key:
    """What makes two events the same."""
    return event.scheme, event.value, event.id
