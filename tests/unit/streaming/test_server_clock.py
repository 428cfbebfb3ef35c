"""What hints at the server's time, and how far each is believed."""

from player.streaming.fetch.server_clock import MOST_LEARNED, ServerClock
from player.units import Micros, micros


def _date(clock: ServerClock, server: float, ours: float) -> float:
    clock.date(micros(server), micros(ours))
    return clock.skew / 1e6


def test_clocks_agree_until_somebody_says_otherwise() -> None:
    assert ServerClock().skew == 0
    assert _date(ServerClock(), 100, 100.4) == 0, "a date has whole seconds"
    assert _date(ServerClock(), 100, 101.9) == 0


def test_a_date_far_off_is_believed_in_the_middle_of_its_second() -> None:
    assert _date(ServerClock(), 140, 100) == 40.5
    assert _date(ServerClock(), 60, 100) == -39.5


def test_an_old_copys_date_does_not_set_the_clock_back() -> None:
    clock = ServerClock()
    assert _date(clock, 140, 100) == 40.5
    assert _date(clock, 120, 110) == 40.5
    assert _date(clock, 160, 110) == 50.5, "a newer one sets it forward"


def test_a_time_source_is_believed_before_all() -> None:
    clock = ServerClock()
    clock.tell(micros(3))
    assert _date(clock, 140, 100) == 3
    clock.published(micros(900), micros(100))
    assert clock.skew == micros(3)


def test_nothing_is_published_in_the_future() -> None:
    clock = ServerClock()
    clock.published(micros(90), micros(100))
    assert clock.skew == 0
    clock.published(micros(110), micros(100))
    assert clock.skew == micros(10)


def test_refusals_at_the_edge_set_it_back_within_bounds() -> None:
    clock = ServerClock()
    clock.refused(micros(2))
    assert clock.skew == -micros(2)
    clock.refused(micros(100))
    assert clock.skew == -MOST_LEARNED
    clock.refused(micros(1))
    assert clock.skew == -MOST_LEARNED
    clock.refused(Micros(-5))
    assert clock.skew == -MOST_LEARNED


def test_what_was_learned_stays_when_a_date_comes() -> None:
    clock = ServerClock()
    clock.refused(micros(1))
    assert _date(clock, 140, 100) == 39.5
