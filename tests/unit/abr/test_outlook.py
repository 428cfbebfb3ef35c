"""What was thought over once serves again, and what is worth fetching again."""

import pytest

from player.abr.controller import AbrInput, LadderRung, LineView, Queued
from player.abr.controllers import make_controller, make_replacing
from player.abr.farol import FarolController
from player.abr.outlook import Outlooks, terms_of
from player.abr.replacement import Replacing
from player.units import BitsPerSecond, Micros, micros

RATES = (0.4, 1.5, 4.0)
GOOD = [0.9, 1.0, 20.0, 21.0, 20.0]
LADDER = tuple(
    LadderRung(id=name, bandwidth=BitsPerSecond(round(rate * 1e6)), height=height)
    for name, rate, height in zip(("low", "mid", "top"), RATES, (180, 360, 540), strict=True)
)


def _thought(outlooks: Outlooks, length: float = 6, limit: float = 30) -> None:
    outlooks.of(terms_of(RATES, length, limit), GOOD, None)
    for _ in range(100):
        if not outlooks.think():
            return
    pytest.fail("it never comes to an end")


@pytest.fixture(scope="module")
def outlooks() -> Outlooks:
    """Those that were thought over for a buffer of 30 s."""
    made = Outlooks()
    _thought(made)
    return made


# ---- thinking -------------------------------------------------------------------------------


def test_what_is_nearly_the_same_stands_in_until_it_is_thought_over_itself(
    outlooks: Outlooks,
) -> None:
    wider = outlooks.of(terms_of(RATES, 6, 48), GOOD, None)
    assert wider.value.ready
    assert wider.value.terms.limit == 30
    better_known = outlooks.of(terms_of([0.36, 1.35, 3.6], 6, 30), GOOD, None)
    assert better_known.value.ready
    _thought(outlooks, limit=48)
    assert outlooks.of(terms_of(RATES, 6, 48), GOOD, None).value.terms.limit == 48
    assert outlooks.of(terms_of(RATES, 6, 42), GOOD, None).value.terms.limit == 48


@pytest.mark.parametrize(
    ("rates", "length"), [(RATES, 2.0), (RATES[:2], 6.0), ((0.4, 1.5, 8.0), 6.0)]
)
def test_other_segments_and_other_ladders_say_nothing(
    outlooks: Outlooks, rates: tuple[float, ...], length: float
) -> None:
    assert not outlooks.of(terms_of(rates, length, 30), GOOD, None).value.ready


def test_only_what_was_asked_for_last_is_thought_over() -> None:
    outlooks = Outlooks()
    guess = outlooks.of(terms_of(RATES, 2, 30), [], 1.0)
    outlooks.of(terms_of(RATES[:2], 6, 12), GOOD, None)
    assert outlooks.think()
    assert guess.value.horizon == 0


# ---- fetching again -------------------------------------------------------------------------


def _farol() -> FarolController:
    made = make_controller("farol")
    assert isinstance(made, FarolController)
    return made


def _asked(*held: tuple[LadderRung, bool], dropped: float = 0.0) -> AbrInput:
    """A full buffer of these, and a line that got good a moment ago."""
    length, count = micros(6), len(held)
    return AbrInput(
        now=Micros(0),
        media_time=Micros(length * (count + 1)),
        buffer=Micros(length * count),
        segment_duration=length,
        ladder=LADDER,
        playing=held[-1][0].id,
        line=LineView(
            rate=BitsPerSecond(20_000_000),
            recent=tuple(BitsPerSecond(round(one * 1e6)) for one in GOOD),
            confidence=1.0,
        ),
        dropped_rate=dropped,
        queued=tuple(
            Queued(
                start=Micros(length * place),
                duration=length,
                bandwidth=rung.bandwidth,
                height=rung.height,
                settled=settled,
            )
            for place, (rung, settled) in enumerate(held, 1)
        ),
    )


@pytest.fixture(scope="module")
def farol() -> FarolController:
    """One that has thought."""
    made = _farol()
    made.choose(_asked(TOP))
    for _ in range(100):
        if not made.think():
            return made
    pytest.fail("it never comes to an end")


def _replaces(farol: FarolController, given: AbrInput) -> int | None:
    """Which place of the queue is fetched again."""
    start = farol.choose(given).replace
    return None if start is None else start // micros(6) - 1


LOW, TOP = (LADDER[0], False), (LADDER[2], False)
LEFT, BETTERED = (LADDER[0], True), (LADDER[2], True)


def test_a_run_of_poor_segments_is_bettered_from_its_first_on(farol: FarolController) -> None:
    assert _replaces(farol, _asked(LOW, LOW, LOW, LOW, TOP)) == 1, "the first that comes in time"
    assert _replaces(farol, _asked(LOW, BETTERED, BETTERED, LOW, TOP)) == 3, (
        "and then the next one"
    )
    assert _replaces(farol, _asked(LOW, BETTERED, BETTERED, BETTERED, TOP)) is None


def test_what_is_settled_stays_and_what_is_good_is_not_fetched_for_a_rounding(
    farol: FarolController,
) -> None:
    assert _replaces(farol, _asked(LOW, LEFT, LEFT, LEFT, LEFT)) is None
    assert _replaces(farol, _asked(TOP, TOP, TOP, TOP, TOP)) is None


def test_what_the_decoder_cannot_follow_is_fetched_again_at_once() -> None:
    given = _asked(TOP, TOP, TOP, TOP, TOP, dropped=0.4)
    decision = _farol().choose(given)
    assert decision.rung.bandwidth < LADDER[2].bandwidth
    assert decision.replace is not None
    assert "too heavy to decode" in decision.reason


def test_who_has_a_rule_of_his_own_is_not_given_the_common_one() -> None:
    assert isinstance(make_replacing("farol"), FarolController)
    assert isinstance(make_replacing("bola"), Replacing)
