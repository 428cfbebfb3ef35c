"""Where pieces of a plain stream lie in a recording, across lost lines, kills and new clocks."""

from dataclasses import replace

import pytest

from player.recording.stream_cutter import CLOCK, StreamPiece
from player.recording.stream_placing import LATE, NEAR, PERIOD, Placed, StreamPlacing
from player.recording.told import Told
from player.units import Micros, micros, seconds
from tests.unit.recording.recorded_made import NOON, TOP, VIDEO

WRAP = 1 << 33


def piece(at: float, came: float, *, lasts: float = 4, **how: bool) -> StreamPiece:
    """A piece whose clock shows `at` seconds, and which came so many seconds after noon."""
    told = {"broken": False, "changed": False, "video": True, "sound": True} | how
    return StreamPiece(
        data=b"",
        pts=round(at * CLOCK) % WRAP,
        ticks=round(lasts * CLOCK),
        came=Micros(NOON + micros(came)),
        **told,
    )


def last(start: float, pts: float, **more: object) -> Told:
    """A recorded piece of four seconds, of a recording that began at noon."""
    plain = Told(
        serial=9,
        track=VIDEO,
        rung=TOP,
        epoch=NOON,
        period=PERIOD,
        start=micros(start),
        duration=micros(4),
        number=round(pts * CLOCK) % WRAP,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def where(placed: Placed) -> tuple[float, float, int]:
    """Beginning, end and clock."""
    return seconds(placed.start), seconds(placed.end), placed.clock


def test_pieces_follow_by_their_clock_whenever_they_came() -> None:
    placing = StreamPlacing(None)
    first = placing.place(piece(95_440, 0, broken=True), Micros(NOON + micros(0.1)))
    assert first.epoch == NOON + micros(0.1) - micros(4)
    assert where(first) == (0, 4, 0)
    assert where(placing.place(piece(95_444, 0.2), NOON)) == (4, 8, 0)
    wrapped = 95_448 - WRAP / CLOCK
    start, end, clock = where(placing.place(piece(wrapped, 90), NOON))
    assert (round(start, 4), round(end, 4), clock) == (8, 12, 0)
    assert placing.reached(2 * CLOCK) - first.epoch == pytest.approx(micros(14), abs=500)


def test_other_streams_are_another_clock_at_the_same_times() -> None:
    placing = StreamPlacing(last(100, 7))
    assert where(placing.place(piece(11, 104, changed=True, broken=True), NOON)) == (104, 108, 1)
    assert where(placing.place(piece(15, 108), NOON)) == (108, 112, 1)


@pytest.mark.parametrize("outage", [0, 3, 600, 100_000])
def test_after_an_outage_the_gap_is_what_the_clock_says(outage: float) -> None:
    placing = StreamPlacing(last(100, 95_440, discontinuity=3, clock=3))
    assert placing.after == round(95_444 * CLOCK) % WRAP
    again = placing.place(piece(95_444 + outage, 104 + outage + 2, broken=True), NOON)
    assert where(again) == pytest.approx((104 + outage, 108 + outage, 3))


def test_a_stream_that_counts_anew_is_placed_by_the_time_of_day() -> None:
    placing = StreamPlacing(last(100, 5_000))
    assert where(placing.place(piece(1, 164, broken=True), NOON)) == (164, 168, 1)
    assert where(placing.place(piece(9_000, 169, broken=True), NOON)) == (168, 172, 2)
    late = 172 + seconds(LATE) + 0.5
    assert where(placing.place(piece(1, late, broken=True), NOON)) == (late, late + 4, 3)


def test_a_clock_that_leads_back_or_far_away_is_not_the_one_of_before() -> None:
    back = StreamPlacing(last(100, 5_000))
    assert where(back.place(piece(5_001, 104, broken=True), NOON))[2] == 1
    far = StreamPlacing(last(100, 5_000))
    beyond = 104 + seconds(NEAR) + 1
    assert where(far.place(piece(5_004, beyond, broken=True), NOON)) == (beyond, beyond + 4, 1)


def test_what_was_recorded_in_segments_has_another_clock() -> None:
    placing = StreamPlacing(last(100, 0, period="a", number=7, discontinuity=5))
    assert placing.after is None
    assert where(placing.place(piece(4, 104, broken=True), NOON)) == (104, 108, 1)
