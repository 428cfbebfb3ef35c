"""Which events were reached: as a plain walk over all of them says, at a fraction of its cost."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from player.model.event import TimedEvent
from player.streaming.presentation.event_schedule import LARGEST, EventSchedule, event_key
from player.units import Micros, micros


def event(name: int, start: float, *, data: bytes = b"") -> TimedEvent:
    return TimedEvent(scheme="urn:x", id=str(name), start=micros(start), data=data)


def test_the_medias_word_counts_where_both_speak_of_an_event() -> None:
    schedule = EventSchedule()
    schedule.tell([event(1, 5)])
    schedule.find(event(1, 8, data=b"found"))
    schedule.moved(micros(0))
    assert schedule.reached(micros(6)) == ()
    assert [one.data for one in schedule.reached(micros(9))] == [b"found"]


def test_an_event_that_is_moved_is_reached_where_it_lies_now() -> None:
    schedule = EventSchedule()
    schedule.moved(micros(0))
    schedule.find(event(1, 5))
    schedule.find(event(1, 7))
    assert schedule.reached(micros(6)) == ()
    assert len(schedule.reached(micros(8))) == 1


def test_what_the_media_brought_long_ago_is_forgotten() -> None:
    schedule = EventSchedule()
    schedule.moved(micros(0))
    for number in range(2000):
        schedule.find(event(number, number))
        schedule.reached(micros(number))
    assert len(schedule._found.events) <= 602
    assert len(schedule._reached) <= 602


class Plain:
    """The same by a walk over all."""

    def __init__(self) -> None:
        self.told: dict[object, TimedEvent] = {}
        self.found: dict[object, TimedEvent] = {}
        self.seen: set[object] = set()
        self.last = Micros(-1)

    def reached(self, position: Micros) -> set[TimedEvent]:
        due = {
            one
            for key, one in (self.told | self.found).items()
            if self.last < one.start <= position and key not in self.seen
        }
        self.last = max(self.last, position)
        self.seen |= {event_key(one) for one in due}
        return due


WHAT = st.sampled_from(["tell", "find", "look", "seek"])
STEPS = st.lists(st.tuples(WHAT, st.integers(0, 9), st.integers(0, 20)), max_size=40)


@settings(max_examples=60)
@given(STEPS)
def test_it_says_what_a_walk_over_all_events_says(steps: list[tuple[str, int, int]]) -> None:
    schedule, plain = EventSchedule(), Plain()
    schedule.moved(micros(0))
    for step, name, at in steps:
        one = event(name, at)
        if step == "tell":
            schedule.tell([one, event(name + 1, at + 1)])
            plain.told = {event_key(e): e for e in (one, event(name + 1, at + 1))}
        elif step == "find":
            schedule.find(one)
            plain.found[event_key(one)] = one
        elif step == "seek":
            schedule.moved(micros(at))
            plain.last, plain.seen = Micros(micros(at) - 1), set()
        else:
            assert set(schedule.reached(micros(at))) == plain.reached(micros(at))


def test_a_look_costs_what_it_finds_and_not_what_is_known() -> None:
    def seconds(count: int) -> float:
        schedule = EventSchedule()
        schedule.tell(event(number, 5 + number) for number in range(count))
        for number in range(count, 3 * count):
            schedule.find(event(number, 5 + number))
        schedule.moved(micros(0))
        began = time.process_time()
        for tick in range(400):
            schedule.reached(micros(tick / 100))
        return time.process_time() - began

    assert seconds(LARGEST // 2) < 8 * max(seconds(LARGEST // 64), 0.005)
