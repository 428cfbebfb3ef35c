"""Sound without a gap and without priming, against a decode by libav alone."""

from pathlib import Path

import numpy as np
import pytest

from player.model.presentation import TrackKind
from player.ports import SinkState
from tests.system.mpv.fed_media import Epochs, epochs, heard, piece, play, reference, written
from tests.system.mpv.sink_bench import Rig
from tests.unit.media.conftest import Recipe, make

pytestmark = pytest.mark.system

EDITED = "frag_keyframe+delay_moov+default_base_moof"
VIDEO, AUDIO = TrackKind.VIDEO, TrackKind.AUDIO
PIECE = 1024
"""Samples that ao_pcm writes at once."""


@pytest.fixture
def out(rig: Rig, tmp_path: Path) -> Path:
    path = tmp_path / "sound.raw"
    heard(rig, path)
    return path


def _heard(rig: Rig, out: Path, made: Epochs) -> "np.ndarray":
    play(rig, made)
    last = made[-1][0].epoch
    assert rig.until(lambda: rig.ears.heard(last, SinkState.ENDED))
    return written(out)


@pytest.mark.parametrize("codec", ["aac", "libopus", "flac"])
def test_sound_alone_is_what_libav_decodes(rig: Rig, out: Path, codec: str) -> None:
    data = make(Recipe(video="", audio=codec, frames=50, movflags=EDITED))
    made = epochs({AUDIO: [piece(0, data, start=0, duration=2)]})
    sound, wanted = _heard(rig, out, made), reference(data)
    assert abs(len(sound) - len(wanted)) <= PIECE
    assert np.abs(sound[: len(wanted)] - wanted[: len(sound)]).max() <= 2


def test_sound_with_pictures_has_no_priming_either(rig: Rig, out: Path) -> None:
    data = make(Recipe(audio="aac", frames=50, movflags=EDITED))
    made = epochs({VIDEO: [piece(0, data, start=0, duration=2)]})
    sound, wanted = _heard(rig, out, made), reference(data)
    assert len(made) == 1
    assert abs(len(sound) - len(wanted)) <= PIECE
    assert np.abs(sound[: len(wanted)] - wanted[: len(sound)]).max() <= 2


def test_a_hole_in_the_sound_is_silent_and_keeps_its_length(rig: Rig, out: Path) -> None:
    """hls.js#2922."""
    data = [
        make(Recipe(video="", audio="aac", frames=50, movflags=EDITED, first=n)) for n in range(2)
    ]
    pictures = make(Recipe(frames=125, gop=25, b_frames=0))
    made = epochs(
        {
            VIDEO: [piece(0, pictures, start=0, duration=5, media_offset=0)],
            AUDIO: [
                piece(0, data[0], start=0, duration=2, media_offset=0),
                piece(1, data[1], start=3, duration=2, media_offset=3_000_000),
            ],
        }
    )
    sound = _heard(rig, out, made)
    assert len(made) == 1
    assert abs(len(sound) - 5 * 48_000) <= 3 * PIECE
    assert np.abs(sound[int(2.1 * 48_000) : int(2.9 * 48_000)]).max() == 0
    assert np.abs(sound[int(3.1 * 48_000) : int(3.9 * 48_000)]).max() > 8_000


@pytest.mark.parametrize(("before", "after"), [(44_100, 48_000), (48_000, 24_000)])
def test_another_rate_of_aac_needs_no_new_stream(
    rig: Rig, out: Path, before: int, after: int
) -> None:
    rig.sink._core["audio-samplerate"] = 48_000
    pieces = []
    for number, rate in enumerate((before, after)):
        data = make(Recipe(video="", audio="aac", frames=50, rate=rate))
        pieces.append(piece(number, data, start=2 * number, duration=2))
    made = epochs({AUDIO: pieces})
    sound = _heard(rig, out, made)
    assert len(made) == 1
    assert abs(len(sound) - 4 * 48_000) < 10_000
    assert np.abs(sound[int(2.5 * 48_000) : int(3.5 * 48_000)]).max() > 8_000
    assert rig.complaints() == []
