"""Bare audio frames: times from the ID3 tag, every frame once."""

from collections.abc import Callable

import pytest

from player.errors import ErrorCode, PlayerError
from player.media.demux import open_demuxer
from player.media.id3 import timestamp as id3_timestamp
from player.model.presentation import Container
from player.model.sample import Sample

Made = Callable[..., bytes]
OWNER = b"com.apple.streaming.transportStreamTimestamp\x00"


def tag(stamp: int) -> bytes:
    frame = OWNER + stamp.to_bytes(8, "big")
    body = b"PRIV" + len(frame).to_bytes(4, "big") + b"\x00\x00" + frame
    return b"ID3\x04\x00\x00\x00\x00\x00" + bytes([len(body)]) + body


def samples(*pieces: bytes) -> list[Sample]:
    demuxer = open_demuxer(Container.UNKNOWN)
    parts = [part for piece in pieces for part in demuxer.feed(piece)] + [*demuxer.flush()]
    return [sample for part in parts for sample in part.samples]


@pytest.mark.parametrize(
    ("container", "codec", "samples_each"),
    [
        ("adts", "aac", 1024),
        ("ac3", "ac3", 1536),
        ("eac3", "eac3", 1536),
        ("mp2", "mp2", 1152),
        ("mp3", "libmp3lame", 1152),
    ],
)
def test_frames_count_on_from_the_tag(
    made: Made, container: str, codec: str, samples_each: int
) -> None:
    data = made(container=container, video="", audio=codec)
    out = samples(tag(900_000) + data)
    assert len(out) > 20
    assert [s.pts for s in out] == [
        10_000_000 + round(n * samples_each * 1_000_000 / 48_000) for n in range(len(out))
    ]
    assert {s.duration for s in out} == {round(samples_each * 1_000_000 / 48_000)}
    assert all(s.key and s.dts == s.pts for s in out)


def test_adts_headers_are_stripped_and_told_in_the_config(made: Made) -> None:
    demuxer = open_demuxer(Container.PACKED_AUDIO)
    (part,) = demuxer.feed(made(container="adts", video="", audio="aac"))
    assert (part.heads[0].codec, part.heads[0].config) == ("aac", b"\x11\x90")
    assert not any(sample.data.startswith(b"\xff\xf1") for sample in part.samples)


def test_each_tag_sets_the_time_anew_and_33_bits_unwrap(made: Made) -> None:
    data = made(container="adts", video="", audio="aac", frames=2)
    late = (1 << 33) - 90_000
    one, two = tag(late) + data, tag(0) + data
    out = samples(one, two)
    starts = [sample.pts for sample in out[:: len(out) // 2]]
    assert starts == [round(late * 100 / 9), round((1 << 33) * 100 / 9)]


def test_a_tag_without_a_time_stamp_says_nothing() -> None:
    assert id3_timestamp(b"ID3\x04" + bytes(40)) is None
    assert id3_timestamp(tag(1 << 33 | 5)) == 5


def test_noise_without_frames_is_invalid() -> None:
    demuxer = open_demuxer(Container.PACKED_AUDIO)
    with pytest.raises(PlayerError) as raised:
        demuxer.feed(bytes(80_000))
    assert raised.value.failure.code is ErrorCode.MEDIA_INVALID


def test_a_tag_that_tells_more_than_the_time_is_an_event(made: Made) -> None:
    data = made(container="adts", video="", audio="aac", frames=3)
    title = b"TXXX\x00\x00\x00\x04\x00\x00\x03a\x00b"
    plain = tag(900_000)
    more = plain[:9] + bytes((plain[9] + len(title),)) + plain[10:] + title
    demuxer = open_demuxer(Container.PACKED_AUDIO)
    events = [one for part in demuxer.feed(plain + data + more + data) for one in part.events]
    assert [(e.event.scheme, e.event.start, e.event.data) for e in events] == [
        ("id3", 10_000_000, more)
    ]


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_dependent_substreams_belong_to_their_frame(made: Made, step: int) -> None:
    plain = samples(made(container="eac3", video="", audio="eac3", frames=6))
    # Type 1 in strmtyp: a dependent substream.
    frames = [s.data + s.data[:2] + bytes((s.data[2] | 0x40,)) + s.data[3:] for s in plain]
    data = b"".join(frames)
    found = samples(*(data[at : at + step] for at in range(0, len(data), step)))
    assert [s.data for s in found] == frames
    assert [(s.pts, s.duration) for s in found] == [(s.pts, s.duration) for s in plain]


def test_a_frame_that_only_describes_its_file_is_no_sound(made: Made) -> None:
    told = made(container="mp3", video="", audio="libmp3lame")
    plain = made(container="mp3", video="", audio="libmp3lame", muxing=(("write_xing", "0"),))
    assert b"Info" in told or b"Xing" in told
    assert [(s.pts, s.data) for s in samples(told)] == [(s.pts, s.data) for s in samples(plain)]
