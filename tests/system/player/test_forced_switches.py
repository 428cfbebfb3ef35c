"""A rung further every four seconds of media: what libmpv is fed stays whole, in every format."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from player.api import ErrorOccurred, QualityChanged
from tests.strip import StripReading
from tests.system.fed_stream import (
    FRAME_RATE,
    Fed,
    check_every_frame_once,
    check_flash_and_beep,
    check_gapless,
    decode,
)
from tests.system.recording import Recording, record

pytestmark = pytest.mark.system

CHANNEL = 3
LOOPS = 3
SECONDS = LOOPS * 24
FORMATS = (
    "hls-cmaf/master.m3u8",
    "hls-ts/master.m3u8",
    "dash/manifest.mpd",
    "dash-range/manifest.mpd",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One format's playback, as fed and as decoded."""

    recording: Recording
    fed: Fed


@pytest.fixture(scope="module")
def runs(headend_url: str) -> dict[str, Run]:
    """72 s of the same film in each format, a switch every 4 s; all beside one another."""

    def run(form: str) -> Run:
        url = f"{headend_url}/channels/{CHANNEL}/vod/{form}?loops={LOOPS}"
        recording = record(url, abr="cycle:4")
        assert recording.of(ErrorOccurred) == []
        assert len(recording.streams) == 1, "a switch of rungs needs no second stream"
        return Run(recording=recording, fed=decode(recording.streams[0]))

    with ThreadPoolExecutor(len(FORMATS)) as pool:
        return dict(zip(FORMATS, pool.map(run, FORMATS), strict=True))


@pytest.mark.parametrize("form", FORMATS)
def test_every_frame_is_fed_once_and_in_order(runs: dict[str, Run], form: str) -> None:
    check_every_frame_once(runs[form].fed, CHANNEL, range(SECONDS * FRAME_RATE))


@pytest.mark.parametrize("form", FORMATS)
def test_the_rungs_really_change(runs: dict[str, Run], form: str) -> None:
    run = runs[form]
    switches = len(run.fed.rungs) - 1
    assert switches >= 10
    assert {strip.rung for strip in run.fed.strips if strip} == {0, 1, 2, 3}
    assert len(run.recording.of(QualityChanged)) == switches
    heights = {0: 240, 1: 360, 2: 480, 3: 720}
    shown = zip(run.fed.strips, run.fed.heights, strict=True)
    assert all(strip and heights[strip.rung] == height for strip, height in shown)


@pytest.mark.parametrize("form", FORMATS)
def test_the_sound_is_gapless(runs: dict[str, Run], form: str) -> None:
    check_gapless(runs[form].fed, SECONDS)


@pytest.mark.parametrize("form", FORMATS)
def test_flash_and_beep_stay_together(runs: dict[str, Run], form: str) -> None:
    check_flash_and_beep(runs[form].fed, SECONDS)


def test_the_sound_is_the_same_sample_for_sample_whichever_way_it_came(
    runs: dict[str, Run],
) -> None:
    """In a transport stream it is cut with the pictures, in DASH it is not: no click shows up."""
    reference, *others = [run.fed.sound for run in runs.values()]
    assert reference is not None
    for sound in others:
        assert sound is not None
        assert np.array_equal(sound.pcm, reference.pcm)


# ---- the checks above can fail ------------------------------------------------------------------


def _without_a_frame(fed: Fed) -> None:
    for column in (fed.times, fed.strips, fed.heights):
        del column[777]


def _swapped(fed: Fed) -> None:
    fed.strips[777], fed.strips[778] = fed.strips[778], fed.strips[777]


def _twice(fed: Fed) -> None:
    fed.strips[777] = fed.strips[776]


def _unreadable(fed: Fed) -> None:
    fed.strips[777] = None


def _from_elsewhere(fed: Fed) -> None:
    fed.strips[777] = StripReading(channel=5, rung=0, frame=177)


def _uneven(fed: Fed) -> None:
    fed.times[777] += 0.002


FAULTS = (_without_a_frame, _swapped, _twice, _unreadable, _from_elsewhere, _uneven)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_in_the_pictures_is_found(
    runs: dict[str, Run], fault: Callable[[Fed], None]
) -> None:
    fed = copy.deepcopy(runs[FORMATS[0]].fed)
    fault(fed)
    with pytest.raises(AssertionError):
        check_every_frame_once(fed, CHANNEL, range(SECONDS * FRAME_RATE))


def _without_a_block(fed: Fed) -> None:
    assert fed.sound is not None
    at = sum(samples for _, samples in fed.sound.blocks[:1000])
    del fed.sound.blocks[1000]
    fed.sound.pcm = np.delete(fed.sound.pcm, slice(at, at + 1024))


def _late(fed: Fed) -> None:
    assert fed.sound is not None
    fed.sound.blocks = [(at + 0.05 * (at > 30), count) for at, count in fed.sound.blocks]


def _cut_short(fed: Fed) -> None:
    assert fed.sound is not None
    fed.sound.pcm = fed.sound.pcm[:-3000]


@pytest.mark.parametrize("fault", [_without_a_block, _late, _cut_short])
def test_a_planted_fault_in_the_sound_is_found(
    runs: dict[str, Run], fault: Callable[[Fed], None]
) -> None:
    fed = copy.deepcopy(runs[FORMATS[0]].fed)
    fault(fed)
    with pytest.raises(AssertionError):
        check_gapless(fed, SECONDS)


def test_a_planted_delay_between_flash_and_beep_is_found(runs: dict[str, Run]) -> None:
    fed = copy.deepcopy(runs[FORMATS[0]].fed)
    fed.flashes = [at + 0.012 for at in fed.flashes]
    with pytest.raises(AssertionError):
        check_flash_and_beep(fed, SECONDS)
