"""Which tile stands for a moment, which rung is small, and what the shelf keeps."""

from dataclasses import replace

import pytest

from player.model.location import IndexSource
from player.model.presentation import Representation, TileGrid
from player.model.resource import Resource
from player.model.segment import ListedIndex, Segment
from player.model.thumbnail import Thumbnail
from player.streaming.trick.thumbnail_plan import covering, smallest, stretches
from player.streaming.trick.thumbnail_shelf import Made, ThumbnailShelf
from player.units import BitsPerSecond, ByteCount, Micros, micros

NOW = micros(1_000)


def _segment(number: int, start: float, duration: float) -> Segment:
    return Segment(
        number=number,
        start=micros(start),
        duration=micros(duration),
        resource=Resource(uri=f"http://t.test/{number}.jpg"),
    )


def _times(segment: Segment, grid: TileGrid) -> list[tuple[int, float, float]]:
    return [(one.number, one.start / 1e6, one.until / 1e6) for one in stretches(segment, grid)]


def test_tiles_divide_the_time_of_their_sheet() -> None:
    found = _times(_segment(3, 72, 24), TileGrid(columns=4, rows=3))
    assert found[0] == (0, 72, 74)
    assert found[5] == (5, 82, 84)
    assert found[-1] == (11, 94, 96)
    odd = _times(_segment(0, 0, 10), TileGrid(columns=3, rows=1))
    assert [until for _, _, until in odd][-1] == 10
    assert [start for _, start, _ in odd][1:] == [until for _, _, until in odd][:-1]


def test_a_last_sheet_that_is_not_full_has_fewer_tiles() -> None:
    grid = TileGrid(columns=4, rows=3, duration=micros(2))
    assert _times(_segment(9, 216, 7), grid) == [
        (0, 216, 218),
        (1, 218, 220),
        (2, 220, 222),
        (3, 222, 223),
    ]


def test_only_a_segment_that_holds_the_moment_will_do() -> None:
    index = ListedIndex(segments=(_segment(1, 10, 5), _segment(2, 20, 5)))
    assert covering(index, micros(12), NOW) == index.segments[0]
    for elsewhere in (9.9, 15.0, 19.9, 25.0):
        assert covering(index, micros(elsewhere), NOW) is None
    gap = ListedIndex(segments=(replace(_segment(1, 10, 5), gap=True),))
    assert covering(gap, micros(12), NOW) is None
    later = ListedIndex(segments=(replace(_segment(1, 10, 5), available_at=micros(2_000)),))
    assert covering(later, micros(12), NOW) is None


def _rung(width: int | None, *, columns: int = 0, hls: bool = False) -> Representation:
    return Representation(
        id=f"{width}",
        bandwidth=BitsPerSecond(width or 0),
        width=width,
        tiles=TileGrid(columns=columns, rows=1) if columns else None,
        source=IndexSource(resource=Resource(uri="http://t.test/l")) if hls else None,
    )


def test_the_smallest_rung_whose_tiles_tell_something() -> None:
    dash = (_rung(400, columns=4), _rung(800, columns=4), _rung(1600, columns=4))
    assert smallest(dash) is dash[1]
    hls = (_rung(100, columns=4, hls=True), _rung(320, columns=4, hls=True))
    assert smallest(hls) is hls[1]
    assert smallest(dash[:1]) is dash[0]
    assert smallest((_rung(None),)).width is None


def _made(start: float, until: float, size: int = 300) -> Made:
    return Made(
        start=micros(start),
        until=micros(until),
        image=Thumbnail(width=10, height=10, rgb=bytes(size)),
    )


def test_the_shelf_holds_no_more_than_its_budget_and_forgets_the_oldest_wish() -> None:
    shelf = ThumbnailShelf(ByteCount(1_000))
    first, second, third = _made(0, 2), _made(2, 4), _made(4, 6)
    for one in (first, second, third):
        shelf.put(one)
    assert shelf.find(micros(1)) is first
    shelf.put(_made(6, 8))
    assert shelf.size == 900
    assert shelf.find(micros(3)) is None
    assert shelf.find(micros(1.99)) is first
    again = _made(0, 2, 100)
    shelf.put(again)
    assert (shelf.find(Micros(0)), shelf.size) == (again, 700)
    shelf.put(_made(8, 10, 2_000))
    assert shelf.size == 0
    shelf.clear()
    assert shelf.find(micros(1)) is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_most_exact_one_counts(order: tuple[int, int]) -> None:
    shelf, both = ThumbnailShelf(), (_made(0, 10), _made(4, 6))
    for place in order:
        shelf.put(both[place])
    assert shelf.find(micros(5)) is both[1]
    assert shelf.find(micros(7)) is both[0]
