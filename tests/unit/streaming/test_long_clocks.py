"""A channel of joints, for days: what lies far behind is forgotten, what is played is not."""

import time

from player.model.presentation import TrackKind
from player.model.sample import Sample
from player.streaming.feed.epoch_feed import MOST_MARKS, StreamTimes
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.timeline import MOST_CLOCKS, MediaTimeline
from player.units import Micros, micros
from tests.fakes.virtual import _HEADS, VIDEO
from tests.unit.streaming.streaming_made import segment

LONG = 20_000
"""A week of two joints a minute."""


def test_a_timeline_of_many_joints_knows_the_latest_and_stays_small() -> None:
    timeline = MediaTimeline()
    for number in range(5 * MOST_CLOCKS):
        timeline.offset(segment(number, discontinuity=number), micros(1000))
    assert len(timeline._clocks) == len(timeline._by_key) == MOST_CLOCKS
    assert timeline.known(0) is None
    last = 5 * MOST_CLOCKS - 1
    assert timeline.known(last) == micros(last * 6 - 1000)


def test_the_clock_that_is_played_is_not_forgotten_for_those_that_come() -> None:
    """As of an endless film whose breaks are discontinuities of their own."""
    timeline = MediaTimeline()
    film = timeline.place(segment(0), micros(500))
    for number in range(1, 3 * MOST_CLOCKS):
        timeline.place(segment(number, discontinuity=number), micros(9))
        timeline.drift(film, segment(number), micros(500 + number * 6))
    assert timeline.known(0) == micros(-500)


def test_a_forgotten_clock_has_no_drift_and_is_learned_again() -> None:
    timeline = MediaTimeline()
    first = timeline.place(segment(0), micros(500))
    for number in range(1, 2 * MOST_CLOCKS):
        timeline.place(segment(number, discontinuity=number), micros(9))
    assert timeline.drifted(first) == timeline.drift(first, segment(0), micros(900)) == 0
    again = timeline.place(segment(0), micros(500))
    assert again.offset == first.offset
    assert again.clock != first.clock


def test_asking_costs_the_same_after_days() -> None:
    def seconds(joints: int) -> float:
        timeline = MediaTimeline()
        for number in range(joints):
            timeline.offset(segment(number, discontinuity=number), micros(9))
        began = time.process_time()
        for _ in range(2000):
            timeline.knows(segment(joints, discontinuity=joints - 1))
        return time.process_time() - began

    assert seconds(4000) < 8 * max(seconds(40), 0.01)


def _picture(number: int, clock: int) -> TimedSample:
    at = micros(number * 6)
    sample = Sample(stream=0, pts=at, dts=at, duration=micros(6), key=True, data=b"x")
    return TimedSample(
        kind=TrackKind.VIDEO,
        head=_HEADS[VIDEO],
        sample=sample,
        pts=Micros(at + clock % 7),
        dts=at,
        run=clock,
        clock=clock,
        drift=Micros(clock % 5),
    )


def test_a_stream_of_many_joints_stays_small_and_tells_where_it_is() -> None:
    times = StreamTimes.beginning(_picture(0, 0))
    end = Micros(0)
    for number in range(LONG):
        item = _picture(number, number)
        at = times.lead(item, end)
        end = Micros(at + micros(6))
    assert len(times.spans) <= MOST_CLOCKS
    assert len(times.marks) <= MOST_MARKS
    last = _picture(LONG - 1, LONG - 1)
    assert times.at(last) == end - micros(6)
    assert times.presentation(Micros(end - micros(6))) == last.pts - last.drift
    near = _picture(LONG - 20, LONG - 20)
    assert times.knows(near)


def test_holes_in_one_clock_for_days_stay_few() -> None:
    times = StreamTimes.beginning(_picture(0, 0))
    end = Micros(0)
    for number in range(0, LONG, 2):
        item = _picture(number, 0)
        end = Micros(times.lead(item, end) + micros(6))
    assert len(times.spans[0]) <= 2 * MOST_MARKS
    assert times.at(_picture(LONG - 2, 0)) == end - micros(6)
