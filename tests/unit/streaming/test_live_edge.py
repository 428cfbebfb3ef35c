"""When live television must jump, and what is known of the server's time at its edge."""

from player.errors import ErrorCode, Failure
from player.model.presentation import TrackKind
from player.streaming.feed.lacking import LONGEST_APART, Lacking, Lacks, promised_kinds
from player.streaming.fetch.recovery import (
    FailedPart,
    History,
    RecoveryPolicy,
    Retry,
    SkipSegment,
    SwitchLocation,
)
from player.streaming.fetch.server_clock import COARSE, ServerClock
from player.streaming.presentation.live import Window
from player.streaming.presentation.live_edge import EdgeView, LiveEdge
from player.units import micros
from tests.unit.streaming.streaming_made import lane, representation

VIDEO, AUDIO = TrackKind.VIDEO, TrackKind.AUDIO


def _view(
    position: float, edge: float, *, depth: float = 60, most: float | None = None
) -> EdgeView:
    window = Window(start=micros(edge - depth), end=micros(edge), segment=micros(6))
    return EdgeView(
        position=micros(position),
        window=window,
        point=micros(edge - 18),
        rejoin=micros(edge - depth + 12),
        latency=micros(edge - position),
        most=None if most is None else micros(most),
    )


def test_a_picture_is_let_fall_behind_by_a_buffer_and_no_more() -> None:
    edge = LiveEdge()
    assert edge.look(_view(82, 100)) is None
    assert edge.look(_view(82, 130)) is None
    assert edge.look(_view(82, 130.1)) == micros(112.1)


def test_the_window_and_the_manifests_word_come_before() -> None:
    short = LiveEdge()
    assert short.look(_view(82, 100, depth=30)) is None
    assert short.look(_view(82, 113, depth=30)) == micros(95), "the window has left it behind"
    told = LiveEdge()
    assert told.look(_view(82, 100, most=25)) is None
    assert told.look(_view(82, 108, most=25)) == micros(90)
    near = LiveEdge()
    assert near.look(_view(84, 105, most=20)) is None, "there is nothing nearer"


def test_who_set_out_far_behind_is_left_there_unless_it_is_gone() -> None:
    edge = LiveEdge()
    assert edge.look(_view(10, 100, depth=120)) is None
    assert edge.look(_view(10, 129, depth=120, most=25)) is None
    assert edge.look(_view(10, 131, depth=120)) == micros(23), "near the window's start again"
    edge.restart()
    assert edge.look(_view(113, 131)) is None


def test_a_time_source_leaves_half_its_answers_way_in_doubt() -> None:
    clock = ServerClock()
    assert clock.doubt == 0
    clock.tell(micros(3), micros(0.2))
    assert (clock.skew, clock.doubt) == (micros(3), micros(0.2))


def test_dates_leave_a_second_in_doubt_and_less_with_each() -> None:
    clock = ServerClock()
    clock.date(micros(100), micros(100.9), micros(0.1))
    assert (clock.skew, clock.doubt) == (0, micros(1))
    clock.date(micros(101), micros(101.2), micros(0.1))
    assert clock.doubt == micros(0.3)
    clock.date(micros(50), micros(102))
    assert clock.doubt == micros(0.3), "an old copy tells nothing"
    assert ServerClock().doubt <= COARSE


def test_what_came_on_time_bears_the_clock_out() -> None:
    clock = ServerClock()
    clock.had(micros(12))
    clock.had(micros(2))
    clock.refused(micros(9))
    assert clock.skew == -micros(2), "it cannot be more ahead than that"
    assert clock.proven == 0
    clock.refused(micros(9))
    assert clock.skew == -micros(2)


GONE = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=404)
TROUBLE = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="x", status=503)


def _after(failure: Failure, **more: object) -> object:
    history = History(part=FailedPart.SEGMENT, attempts=1, missing_elsewhere=True, **more)  # type: ignore[arg-type]
    return RecoveryPolicy().decide(failure, history)


def test_what_two_rungs_lack_is_missing_everywhere() -> None:
    assert _after(GONE, other_rungs=True) == SkipSegment()
    assert _after(GONE, other_rungs=True, other_locations=True) == SwitchLocation()
    assert isinstance(_after(GONE, other_rungs=True, available_for=micros(1)), Retry)
    assert isinstance(_after(TROUBLE, other_rungs=True), Retry)


def test_a_kind_that_does_not_come_is_told_of_once_and_may_come_back() -> None:
    known: Lacks = {}
    told: list[Failure] = []
    here, both = lane(), frozenset({VIDEO, AUDIO})
    for _ in range(2):
        one = Lacking(known, lambda _, failure: told.append(failure))
        one.look(here, both, frozenset({VIDEO}), (micros(0), LONGEST_APART))
        assert one.of(here) == {AUDIO}
    assert len(told) == 1
    one.look(here, both, both, (LONGEST_APART, micros(20)))
    assert one.of(here) == frozenset()
    one.look(here, both, frozenset({AUDIO}), (micros(20), micros(29)))
    assert one.of(here) == frozenset()
    one.look(here, both, frozenset({AUDIO}), (micros(29), micros(31)))
    assert one.of(here) == {VIDEO}
    assert len(told) == 2


def test_a_guess_is_no_promise() -> None:
    both = frozenset({VIDEO, AUDIO})
    assert promised_kinds(representation(kinds=both), both, frozenset()) == frozenset()
    named = representation(kinds=both, codecs="avc1.64001f,mp4a.40.2")
    assert promised_kinds(named, both, frozenset()) == both
    assert promised_kinds(named, both, frozenset({VIDEO})) == {VIDEO}
    assert promised_kinds(representation(), frozenset({AUDIO}), frozenset()) == {AUDIO}
