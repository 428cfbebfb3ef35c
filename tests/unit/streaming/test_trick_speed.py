"""Other speeds: one owner of libmpv's, and when a live picture may hurry no more."""

import math
from dataclasses import replace

import pytest

from player.streaming.trick.hurry import HurryView, must_slow_down
from player.streaming.trick.speed import PlaybackSpeed, bounded
from player.units import micros
from tests.fakes.sink import FakeSink
from tests.fakes.sink_rig import StepClock


class _Told(FakeSink):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(StepClock())
        self.speeds: list[float] = []

    def set_speed(self, speed: float) -> None:
        super().set_speed(speed)
        self.speeds.append(speed)


@pytest.mark.parametrize(
    ("asked", "got"),
    [(0.1, 0.5), (0.5, 0.5), (1.3, 1.3), (2.0, 2.0), (9, 2.0), (math.nan, 1.0), (-2, 0.5)],
)
def test_speeds_beyond_the_bounds_are_the_nearest(asked: float, got: float) -> None:
    assert bounded(asked) == got


def test_the_viewers_speed_goes_before_the_rate_that_holds_a_latency() -> None:
    sink = _Told()
    speed = PlaybackSpeed(sink)
    speed.hold(1.03)
    speed.wish(1.5)
    speed.hold(0.97)
    assert (speed.wished, speed.told) == (1.5, 1.5)
    speed.wish(1.0)
    assert sink.speeds == [1.03, 1.5, 0.97], "never multiplied, never told twice"
    speed.reset()
    speed.reset()
    assert sink.speeds[3:] == [1.0]


_FAR = HurryView(
    speed=2.0,
    behind=micros(60),
    buffered=micros(8),
    reserve=micros(0.4),
    unfetched=micros(50),
    segment=micros(2),
)


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        ({}, False),
        ({"behind": micros(0.4)}, True),
        ({"behind": micros(0.4), "speed": 1.0}, False),
        ({"behind": micros(0.6)}, False),
        ({"buffered": micros(0.5)}, False),
        ({"buffered": micros(0.5), "unfetched": micros(3)}, True),
        ({"buffered": micros(2), "unfetched": micros(3)}, False),
        ({"behind": micros(-3), "speed": 1.25}, True),
    ],
)
def test_hurry_ends_at_the_live_point_or_where_the_last_bytes_run_out(
    changes: dict[str, object], over: bool
) -> None:
    assert must_slow_down(replace(_FAR, **changes)) is over  # type: ignore[arg-type]
