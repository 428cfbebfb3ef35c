"""HLS playlists: tags, leniency, keys, variables, variants and renditions."""

import pytest

from player.errors import ErrorCode, PlayerError
from player.manifest.face import parse, resolve_index
from player.model.presentation import (
    Container,
    ManifestFormat,
    Presentation,
    PresentationType,
    TrackKind,
)
from player.model.resource import ByteRange, ProtectionScheme
from player.model.segment import ListedIndex, Segment
from player.units import ByteCount, Micros, micros

URL = "https://tv.example/live/ch1/index.m3u8?token=s"
NOW = micros(1_700_000_000)


def read(text: str, url: str = URL) -> Presentation:
    """Parse a playlist given as text."""
    return parse(text.encode(), url=url, now=NOW, format=ManifestFormat.HLS)


def segments(presentation: Presentation) -> tuple[Segment, ...]:
    """The segments of a media playlist given directly."""
    index = presentation.periods[0].tracks[0].representations[0].index
    assert isinstance(index, ListedIndex)
    return index.segments


def refused(text: str, url: str = URL) -> ErrorCode:
    """The code of the failure that `text` leads to."""
    with pytest.raises(PlayerError) as caught:
        read(text, url)
    return caught.value.failure.code


def test_a_vod_list_starts_at_zero_and_adds_up() -> None:
    found = read(
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:4.004,\na.ts\n"
        "#EXTINF:3.5,title\nsub/b.ts?x=1\n#EXT-X-ENDLIST\n"
    )
    assert found.type is PresentationType.VOD
    assert found.duration == micros(7.504)
    assert found.periods[0].duration == micros(7.504)
    first, second = segments(found)
    assert (first.number, first.start, second.number, second.start) == (7, 0, 8, micros(4.004))
    assert first.resource.uri == "https://tv.example/live/ch1/a.ts"
    assert second.resource.uri == "https://tv.example/live/ch1/sub/b.ts?x=1"
    assert found.periods[0].tracks[0].representations[0].container is Container.TS
    assert not found.warnings


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n", " \t\n"])
def test_any_line_end_and_a_byte_order_mark(end: str) -> None:
    text = end.join(["\ufeff#EXTM3U", "#EXTINF:2,", "a.ts", "#EXT-X-ENDLIST", ""])
    assert segments(read(text))[0].duration == micros(2)


def test_byte_ranges_and_maps() -> None:
    found = segments(
        read(
            '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI="i.mp4",BYTERANGE="720@0"\n'
            "#EXTINF:4,\n#EXT-X-BYTERANGE:100@720\nm.mp4\n#EXTINF:4,\n#EXT-X-BYTERANGE:50\nm.mp4\n"
            "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI='j.mp4'\n#EXT-X-GAP\n#EXTINF:4,\nn.mp4\n"
            "#EXT-X-ENDLIST"
        )
    )
    at = [one.resource.byte_range for one in found]
    assert at[0] == ByteRange(offset=ByteCount(720), length=ByteCount(100))
    assert at[1] == ByteRange(offset=ByteCount(820), length=ByteCount(50))
    assert at[2] is None
    assert found[0].init is not None
    assert found[0].init.byte_range == ByteRange(offset=ByteCount(0), length=ByteCount(720))
    assert found[2].init is not None
    assert found[2].init.uri.endswith("/j.mp4")
    assert [one.discontinuity for one in found] == [0, 0, 1]
    assert [one.gap for one in found] == [False, False, True]


def test_keys_their_ivs_and_systems() -> None:
    found = segments(
        read(
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:258\n#EXT-X-TARGETDURATION:4\n"
            '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:4,\na.ts\n#EXTINF:4,\nb.ts\n'
            '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://id",KEYFORMAT="com.apple.streamingkeydelivery"\n'
            '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k2",IV=0x1F\n#EXTINF:4,\nc.ts\n'
            "#EXT-X-KEY:METHOD=NONE\n#EXTINF:4,\nd.ts\n#EXT-X-ENDLIST"
        )
    )
    first, second, third, fourth = (one.protection for one in found)
    assert first[0].scheme is ProtectionScheme.AES_128
    assert first[0].licence_uri == "https://tv.example/live/ch1/k"
    assert first[0].iv == bytes(14) + b"\x01\x02"
    assert second[0].iv == bytes(14) + b"\x01\x03"
    assert {one.system for one in third} == {"identity", "com.apple.streamingkeydelivery"}
    identity = next(one for one in third if one.system == "identity")
    assert identity.iv == bytes(15) + b"\x1f"
    assert fourth == ()


def test_a_live_list_tells_its_latency_and_reload() -> None:
    text = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts\n"
    found = read(text)
    index = found.periods[0].tracks[0].representations[0].index
    assert index is not None
    assert found.type is PresentationType.LIVE
    assert found.target_latency == micros(12)
    assert index.reload_after == micros(4)
    assert not index.ended
    held = read(text + "#EXT-X-SERVER-CONTROL:HOLD-BACK=14.5\n#EXT-X-START:TIME-OFFSET=-8\n")
    assert held.target_latency == micros(14.5)
    assert held.start_at == micros(-8)


def test_variables_from_here_from_above_and_from_the_query() -> None:
    body = (
        '#EXTM3U\n#EXT-X-DEFINE:NAME="host",VALUE="cdn.example"\n#EXT-X-DEFINE:QUERYPARAM="token"\n'
        '#EXT-X-DEFINE:IMPORT="path"\n#EXTINF:4,\nhttps://{$host}/{$path}/a.ts?t={$token}\n'
        "#EXTINF:4,\n{$nobody}.ts\n#EXT-X-ENDLIST"
    )
    above = read(
        '#EXTM3U\n#EXT-X-DEFINE:NAME="path",VALUE="p"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n'
        "media.m3u8?token=x"
    )
    rung = above.periods[0].tracks[0].representations[0]
    assert rung.source is not None
    found = resolve_index(rung, body.encode(), url=rung.source.resource.uri, now=NOW)
    assert isinstance(found.index, ListedIndex)
    assert found.index.segments[0].resource.uri == "https://cdn.example/p/a.ts?t=x"
    assert [one.line for one in found.warnings] == [8]


def test_variables_cannot_blow_up() -> None:
    lines = ["#EXTM3U", '#EXT-X-DEFINE:NAME="a0",VALUE="xxxxxxxxxx"']
    lines += [
        f'#EXT-X-DEFINE:NAME="a{step}",VALUE="{("{$a" + str(step - 1) + "}") * 10}"'
        for step in range(1, 30)
    ]
    lines += ["#EXTINF:4,", "{$a29}.ts", "#EXT-X-ENDLIST"]
    found = read("\n".join(lines))
    assert any("too long" in one.text for one in found.warnings)


def test_lenient_but_never_silent() -> None:
    found = read(
        "#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:-3\n#EXT-X-MEDIA-SEQUENCE:x\n#EXTINF:abc,\na.ts\n"
        "b.ts\n#EXT-X-PROGRAM-DATE-TIME:yesterday\n#EXT-X-BYTERANGE:zz\n#EXTINF:2\nc.ts\n"
        '#EXT-X-KEY:METHOD=ROT13,URI="k"\n#EXT-X-MAP:\n#EXTINF:1,\nd.ts\n#EXTINF:9,\n#EXT-X-ENDLIST'
    )
    assert len(segments(found)) == 4
    lines = {one.line for one in found.warnings}
    assert {1, 2, 3, 4, 6, 7, 8, 11, 12, 0} <= lines


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ErrorCode.MANIFEST_EMPTY),
        ("<html><body>no</body></html>", ErrorCode.MANIFEST_NOT_A_MANIFEST),
        ("#EXTM3U\n", ErrorCode.MANIFEST_NO_TRACKS),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-ENDLIST", ErrorCode.MANIFEST_NO_TRACKS),
        (
            '#EXTM3U\n#EXTINF:-1 tvg-id="a" group-title="News",A\nhttp://x.example/a.ts',
            ErrorCode.MANIFEST_NOT_A_MANIFEST,
        ),
        ("#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd", ErrorCode.INPUT_UNSUPPORTED_SCHEME),
        (
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile:///x.m3u8",
            ErrorCode.INPUT_UNSUPPORTED_SCHEME,
        ),
    ],
)
def test_what_cannot_be_played_is_said(text: str, code: ErrorCode) -> None:
    assert refused(text) is code


def test_a_channel_list_is_called_one() -> None:
    with pytest.raises(PlayerError, match="channel list"):
        read("#EXTM3U x-tvg-url=''\n#EXTINF:-1,A\nhttp://x.example/a.ts")


def test_a_foreign_address_becomes_a_gap() -> None:
    found = read("#EXTM3U\n#EXTINF:4,\nfile:///a.ts\n#EXTINF:4,\nb.ts\n#EXT-X-ENDLIST")
    first, second = segments(found)
    assert first.gap
    assert first.resource.uri == ""
    assert not second.gap
    assert found.warnings[0].line == 3
    local = read("#EXTM3U\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST", "file:///films/x.m3u8")
    assert segments(local)[0].resource.uri == "file:///films/a.ts"


MULTIVARIANT = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="lo",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="en-lo.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="lo",NAME="Deutsch",LANGUAGE="de",URI="de-lo.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="hi",NAME="English",LANGUAGE="en",CHANNELS="6/JOC",URI="en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="in",NAME="Inside",LANGUAGE="fr"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Eng",LANGUAGE="en",FORCED=YES,URI="s.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.97,AUDIO="hi"
720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1000000,AVERAGE-BANDWIDTH=900000,CODECS="avc1.42e01e,mp4a.40.2",RESOLUTION=640x360,AUDIO="lo"
360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1000000,AVERAGE-BANDWIDTH=900000,CODECS="avc1.42e01e,mp4a.40.2",RESOLUTION=640x360,AUDIO="lo"
backup/360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"
radio.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2000000,CODECS="hvc1.2.4.L93,mp4a.40.2",RESOLUTION=1280x720,AUDIO="in"
hevc.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"
"""


def test_variants_and_renditions_become_tracks() -> None:
    found = read(MULTIVARIANT)
    period = found.periods[0]
    avc, hevc = period.of(TrackKind.VIDEO)
    assert [one.bandwidth for one in avc.representations] == [1_000_000, 3_000_000]
    assert avc.representations[0].kinds == {TrackKind.VIDEO}
    assert avc.representations[1].frame_rate == 29.97
    assert hevc.representations[0].kinds == {TrackKind.VIDEO, TrackKind.AUDIO}
    english, german, surround, inside = period.of(TrackKind.AUDIO)
    own = [one.source.resource.uri for one in english.representations if one.source]
    assert own == ["https://tv.example/live/ch1/en-lo.m3u8"]
    assert (english.default, english.channels, german.language) == (True, None, "de")
    assert (surround.default, surround.channels, surround.language) == (False, 6, "en")
    assert inside.in_video
    subtitles, captions = period.of(TrackKind.TEXT)
    assert subtitles.forced
    assert captions.in_video
    assert (captions.id.rpartition("-")[2], captions.roles) == ("CC1", ("caption",))
    idents = [one.id for track in period.tracks for one in track.representations]
    assert len(set(idents)) == len(idents)
    assert {one.line for one in found.warnings} == {12, 14}


def test_a_codec_is_told_once_however_it_is_spaced() -> None:
    found = read(
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",URI="a.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.42e01e,mp4a.40.2",AUDIO="a"\nv.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS="avc1.64001f, mp4a.40.2",AUDIO="a"\nw.m3u8\n'
    )
    (audio,) = found.periods[0].of(TrackKind.AUDIO)
    assert audio.representations[0].codecs == "mp4a.40.2"


def test_audio_only_variants_are_an_audio_track() -> None:
    found = read(
        '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"\na.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=128000,CODECS="mp4a.40.2"\nb.m3u8\n'
    )
    (track,) = found.periods[0].tracks
    assert track.kind is TrackKind.AUDIO
    assert len(track.representations) == 2


def test_variants_without_codecs_are_one_track_of_both() -> None:
    found = read(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1,"
        'CODECS="avc1.4d001f"\nb.m3u8\n'
    )
    (track,) = found.periods[0].tracks
    assert [one.bandwidth for one in track.representations] == [1, 2]
    assert track.representations[1].kinds == {TrackKind.VIDEO, TrackKind.AUDIO}


def test_a_long_list_is_read_quickly() -> None:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:6", "#EXT-X-ENDLIST"]
    lines += [f"#EXTINF:6.006,\nseg_{number:06}.ts" for number in range(10_000)]
    found = segments(read("\n".join(lines)))
    assert len(found) == 10_000
    assert found[-1].end == Micros(10_000 * micros(6.006))
