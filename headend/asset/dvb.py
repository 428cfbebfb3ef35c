"""DVB subtitles: one line of text as a bitmap (ETSI EN 300 743 clause 7)."""

import struct
from collections.abc import Iterator

import numpy as np

from headend.asset.canvas import FULL, stroke_patch
from headend.asset.glyphs import layout

_PAGE, _REGION, _CLUT, _OBJECT = 1, 0, 0, 0
_WIDTH, _HEIGHT = 480, 48  # of the region, in the usual 720 by 576
_LEFT, _TOP = 120, 500
_CAP = 22  # pixels
_TIMEOUT_S = 5
_BOX, _INK = 1, 2


def subtitling_descriptor(language: str) -> bytes:
    """The descriptor of the PMT (EN 300 468 clause 6.2.42): normal subtitles, no aspect ratio."""
    row = language.encode() + b"\x10" + struct.pack(">HH", _PAGE, _PAGE)
    return bytes([0x59, len(row)]) + row


def display_set(text: str, version: int) -> bytes:
    """A PES payload that shows one line; each is whole in itself (mode change)."""
    segments = (
        _segment(0x10, _page(version)),
        _segment(0x11, _region(version)),
        _segment(0x12, _clut(version)),
        _segment(0x13, _object(_pixels(text), version)),
        _segment(0x80, b""),
    )
    return b"\x20\x00" + b"".join(segments) + b"\xff"


def _segment(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBHH", 0x0F, kind, _PAGE, len(body)) + body


def _page(version: int) -> bytes:
    head = bytes([_TIMEOUT_S, (version & 15) << 4 | 2 << 2 | 3])
    return head + struct.pack(">BBHH", _REGION, 0xFF, _LEFT, _TOP)


def _region(version: int) -> bytes:
    """Eight bits a pixel."""
    head = struct.pack(">BBHH", _REGION, (version & 15) << 4 | 0x07, _WIDTH, _HEIGHT)
    depth = 3 << 5 | 3 << 2 | 3
    place = struct.pack(">HHH", _OBJECT, 0, 0xF000)
    return head + bytes([depth, _CLUT, 0, 0x03]) + place


def _clut(version: int) -> bytes:
    """Box: black; ink: white; both opaque. Full range entries: Y, Cr, Cb, transparency."""
    rows = b"".join(
        bytes([entry, 0x3F]) + bytes([luma, 128, 128, 0])
        for entry, luma in ((_BOX, 16), (_INK, 235))
    )
    return bytes([_CLUT, (version & 15) << 4 | 0x0F]) + rows


def _pixels(text: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """The region: ink in a box."""
    width, strokes = layout(text)
    scale = _CAP / _HEIGHT
    left = (_WIDTH / _HEIGHT - width * scale) / 2
    moved = tuple(
        tuple((x * scale + left, y * scale + (1 - scale) / 2) for x, y in stroke)
        for stroke in strokes
    )
    patch = stroke_patch(moved, 0.06, _HEIGHT)
    pixels = np.full((_HEIGHT, _WIDTH), _BOX, np.uint8)
    rows, columns = np.nonzero(patch.luma > FULL // 2)
    rows, columns = rows + patch.top, columns + patch.left
    inside = (rows >= 0) & (rows < _HEIGHT) & (columns >= 0) & (columns < _WIDTH)
    pixels[rows[inside], columns[inside]] = _INK
    return pixels


def _object(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", version: int) -> bytes:
    fields = [b"".join(_line(row) for row in pixels[first::2]) for first in (0, 1)]
    sizes = struct.pack(">HH", *map(len, fields))
    return struct.pack(">HB", _OBJECT, (version & 15) << 4 | 1) + sizes + b"".join(fields)


def _line(row: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bytes:
    """An 8-bit pixel string in runs, and the end of the line (clause 7.2.5.1).

    The last pixel stays clear: FFmpeg loses its way behind a string that fills the line.
    """
    runs = b"".join(
        bytes([0, 0x80 | count, value]) if count > 2 else bytes([value]) * count
        for value, count in _runs(row[:-1])
    )
    return b"\x12" + runs + b"\0\0" + b"\xf0"


def _runs(row: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> Iterator[tuple[int, int]]:
    """Values and how often in a row, 127 at most."""
    edges = np.flatnonzero(np.diff(row)) + 1
    for part in np.split(row, edges):
        count = len(part)
        while count:
            yield int(part[0]), min(count, 127)
            count -= min(count, 127)
