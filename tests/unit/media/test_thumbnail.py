"""Small pictures: tiles cut out of strangers' sheets, key frames in their own shape."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.media.thumbnail import (
    LARGEST_SHEET,
    MOST_PIXELS,
    WIDEST,
    Tile,
    cut_sheet,
    draw_key_frame,
    tile_of,
)
from player.model.presentation import TileGrid, TrackKind
from player.model.sample import Sample, StreamHead
from player.model.thumbnail import Thumbnail
from player.units import Micros
from tests.fakes.sheets import colour, sheet

GRID = TileGrid(columns=4, rows=3)
JPEG = sheet(4, 3)


def middle(image: Thumbnail) -> tuple[int, ...]:
    """The colour in the middle."""
    at = (image.height // 2 * image.width + image.width // 2) * 3
    return tuple(image.rgb[at : at + 3])


def test_tiles_go_row_by_row_and_leave_out_what_does_not_divide() -> None:
    grid = TileGrid(columns=4, rows=3)
    assert tile_of(0, grid, 643, 272) == Tile(x=0, y=0, width=160, height=90)
    assert tile_of(6, grid, 643, 272) == Tile(x=320, y=90, width=160, height=90)
    assert tile_of(11, grid, 643, 272) == Tile(x=480, y=180, width=160, height=90)


@pytest.mark.parametrize("codec", ["mjpeg", "png"])
def test_each_tile_has_its_own_colour(codec: str) -> None:
    tiles = cut_sheet(sheet(4, 3, codec=codec), GRID)
    assert [(one.width, one.height, len(one.rgb)) for one in tiles] == [(64, 36, 64 * 36 * 3)] * 12
    for number, one in enumerate(tiles):
        assert middle(one) == pytest.approx(colour(number), abs=6)


def test_wide_tiles_are_made_as_small_as_is_shown() -> None:
    tiles = cut_sheet(sheet(2, 1, (960, 540)), TileGrid(columns=2, rows=1))
    assert [(one.width, one.height) for one in tiles] == [(WIDEST, 180)] * 2
    assert middle(tiles[1]) == pytest.approx(colour(1), abs=6)


def test_a_sheet_that_is_broken_or_too_large_or_no_picture_is_none() -> None:
    assert cut_sheet(JPEG[: len(JPEG) // 2], GRID) == ()
    assert cut_sheet(b"", GRID) == ()
    assert cut_sheet(b"<html>404</html>", GRID) == ()
    assert cut_sheet(JPEG + b"\0" * LARGEST_SHEET, GRID) == ()
    assert cut_sheet(JPEG, TileGrid(columns=100, rows=100)) == ()
    side = 3 * 1024
    vast = sheet(1, 1, (2 * side, side))
    assert 2 * side * side > MOST_PIXELS
    assert len(vast) < LARGEST_SHEET
    assert cut_sheet(vast, TileGrid(columns=1, rows=1)) == ()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, len(JPEG) - 1), st.integers(0, 255)), max_size=8),
    st.integers(1, 100),
    st.integers(1, 100),
)
def test_whatever_strangers_send_costs_at_most_the_picture(
    changes: list[tuple[int, int]], columns: int, rows: int
) -> None:
    body = bytearray(JPEG)
    for place, byte in changes:
        body[place] = byte
    tiles = cut_sheet(bytes(body), TileGrid(columns=columns, rows=rows))
    assert len(tiles) in (0, columns * rows)
    for one in tiles:
        assert one.width <= WIDEST
        assert len(one.rgb) == one.width * one.height * 3


def _frame(data: bytes, **head: object) -> Thumbnail | None:
    known = StreamHead(stream=0, kind=TrackKind.VIDEO, codec="mjpeg", **head)  # type: ignore[arg-type]
    zero = Micros(0)
    sample = Sample(stream=0, pts=zero, dts=zero, duration=zero, key=True, data=data)
    return draw_key_frame(known, sample)


def test_a_key_frame_keeps_its_shape() -> None:
    small, wide = sheet(1, 1, (720, 576)), _frame(sheet(1, 1, (720, 576)), aspect=(16, 11))
    assert wide is not None
    assert (wide.width, wide.height) == (320, 176)
    square = _frame(small)
    assert square is not None
    assert (square.width, square.height) == (320, 256)
    assert middle(square) == pytest.approx(colour(0), abs=6)
    tiny = _frame(sheet(1, 1, (160, 90)), aspect=(0, 1))
    assert tiny is not None
    assert (tiny.width, tiny.height) == (160, 90)


def test_a_key_frame_that_cannot_be_read_is_none() -> None:
    assert _frame(b"\0" * 100) is None
    assert _frame(JPEG[:200]) is None
    head = StreamHead(stream=0, kind=TrackKind.VIDEO, codec="no-such-codec")
    zero = Micros(0)
    sample = Sample(stream=0, pts=zero, dts=zero, duration=zero, key=True, data=JPEG)
    assert draw_key_frame(head, sample) is None
