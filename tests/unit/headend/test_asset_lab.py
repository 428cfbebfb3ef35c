"""The laboratory's encoders: what they write decodes, and says its frame."""

from typing import Any

import av
import numpy as np
import pytest

from headend.asset import cea608
from headend.asset.dvb import display_set, subtitling_descriptor
from headend.asset.encoded import Encoded
from headend.asset.lab import encode_lab, lab_jobs
from headend.asset.lab_audio import SOUNDS, encode_sound
from headend.asset.lab_text import make_teletext, make_ttml
from headend.asset.lab_video import PICTURES, encode_picture
from headend.asset.lineup import LAB_NAMES, channel_spec
from headend.asset.model import Rendition
from headend.cmaf.init import init_segment
from headend.cmaf.ttml import ttml_document
from headend.live.timeline import RenditionTimeline
from headend.ts.mux import text_row
from headend.ts.psi import pmt
from headend.webm.writer import webm_init
from tests.strip import read_strip

_DECODERS = {"h264": "h264", "hevc": "hevc", "vp9": "vp9", "av1": "libdav1d"}


def _rendition(made: Encoded) -> Rendition:
    facts = {name: getattr(made, name) for name in Rendition.__slots__ if hasattr(made, name)}
    return Rendition(data=memoryview(made.payload), **facts)


@pytest.mark.parametrize("name", ["hevc240", "vp9240", "av1240", "v240-anamorphic", "v240-cc"])
def test_every_picture_is_read_back(name: str) -> None:
    picture = PICTURES[name]
    made = encode_picture(channel_spec(101), picture, frames=54, step=lambda _: None)
    rendition = _rendition(made)
    assert [i for i, sample in enumerate(made.samples) if sample.key] == [0, 50]
    assert all(sample.pts == sample.dts for sample in made.samples)
    context: Any = av.CodecContext.create(_DECODERS[rendition.codec], "r")
    if rendition.codec in {"h264", "hevc"}:
        context.extradata = made.codec_config
    frames = []
    for sample in made.samples:
        data = made.payload[sample.offset : sample.offset + sample.size]
        frames += context.decode(av.Packet(data))
    frames += context.decode(None)
    readings = [read_strip(frame.to_ndarray()[: made.height].astype(np.uint8)) for frame in frames]
    assert [r.frame for r in readings if r] == list(range(54))
    assert {(r.channel, r.rung) for r in readings if r} == {(101, picture.rung.index)}
    init = init_segment(rendition)
    assert rendition.codecs.split(".")[0].encode() in init
    across, down = rendition.pixel
    pixel = b"pasp" + across.to_bytes(4, "big") + down.to_bytes(4, "big")
    assert pixel in init


def test_interlaced_pictures_hold_two_moments_and_one_strip() -> None:
    picture = PICTURES["v240-interlaced"]
    made = encode_picture(channel_spec(102), picture, frames=2, step=lambda _: None)
    assert made.interlaced
    sps_at = made.codec_config.index(b"\x67")
    assert made.codec_config[sps_at] == 0x67
    kinds = {made.payload[sample.offset + 4] & 31 for sample in made.samples}
    assert kinds <= {1, 5, 6}


@pytest.mark.parametrize("name", ["ac3", "eac3", "opus", "flac", "mp2"])
def test_sounds_are_whole_loops_of_whole_frames(name: str) -> None:
    sound = SOUNDS[name]
    made = encode_sound(101, "en", sound)
    assert [sample.pts for sample in made.samples] == list(range(0, 24 * 48_000, sound.frame))
    init = init_segment(_rendition(made))
    box = {"ac3": b"dac3", "eac3": b"dec3", "opus": b"dOps", "flac": b"dfLa", "mp2": b"esds"}
    assert box[name] in init
    if name == "opus":
        assert b"OpusHead" in webm_init(_rendition(made))


def test_every_laboratory_channel_has_jobs_with_encoders() -> None:
    for channel in LAB_NAMES:
        jobs = lab_jobs(channel)
        assert jobs
        assert len({job.name for job in jobs}) == len(jobs)
    steps: list[int] = []
    made = encode_lab(105, "teletext-en", steps.append)
    assert (made.id, sum(steps)) == ("teletext-en", 2)


def test_captions_have_odd_parity_and_are_shown_on_time() -> None:
    pairs = cea608.loop_pairs(105)
    assert all(byte.bit_count() % 2 == 1 for pair in pairs.values() for byte in pair)
    shown = sorted(frame for frame, pair in pairs.items() if pair == b"\x94\x2f")
    assert shown == sorted([*range(0, 600, 50), *range(1, 600, 50)])
    unit = cea608.with_captions(b"", pairs[0])
    assert unit[:4] == (len(unit) - 4).to_bytes(4, "big")
    assert unit[4:6] == b"\x06\x04"
    assert b"GA94" in unit


def test_dvb_subtitles_are_segments_in_a_row() -> None:
    data = display_set("CANAL 105", 3)
    assert data[:2] == b"\x20\x00"
    kinds, at = [], 2
    while data[at] == 0x0F:
        kinds.append(data[at + 1])
        at += 6 + int.from_bytes(data[at + 4 : at + 6], "big")
    assert kinds == [0x10, 0x11, 0x12, 0x13, 0x80]
    assert data[at:] == b"\xff"
    assert subtitling_descriptor("eng")[:2] == b"\x59\x08"


def test_teletext_fills_one_packet_and_has_its_descriptor() -> None:
    made = make_teletext(105, "en")
    assert all((sample.size + 45) % 184 == 0 for sample in made.samples)
    assert b"\x56\x05eng\x10\x88" in pmt((text_row(_rendition(made), 1),))


def test_ttml_times_are_the_medias() -> None:
    timeline = RenditionTimeline(_rendition(make_ttml(105, "en")), duration_s=24, segment_s=2)
    document = ttml_document(timeline, 13, shift_s=0).decode()
    assert '<p begin="00:00:26.000" end="00:00:28.000">TTML 105 · 00:02</p>' in document
