"""What is buffered poorly and may be fetched again."""

from dataclasses import replace

import pytest

from player.abr.controller import AbandonInput, AbrInput, Decision, LadderRung, LineView, Queued
from player.abr.controllers import make_controller
from player.abr.replacement import Replacing, carries_twice, first_heavy, first_poor
from player.units import BitsPerSecond, Micros, micros

LOW = LadderRung(id="low", bandwidth=BitsPerSecond(400_000), height=180)
TOP = LadderRung(id="top", bandwidth=BitsPerSecond(4_000_000), height=1080)


def _queued(start: float, rung: LadderRung) -> Queued:
    return Queued(
        start=micros(start), duration=micros(6), bandwidth=rung.bandwidth, height=rung.height
    )


def _given(
    line: float | None, *queued: Queued, confidence: float = 1.0, at: float = 3
) -> AbrInput:
    rate = None if line is None else BitsPerSecond(round(line))
    return AbrInput(
        now=Micros(0),
        media_time=micros(36),
        buffer=micros(36 - at),
        segment_duration=micros(6),
        ladder=(LOW, TOP),
        playing="low",
        line=LineView(rate=rate, confidence=confidence),
        queued=queued,
    )


QUEUE = tuple(_queued(6 * number, LOW) for number in range(1, 6))


@pytest.mark.parametrize(
    ("line", "wanted", "since"),
    [(12e6, TOP, 12.0), (5e6, TOP, None), (None, TOP, None), (12e6, LOW, None)],
)
def test_low_rungs_well_ahead_are_fetched_again_on_a_good_line(
    line: float | None, wanted: LadderRung, since: float | None
) -> None:
    given = _given(line, *QUEUE)
    found = first_poor(given, wanted) if carries_twice(given, wanted) else None
    assert (found.start if found else None) == (None if since is None else micros(since))


def test_a_guess_is_worth_half_and_sound_counts() -> None:
    assert carries_twice(_given(6e6, confidence=1), TOP)
    assert not carries_twice(_given(6e6, confidence=0), TOP)
    loud = replace(_given(6e6), beside=BitsPerSecond(200_000))
    assert not carries_twice(loud, TOP)


class _ByPlace:
    """Takes the top rung from a moment on; remembers each question."""

    def __init__(self, since: float) -> None:
        self.since, self.asked = micros(since), 0

    def choose(self, given: AbrInput) -> Decision:
        self.asked += 1
        return Decision(rung=TOP if given.media_time >= self.since else LOW, reason="by the place")

    def abandon(self, given: AbandonInput) -> Decision | None:
        return None


def test_only_what_the_controller_itself_would_take_better_and_it_does_not_notice() -> None:
    given = _given(40e6, *QUEUE)
    stays = _ByPlace(24)
    assert Replacing(stays).choose(given).replace is None, "the first one would stay low"
    goes = _ByPlace(12)
    decision = Replacing(goes).choose(given)
    assert decision.replace == micros(12)
    assert decision.rung is TOP
    assert "poorer" in decision.reason
    assert stays.asked == goes.asked == 1


def test_a_controller_of_the_line_replaces_what_is_poor() -> None:
    decision = Replacing(make_controller("throughput")).choose(_given(40e6, *QUEUE))
    assert decision.replace == micros(12)
    assert Replacing(make_controller("throughput")).choose(_given(40e6)).replace is None


def test_what_cannot_be_decoded_is_replaced_whatever_the_line() -> None:
    heavy = [_queued(6 * number, TOP) for number in range(1, 6)]
    given = replace(_given(1e6, *heavy), dropped_rate=0.5, shown="top")
    found = first_heavy(given, LOW)
    assert found is not None
    assert found.start == micros(12)
    assert first_heavy(replace(given, dropped_rate=0.1), LOW) is None
    decision = Replacing(make_controller("throughput")).choose(given)
    assert (decision.rung, decision.replace) == (LOW, micros(12))
    assert "decode" in decision.reason
