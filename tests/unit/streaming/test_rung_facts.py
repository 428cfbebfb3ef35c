"""What controllers are told of sizes, rates, drops and limits; and when text may go along."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.abr.rung_rates import CAUTION, ENOUGH, RungRates, is_bridged
from player.model.resource import ByteRange, Resource
from player.model.segment import ListedIndex, Segment
from player.ports import SinkStatus
from player.streaming.choice.dropped_frames import DroppedFrames
from player.streaming.choice.rung_limits import DATA_SAVER, RungLimits, Viewport
from player.streaming.choice.segment_sizes import AHEAD, sizes_from
from player.streaming.fetch.load_control import LoadControl, Supply
from player.streaming.text.sparing import TINY, Spare, expected_size
from player.units import BitsPerSecond, ByteCount, Micros, micros
from tests.unit.streaming.streaming_made import index, lane, representation, segment


class _Counted(tuple[Segment, ...]):
    """Segments that count how often one of them is looked at."""

    looks = 0

    def __getitem__(self, place):
        type(self).looks += 1
        return super().__getitem__(place)

    def __iter__(self):
        raise AssertionError("the index is walked")


def _ranged(number: int) -> Segment:
    where = ByteRange(offset=ByteCount(1000 * number), length=ByteCount(1000 + number))
    return segment(number, resource=Resource(uri="http://h/film", byte_range=where))


def test_sizes_of_a_long_index_are_found_without_walking_it() -> None:
    long = ListedIndex(segments=_Counted(_ranged(number) for number in range(10_000)))
    _Counted.looks = 0
    found = sizes_from(long, segment(7000, duration=6))
    assert found == tuple(8000 + more for more in range(AHEAD))
    assert _Counted.looks < 30
    assert len(sizes_from(long, segment(9998))) == 2


def test_sizes_are_of_the_same_moment_and_end_where_none_is_told() -> None:
    told = [_ranged(1), segment(2), _ranged(3)]
    assert sizes_from(index(*told), segment(1, start=6.3)) == (1001,)
    assert sizes_from(index(*told), segment(9)) == (), "beyond what the list has"
    assert sizes_from(index(segment(1)), segment(1)) == sizes_from(None, segment(1)) == ()
    rated = segment(1, told_size=ByteCount(77))
    assert sizes_from(index(rated), segment(1)) == (77,)


def test_the_mean_is_the_manifests_else_what_was_seen_and_never_far_from_the_peak() -> None:
    rates, told = RungRates(), BitsPerSecond(1_000_000)
    assert rates.mean("a", told, BitsPerSecond(700_000)) == 700_000
    assert rates.mean("a", told, BitsPerSecond(2_000_000)) == told, "a mean above the peak is none"
    for number in range(ENOUGH):
        assert rates.mean("a", told, None) == told, "too little was seen"
        rates.came("a", told, ByteCount(500_000 + 50_000 * number), micros(6))
    seen = 1e6 * (500 + 50 * int(CAUTION * (ENOUGH - 1))) * 8 / 6000
    assert rates.mean("a", told, None) == pytest.approx(seen, rel=0.08)
    assert rates.mean("b", told, None) == told
    for size, mean in ((1, 500_000), (10_000_000, 2_000_000)):
        for _ in range(30):
            rates.came("c", told, ByteCount(size), micros(6))
        assert rates.mean("c", told, None) == mean


def test_peaks_count_close_to_a_live_edge() -> None:
    assert is_bridged(None)
    assert is_bridged(micros(18))
    assert not is_bridged(micros(4))


def _status(position: float | None, dropped: int, epoch: int = 1) -> SinkStatus:
    at = None if position is None else micros(position)
    return SinkStatus(epoch=epoch, position=at, dropped=dropped)


def test_the_share_of_dropped_pictures_is_that_of_the_last_seconds() -> None:
    frames = DroppedFrames()
    for tenth in range(100):
        frames.look(micros(tenth / 10), _status(tenth / 10, dropped=min(tenth, 50)))
    assert frames.share(25) == pytest.approx(0.0, abs=0.02), "five seconds ago they ended"
    for tenth in range(100, 130):
        frames.look(micros(tenth / 10), _status(tenth / 10, dropped=50 + 2 * (tenth - 99)))
    assert frames.share(25) == pytest.approx(60 / 125, abs=0.02)
    assert frames.share(None) == frames.share(25)
    assert frames.share(1) == 1.0
    frames.look(micros(13.1), _status(200, dropped=999))
    assert frames.share(25) == 0.0, "a seek has its price, and no share"


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 500), st.integers(1, 3))))
def test_the_share_is_never_outside_0_to_1(told: list[tuple[int, int, int]]) -> None:
    frames, now = DroppedFrames(), 0
    for step, dropped, epoch in told:
        now += step
        frames.look(Micros(now * 1000), _status(now / 1000, dropped, epoch))
        assert 0 <= frames.share(25) <= 1


def test_a_viewport_is_as_many_lines_as_the_picture_has_there() -> None:
    wide = (representation(width=1920, height=1080),)
    assert Viewport(width=1920, height=1080).lines(wide) == 1080
    assert Viewport(width=1024, height=1080).lines(wide) == 576
    assert Viewport(width=3000, height=720).lines(wide) == 720
    assert Viewport(width=0, height=720).lines(wide) is None
    assert Viewport(width=100, height=720).lines((representation(),)) == 720


def test_the_lower_of_two_rates_counts() -> None:
    assert RungLimits().most is None
    assert RungLimits(saving=True).most == DATA_SAVER
    assert RungLimits(saving=True, max_bandwidth=BitsPerSecond(9_000)).most == 9_000
    assert RungLimits(max_bandwidth=BitsPerSecond(9_000_000)).most == 9_000_000


def test_how_far_a_buffer_may_grow() -> None:
    control = LoadControl()
    rate = BitsPerSecond(8_000_000)
    assert control.limit(micros(10), Supply(headroom=1, need=rate)) == control.forward
    assert control.limit(micros(10), Supply(headroom=3, best=True)) == control.generous
    tight = Supply(headroom=3, best=True, need=rate, room=ByteCount(20 << 20))
    assert control.limit(micros(10), tight) == pytest.approx(micros(31), abs=50_000)
    full = Supply(headroom=3, need=rate, room=ByteCount(1), held=ByteCount(9))
    assert control.limit(micros(1), full) == control.feed
    assert control.limit(micros(9), full) == micros(9)


@given(st.integers(0, 60_000_000), st.integers(0, 60_000_000))
def test_a_rest_leaves_what_a_picture_that_waits_must_have(buffered: int, wanted: int) -> None:
    control = LoadControl()
    rest = control.rest(Micros(buffered), Micros(wanted))
    assert 0 <= rest <= wanted
    assert rest == 0 or buffered - rest >= control.longest_resume


def test_text_takes_the_line_only_where_the_buffer_outlasts_it() -> None:
    line = BitsPerSecond(800_000)

    def allows(
        playable: float, size: int | None, *, beat: float = 3, running: bool = True
    ) -> bool:
        spare = Spare(
            running=running,
            playable=micros(playable),
            enough=micros(2),
            rate=line,
            beat=micros(3),
        )
        return spare.allows(None if size is None else ByteCount(size))

    assert allows(0.1, TINY)
    assert not allows(9, TINY, running=False)
    assert allows(2, None)
    assert not allows(1.9, None)
    assert not allows(4.9, 100_000)
    assert allows(5, 100_000)
    found = [allows(tenths / 10, 200_000) for tenths in range(100)]
    assert all(after or not before for before, after in pairwise(found))


def test_the_size_of_text_is_told_or_that_of_the_largest_so_far() -> None:
    silent, rated = lane(representation(bandwidth=0)), lane(representation(bandwidth=8000))
    assert expected_size(_ranged(3), silent, ByteCount(9)) == 1003
    assert expected_size(segment(1), silent, None) is None
    assert expected_size(segment(1), silent, ByteCount(9)) == 9
    assert expected_size(segment(1), rated, ByteCount(9)) == 6000
