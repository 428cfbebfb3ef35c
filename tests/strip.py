"""Reads the strip, the flash and the beep of Farol's test cards, after docs/strip.md alone.

An independent second reading of that page: imports nothing of the product. Nothing here
raises on strangers' pictures or sound; what cannot be read is None or left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]
Floats = NDArray[np.float64]

CELLS = 52
_FINDER = np.array([1, 0, 1, 1, 1, 0], bool)
_ENDS = np.r_[0:6, 46:52]
_ENDS_WHITE = np.concatenate([_FINDER, _FINDER[::-1]])
_APART = 45.0  # cells between the centres of the two three-cell runs
_LEFT_CENTRE = 3.5
_MIN_CONTRAST = 24.0  # of 255
_MIN_CELL = 2.0  # pixels
_PAIRS_A_LINE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StripReading:
    """What a picture says about itself: channel, rung of the ladder, frame in the loop."""

    channel: int
    rung: int
    frame: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StripLocation:
    """A reading and where it was found.

    Attributes:
        left: the picture's left edge in image pixels.
        top: its upper edge.
        cell: the width of a cell, picture width / 52.
        row: the height of a row, picture height / 30, as measured from the two rows.
        reading: what it says.
    """

    left: float
    top: float
    cell: float
    row: float
    reading: StripReading


def read_strip(image: Image) -> StripReading | None:
    """Reads a decoded frame (H x W luma) or a screenshot (H x W x 3 or 4), bars and all.

    Returns None where there is no strip or where it is too damaged to be sure.
    """
    found = locate_strip(image)
    return found.reading if found else None


def locate_strip(image: Image) -> StripLocation | None:
    """Like ``read_strip``, and says where the picture lies in the image."""
    if not _is_image(image):
        return None
    step = max(1, image.shape[0] // 540)
    for smooth in dict.fromkeys((1, max(1, image.shape[1] // 320))):
        for y in range(0, image.shape[0], step):
            line = _smoothed(_grey(image[y : y + max(1, step // 2)]).mean(axis=0), smooth)
            for left, cell in _find_ends(line):
                found = _decode(image, y, left, cell)
                if found:
                    return found
    return None


def _is_image(image: Image) -> bool:
    return (
        image.dtype.kind in "buif"
        and (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4)))
        and image.shape[0] >= 2
        and image.shape[1] >= CELLS * _MIN_CELL
    )


def _grey(lines: Image) -> Floats:
    """Some lines as floats; colour by the mean of red, green and blue: the strip has none."""
    with np.errstate(all="ignore"):  # infinities of both signs meet in a stranger's picture
        floats = lines.astype(float) if lines.ndim == 2 else _mean_of_three(lines)
    grey: Floats = np.clip(np.nan_to_num(floats), -1e4, 1e4)
    return grey


def _mean_of_three(lines: Image) -> Floats:
    mean: Floats = (lines[..., 0].astype(float) + lines[..., 1] + lines[..., 2]) / 3
    return mean


def _smoothed(line: Floats, width: int) -> Floats:
    return line if width == 1 else np.convolve(line, np.full(width, 1 / width), "same")


def _find_ends(line: Floats) -> Iterator[tuple[float, float]]:
    """Pairs of finders on a line, as (left edge of the picture, width of a cell)."""
    low, high = float(line.min()), float(line.max())
    if high - low < _MIN_CONTRAST:
        return
    level = (low + high) / 2
    edges, first_white = _edges(line, level)
    runs = np.diff(edges)
    if len(runs) < 9:
        return
    before, unit, after = runs[:-2], runs[1:-1] / 3, runs[2:]
    centre = (edges[1:-2] + edges[2:-1]) / 2
    white = (np.arange(1, len(runs) - 1) % 2 == 0) == first_white
    left = np.flatnonzero(_alike(before, unit) & (after > unit / 2))
    right = np.flatnonzero(_alike(after, unit) & (before > unit / 2))
    cell = (centre[right][None, :] - centre[left][:, None]) / _APART
    widths = (unit[left][:, None], unit[right][None, :])
    fits = (cell > _MIN_CELL) & (white[left][:, None] == white[right][None, :])
    for width in widths:
        fits &= np.abs(width - cell) < cell / 4
    pairs = np.argwhere(fits)
    widths_found = cell[fits]
    starts = centre[left[pairs[:, 0]]] - _LEFT_CENTRE * widths_found
    good = np.flatnonzero(_ends_stand(line > level, starts, widths_found))
    for k in good[:_PAIRS_A_LINE]:
        yield float(starts[k]), float(widths_found[k])


def _ends_stand(white: NDArray[np.bool_], left: Floats, cell: Floats) -> NDArray[np.bool_]:
    """Which pairs have all twelve end cells right, or all inverted, at their middles."""
    at = np.floor(left[:, None] + (_ENDS + 0.5) * cell[:, None]).astype(int)
    inside = (at[:, 0] >= 0) & (at[:, -1] < len(white))
    equal = white[np.clip(at, 0, len(white) - 1)] == _ENDS_WHITE
    stand: NDArray[np.bool_] = inside & (equal.all(axis=1) | ~equal.any(axis=1))
    return stand


def _alike(run: Floats, unit: Floats) -> NDArray[np.bool_]:
    alike: NDArray[np.bool_] = np.abs(run - unit) < unit / 2
    return alike


def _edges(line: Floats, level: float) -> tuple[Floats, bool]:
    """Where a line crosses a level, to parts of a pixel, with both ends of the line added."""
    white = line > level
    at = np.flatnonzero(white[1:] != white[:-1])
    crossing = at + 0.5 + (level - line[at]) / (line[at + 1] - line[at])
    return np.concatenate([[0.0], crossing, [float(len(line))]]), bool(white[0])


def _decode(image: Image, y: int, left: float, cell: float) -> StripLocation | None:
    """Reads both rows about line ``y`` with the geometry found on it."""
    start = max(0, int(y - 5 * cell))
    values = _cell_values(_grey(image[start : int(y + 5 * cell) + 2]), left, cell)
    if values is None:
        return None
    rows = _two_rows(_polarity(values), y - start)
    if rows is None:
        return None
    (top, middle_end), (middle_start, bottom) = rows
    upper, lower = _inner(values[top:middle_end]), _inner(values[middle_start:bottom])
    reading = _interpret(upper - lower)
    if reading is None:
        return None
    height = (bottom - top) / 2
    return StripLocation(left=left, top=float(start + top), cell=cell, row=height, reading=reading)


def _cell_values(lines: Floats, left: float, cell: float) -> Floats | None:
    """The mean of the middle half of each cell on each line, shape (lines, 52)."""
    sums = np.concatenate([np.zeros((len(lines), 1)), np.cumsum(lines, axis=1)], axis=1)
    first = np.rint(left + (np.arange(CELLS) + 0.25) * cell).astype(int)
    last = np.maximum(np.rint(left + (np.arange(CELLS) + 0.75) * cell).astype(int), first + 1)
    if first[0] < 0 or last[-1] >= sums.shape[1]:
        return None
    means: Floats = (sums[:, last] - sums[:, first]) / (last - first)
    return means


def _polarity(values: Floats) -> NDArray[np.int8]:
    """For each line: 1 where both finders stand upright, -1 where inverted, else 0."""
    ends = values[:, _ENDS]
    white, black = ends[:, _ENDS_WHITE], ends[:, ~_ENDS_WHITE]
    upright = white.min(axis=1) > black.max(axis=1)
    inverted = white.max(axis=1) < black.min(axis=1)
    polarity: NDArray[np.int8] = upright.astype(np.int8) - inverted.astype(np.int8)
    return polarity


def _two_rows(
    polarity: NDArray[np.int8], y: int
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The upper and the lower row, as (first, end) lines, of the strip that line ``y`` is in."""
    runs = _runs(polarity)
    here = next((i for i, (start, end, _) in enumerate(runs) if start <= y < end), None)
    if here is None or runs[here][2] == 0:
        return None
    step = 1 if runs[here][2] == 1 else -1
    there = here + step
    if 0 <= there < len(runs) and runs[there][2] == 0:  # the blurred joint
        if runs[there][1] - runs[there][0] > runs[here][1] - runs[here][0]:
            return None
        there += step
    if not 0 <= there < len(runs) or runs[there][2] != -runs[here][2]:
        return None
    upper, lower = (runs[here], runs[there]) if step == 1 else (runs[there], runs[here])
    return upper[:2], lower[:2]


def _runs(values: NDArray[np.int8]) -> list[tuple[int, int, int]]:
    cuts = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    return [(a, b, int(values[a])) for a, b in pairwise(cuts)]


def _inner(lines: Floats) -> Floats:
    """The mean over a row's lines, without its first and last where there are enough."""
    inner = lines[1:-1] if len(lines) > 2 else lines
    mean: Floats = inner.mean(axis=0)
    return mean


def _interpret(difference: Floats) -> StripReading | None:
    """Upper minus lower row, cell by cell, to a reading that is certain."""
    contrast = float(np.abs(difference[_ENDS]).mean())
    if contrast < _MIN_CONTRAST or float(np.abs(difference).min()) < contrast / 4:
        return None
    bits = difference > 0
    coded = np.packbits(bits[6:46]).tobytes()
    word = int.from_bytes(coded[:3], "big")
    good = (bits[_ENDS] == _ENDS_WHITE).all() and _crc(coded[:3]) == coded[3:] and word < 1 << 23
    if not good:
        return None
    return StripReading(channel=word >> 16, rung=word >> 12 & 0xF, frame=word & 0xFFF)


def _crc(data: bytes) -> bytes:
    """CRC-16/IBM-3740 by division of the message as a polynomial."""
    value = int.from_bytes(bytes([data[0] ^ 0xFF, data[1] ^ 0xFF]) + data[2:] + b"\0\0", "big")
    for bit in range(len(data) * 8 + 15, 15, -1):
        if value >> bit & 1:
            value ^= 0x11021 << (bit - 16)
    return value.to_bytes(2, "big")


def unwrap(frames: Sequence[int], loop: int = 600) -> list[int]:
    """Counts on over the loop's end: each step is the shortest, forward or backward."""
    counted = list(frames[:1])
    for frame in frames[1:]:
        step = (frame - counted[-1] + loop // 2) % loop - loop // 2
        counted.append(counted[-1] + step)
    return counted


def flash_level(image: Image) -> float | None:
    """How bright the flash window is, 0 (black) to 1 (white); None where no strip is read."""
    found = locate_strip(image)
    if found is None:
        return None
    x = [int(found.left + cells * found.cell) for cells in (48, 50)]
    y = [int(found.top + rows * found.row) for rows in (4, 6)]
    window = _grey(image[y[0] : y[1] + 1, x[0] : x[1] + 1])
    strip = _grey(image[int(found.top) : int(found.top + 2 * found.row), x[0] - 1 : x[1] + 1])
    if not window.size or not strip.size:
        return None
    black, white = float(strip.min()), float(strip.max())
    return float(np.clip((window.mean() - black) / max(white - black, 1.0), 0, 1))


def flash_onsets(frames: Iterable[tuple[float, Image]]) -> list[float]:
    """The times (as given, with the frames) at which the flash window turned white.

    A window already white on the first readable frame does not count: its onset was not seen.
    """
    onsets = []
    lit_before = True
    for time, image in frames:
        level = flash_level(image)
        if level is None:
            continue
        lit = level > 0.5
        if lit and not lit_before:
            onsets.append(time)
        lit_before = lit
    return onsets


def beep_onsets(pcm: NDArray[Any], rate: int) -> list[float]:
    """The times in seconds at which beeps begin, to some tenths of a millisecond.

    ``pcm`` is one channel, or (channels, samples), or (samples, channels), integers or floats.
    A beep already sounding at the start does not count.
    """
    envelope = _tone_level(_mono(pcm), rate, 1000.0)
    if not envelope.size or envelope.max() <= 4 * np.median(envelope):
        return []
    level = float(envelope.max()) / 2
    loud = envelope > level
    hold, rest = int(0.03 * rate), 0.3
    onsets: list[float] = []
    for i in np.flatnonzero(loud[1:] & ~loud[:-1]).tolist():
        at = (i + (level - envelope[i]) / (envelope[i + 1] - envelope[i])) / rate
        if loud[i + 1 : i + 1 + hold].all() and (not onsets or at - onsets[-1] > rest):
            onsets.append(float(at))
    return onsets


def _mono(pcm: NDArray[Any]) -> Floats:
    if pcm.dtype.kind not in "buif" or not pcm.size:
        return np.zeros(0)
    floats = np.nan_to_num(pcm.astype(float), posinf=0.0, neginf=0.0)
    sound: Floats = np.clip(floats, -1e12, 1e12)
    if sound.ndim == 2:
        sound = sound.mean(axis=int(np.argmin(sound.shape)))
    return sound.reshape(-1)


def _tone_level(sound: Floats, rate: int, pitch: float) -> Floats:
    """The level of one tone about each sample: a window of two periods, centred."""
    width = round(2 * rate / pitch)
    if width < 2 or len(sound) <= width:
        return np.zeros(0)
    turning = sound * np.exp(-2j * np.pi * pitch / rate * np.arange(len(sound)))
    sums = np.concatenate([[0], np.cumsum(turning)])
    inside = np.abs(sums[width:] - sums[:-width]) * 2 / width
    level: Floats = np.zeros(len(sound))
    level[width // 2 : width // 2 + len(inside)] = inside
    return level


def drone_pitch(pcm: NDArray[Any], rate: int) -> float | None:
    """The pitch in Hz of the steady tone that tells channel and language; wants 2 s or more."""
    sound = _mono(pcm)
    if len(sound) < rate // 2:
        return None
    size = 1 << (len(sound) * 4 - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    pitches = np.arange(len(spectrum)) * rate / size
    band = np.flatnonzero((pitches > 105) & (pitches < 320))
    best = band[int(np.argmax(spectrum[band]))]
    return float(pitches[best]) if spectrum[best] > 8 * np.median(spectrum[band]) else None


def flash_beep_offsets(flashes: Sequence[float], beeps: Sequence[float]) -> list[float]:
    """For each flash with a beep within half a second: flash minus beep, seconds."""
    return [
        flash - nearest
        for flash in flashes
        if beeps and abs(flash - (nearest := min(beeps, key=lambda b: abs(b - flash)))) < 0.5
    ]


def flash_beep_offset(flashes: Sequence[float], beeps: Sequence[float]) -> float | None:
    """The median offset in seconds; positive where the picture comes after the sound."""
    offsets = flash_beep_offsets(flashes, beeps)
    return float(np.median(offsets)) if offsets else None
