"""HLS playlists and WebVTT segments, as text and as m3u8 reads them."""

import m3u8
import pytest

from headend.asset.model import Asset
from headend.live.timeline import timelines_of
from headend.live.window import LiveSettings, on_demand, window
from headend.origin.cache import SegmentCache
from headend.origin.media_playlists import hls_media
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.playlists import hls_master
from headend.origin.shapes import HLS_FORMATS
from headend.text.webvtt import webvtt_segment
from tests.unit.headend.origin_client import NOW_MS


@pytest.fixture(scope="module")
def packager(asset: Asset) -> ChannelPackager:
    return ChannelPackager(asset, SegmentCache(1 << 24))


@pytest.mark.parametrize("form", HLS_FORMATS)
def test_the_master_offers_every_rung_and_language(packager: ChannelPackager, form: str) -> None:
    master = m3u8.loads(hls_master(packager, form, StreamOptions(query="?rate=800")))
    assert [p.stream_info.resolution for p in master.playlists] == [(160, 90), (320, 180)]
    assert [p.uri for p in master.playlists] == ["v90.m3u8?rate=800", "v180.m3u8?rate=800"]
    assert all(p.stream_info.codecs.endswith(",mp4a.40.2") for p in master.playlists)
    assert all(p.stream_info.frame_rate == 25 for p in master.playlists)
    kinds = [(media.type, media.language, media.uri) for media in master.media]
    own = None if form == "hls-ts" else "a-en.m3u8?rate=800"
    assert kinds == [
        ("AUDIO", "en", own),
        ("AUDIO", "pt", "a-pt.m3u8?rate=800"),
        ("SUBTITLES", "en", "t-en.m3u8?rate=800"),
        ("SUBTITLES", "pt", "t-pt.m3u8?rate=800"),
    ]


@pytest.mark.parametrize("form", ["hls-ts", "hls-cmaf"])
def test_no_segment_is_busier_than_the_master_says(packager: ChannelPackager, form: str) -> None:
    master = m3u8.loads(hls_master(packager, form, StreamOptions()))
    for playlist, rendition in zip(master.playlists, packager.renditions("video"), strict=True):
        make = packager.ts if form == "hls-ts" else packager.cmaf
        for number in range(12):
            assert len(make(rendition.id, number)) * 4 <= playlist.stream_info.bandwidth
        info = playlist.stream_info
        assert info.average_bandwidth <= info.bandwidth


def test_a_live_playlist_tells_the_wall_clock(packager: ChannelPackager, asset: Asset) -> None:
    offered = window(asset, LiveSettings(), NOW_MS)
    video = packager.renditions("video")[0]
    text = hls_media(packager, "hls-cmaf", video, offered, StreamOptions())
    playlist = m3u8.loads(text)
    assert not playlist.is_endlist
    assert playlist.media_sequence == offered.first
    assert len(playlist.segments) == 30
    last = playlist.segments[-1]
    assert last.uri == f"v90/{offered.end - 1}.m4s"
    assert last.program_date_time.timestamp() == (offered.end - 1) * 2
    assert playlist.segments[0].init_section.uri == "v90/init.mp4"


def test_audio_durations_are_true_and_within_the_target(packager: ChannelPackager) -> None:
    audio = packager.renditions("audio")[0]
    film = on_demand(packager.asset, 2)
    playlist = m3u8.loads(hls_media(packager, "hls-ts", audio, film, StreamOptions(loops=2)))
    durations = [segment.duration for segment in playlist.segments]
    assert sum(durations) == pytest.approx(48)
    assert max(round(duration) for duration in durations) == playlist.target_duration
    assert playlist.is_endlist
    assert playlist.segments[0].program_date_time is None


def test_byte_ranges_lie_end_to_end_in_one_file(packager: ChannelPackager) -> None:
    video = packager.renditions("video")[0]
    film = on_demand(packager.asset, 2)
    playlist = m3u8.loads(hls_media(packager, "hls-range", video, film, StreamOptions(loops=2)))
    file = packager.indexed_file("v90", film)
    position = len(file.head)
    for segment in playlist.segments:
        size, offset = map(int, segment.byterange.split("@"))
        assert offset == position
        position += size
    assert position == file.size


def test_webvtt_maps_its_loop_to_the_media_clock(asset: Asset) -> None:
    timeline = timelines_of(asset)["t-en"]
    text = webvtt_segment(timeline, 13, pts_offset=126_000).decode()
    assert text.startswith("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:2286000,LOCAL:00:00:00.000\n\n")
    assert text.endswith("00:00:00.500 --> 00:00:03.500\nEnglish 0\n")


def test_the_webvtt_clock_wraps_with_the_media(asset: Asset) -> None:
    timeline = timelines_of(asset)["t-en"]
    number = 897_680_507
    text = webvtt_segment(timeline, number, pts_offset=0).decode()
    expected = number // 12 * 24 * 90_000 % (1 << 33)
    assert f"MPEGTS:{expected}," in text
