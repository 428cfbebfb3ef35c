"""What the encoders make, decoded again and read by the independent reader."""

from collections.abc import Sequence
from itertools import pairwise

import av
import numpy as np
import pytest
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from headend.asset.audio import encode_audio
from headend.asset.avc import avc_config, length_prefixed, split_nal_units
from headend.asset.captions import make_captions
from headend.asset.encoded import Encoded
from headend.asset.ladder import LADDER, Rung, rungs
from headend.asset.lineup import channel_spec
from headend.asset.model import Sample
from headend.asset.sound import drone_hz, loop_sound
from headend.asset.video import encode_video
from tests.strip import (
    beep_onsets,
    drone_pitch,
    flash_beep_offsets,
    flash_onsets,
    read_strip,
)


def chunk(made: Encoded, sample: Sample) -> bytes:
    return made.payload[sample.offset : sample.offset + sample.size]


def decoded_video(made: Encoded, samples: Sequence[Sample]) -> list[NDArray[np.uint8]]:
    """Luma planes in the order of presentation."""
    context = VideoCodecContext.create("h264", "r")
    context.extradata = made.codec_config
    frames = []
    for sample in samples:
        frames += context.decode(av.Packet(chunk(made, sample)))
    frames += context.decode(None)
    return [frame.to_ndarray()[: made.height].astype(np.uint8) for frame in frames]


def decoded_audio(made: Encoded, samples: Sequence[Sample]) -> NDArray[np.float32]:
    context = AudioCodecContext.create("aac", "r")
    context.extradata = made.codec_config
    blocks = [
        frame.to_ndarray()
        for sample in samples
        for frame in context.decode(av.Packet(chunk(made, sample)))
    ]
    return np.concatenate(blocks, axis=1)


@pytest.fixture(scope="module")
def loop_240() -> Encoded:
    return encode_video(channel_spec(3), LADDER[0], step=lambda _: None)


@pytest.fixture(scope="module", params=["en", "pt"])
def sound(request: pytest.FixtureRequest) -> Encoded:
    return encode_audio(3, request.param)


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.id)
def test_every_frame_of_every_rung_is_read_back(rung: Rung) -> None:
    made = encode_video(channel_spec(1), rung, frames=27, step=lambda _: None)
    readings = [read_strip(frame) for frame in decoded_video(made, made.samples)]
    assert [reading.frame for reading in readings if reading] == list(range(27))
    assert {(reading.channel, reading.rung) for reading in readings if reading} == {
        (1, rung.index)
    }


def test_1080p_is_on_channel_one_only() -> None:
    assert [rung.height for rung in rungs(1)] == [240, 360, 480, 720, 1080]
    assert [rung.height for rung in rungs(2)] == [240, 360, 480, 720]


def test_groups_are_closed_and_aligned_with_segments(loop_240: Encoded) -> None:
    samples = loop_240.samples
    assert len(samples) == 600
    keys = [i for i, sample in enumerate(samples) if sample.key]
    assert keys == list(range(0, 600, 50))
    for group, start in enumerate(keys):
        shown = sorted(sample.pts for sample in samples[start : start + 50])
        assert shown == [(group * 50 + i) * 3600 for i in range(50)]


def test_decoding_order_goes_on_over_the_loops_end(loop_240: Encoded) -> None:
    samples = loop_240.samples
    assert min(sample.pts for sample in samples) == 0
    assert samples[0].dts == -3600
    assert any(sample.pts != sample.dts + 3600 for sample in samples)  # B pictures
    assert all(sample.dts <= sample.pts for sample in samples)
    again = [sample.dts for sample in samples] + [samples[0].dts + 600 * 3600]
    assert {b - a for a, b in pairwise(again)} == {3600}


def test_spliced_loops_show_every_frame_once_in_order(loop_240: Encoded) -> None:
    twice = [*loop_240.samples, *loop_240.samples[:100]]
    readings = [read_strip(frame) for frame in decoded_video(loop_240, twice)]
    assert [reading.frame for reading in readings if reading] == [*range(600), *range(100)]


def test_a_group_decodes_alone(loop_240: Encoded) -> None:
    readings = [read_strip(frame) for frame in decoded_video(loop_240, loop_240.samples[150:200])]
    assert [reading.frame for reading in readings if reading] == list(range(150, 200))


def test_samples_are_slices_with_lengths_and_config_has_the_sets(loop_240: Encoded) -> None:
    for sample in loop_240.samples[:60]:
        data, kinds = chunk(loop_240, sample), []
        while data:
            size = int.from_bytes(data[:4], "big")
            kinds.append(data[4] & 0x1F)
            data = data[4 + size :]
        assert set(kinds) == ({5} if sample.key else {1})
    config = loop_240.codec_config
    assert config[0] == 1
    assert loop_240.codecs == f"avc1.{config[1:4].hex()}"
    assert config[4] == 0xFF
    assert config[5] == 0xE1


def test_bandwidth_is_the_largest_segment(loop_240: Encoded) -> None:
    sizes = [
        sum(sample.size for sample in loop_240.samples[i : i + 50]) for i in range(0, 600, 50)
    ]
    assert loop_240.bandwidth == max(sizes) * 4
    assert loop_240.average_bandwidth == -(-sum(sizes) * 8 // 24)


def test_flash_and_beep_come_together(loop_240: Encoded, sound: Encoded) -> None:
    frames = decoded_video(loop_240, loop_240.samples[:200])
    flashes = flash_onsets((i / 25, frame) for i, frame in enumerate(frames))
    beeps = beep_onsets(decoded_audio(sound, sound.samples[:375]), 48_000)
    assert flashes == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    offsets = flash_beep_offsets(flashes, beeps)
    assert len(offsets) == 7
    assert max(abs(offset) for offset in offsets) < 0.001


def test_sound_is_1125_whole_frames(sound: Encoded) -> None:
    assert [sample.pts for sample in sound.samples] == [k * 1024 for k in range(1125)]
    assert sound.codec_config == bytes.fromhex("1190")  # AAC-LC, 48 kHz, stereo


def test_the_loop_of_sound_has_no_seam(sound: Encoded) -> None:
    wave = decoded_audio(sound, [*sound.samples[-200:], *sound.samples[:200]])
    original = loop_sound(3, sound.language)
    cut = 200 * 1024
    expected = np.concatenate([original[:, -cut:], original[:, :cut]], axis=1)
    error = np.abs(wave - expected)[:, 1024:]  # the first block lacks its predecessor
    at_seam = error[:, cut - 4096 : cut + 2048].max()
    assert at_seam <= error.max()
    assert error.max() < 0.02
    assert np.sqrt((error**2).mean()) < 0.001


def test_the_drone_tells_channel_and_language(sound: Encoded) -> None:
    wave = decoded_audio(sound, sound.samples[:375])
    assert drone_pitch(wave, 48_000) == pytest.approx(drone_hz(3, sound.language), rel=0.005)


def test_captions_name_channel_and_time() -> None:
    english, portuguese = make_captions(3, "en"), make_captions(3, "pt")
    cues = [chunk(english, sample).decode() for sample in english.samples]
    assert len(cues) == 12
    assert cues[7] == "Channel 3 · 00:14"
    assert chunk(portuguese, portuguese.samples[7]).decode() == "Canal 3 · 00:14"
    assert [sample.pts for sample in english.samples] == list(range(0, 24_000, 2_000))


def test_nal_units_are_split_whatever_their_start_codes() -> None:
    stream = b"\0\0\0\1\x67\x64\0\x1e\0\0\1\x68\xee\0\0\0\1\x06\x05\x80\0\0\1\x65\x88\x80"
    units = split_nal_units(stream)
    assert [unit[0] & 0x1F for unit in units] == [7, 8, 6, 5]
    assert length_prefixed(stream) == b"\0\0\0\3\x65\x88\x80"
    assert avc_config(stream).codecs == "avc1.64001e"
    assert split_nal_units(b"no start code") == []
    with pytest.raises(ValueError, match="parameter sets"):
        avc_config(b"\0\0\1\x65\x88")
