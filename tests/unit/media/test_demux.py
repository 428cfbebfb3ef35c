"""What comes out of the demuxers: exactly what went into the containers, whatever the cut."""

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import ErrorCategory, ErrorCode, Failure, PlayerError
from player.media import avc, hevc
from player.media.demux import open_demuxer, sniff
from player.media.elementary import open_stream
from player.media.nal import join_prefixed, split_prefixed
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample
from player.ports import Demuxed
from tests.unit.media.conftest import FRAGMENTED
from tests.unit.media.decoding import demux, heads

Made = Callable[..., bytes]
X265 = (("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1:bframes=2:info=0:qp=20"))


def samples(out: list[Demuxed], kind: TrackKind | None = None) -> list[Sample]:
    kinds = {head.stream: head.kind for head in heads(out)}
    return [s for part in out for s in part.samples if kind in (None, kinds[s.stream])]


def facts(
    out: list[Demuxed], kind: TrackKind, shift: int = 0
) -> list[tuple[int, int, bool, bytes]]:
    return [(s.pts + shift, s.dts + shift, s.key, s.data) for s in samples(out, kind)]


@pytest.mark.parametrize(("video", "options"), [("libx264", ()), ("libx265", X265)])
def test_transport_stream_and_fragments_of_the_same_content_give_the_same(
    made: Made, video: str, options: tuple[tuple[str, str], ...]
) -> None:
    same = {"video": video, "audio": "aac", "frames": 30, "gop": 10, "options": options}
    ts = demux([made(container="mpegts", **same)], Container.TS)
    mp4 = demux([made(movflags=FRAGMENTED + "+delay_moov", **same)], Container.FMP4)
    # The transport stream cannot hold negative decode times: all of it lies later by as much.
    shift = min(s.dts for s in samples(ts)) - min(s.dts for s in samples(mp4))
    for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
        assert facts(ts, kind) == facts(mp4, kind, shift)
    assert min(s.pts for s in samples(mp4, TrackKind.VIDEO)) == 0
    assert len(samples(ts, TrackKind.VIDEO)) == 30
    assert {(h.codec, h.width, h.height, h.sample_rate, h.channels) for h in heads(ts)} == {
        (h.codec, h.width, h.height, h.sample_rate, h.channels) for h in heads(mp4)
    }


@pytest.mark.parametrize(
    "movflags", [FRAGMENTED + "+negative_cts_offsets", FRAGMENTED + "+delay_moov"]
)
def test_presentation_time_is_free_of_edit_lists_and_reordering_delay(
    made: Made, movflags: str
) -> None:
    out = demux([made(frames=25, movflags=movflags)], Container.FMP4)
    times = sorted(sample.pts for sample in samples(out))
    assert times == [number * 40_000 for number in range(25)]


@pytest.mark.parametrize("codec", ["aac", "ac3", "eac3", "mp2", "libmp3lame", "libopus"])
def test_audio_in_transport_streams(made: Made, codec: str) -> None:
    out = demux([made(container="mpegts", video="", audio=codec)], Container.TS)
    (head,) = heads(out)
    assert head.codec == {"libmp3lame": "mp3", "libopus": "opus"}.get(codec, codec)
    assert (head.sample_rate, head.channels) == (48_000, 2)
    gaps = {b.pts - a.pts - a.duration for a, b in pairwise(samples(out))}
    assert all(abs(gap) <= 12 for gap in gaps)


@pytest.mark.parametrize("video", ["libvpx-vp9", "libx264"])
def test_matroska(made: Made, video: str) -> None:
    out = demux([made(container="matroska", video=video, b_frames=0)], Container.WEBM)
    (head,) = heads(out)
    assert (head.width, head.height) == (64, 48)
    assert [sample.pts for sample in samples(out)] == [n * 40_000 for n in range(25)]


def test_mpeg2_video_tells_its_size(made: Made) -> None:
    out = demux([made(container="mpegts", video="mpeg2video")], Container.TS)
    assert [(h.codec, h.width, h.height) for h in heads(out)] == [("mpeg2video", 64, 48)]
    assert len(samples(out)) == 25


def test_a_change_of_parameter_sets_opens_a_new_batch(made: Made) -> None:
    first = made(container="mpegts", frames=5, width=64, height=48)
    second = made(container="mpegts", frames=5, width=96, height=64)
    out = demux([first, second], Container.TS)
    assert [(h.width, h.height) for h in heads(out)] == [(64, 48), (96, 64)]
    assert [len(part.samples) for part in out if part.heads[:1]][-1] > 0
    changed = next(i for i, part in enumerate(out) for h in part.heads if h.width == 96)
    before = [s for part in out[:changed] for s in part.samples]
    after = [s for part in out[changed:] for s in part.samples]
    assert (len(before), len(after), after[0].key) == (5, 5, True)


def test_no_parameter_sets_are_left_in_samples(made: Made) -> None:
    for container, name in (("mpegts", Container.TS), ("mp4", Container.FMP4)):
        for sample in samples(demux([made(container=container)], name)):
            kinds = {unit[0] & 31 for unit in split_prefixed(sample.data, 4)}
            assert kinds <= {1, 5, 6}


def test_the_first_sample_comes_from_the_first_kilobytes(made: Made) -> None:
    data = made(container="mpegts", audio="aac", frames=50)
    demuxer = open_demuxer(Container.TS)
    fed = 0
    while not any(part.samples for part in demuxer.feed(data[fed : fed + 188])):
        fed += 188
    demuxer.close()
    assert fed < 8000


def test_fragments_give_each_sample_as_soon_as_it_is_there(made: Made) -> None:
    data = made(frames=10)
    demuxer = open_demuxer(Container.FMP4)
    counts = [
        sum(len(part.samples) for part in demuxer.feed(data[at : at + 1]))
        for at in range(len(data))
    ]
    demuxer.close()
    assert sum(counts) == 10
    assert max(counts) == 1


SHAPES = [
    (Container.TS, {"container": "mpegts", "audio": "aac", "frames": 12}),
    (Container.UNKNOWN, {"container": "mpegts", "video": "mpeg2video", "frames": 6}),
    (Container.FMP4, {"audio": "aac", "frames": 12, "gop": 5}),
    (Container.UNKNOWN, {"frames": 6}),
    (Container.WEBM, {"container": "matroska", "audio": "aac", "frames": 12}),
    (Container.PACKED_AUDIO, {"container": "adts", "video": "", "audio": "aac", "frames": 12}),
]


@pytest.mark.parametrize(("container", "recipe"), SHAPES)
def test_the_cut_of_the_bytes_does_not_show(
    made: Made, container: Container, recipe: dict[str, object]
) -> None:
    data = made(**recipe)
    whole = demux([data], container)

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.integers(0, len(data)), max_size=12).map(sorted))
    def check(cuts: list[int]) -> None:
        out = demux([data[a:b] for a, b in pairwise([0, *cuts, len(data)])], container)
        assert samples(out) == samples(whole)
        assert heads(out) == heads(whole)

    check()


@pytest.mark.parametrize(("container", "recipe"), SHAPES)
def test_mutilated_bytes_give_samples_or_a_player_error(
    made: Made, container: Container, recipe: dict[str, object]
) -> None:
    data = made(**recipe)
    spot = st.tuples(st.integers(0, len(data) - 1), st.binary(min_size=1, max_size=8))

    @settings(max_examples=40, deadline=None)
    @given(st.lists(spot, max_size=6), st.integers(0, len(data)), st.integers(0, len(data)))
    def check(spots: list[tuple[int, bytes]], begin: int, end: int) -> None:
        broken = bytearray(data)
        for at, junk in spots:
            broken[at : at + len(junk)] = junk
        survive([bytes(broken)], container)
        survive([bytes(broken[begin:end]), bytes(broken[:end])], container)

    check()


def survive(pieces: list[bytes], container: Container) -> None:
    """Demux; anything but samples or a PlayerError of this room fails."""
    try:
        out = demux(pieces, container)
    except PlayerError as raised:
        failure: Failure | None = raised.failure
    else:
        failure = None
        assert all(sample.data for sample in samples(out))
    assert failure is None or (failure.category is ErrorCategory.MEDIA and failure.sentence)


ANY = [Container.TS, Container.FMP4, Container.WEBM, Container.PACKED_AUDIO, Container.UNKNOWN]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=600), max_size=4), st.sampled_from(ANY))
def test_random_bytes_give_nothing_or_a_player_error(
    pieces: list[bytes], container: Container
) -> None:
    survive(pieces, container)


BOX = st.sampled_from([b"moov", b"moof", b"traf", b"trun", b"tfhd", b"mdat", b"trak", b"stsd"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(BOX, st.binary(max_size=80)), max_size=5))
def test_random_boxes_give_nothing_or_a_player_error(boxes: list[tuple[bytes, bytes]]) -> None:
    data = b"".join((len(body) + 8).to_bytes(4, "big") + kind + body for kind, body in boxes)
    survive([data], Container.FMP4)


@pytest.mark.parametrize("container", ANY)
def test_an_empty_run_is_no_error(container: Container) -> None:
    assert demux([b"", b""], container) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<!DOCTYPE html><html><head><title>Not found</title></head>" * 20, "media.invalid"),
        (bytes(1000), "media.invalid"),
        (b"\x47" * 188, "media.invalid"),
    ],
)
def test_what_is_no_media_says_so(data: bytes, code: str) -> None:
    with pytest.raises(PlayerError) as raised:
        demux([data], Container.UNKNOWN)
    assert raised.value.failure.code == code


def test_a_fragment_cut_short_is_truncated(made: Made) -> None:
    data = made(frames=10)
    # The last ten bytes may be the index at the end of the file (mfra): cut deeper.
    with pytest.raises(PlayerError) as raised:
        demux([data[: data.index(b"mdat") + 200]], Container.FMP4)
    assert raised.value.failure.code is ErrorCode.MEDIA_TRUNCATED


def test_a_codec_that_nobody_plays_is_named(made: Made) -> None:
    data = made(frames=2).replace(b"avc1", b"vvc1")
    with pytest.raises(PlayerError) as raised:
        demux([data], Container.FMP4)
    assert raised.value.failure.code is ErrorCode.MEDIA_UNSUPPORTED_CODEC
    assert "vvc1" in raised.value.failure.cause


@pytest.mark.parametrize("container", [Container.WEBVTT, Container.TTML, Container.IMAGE])
def test_containers_without_samples_are_refused(container: Container) -> None:
    with pytest.raises(PlayerError):
        open_demuxer(container)


@pytest.mark.parametrize("container", ANY)
def test_close_ends_the_run_from_any_thread_and_twice(made: Made, container: Container) -> None:
    demuxer = open_demuxer(container)
    if container is Container.TS:
        demuxer.feed(made(container="mpegts")[:3000])
    other = threading.Thread(target=demuxer.close)  # noqa: TID251 - the point of the test
    other.start()
    other.join(5)
    demuxer.close()
    assert not other.is_alive()
    assert demuxer.feed(b"more") == ()
    assert demuxer.flush() == ()


def test_sniffing() -> None:
    assert sniff(b"\x1a\x45\xdf\xa3") is Container.WEBM
    assert sniff(b"\x00\x00\x00\x18ftypiso5") is Container.FMP4
    assert sniff(b"\x00\x00" + (b"\x47" + bytes(187)) * 3) is Container.TS
    assert sniff(b"ID3\x04") is Container.PACKED_AUDIO
    assert sniff(b"#EXTM3U\n#EXTINF:6,\n") is Container.UNKNOWN


@pytest.mark.parametrize(
    "pids",
    [
        {"mpegts_start_pid": "0x300"},
        {"mpegts_start_pid": "0x300", "mpegts_pmt_start_pid": "0x1100"},
    ],
)
def test_streams_that_move_to_other_pids_go_on(made: Made, pids: dict[str, str]) -> None:
    same = {"container": "mpegts", "audio": "aac", "frames": 10}
    moved = made(muxing=tuple(pids.items()), **same)
    alone = demux([made(**same)], Container.TS)
    out = demux([made(**same), moved[:500], moved[500:]], Container.TS)
    assert [head.stream for head in heads(out)] == [head.stream for head in heads(alone)]
    for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
        assert facts(out, kind) == facts(alone, kind) * 2


@pytest.mark.parametrize(("video", "options"), [("libx264", ()), ("libx265", X265)])
def test_parameter_sets_that_come_in_band_alone(
    made: Made, video: str, options: tuple[tuple[str, str], ...]
) -> None:
    """As `avc3` and `hev1` may have it: the record tells the length of lengths and no more."""
    out = demux([made(video=video, options=options)], Container.FMP4)
    (head,) = heads(out)
    bare = head.config[:5] + b"\xe0\x00" if head.codec == "h264" else head.config[:22] + b"\x00"
    stream = open_stream(replace(head, config=bare), annexb=False)
    assert stream is not None
    first, *rest = samples(out)
    read = avc.read_avcc if head.codec == "h264" else hevc.read_hvcc
    # Pictures before the sets cannot be decoded.
    stream.take(rest[0].data)
    assert stream.head is None
    sets = join_prefixed(read(head.config)[1])
    assert stream.take(sets + first.data) == first.data
    told = stream.head
    assert told is not None
    assert (replace(told, config=b""), read(told.config)) == (
        replace(head, config=b""),
        read(head.config),
    )
