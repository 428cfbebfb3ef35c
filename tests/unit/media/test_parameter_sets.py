"""Parameter sets and configuration records: written as read, and lenient with nonsense."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.media import avc, hevc
from player.media.audio_frames import parse_any, parse_asc
from player.media.bits import BitReader
from player.media.demux import open_demuxer
from player.media.nal import join_prefixed, split_annexb, split_prefixed, unescape
from player.model.presentation import Container

Made = Callable[..., bytes]
X265 = (("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1"))


@pytest.mark.parametrize(("width", "height"), [(64, 48), (66, 50), (426, 240), (1920, 1080)])
@pytest.mark.parametrize(("video", "options"), [("libx264", ()), ("libx265", X265)])
def test_sizes_come_out_of_the_parameter_sets(
    made: Made, video: str, options: tuple[tuple[str, str], ...], width: int, height: int
) -> None:
    data = made(
        container="mpegts", video=video, options=options, width=width, height=height, frames=3
    )
    demuxer = open_demuxer(Container.TS)
    parts = demuxer.feed(data) + demuxer.flush()
    head = parts[0].heads[0]
    assert (head.width, head.height) == (width, height)
    read, build = (
        (avc.read_avcc, avc.build_avcc)
        if video == "libx264"
        else (hevc.read_hvcc, hevc.build_hvcc)
    )
    size, sets = read(head.config)
    assert size == 4
    assert build(sets) == head.config


def test_our_record_is_the_muxers_record(made: Made) -> None:
    heads = []
    for container in ("mpegts", "mp4"):
        demuxer = open_demuxer(Container.UNKNOWN)
        parts = demuxer.feed(made(container=container)) + demuxer.flush()
        heads.append(parts[0].heads[0])
    assert heads[0].config == heads[1].config


@settings(max_examples=100)
@given(st.lists(st.binary(min_size=1, max_size=40)))
def test_length_prefixed_units_come_back(units: list[bytes]) -> None:
    assert split_prefixed(join_prefixed(units), 4) == units


def test_start_codes_of_either_length() -> None:
    assert split_annexb(b"\x00\x00\x00\x01\x09\xf0\x00\x00\x01\x65\x88\x00\x00\x00\x01\x41") == [
        b"\x09\xf0",
        b"\x65\x88",
        b"\x41",
    ]
    assert unescape(b"\x00\x00\x03\x01\x00\x00\x03\x00") == b"\x00\x00\x01\x00\x00\x00"


def test_exp_golomb() -> None:
    bits = BitReader(0b1_010_011_00100_00101.to_bytes(3, "big"))
    bits.skip(24 - 17)
    assert [bits.ue() for _ in range(3)] == [0, 1, 2]
    assert [bits.se() for _ in range(2)] == [2, -2]
    assert bits.ue() == 0


@settings(max_examples=150)
@given(st.binary(min_size=3, max_size=60))
def test_nonsense_is_read_without_a_raise(data: bytes) -> None:
    avc.parse_sps(data)
    hevc.parse_sps(data)
    avc.read_avcc(data)
    hevc.read_hvcc(data)
    parse_asc(data)
    frame = parse_any(data)
    assert frame is None or frame.size > 0
