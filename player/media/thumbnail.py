"""Small pictures: out of sheets of tiles, and out of key frames. A worker's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import av
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace

from player.model.presentation import TileGrid
from player.model.sample import Sample, StreamHead
from player.model.thumbnail import Thumbnail

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext

WIDEST = 320
"""Pixels; more is not shown."""

LARGEST_SHEET = 4 << 20
"""Bytes of a coded sheet: sixteen times what 5 by 4 tiles of the widest take."""

MOST_PIXELS = 4096 * 2304
"""Of a sheet: as much as decoders of television take."""

_MOST_VIDEO_PIXELS = 8192 * 4352
_LEAST = 16
"""Pixels, either way: what is smaller is no picture."""

_SHEETS = {b"\xff\xd8\xff": "mjpeg", b"\x89PNG\r\n\x1a\n": "png", b"RIFF": "webp"}
_DECODERS = {"av1": "libdav1d"}
_MATRICES = {1: Colorspace.ITU709, 7: Colorspace.SMPTE240M}
_HD_LINES = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """Where a tile lies in its sheet, in pixels."""

    x: int
    y: int
    width: int
    height: int


def tile_of(number: int, grid: TileGrid, width: int, height: int) -> Tile:
    """Tile `number` of a sheet, counted from 0, row by row (DASH-IF IOP 6.2.6). Pure."""
    across, down = width // grid.columns, height // grid.rows
    row, column = divmod(number, grid.columns)
    return Tile(x=column * across, y=row * down, width=across, height=down)


def cut_sheet(data: bytes, grid: TileGrid) -> tuple[Thumbnail, ...]:
    """All tiles of a sheet (JPEG, PNG, WebP), row by row; none where it cannot be read.

    Strangers' bytes: neither their size nor that of their picture is believed.
    """
    name = next((codec for start, codec in _SHEETS.items() if data.startswith(start)), "")
    if not name or len(data) > LARGEST_SHEET:
        return ()
    found = _decoded(name, b"", data, MOST_PIXELS)
    return tuple(_tiles(found, grid)) if found is not None else ()


def draw_key_frame(head: StreamHead, sample: Sample) -> Thumbnail | None:
    """A key frame as a small picture, in its own shape; None where it cannot be read."""
    found = _decoded(
        _DECODERS.get(head.codec, head.codec), head.config, sample.data, _MOST_VIDEO_PIXELS
    )
    if found is None or not found.width or not found.height:
        return None
    across, down = head.aspect if all(head.aspect) else (1, 1)
    shown = max(found.width * across // down, 1)
    width = min(shown, WIDEST)
    return _small(found, width, round(found.height * width / shown), head)


def _decoded(name: str, config: bytes, data: bytes, most: int) -> VideoFrame | None:
    """The first picture of `data`; None for whatever libav does not like about it."""
    try:
        context = cast("VideoCodecContext", av.CodecContext.create(name, "r"))
        context.thread_count = 1
        context.options = {"max_pixels": str(most), "err_detect": "explode"}
        if config:
            context.extradata = config
        pictures = [*context.decode(av.Packet(data)), *context.decode(None)]
    except (av.FFmpegError, ValueError):  # UnknownCodecError is one of them
        return None
    return pictures[0] if pictures else None


def _tiles(sheet: VideoFrame, grid: TileGrid) -> Iterator[Thumbnail]:
    """The sheet made as small as is shown, all at once, and cut up."""
    tile = tile_of(0, grid, sheet.width, sheet.height)
    if tile.width < _LEAST or tile.height < _LEAST:
        return
    across = min(tile.width, WIDEST)
    down = max(round(tile.height * across / tile.width), 1)
    whole = _small(sheet, across * grid.columns, down * grid.rows)
    if whole is None:
        return
    for number in range(grid.columns * grid.rows):
        yield _cut(whole, tile_of(number, grid, whole.width, whole.height))


def _cut(sheet: Thumbnail, tile: Tile) -> Thumbnail:
    row, first, length = sheet.width * 3, tile.x * 3, tile.width * 3
    rows = (
        sheet.rgb[line * row + first : line * row + first + length]
        for line in range(tile.y, tile.y + tile.height)
    )
    return Thumbnail(width=tile.width, height=tile.height, rgb=b"".join(rows))


def _small(
    picture: VideoFrame, width: int, height: int, head: StreamHead | None = None
) -> Thumbnail | None:
    if width < _LEAST or height < _LEAST:
        return None
    try:
        small = picture.reformat(width, height, "rgb24", src_colorspace=_matrix(picture, head))
    except (av.FFmpegError, ValueError):
        return None
    plane = small.planes[0]
    pixels, row = memoryview(plane), plane.line_size
    rows = (pixels[line * row : line * row + width * 3] for line in range(height))
    return Thumbnail(width=width, height=height, rgb=b"".join(rows))


def _matrix(picture: VideoFrame, head: StreamHead | None) -> Colorspace | None:
    """How its numbers become colours; nobody tells: as usual for so many lines."""
    if head is None:
        return None  # JPEG has one way only (ITU-T T.871)
    told = head.color.matrix if head.color else 2
    usual = Colorspace.ITU709 if picture.height >= _HD_LINES else Colorspace.ITU601
    return _MATRICES.get(told, usual) if told in (1, 2, 7) else Colorspace.ITU601
