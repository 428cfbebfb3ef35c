"""The Cues of a WebM file as an index (Matroska, RFC 9559 5.1.5; WebM Byte Stream Format)."""

import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from player.manifest import failures
from player.units import Micros

OPEN_END = 1 << 40
"""A length beyond any file: to the end, for the last cluster's size stands nowhere."""
_SEGMENT, _INFO, _CUES = 0x18538067, 0x1549A966, 0x1C53BB6B
_SCALE, _DURATION = 0x2AD7B1, 0x4489
_POINT, _TIME, _POSITIONS, _CLUSTER = 0xBB, 0xB3, 0xB7, 0xF1
_DEFAULT_SCALE = 1_000_000
_NANOSECONDS = 1_000


class Cue(NamedTuple):
    """A stretch of clusters: where it lies in the file and in media time."""

    start: Micros
    end: Micros | None
    offset: int
    length: int


def read_cues(body: bytes) -> tuple[Cue, ...]:
    """Read the head of a WebM file, Cues included; raises PlayerError.

    The end of the last one is the file's Duration, None where that stands nowhere.
    """
    try:
        return _read(body)
    except (IndexError, struct.error) as short:
        raise failures.invalid("the WebM file's head is truncated") from short


def _read(body: bytes) -> tuple[Cue, ...]:
    segment = next(
        (at for ident, at, _ in _elements(body, 0, len(body)) if ident == _SEGMENT), None
    )
    if segment is None:
        raise failures.invalid("no Matroska segment where the MPD says an index is")
    scale, duration = _DEFAULT_SCALE, None
    points: list[tuple[int, int]] = []
    for ident, at, end in _elements(body, segment, len(body)):
        if ident == _INFO:
            scale, duration = _info(body, at, end)
        elif ident == _CUES:
            points = [_point(body, *found) for found in _inside(body, at, end, _POINT)]
    if not points:
        return ()
    points.sort()
    times = [Micros(time * scale // _NANOSECONDS) for time, _ in points]
    last = None if duration is None else Micros(round(duration * scale / _NANOSECONDS))
    ends = [*times[1:], last]
    places = [segment + place for _, place in points]
    lengths = [after - before for before, after in pairwise(places)]
    rows = zip(times, ends, places, [*lengths, OPEN_END], strict=True)
    return tuple(Cue(*row) for row in rows if row[3] > 0)


def _info(body: bytes, at: int, end: int) -> tuple[int, float | None]:
    scale, duration = _DEFAULT_SCALE, None
    for ident, inner, stop in _elements(body, at, end):
        if ident == _SCALE:
            scale = int.from_bytes(body[inner:stop][:8], "big") or _DEFAULT_SCALE
        elif ident == _DURATION and stop - inner in (4, 8):
            value = struct.unpack(">f" if stop - inner == 4 else ">d", body[inner:stop])[0]
            duration = value if 0 < value < 2**53 else None
    return scale, duration


def _point(body: bytes, at: int, end: int) -> tuple[int, int]:
    """(time in ticks, position in the Segment) of a CuePoint."""
    time = next(_inside(body, at, end, _TIME), (0, 0))
    place = (0, 0)
    for found in _inside(body, at, end, _POSITIONS):
        place = next(_inside(body, *found, _CLUSTER), place)
        break
    return (
        int.from_bytes(body[time[0] : time[1]][:8], "big"),
        int.from_bytes(body[place[0] : place[1]][:8], "big"),
    )


def _inside(body: bytes, at: int, end: int, wanted: int) -> Iterator[tuple[int, int]]:
    return ((inner, stop) for ident, inner, stop in _elements(body, at, end) if ident == wanted)


def _elements(body: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The EBML elements (RFC 8794) in a stretch: (id, begin of the data, its end)."""
    while at < end:
        ident, at = _number(body, at, keep_marker=True)
        size, at = _number(body, at, keep_marker=False)
        stop = min(at + size, end)
        yield ident, at, stop
        at = stop


def _number(body: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """A variable-size integer; all ones (unknown size) is simply huge."""
    first = body[at]
    length = 9 - first.bit_length() if first else 9
    if length > 8 or at + length > len(body):
        raise IndexError(at)
    value = int.from_bytes(body[at : at + length], "big")
    return (value if keep_marker else value & ((1 << 7 * length) - 1)), at + length
