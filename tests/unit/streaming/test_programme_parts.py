"""Events, chapters, the watchdog, fast switching, periods: decisions without a clock."""

from hypothesis import given
from hypothesis import strategies as st

from player.model.event import TimedEvent
from player.model.presentation import Period, TrackKind
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import LoadControl, Supply
from player.streaming.presentation.chapters import read_chapters
from player.streaming.presentation.event_schedule import EventSchedule
from player.streaming.presentation.period_order import (
    following_lane,
    following_period,
    period_end,
    playable_period,
)
from player.streaming.watchdog import Pulse, Remedy, Watchdog
from player.units import ByteCount, micros, seconds
from tests.unit.streaming.streaming_made import presentation, representation, track

LOW, TOP = representation("low", 400_000), representation("top", 4_000_000)
PICTURES = track("v", TrackKind.VIDEO, (LOW, TOP))


def _event(name: str, start: float) -> TimedEvent:
    return TimedEvent(scheme="urn:x", id=name, start=micros(start))


def _names(events: tuple[TimedEvent, ...]) -> list[str]:
    return [one.id for one in events]


def test_an_event_is_reached_once_for_each_pass_over_it() -> None:
    schedule = EventSchedule()
    schedule.tell([_event("b", 5), _event("a", 2)])
    schedule.moved(micros(0))
    assert _names(schedule.reached(micros(1))) == []
    assert _names(schedule.reached(micros(6))) == ["a", "b"]
    schedule.tell([_event("a", 2), _event("b", 5), _event("c", 7)])
    assert schedule.find(_event("d", 6.5))
    assert not schedule.find(_event("d", 6.5))
    assert _names(schedule.reached(micros(8))) == ["d", "c"]
    schedule.moved(micros(4))
    assert _names(schedule.reached(micros(6.5))) == ["b", "d"]


def test_chapters_are_read_in_the_viewers_language() -> None:
    body = (
        b'[{"start-time": 60, "titles": [{"language": "en", "title": "Two"}]},'
        b' {"start-time": 0.5, "titles": [{"language": "en", "title": "One"},'
        b' {"language": "pt", "title": "Um"}]}, {"chapter": 3}, 7, {"start-time": -1}]'
    )
    assert [(seconds(c.start), c.title) for c in read_chapters(body, "pt")] == [
        (0.5, "Um"),
        (60, "Two"),
    ]
    assert read_chapters(b"{}") == read_chapters(b"nonsense") == ()


@given(st.binary(max_size=40))
def test_no_chapter_list_breaks_anything(body: bytes) -> None:
    read_chapters(b'[{"start-time":' + body + b"}]")


def test_the_watchdog_tries_one_remedy_after_another_and_forgives() -> None:
    dog = Watchdog()

    def look(now: int, position: float, *, running: bool = True) -> Remedy | None:
        return dog.look(Pulse(now=micros(now), position=micros(position), running=running))

    assert [look(now, 3, running=False) for now in range(40)] == [None] * 40
    found = [look(now, 3) for now in range(40, 60)]
    assert [one for one in found if one] == list(Remedy)
    assert [look(now, now) for now in range(64, 90)] == [None] * 26
    assert [look(now, 89) for now in range(90, 94)] == [None] * 3 + [Remedy.NUDGE]


def test_much_is_buffered_on_good_lines_and_never_too_many_bytes() -> None:
    control = LoadControl()
    good = Supply(headroom=3, best=True)
    assert control.wants_more(micros(45), good)
    assert not control.wants_more(micros(45), Supply(headroom=3))
    assert not control.wants_more(micros(61), good)
    full = Supply(headroom=3, best=True, held=ByteCount(200 << 20))
    assert not control.wants_more(micros(5), full)
    assert control.wants_more(micros(3), full)
    assert control.start_goal(good) < control.start_goal(Supply())
    goals = [control.resume_goal(n) for n in range(1, 9)]
    assert goals == sorted(goals)
    assert goals[-1] == control.longest_resume


def _period(name: str, start: float, duration: float | None, *, empty: bool = False) -> Period:
    return Period(
        id=name,
        start=micros(start),
        duration=None if duration is None else micros(duration),
        tracks=() if empty else (PICTURES,),
    )


def test_periods_follow_each_other_over_gaps_and_bumpers() -> None:
    first, bumper = _period("1", 0, 10), _period("2", 12, 2)
    text, last = _period("3", 14, 6, empty=True), _period("4", 20, None)
    early = Period(id="5", start=micros(99), duration=None, tracks=(PICTURES,), early=True)
    film = presentation(first, bumper, text, last, early)
    lane = Lane(period=first, track=PICTURES, representation=TOP)

    def match(one: Period) -> object:
        return one.tracks[0] if one.tracks else None

    following = following_lane(film, lane, match)  # type: ignore[arg-type]
    assert following is not None
    assert (following.period.id, following.representation.id) == ("2", "top")
    after = following_lane(film, following, match)  # type: ignore[arg-type]
    assert after is not None
    assert after.period.id == "4"
    assert following_lane(film, after, match) is None  # type: ignore[arg-type]
    assert period_end(film, first) == micros(10)
    assert period_end(film, last) is None
    kinds = {True: frozenset({TrackKind.VIDEO}), False: frozenset[TrackKind]()}
    found = following_period(film, bumper, lambda one: kinds[bool(one.tracks)])
    assert found is last
    assert following_period(film, last, lambda _: kinds[True]) is None
    for position, wanted in ((5, "1"), (13, "2"), (15, "4"), (50, "4"), (200, "4")):
        found = playable_period(film, micros(position), lambda one: bool(one.tracks))
        assert found is not None
        assert found.id == wanted
