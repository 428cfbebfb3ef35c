from collections.abc import Iterable

import pytest
from hypothesis import example, settings
from hypothesis import given as examples
from hypothesis import strategies as st

from player.abr.controller import (
    AbandonInput,
    AbrInput,
    Decision,
    LadderRung,
    LineView,
    Queued,
    Thinker,
)
from player.abr.controllers import make_controller
from player.abr.farol import FarolController
from player.abr.outlook import Outlooks
from player.units import BitsPerSecond, ByteCount, Micros, micros

RATES = (400, 800, 1400, 2800, 5000)
LADDER = tuple(
    LadderRung(id=str(place), bandwidth=BitsPerSecond(1000 * kbps), height=100 * (place + 1))
    for place, kbps in enumerate(RATES)
)
OUTLOOKS = Outlooks()  # what one test has thought over, the next need not
BITS = st.integers(1, 60_000_000)


def line(*mbps: float) -> LineView:
    recent = tuple(BitsPerSecond(round(1e6 * one)) for one in mbps)
    return LineView(rate=recent[-1] if recent else None, recent=recent, confidence=1.0)


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


def thoughtful(*, before: AbrInput | None = None) -> FarolController:
    """One that has thought over the usual ladder, or that of an input."""
    controller = FarolController(OUTLOOKS)
    controller.choose(before or told())
    while controller.think():
        pass
    return controller


def chosen(given: AbrInput) -> Decision:
    return thoughtful(before=given).choose(given)


@pytest.mark.parametrize(
    ("changes", "rung", "word"),
    [
        ({"line": LineView(), "playing": None}, "0", "nothing is known"),
        ({"line": line(4.0), "playing": None}, "3", "up"),
        ({"line": line(*[2.5] * 12)}, "2", "stays"),
        ({"line": line(*[4.0] * 12)}, "3", "up"),
        ({"line": line(*[50.0] * 12)}, "4", "up"),
        ({"line": line(*[0.3] * 12), "buffer": micros(4)}, "0", "down"),
        ({"line": line(*[1.5] * 12)}, "2", "stays"),
        ({"line": line(*[50.0] * 12), "max_height": 300}, "2", "stays"),
        ({"line": line(*[50.0] * 12), "max_bandwidth": 3_000_000}, "3", "up"),
        ({"line": line(*[50.0] * 12), "viewport_height": 350}, "3", "up"),
        ({"line": line(*[0.2] * 12), "fixed": "4"}, "4", "fixed by the viewer"),
        ({"line": line(*[50.0] * 12), "dropped_rate": 0.5, "playing": "2"}, "1", "stays"),
        ({"line": line(*[3.0] * 12), "beside": 2_000_000, "playing": "1"}, "1", "stays"),
    ],
)
def test_choices(changes: dict[str, object], rung: str, word: str) -> None:
    decision = chosen(told(**changes))
    assert (decision.rung.id, word in decision.reason) == (rung, True), decision.reason


def test_every_reason_names_the_line_the_buffer_and_the_next_best() -> None:
    reason = chosen(told()).reason
    for word in ("line 2.9", "buffer 20.0 s", "Mb/s -"):
        assert word in reason
    assert "\n" not in reason


def test_it_is_careful_until_it_has_thought() -> None:
    fresh = FarolController()
    assert isinstance(fresh, Thinker)
    given = told(line=line(*[50.0] * 12), playing="1")
    assert fresh.choose(given).rung.id == "2"  # no more than a rung at a time
    while fresh.think():
        pass
    assert fresh.choose(given).rung.id == "4"


def test_what_one_channel_thought_over_serves_the_next() -> None:
    outlooks = Outlooks()
    first = FarolController(outlooks)
    first.choose(told())
    while first.think():
        pass
    second = make_controller("farol", outlooks)
    assert "nothing else known" not in second.choose(told()).reason


def test_a_line_that_became_good_betters_what_is_buffered() -> None:
    queued = tuple(
        Queued(start=micros(at), duration=micros(2), bandwidth=BitsPerSecond(400_000))
        for at in range(106, 120, 2)
    )
    given = told(line=line(*[0.5] * 12, *[20.0] * 4), playing="0", queued=queued)
    decision = chosen(given)
    assert (decision.rung.id, decision.wait) == ("4", 0)
    assert decision.replace is not None
    assert "again" in decision.reason
    held = tuple(
        Queued(start=one.start, duration=one.duration, bandwidth=LADDER[4].bandwidth)
        for one in queued
    )
    assert chosen(told(line=given.line, playing="4", queued=held)).replace is None


def test_a_bad_line_betters_nothing() -> None:
    queued = tuple(
        Queued(start=micros(at), duration=micros(2), bandwidth=BitsPerSecond(400_000))
        for at in range(106, 120, 2)
    )
    given = told(line=line(*[0.5] * 12), playing="0", queued=queued)
    assert chosen(given).replace is None


def test_no_rung_is_fetched_that_makes_the_picture_wait_where_a_lower_one_does_not() -> None:
    """QoE_lin gains by a stall of 0.2 s in each segment; no viewer does."""
    given = told(line=line(*[4.5] * 12), playing="4", buffer=micros(2), buffer_limit=micros(10))
    assert chosen(given).rung.id < "4"


def test_what_comes_in_chunks_need_not_be_there_whole() -> None:
    """Two seconds behind, the buffer is never as long as a segment takes to come."""
    near = {"line": line(*[4.2] * 12), "buffer": micros(1.3), "buffer_limit": micros(2)}
    edge = {"latency": micros(2), "target_latency": micros(2), "playing": "3"}
    assert chosen(told(**near, **edge)).rung.id < "3"
    assert chosen(told(**near, **edge, step=micros(0.4))).rung.id == "3"


def test_a_picture_that_stands_waits_for_half_a_segment_as_at_a_start() -> None:
    given = told(line=line(*[20.0] * 12), playing="4", buffer=Micros(0))
    assert chosen(given).rung.id == "4"


def test_a_rung_that_is_gone_is_remembered_by_what_it_took() -> None:
    controller = thoughtful(before=told(line=line(*[5.5] * 12), playing="4"))
    assert controller.choose(told(line=line(*[5.5] * 12), playing="4")).rung.id == "4"
    decision = controller.choose(told(line=line(*[5.5] * 12), playing="of the period before"))
    assert "stays" in decision.reason


def test_segments_of_many_lengths_are_thought_over_once() -> None:
    controller = thoughtful(before=told(segment_duration=micros(4)))
    for length in (2.4, 5.1, 3.2, 4.8, 2.9, 5.6):
        decision = controller.choose(told(segment_duration=micros(length)))
        assert "nothing else known" not in decision.reason
        assert not controller.think()


# ---- giving up --------------------------------------------------------------------------------


def looks(
    rung: int, mbps: Iterable[float], asked: AbrInput | None = None, **changes: object
) -> list[Decision | None]:
    """What is decided while a segment comes at so many Mbit/s, one figure for each 0.1 s."""
    asked = asked or told(line=line(*[8.0] * 12), playing=str(rung))
    controller = thoughtful(before=asked)
    controller.choose(asked)
    received, found = 0.0, []
    for look, rate in enumerate(mbps):
        received += rate * 1e6 / 8 * 0.1
        usual: dict[str, object] = {
            "now": micros(200 + 0.1 * (look + 1)),
            "started": micros(199.95),
            "first_byte": micros(200),
            "received": ByteCount(round(received)),
            "buffer": micros(6 - 0.1 * look),
            "segment_duration": micros(2),
            "ladder": LADDER,
            "rung": LADDER[rung],
        }
        found.append(controller.abandon(AbandonInput(**(usual | changes))))  # type: ignore[arg-type]
    return found


def test_a_segment_whose_line_broke_down_is_given_up() -> None:
    found = [one for one in looks(4, [8.0, *[0.2] * 30]) if one]
    assert found
    assert int(found[0].rung.id) < 4
    assert "given up" in found[0].reason


def test_near_the_live_point_a_whole_segment_is_given_up_by_the_plain_rule() -> None:
    """By its worth it would be waited for: it comes at a third of the line's former rate."""
    far = told(line=line(*[8.0] * 12), playing="4")
    near = told(line=line(*[8.0] * 12), playing="4", target_latency=micros(4))
    coming: dict[str, object] = {"pieces": 6, "buffer": micros(8), "segment_duration": micros(1)}
    whole = coming | {"expected_size": ByteCount(700_000)}
    slower = [2.5] * 8
    assert any(looks(4, slower, near, **whole))
    assert not any(looks(4, slower, far, **whole)), "elsewhere it comes in time"
    assert not any(looks(4, slower, near, **coming)), "it may come as it is made"


@pytest.mark.parametrize(
    ("cap", "rung"),
    [({"viewport_height": 350}, 3), ({"max_height": 400}, 3), ({"max_bandwidth": 3_000_000}, 3)],
    ids=["window", "height", "bandwidth"],
)
def test_what_a_cap_allowed_is_given_up_too(cap: dict[str, object], rung: int) -> None:
    asked = told(line=line(*[8.0] * 12), playing=str(rung), **cap)
    found = [one for one in looks(rung, [8.0, *[0.1] * 30], asked) if one]
    assert found
    assert int(found[0].rung.id) < rung


def test_what_was_left_alone_meanwhile_is_not_fallen_back_on() -> None:
    found = [one for one in looks(3, [8.0, *[0.1] * 30], ladder=LADDER[1:4]) if one]
    assert found
    assert {one.rung.id for one in found} <= {"1", "2"}


@pytest.mark.parametrize(
    ("rung", "mbps", "changes"),
    [
        (4, [8.0] * 12, {}),
        (0, [0.1] * 40, {}),
        (4, [0.0] * 4, {}),
        (4, [0.2] * 30, {"first_byte": None}),
        (4, [5.5] * 20, {"buffer": micros(20)}),
    ],
    ids=["good", "nothing lower", "too early", "no byte yet", "in time"],
)
def test_others_are_not(rung: int, mbps: list[float], changes: dict[str, object]) -> None:
    assert not any(looks(rung, mbps, None, **changes))


def test_bytes_that_come_again_after_a_silence_are_not_given_up() -> None:
    found = looks(4, [8.0] * 8 + [0.0] * 3 + [8.0] * 6, buffer=micros(12))
    assert not any(found)


def test_what_is_there_already_is_left_as_it_was_when_the_line_breaks_down() -> None:
    found = [one for one in looks(4, [8.0, *[0.1] * 30], again=True) if one]
    assert found
    assert "left as it was" in found[0].reason


# ---- what always holds ------------------------------------------------------------------------


ODD = st.builds(
    told,
    buffer=st.integers(0, 60_000_000).map(Micros),
    buffer_limit=st.integers(0, 90_000_000).map(Micros),
    segment_duration=st.integers(1, 12_000_000).map(Micros),
    playing=st.sampled_from([None, "gone", "0", "2", "4"]),
    line=st.builds(
        LineView,
        rate=st.none() | BITS.map(BitsPerSecond),
        recent=st.lists(BITS.map(BitsPerSecond), max_size=20).map(tuple),
    ),
    ladder=st.sampled_from([LADDER, LADDER[:1], LADDER[::4], (LADDER[0], LADDER[0], LADDER[1])]),
    reserve=st.integers(0, 2_000_000).map(Micros),
    beside=st.integers(0, 400_000).map(BitsPerSecond),
)


@settings(max_examples=60, deadline=None)
@examples(given=ODD, thought=st.booleans())
def test_it_never_leaves_the_ladder_and_never_waits(given: AbrInput, *, thought: bool) -> None:
    controller = FarolController()
    for _ in range(2):
        decision = controller.choose(given)
        assert decision.rung in given.ladder
        assert decision.wait == 0
        assert decision.reason
        for _ in range(2 if thought else 0):
            controller.think()


GAPS = (148, 160, 276, 777, 1164, 1239, 2039, 9814)
"""Rungs that lie far apart: there it may be worth more to save up for the next one."""


def weighing(rates: tuple[int, ...], scene: float) -> tuple[LadderRung, ...]:
    """A ladder whose next segment weighs so much more than the mean."""
    return tuple(
        LadderRung(
            id=str(place),
            bandwidth=BitsPerSecond(1000 * kbps),
            sizes=(ByteCount(round(250 * kbps * scene)),),
        )
        for place, kbps in enumerate(rates)
    )


@settings(max_examples=250, deadline=None)
@examples(
    base=st.floats(0.05, 20),
    shape=st.lists(st.floats(0.6, 1.6), min_size=1, max_size=20),
    factor=st.floats(1.001, 8),
    buffer=st.floats(0, 28),
    playing=st.sampled_from(["0", "1", "2", "3", "4"]),
    rates=st.sampled_from([RATES, GAPS]),
    scene=st.sampled_from([0.7, 1.0, 1.2, 1.25, 1.6]),
)
@example(base=4.0, shape=[1.0, 1.0], factor=2.0, buffer=3.0, playing="0", rates=GAPS, scene=1.6)
def test_a_higher_estimate_never_gives_a_lower_rung(
    base: float,
    shape: list[float],
    factor: float,
    buffer: float,
    playing: str,
    rates: tuple[int, ...],
    scene: float,
) -> None:
    recent = [base * one for one in shape]
    usual = {
        "buffer": micros(buffer),
        "playing": playing,
        "ladder": weighing(rates, scene),
    }
    given = told(line=line(*recent), **usual)
    better = told(line=line(*[factor * one for one in recent]), **usual)
    assert int(chosen(given).rung.id) <= int(chosen(better).rung.id)
