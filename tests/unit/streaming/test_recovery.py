"""What follows a failure; and that something always follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import ErrorCode, Failure
from player.streaming.fetch.recovery import (
    FailedPart,
    GiveUp,
    History,
    RecoveryPolicy,
    Retry,
    SkipSegment,
    SwitchLocation,
    SwitchRepresentation,
    in_words,
)
from player.units import Micros, micros

POLICY = RecoveryPolicy()
MANIFEST, INDEX, SEGMENT = FailedPart.MANIFEST, FailedPart.INDEX, FailedPart.SEGMENT
GONE = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=404)
TROUBLE = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=503)
BROKEN = Failure(code=ErrorCode.NETWORK_INTERRUPTED, sentence="x")
NOBODY = Failure(code=ErrorCode.NETWORK_UNREACHABLE, sentence="x")
BAD = Failure(code=ErrorCode.MEDIA_INVALID, sentence="x")


def _after(failure: Failure, part: FailedPart, attempts: int = 1, **more: object) -> object:
    return POLICY.decide(failure, History(part=part, attempts=attempts, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code",
    [
        ErrorCode.NETWORK_TLS,
        ErrorCode.MEDIA_UNSUPPORTED_CODEC,
        ErrorCode.MEDIA_SCRAMBLED,
        ErrorCode.DRM_NO_KEY,
        ErrorCode.DRM_UNSUPPORTED,
    ],
)
def test_what_no_trying_mends_ends_the_session(code: ErrorCode) -> None:
    for part in FailedPart:
        assert _after(Failure(code=code, sentence="x"), part) == GiveUp()


@pytest.mark.parametrize("code", [ErrorCode.INPUT_BAD_URL, ErrorCode.INPUT_UNSUPPORTED_SCHEME])
def test_one_bad_address_costs_its_segment_and_no_more(code: ErrorCode) -> None:
    bad = Failure(code=code, sentence="x", misled=True)
    assert _after(bad, SEGMENT) == SkipSegment()
    assert _after(bad, SEGMENT, live=True) == SkipSegment()
    assert _after(bad, SEGMENT, other_rungs=True) == SwitchRepresentation()
    assert _after(bad, SEGMENT, other_locations=True) == SwitchLocation()
    assert _after(bad, INDEX, other_rungs=True) == SwitchRepresentation()
    assert _after(bad, INDEX, other_locations=True) == SwitchLocation()
    assert _after(bad, INDEX) == GiveUp()
    assert _after(bad, MANIFEST) == GiveUp()


def test_a_manifest_gets_a_second_chance_where_the_net_failed() -> None:
    assert _after(BROKEN, MANIFEST) == Retry(after=micros(0.5))
    assert _after(NOBODY, MANIFEST) == Retry(after=micros(0.5))
    assert _after(BROKEN, MANIFEST, 2) == GiveUp()
    assert _after(GONE, MANIFEST) == GiveUp()
    assert _after(Failure(code=ErrorCode.MANIFEST_INVALID, sentence="x"), MANIFEST) == GiveUp()


def test_an_index_is_asked_for_three_times_then_another_rungs() -> None:
    assert _after(TROUBLE, INDEX, 2) == Retry(after=micros(1))
    assert _after(TROUBLE, INDEX, 3, other_rungs=True) == SwitchRepresentation()
    assert _after(TROUBLE, INDEX, 3) == GiveUp()


def test_a_live_index_is_asked_for_as_long_as_it_is_not_stale() -> None:
    assert isinstance(_after(GONE, INDEX, 9, live=True, stale_for=micros(19)), Retry)
    assert _after(GONE, INDEX, 9, live=True, stale_for=micros(20)) == GiveUp()


def test_a_segment_is_tried_then_had_from_another_rung_then_left_out() -> None:
    assert _after(TROUBLE, SEGMENT) == Retry(after=micros(0.5))
    assert _after(TROUBLE, SEGMENT, 3, other_rungs=True) == SwitchRepresentation()
    assert _after(TROUBLE, SEGMENT, 3) == SkipSegment()
    assert _after(TROUBLE, SEGMENT, 3, skipped_in_a_row=3) == GiveUp()


def test_a_segment_that_is_gone_is_asked_for_twice_only() -> None:
    assert isinstance(_after(GONE, SEGMENT, 1), Retry)
    assert _after(GONE, SEGMENT, 2) == SkipSegment()
    busy = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=429)
    assert isinstance(_after(busy, SEGMENT, 2), Retry)


def test_a_live_segment_that_is_not_there_yet_is_waited_for() -> None:
    assert isinstance(_after(GONE, SEGMENT, 5, available_for=micros(14.9)), Retry)
    assert _after(GONE, SEGMENT, 5, available_for=micros(15)) == SkipSegment()
    assert _after(TROUBLE, SEGMENT, 5, available_for=micros(1)) == SkipSegment()


def test_bad_media_are_not_fetched_again() -> None:
    assert _after(BAD, SEGMENT) == SkipSegment()
    assert _after(BAD, SEGMENT, other_rungs=True) == SwitchRepresentation()


def test_an_outage_is_waited_out_and_no_segment_left_out_for_it() -> None:
    assert isinstance(_after(NOBODY, SEGMENT, 4, other_rungs=True), Retry)
    assert _after(NOBODY, SEGMENT, 5, other_rungs=True) == SwitchRepresentation()
    assert isinstance(_after(NOBODY, SEGMENT, 50, failing_for=micros(59)), Retry)
    assert _after(NOBODY, SEGMENT, 1, failing_for=micros(60)) == GiveUp()
    assert isinstance(_after(NOBODY, INDEX, 50, failing_for=micros(59)), Retry)


def test_what_the_server_asks_for_is_granted() -> None:
    busy = Failure(
        code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=503, retry_after=9_000_000
    )
    assert _after(busy, SEGMENT) == Retry(after=micros(9))


@pytest.mark.parametrize(
    "failure",
    [
        NOBODY,
        TROUBLE,
        Failure(code=ErrorCode.NETWORK_TIMEOUT, sentence="x"),
        Failure(code=ErrorCode.NETWORK_TLS, sentence="x"),
        Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=403),
        Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=429, retry_after=9),
    ],
)
def test_a_server_that_is_no_good_is_left_at_once_where_others_are(failure: Failure) -> None:
    for part in FailedPart:
        assert _after(failure, part, other_locations=True) == SwitchLocation()


def test_what_is_missing_on_one_server_is_had_from_another_rung_first() -> None:
    both = {"other_locations": True, "other_rungs": True}
    assert isinstance(_after(GONE, SEGMENT, 1, **both), Retry)
    assert _after(GONE, SEGMENT, 2, **both) == SwitchRepresentation()
    assert _after(GONE, SEGMENT, 2, other_locations=True) == SwitchLocation()
    assert _after(BAD, SEGMENT, 1, other_locations=True) == SwitchLocation()
    assert isinstance(_after(BROKEN, SEGMENT, 1, **both), Retry), "a break goes on by range"


def test_whatever_is_wrong_with_an_index_another_pathway_may_have_it() -> None:
    stale = Failure(code=ErrorCode.MANIFEST_STALE, sentence="x")
    invalid = Failure(code=ErrorCode.MANIFEST_INVALID, sentence="x")
    for failure in (GONE, BROKEN, stale, invalid):
        assert _after(failure, INDEX, live=True, other_locations=True) == SwitchLocation()
    codec = Failure(code=ErrorCode.MEDIA_UNSUPPORTED_CODEC, sentence="x")
    assert _after(codec, INDEX, other_locations=True) == GiveUp()
    assert _after(GONE, MANIFEST, other_locations=True) == SwitchLocation()


def test_pauses_vary_by_chance_and_by_nothing_else() -> None:
    assert _after(TROUBLE, SEGMENT, chance=0.0) == Retry(after=micros(0.25))
    assert _after(TROUBLE, SEGMENT, chance=0.5) == Retry(after=micros(0.5))
    assert _after(TROUBLE, SEGMENT, chance=1.0) == Retry(after=micros(0.75))
    busy = Failure(
        code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=503, retry_after=9_000_000
    )
    assert _after(busy, SEGMENT, chance=0.0) == Retry(after=micros(9))


def test_no_server_makes_us_wait_for_ever() -> None:
    hours = Failure(
        code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=429, retry_after=7_200_000_000
    )
    assert _after(hours, SEGMENT) == Retry(after=POLICY.longest_outage)
    assert _after(hours, MANIFEST) == GiveUp()


def test_redirects_without_end_are_an_answer() -> None:
    circles = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=302)
    assert _after(circles, MANIFEST) == GiveUp()
    assert _after(circles, SEGMENT, 2) == SkipSegment()


def test_every_decision_can_be_told_in_words() -> None:
    decisions = (
        Retry(after=micros(1.5)), SwitchRepresentation(), SwitchLocation(), SkipSegment(), GiveUp()
    )  # fmt: skip
    assert len({in_words(one) for one in decisions}) == len(decisions)
    assert in_words(decisions[0]) == "again after 1.5 s"


FAILURES = st.builds(
    Failure,
    code=st.sampled_from(ErrorCode),
    sentence=st.just("x"),
    status=st.none() | st.sampled_from([403, 404, 408, 429, 500, 503]),
    retry_after=st.none() | st.integers(0, 60_000_000),
)


@given(
    FAILURES,
    st.sampled_from([INDEX, SEGMENT]),
    st.booleans(),
    st.integers(1, 5),
    st.integers(1, 3),
    st.floats(0, 1),
)
def test_a_dead_source_is_always_given_up(
    failure: Failure, part: FailedPart, live: bool, rungs: int, places: int, chance: float
) -> None:
    """Whoever obeys the policy comes to an end; time passes only by its pauses."""
    now, attempts, skipped, decisions = 0, 0, 0, 0
    while decisions < 400:
        attempts, decisions = attempts + 1, decisions + 1
        history = History(
            part=part,
            attempts=attempts,
            live=live,
            other_rungs=rungs > 1,
            other_locations=places > 1,
            chance=chance,
            skipped_in_a_row=skipped,
            stale_for=Micros(now),
            failing_for=Micros(now),
            available_for=Micros(now) if live else None,
        )
        match POLICY.decide(failure, history):
            case Retry(after=after):
                assert after >= POLICY.first_pause // 2
                now += after
            case SwitchRepresentation():
                rungs, attempts = rungs - 1, 0
            case SwitchLocation():
                places, attempts = places - 1, 0
            case SkipSegment():
                assert part is SEGMENT
                attempts, skipped = 0, skipped + 1
            case GiveUp():
                break
    assert decisions < 100


def test_what_the_picture_does_not_need_yet_ends_nothing() -> None:
    for failure in (GONE, BAD, NOBODY):
        more = {"skipped_in_a_row": 3, "failing_for": micros(90)}
        assert _after(failure, SEGMENT, 9, **more) == GiveUp()
        assert _after(failure, SEGMENT, 9, **more, needed=False) == Retry(after=micros(4))


def test_a_playlist_that_stands_still_is_left_for_another_rungs() -> None:
    stale = Failure(code=ErrorCode.MANIFEST_STALE, sentence="x")
    assert _after(stale, INDEX, live=True, other_rungs=True) == SwitchRepresentation()
    assert isinstance(_after(stale, INDEX, live=True), Retry)


def test_a_live_channel_skips_for_as_long_as_its_list_goes_on() -> None:
    row = {"skipped_in_a_row": 9, "live": True}
    assert _after(GONE, SEGMENT, 2, **row) == SkipSegment()
    assert _after(GONE, SEGMENT, 2, **row, stale_for=micros(30)) == GiveUp()
    assert _after(GONE, SEGMENT, 2, **row, failing_for=micros(90)) == GiveUp()


def test_a_rung_that_asks_for_a_long_pause_is_left_for_another() -> None:
    busy = Failure(
        code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=503, retry_after=micros(30)
    )
    for part in (INDEX, SEGMENT):
        assert _after(busy, part, other_rungs=True) == SwitchRepresentation()
        assert _after(busy, part) == Retry(after=micros(30))
