"""The strip as written by the headend and as read by the independent reader."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from headend.asset.ladder import LADDER, Rung
from headend.asset.strip import StripCode, crc16, paint_flash, paint_strip
from tests.strip import (
    StripReading,
    beep_onsets,
    drone_pitch,
    flash_beep_offset,
    flash_onsets,
    locate_strip,
    read_strip,
    unwrap,
)

ROOT = Path(__file__).parents[3]
Grey = NDArray[np.uint8]
CODE = StripCode(channel=37, rung=3, frame=599)
READING = StripReading(channel=37, rung=3, frame=599)


def picture(width: int, height: int, code: StripCode = CODE, seed: int = 5) -> Grey:
    """A luma plane with a strip over something busy."""
    plane = np.random.default_rng(seed).integers(16, 236, (height, width), np.uint8)
    plane = np.repeat(np.repeat(plane[::8, ::8], 8, 0), 8, 1)[:height, :width]
    paint_strip(plane, code)
    return plane


def resized(plane: Grey, width: int, height: int, *, nearest: bool = False) -> Grey:
    """Scales like a GPU does: samples at pixel centres, linear or nearest."""
    y = np.clip((np.arange(height) + 0.5) * plane.shape[0] / height - 0.5, 0, plane.shape[0] - 1)
    x = np.clip((np.arange(width) + 0.5) * plane.shape[1] / width - 0.5, 0, plane.shape[1] - 1)
    if nearest:
        near: Grey = plane[np.rint(y).astype(int)][:, np.rint(x).astype(int)]
        return near
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    down, right = np.minimum(top + 1, len(plane) - 1), np.minimum(left + 1, plane.shape[1] - 1)
    fy, fx = (y - top)[:, None], (x - left)[None, :]
    upper = plane[top][:, left] * (1 - fx) + plane[top][:, right] * fx
    lower = plane[down][:, left] * (1 - fx) + plane[down][:, right] * fx
    scaled: Grey = np.rint(upper * (1 - fy) + lower * fy).astype(np.uint8)
    return scaled


def boxed(plane: Grey, width: int, height: int, *, nearest: bool = False, bars: int = 0) -> Grey:
    """A window that shows the whole picture between bars."""
    scale = min(width / plane.shape[1], height / plane.shape[0])
    shown = resized(
        plane, round(plane.shape[1] * scale), round(plane.shape[0] * scale), nearest=nearest
    )
    window = np.full((height, width), bars, np.uint8)
    top, left = (height - shown.shape[0]) // 2, (width - shown.shape[1]) // 2
    window[top : top + shown.shape[0], left : left + shown.shape[1]] = shown
    return window


def test_crc_is_the_one_the_page_names() -> None:
    assert crc16(b"123456789") == 0x29B1
    assert "0x29B1" in (ROOT / "docs/strip.md").read_text(encoding="utf-8")


@given(
    channel=st.integers(0, 127),
    rung=st.integers(0, 15),
    frame=st.integers(0, 4095),
    size=st.sampled_from([(step.width, step.height) for step in LADDER[:4]]),
)
@settings(max_examples=30, deadline=None)
def test_every_code_is_read_back_at_every_rung(
    channel: int, rung: int, frame: int, size: tuple[int, int]
) -> None:
    plane = picture(*size, StripCode(channel=channel, rung=rung, frame=frame))
    assert read_strip(plane) == StripReading(channel=channel, rung=rung, frame=frame)


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.id)
@pytest.mark.parametrize(
    "window",
    [(320, 180), (333, 517), (640, 211), (801, 603), (1366, 768), (1918, 1011), (3840, 2160)],
)
def test_strip_survives_scaling_and_bars(rung: Rung, window: tuple[int, int]) -> None:
    plane = picture(rung.width, rung.height)
    small = min(window[0], window[1] * 16 / 9) < 320
    for nearest in (False, True):
        reading = read_strip(boxed(plane, *window, nearest=nearest))
        assert reading == READING or (small and reading is None)


@given(
    width=st.integers(320, 900),
    height=st.integers(180, 700),
    nearest=st.booleans(),
    bars=st.sampled_from([0, 30, 255]),
)
@settings(max_examples=25, deadline=None)
def test_any_window_that_shows_320_by_180_can_be_read(
    width: int, height: int, nearest: bool, bars: int
) -> None:
    plane = picture(640, 360)
    fits = min(width / 640, height / 360) >= 0.5
    reading = read_strip(boxed(plane, width, height, nearest=nearest, bars=bars))
    assert reading == READING or (not fits and reading is None)


def test_a_coloured_dimmed_screenshot_is_read_and_located() -> None:
    plane = boxed(picture(854, 480), 1280, 1024)
    image = np.stack([plane, plane, plane, np.full_like(plane, 255)], axis=2)
    dimmed = (image * 0.4).astype(np.uint8)
    found = locate_strip(dimmed)
    assert found is not None
    assert found.reading == READING
    assert found.left == pytest.approx(0, abs=2)
    assert found.top == pytest.approx(152, abs=1.5)
    assert found.cell * 52 == pytest.approx(1280, rel=0.01)
    assert found.row * 30 == pytest.approx(720, rel=0.05)


def test_a_picture_stretched_out_of_shape_is_read() -> None:
    assert read_strip(resized(picture(1280, 720), 800, 800)) == READING


@given(sigma=st.floats(0, 200), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_noise_never_gives_a_wrong_reading(sigma: float, seed: int) -> None:
    plane = picture(426, 240)
    noise = np.random.default_rng(seed).normal(0, sigma, plane.shape)
    reading = read_strip(np.clip(plane + noise, 0, 255).astype(np.uint8))
    assert reading in (READING, None)
    if sigma < 20:
        assert reading == READING


@given(seed=st.integers(0, 2**32 - 1), coarse=st.sampled_from([1, 20, 60, 120, 200]))
@settings(max_examples=25, deadline=None)
def test_blocky_damage_never_gives_a_wrong_reading(seed: int, coarse: int) -> None:
    """Blocks of 8 x 8 lose their detail, some are exchanged: what a bad JPEG or a loss does."""
    random = np.random.default_rng(seed)
    plane = picture(424, 240)
    blocks = plane.reshape(30, 8, 53, 8).swapaxes(1, 2).astype(float)
    flat = blocks.mean(axis=(2, 3), keepdims=True)
    blocks = flat + np.rint((blocks - flat) / coarse) * coarse
    for _ in range(int(random.integers(0, 40))):
        a, b = random.integers(0, 3, 2), random.integers(0, 53, 2)
        blocks[a[0], b[0]] = blocks[a[1], b[1]]
    damaged = np.clip(blocks.swapaxes(1, 2).reshape(240, 424), 0, 255).astype(np.uint8)
    assert read_strip(damaged) in (READING, None)


def test_two_frames_blended_are_not_read_as_a_third() -> None:
    first, second = (
        picture(640, 360, StripCode(channel=3, rung=1, frame=frame)) for frame in (255, 256)
    )
    for share in (0.3, 0.5, 0.7):
        mixed = (first * share + second * (1 - share)).astype(np.uint8)
        reading = read_strip(mixed)
        assert reading is None or reading.frame in (255, 256)


SHAPES = st.one_of(
    hnp.array_shapes(min_dims=1, max_dims=4, max_side=12),
    st.tuples(st.integers(0, 40), st.integers(100, 300)),
)


@given(hnp.arrays(st.sampled_from([np.uint8, np.int16, np.float32, np.bool_]), SHAPES))
@settings(max_examples=60, deadline=None)
def test_strangers_arrays_are_not_read_and_raise_nothing(array: NDArray[np.generic]) -> None:
    assert read_strip(array) is None
    beep_onsets(array, 48_000)
    drone_pitch(array, 1_000)
    assert flash_onsets([(0.0, array)]) == []


def test_infinities_are_not_read_and_raise_nothing() -> None:
    image = np.full((40, 200, 3), np.inf, np.float32)
    image[::2, :, 1], image[:, ::5] = -np.inf, np.nan
    assert read_strip(image) is None
    assert beep_onsets(image[0].T, 48_000) == []


def test_pure_noise_is_not_read() -> None:
    for seed in range(20):
        image = np.random.default_rng(seed).integers(0, 256, (90, 400, 3), np.uint8)
        assert read_strip(image) is None


def test_unwrap_counts_over_the_loop_and_shows_steps_back() -> None:
    assert unwrap([]) == []
    assert unwrap([597, 598, 599, 0, 1]) == [597, 598, 599, 600, 601]
    assert unwrap([10, 9, 599, 0]) == [10, 9, -1, 0]


def test_flash_onset_is_the_first_white_frame() -> None:
    def frames(rung: tuple[int, int]) -> list[tuple[float, Grey]]:
        shots = []
        for number in range(40):
            plane = picture(*rung, StripCode(channel=1, rung=0, frame=number))
            paint_flash(plane, lit=number % 25 < 2)
            shots.append((number / 25, boxed(plane, 500, 400)))
        return shots

    assert flash_onsets(frames((426, 240))) == [1.0]


def test_beeps_are_found_to_a_fraction_of_a_millisecond() -> None:
    rate, starts = 44_100, (0.5, 1.5123, 2.5)
    sound = np.random.default_rng(1).normal(0, 0.01, rate * 3)
    for start in starts:
        first = round(start * rate)
        time = np.arange(round(0.06 * rate)) / rate
        sound[first : first + len(time)] += 0.3 * np.sin(2 * np.pi * 1000 * time)
    stereo = np.stack([sound, sound], axis=1)
    assert beep_onsets(stereo, rate) == pytest.approx(starts, abs=3e-4)
    integers = (stereo * 32767).astype(np.int16)
    assert beep_onsets(integers.T, rate) == pytest.approx(starts, abs=3e-4)
    assert flash_beep_offset([0.52, 1.54, 2.52], list(starts)) == pytest.approx(0.02)
    assert flash_beep_offset([], []) is None


def test_the_reader_imports_nothing_of_the_product() -> None:
    text = (ROOT / "tests/strip.py").read_text(encoding="utf-8")
    imports = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert imports <= {"collections", "dataclasses", "itertools", "typing", "numpy"}
