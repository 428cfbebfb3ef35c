"""The watchdog before and at the first picture."""

from player.streaming.watchdog import Pulse, Remedy, Watchdog
from player.units import micros


def _found(dog: Watchdog, begin: int, end: int, *, shown: bool) -> dict[int, Remedy]:
    """What is to be done in which second, while the picture stands still."""
    looks = {
        now: dog.look(Pulse(now=micros(now), position=micros(3), running=True, shown=shown))
        for now in range(begin, end)
    }
    return {now: one for now, one in looks.items() if one is not None}


def test_the_first_picture_has_twice_the_time() -> None:
    assert _found(Watchdog(), 0, 41, shown=False) == dict(
        zip(range(8, 41, 8), Remedy, strict=True)
    )
    assert _found(Watchdog(), 0, 21, shown=True) == dict(zip(range(4, 21, 4), Remedy, strict=True))


def test_what_was_waited_for_the_first_picture_does_not_count_against_the_second() -> None:
    dog = Watchdog()
    assert _found(dog, 0, 8, shown=False) == {}
    assert _found(dog, 8, 13, shown=True) == {12: Remedy.NUDGE}


def test_what_is_held_before_the_first_picture_waits() -> None:
    dog = Watchdog()
    held = Pulse(now=micros(100), position=micros(3), running=False, shown=False)
    assert dog.look(held) is None
    assert _found(dog, 101, 108, shown=False) == {}


def test_a_machine_that_slept_has_not_seen_the_picture_stand() -> None:
    dog = Watchdog()
    looks = ((0, 0), (1, 1), (2, 2), (40, 2), (41, 3))  # seconds, and where the picture is
    for now, position in looks:
        pulse = Pulse(now=micros(now), position=micros(position), running=True)
        assert dog.look(pulse) is None
