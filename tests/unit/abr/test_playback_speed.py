"""Another playback speed: the same state, seen over a line that is slower by that much."""

from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from player.abr.controller import AbandonInput, AbrInput, LadderRung, LineView
from player.abr.controllers import make_controller
from player.abr.farol import FarolController
from player.abr.outlook import Outlooks
from player.abr.playback_speed import at_speed, in_real_time, under_way_at
from player.units import BitsPerSecond, ByteCount, Micros, micros

RATES = (400, 800, 1400, 2800, 5000)
LADDER = tuple(
    LadderRung(id=str(place), bandwidth=BitsPerSecond(1000 * kbps), height=180 * (place + 1))
    for place, kbps in enumerate(RATES)
)
OUTLOOKS = Outlooks()
SPEEDS = st.sampled_from([0.5, 0.75, 1.0, 1.25, 1.5, 2.0])


def line(*mbps: float) -> LineView:
    recent = tuple(BitsPerSecond(round(1e6 * one)) for one in mbps)
    return LineView(
        rate=recent[-1], low=min(recent), recent=recent, latency=micros(0.05), confidence=1.0
    )


def told(**changes: object) -> AbrInput:
    usual: dict[str, object] = {
        "now": micros(100),
        "media_time": micros(120),
        "buffer": micros(20),
        "segment_duration": micros(2),
        "ladder": LADDER,
        "playing": "2",
        "line": line(*[3.0] * 12),
    }
    return AbrInput(**(usual | changes))  # type: ignore[arg-type]


def chosen(name: str, given: AbrInput) -> int:
    controller = make_controller(name, OUTLOOKS)
    decision = controller.choose(given)
    if isinstance(controller, FarolController):
        while controller.think():
            pass
        decision = FarolController(OUTLOOKS).choose(given)
    return int(decision.rung.id)


@settings(max_examples=150, deadline=None)
@examples(
    name=st.sampled_from(["farol", "throughput", "dynamic", "bola", "robust-mpc"]),
    base=st.floats(0.05, 20),
    shape=st.lists(st.floats(0.6, 1.6), min_size=1, max_size=20),
    buffer=st.floats(0, 30),
    playing=st.sampled_from(["0", "1", "2", "3", "4"]),
    speeds=st.tuples(SPEEDS, SPEEDS),
    saved=st.sampled_from([None, 600_000, 1_500_000, 3_000_000]),
)
def test_a_higher_speed_never_gives_a_higher_rung(
    name: str,
    base: float,
    shape: list[float],
    buffer: float,
    playing: str,
    speeds: tuple[float, float],
    saved: int | None,
) -> None:
    seen = line(*(base * one for one in shape))
    given = told(line=seen, buffer=micros(buffer), playing=playing, max_bandwidth=saved)
    slower, faster = sorted(speeds)
    assert chosen(name, at_speed(faster, given)) <= chosen(name, at_speed(slower, given))


@pytest.mark.parametrize(("speed", "rung"), [(0.5, "4"), (1.0, "3"), (1.5, "2"), (2.0, "2")])
def test_the_line_must_bear_what_is_played_in_a_second(speed: float, rung: str) -> None:
    given = told(line=line(*[3.0] * 12), playing="3", buffer=micros(3))
    assert chosen("throughput", at_speed(speed, given)) <= int(rung)
    assert chosen("farol", at_speed(speed, given)) <= int(rung)
    if speed == 1.0:
        assert at_speed(speed, given) is given


@pytest.mark.parametrize(
    "caps",
    [
        {"max_height": 540},
        {"decoder_height": 540},
        {"viewport_height": 500},
        {"max_bandwidth": BitsPerSecond(1_500_000)},
    ],
)
@pytest.mark.parametrize("name", ["farol", "throughput"])
def test_slowly_played_no_cap_is_passed(name: str, caps: dict[str, object]) -> None:
    given = told(line=line(*[50.0] * 12), **caps)
    assert chosen(name, given) == chosen(name, at_speed(0.5, given)) == 2


def test_what_a_metered_line_may_carry_in_a_second_is_less_media() -> None:
    given = told(line=line(*[50.0] * 12), max_bandwidth=BitsPerSecond(3_000_000))
    assert (chosen("throughput", given), chosen("throughput", at_speed(2.0, given))) == (3, 2)


def under_way(received: int) -> AbandonInput:
    return AbandonInput(
        now=micros(101),
        started=micros(100),
        first_byte=micros(100.1),
        received=ByteCount(received),
        buffer=micros(1.5),
        segment_duration=micros(2),
        ladder=LADDER,
        rung=LADDER[3],
        pieces=20,
        line=line(*[2.8] * 12),
    )


def test_a_segment_that_would_come_in_time_at_one_speed_is_given_up_at_twice_that() -> None:
    """Half of it came in a second: the rest takes another, in which two of media are played."""
    given = under_way(350_000)
    controller = make_controller("throughput")
    assert under_way_at(1.0, given) is given
    assert controller.abandon(given) is None
    faster = under_way_at(2.0, given)
    assert faster.now - faster.started == micros(2)
    decision = controller.abandon(faster)
    assert decision is not None
    assert decision.rung.id == "1"
    assert under_way_at(2.0, replace(given, first_byte=None)).first_byte is None


def test_waits_are_told_as_they_last() -> None:
    assert in_real_time(1.0, micros(3)) == micros(3)
    assert in_real_time(2.0, micros(3)) == micros(1.5)
    assert in_real_time(0.5, Micros(0)) == 0


def test_of_a_line_that_nobody_knows_nothing_is_known_at_any_speed() -> None:
    assert at_speed(2.0, told(line=LineView(), playing=None)).line.rate is None
