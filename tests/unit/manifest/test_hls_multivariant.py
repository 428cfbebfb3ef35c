"""Multivariant playlists: what variants say of themselves, places, steering, pictures, facts."""

import pytest

from player.abr.selector import TrackPreference, select_audio
from player.manifest.dump import describe
from player.manifest.face import adopt, parse, resolve_index
from player.model.event import SessionData
from player.model.location import Steering
from player.model.presentation import (
    Container,
    ManifestFormat,
    Presentation,
    Representation,
    TileGrid,
    Track,
    TrackKind,
)
from player.model.resource import ByteRange
from player.model.segment import ListedIndex
from player.model.sphere import HALF_SPHERE, WHOLE_SPHERE, Sphere
from player.units import ByteCount, micros

URL = "https://tv.example/m.m3u8"
NOW = micros(1_700_000_000)


def read(text: str) -> Presentation:
    """Parse what follows #EXTM3U."""
    return parse(f"#EXTM3U\n{text}".encode(), url=URL, now=NOW, format=ManifestFormat.HLS)


def rungs(track: Track) -> list[tuple[str, list[str]]]:
    """File name of the own address, and the names of all locations with theirs."""
    return [
        (
            _name(one),
            [f"{each.name}={_file(each.source)}" for each in one.locations],
        )
        for one in track.representations
    ]


def _name(one: Representation) -> str:
    return _file(one.source)


def _file(source: object) -> str:
    return str(getattr(getattr(source, "resource", None), "uri", "")).removeprefix(
        "https://tv.example/"
    )


def test_what_a_variant_says_of_itself() -> None:
    found = read(
        "#EXT-X-STREAM-INF:BANDWIDTH=2,SCORE=0,VIDEO-RANGE=SDR,HDCP-LEVEL=TYPE-0,"
        'CODECS="hvc1.2"\nv.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=3,SCORE=2.5,VIDEO-RANGE=PQ,CODECS="hvc1.2"\nw.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=4,SCORE=x,VIDEO-RANGE=HOT,CODECS="hvc1.2"\nx.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="hvc1.2"\ny.m3u8\n'
    )
    plain, bright, strange = found.periods[0].of(TrackKind.VIDEO)
    first = plain.representations[0]
    assert (first.score, first.video_range, first.hdcp_level) == (0.0, "SDR", "TYPE-0")
    assert [one.bandwidth for one in plain.representations] == [2, 5]
    assert bright.representations[0].score == 2.5
    assert strange.representations[0].score is None
    assert [one.line for one in found.warnings] == [6, 6]
    shown = describe(found, NOW)["periods"][0]["tracks"][0]["representations"]
    assert (shown[0]["score"], shown[0]["hdcp_level"], "score" in shown[1]) == (
        0.0,
        "TYPE-0",
        False,
    )


@pytest.mark.parametrize(
    ("layout", "sphere"),
    [
        ("PROJ-EQUI", WHOLE_SPHERE),
        ("CH-STEREO/PROJ-HEQU,CH-MONO", HALF_SPHERE),
        ("ch-mono/proj-equi", WHOLE_SPHERE),
        ("CH-MONO/PROJ-RECT", None),
        ("CH-MONO,PROJ-EQUI", None),
        ("///,", None),
        ("", None),
    ],
)
def test_how_a_variant_lies_around_the_viewer(layout: str, sphere: Sphere | None) -> None:
    found = read(
        f'#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS="avc1.4d",REQ-VIDEO-LAYOUT="{layout}"\na.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.4d"\nb.m3u8\n'
    )
    tracks = found.periods[0].of(TrackKind.VIDEO)
    told = {one.bandwidth: one.sphere for track in tracks for one in track.representations}
    assert told == {1: None, 2: sphere}
    assert len(tracks) == (1 if sphere is None else 2), "nobody switches between them"


PATHWAYS = """#EXT-X-CONTENT-STEERING:SERVER-URI="/steer?s=1",PATHWAY-ID="B"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a-A",NAME="en",LANGUAGE="en",URI="A/en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a-B",NAME="en",LANGUAGE="en",URI="B/en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="en",LANGUAGE="en",URI="s.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS="avc1.4d,mp4a.40.2",AUDIO="a-A",SUBTITLES="s",PATHWAY-ID="A"
A/hi.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1.4d,mp4a.40.2",AUDIO="a-A",SUBTITLES="s",PATHWAY-ID="A"
A/lo.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1.4d,mp4a.40.2",AUDIO="a-B",SUBTITLES="s",PATHWAY-ID="B"
B/lo.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS="avc1.4d,mp4a.40.2",AUDIO="a-B",SUBTITLES="s",PATHWAY-ID="B"
B/hi.m3u8
"""


def test_pathways_are_locations_of_one_representation() -> None:
    found = read(PATHWAYS)
    assert found.steering == Steering(uri="https://tv.example/steer?s=1", default=("B",))
    (video,) = found.periods[0].of(TrackKind.VIDEO)
    assert rungs(video) == [
        ("B/lo.m3u8", ["B=B/lo.m3u8", "A=A/lo.m3u8"]),
        ("B/hi.m3u8", ["B=B/hi.m3u8", "A=A/hi.m3u8"]),
    ]
    (audio,) = found.periods[0].of(TrackKind.AUDIO)
    assert rungs(audio) == [("B/en.m3u8", ["B=B/en.m3u8", "A=A/en.m3u8"])]
    (text,) = found.periods[0].of(TrackKind.TEXT)
    assert rungs(text) == [("s.m3u8", ["A=s.m3u8"])]
    assert not found.warnings
    shown = describe(found, NOW)
    assert shown["steering"]["default"] == ["B"]
    assert shown["periods"][0]["tracks"][0]["representations"][0]["locations"] == ["B", "A"]


def test_a_redundant_stream_is_a_location_too() -> None:
    found = read(
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="en.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="en",URI="http://b.example/en.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1.4d,mp4a.40.2",AUDIO="a"\nv.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1.4d,mp4a.40.2",AUDIO="b"\n'
        "http://b.example/v.m3u8\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=7,CODECS="avc1.4d,mp4a.40.2",AUDIO="a"\nw.m3u8\n'
    )
    (video,) = found.periods[0].of(TrackKind.VIDEO)
    assert rungs(video) == [
        ("v.m3u8", [".=v.m3u8", "redundant-1=http://b.example/v.m3u8"]),
        ("w.m3u8", []),
    ]
    (audio,) = found.periods[0].of(TrackKind.AUDIO)
    assert rungs(audio) == [
        ("en.m3u8", [".=en.m3u8", "redundant-1=http://b.example/en.m3u8"]),
    ]
    assert [one.line for one in found.warnings] == [6]


def test_stable_ids_tell_what_is_the_same() -> None:
    head = '#EXT-X-STREAM-INF:CODECS="avc1.4d",STABLE-VARIANT-ID="v",'
    found = read(
        f"{head}BANDWIDTH=5,PATHWAY-ID=A\na.m3u8\n{head}BANDWIDTH=6,PATHWAY-ID=B\nb.m3u8\n"
    )
    (video,) = found.periods[0].of(TrackKind.VIDEO)
    assert rungs(video) == [("a.m3u8", ["A=a.m3u8", "B=b.m3u8"])]


def test_steering_that_cannot_be_asked() -> None:
    stream = "#EXT-X-STREAM-INF:BANDWIDTH=5\nv.m3u8\n"
    assert read(f"#EXT-X-CONTENT-STEERING:PATHWAY-ID=A\n{stream}").steering is None
    refused = read(f'#EXT-X-CONTENT-STEERING:SERVER-URI="file:///s"\n{stream}')
    assert refused.steering is None
    assert refused.warnings[0].line == 2
    inline = read(f'#EXT-X-CONTENT-STEERING:SERVER-URI="data:application/json,x"\n{stream}')
    assert inline.steering == Steering(uri="data:application/json,x")


def test_key_frame_lists_become_trick_play() -> None:
    found = read(
        '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1.4d"\nv.m3u8\n'
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=3,CODECS="avc1.4d",RESOLUTION=64x36,URI="i.m3u8"\n'
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=2,CODECS="avc1.4d",URI="j.m3u8"\n'
        "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=2\n"
    )
    (track,) = found.periods[0].trick_play
    assert (track.kind, [one.bandwidth for one in track.representations]) == ("video", [2, 3])
    rung = track.representations[1]
    assert rung.source is not None
    body = (
        "#EXTM3U\n#EXT-X-I-FRAMES-ONLY\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n"
        "#EXT-X-BYTERANGE:100@376\nv.ts\n#EXTINF:3.5,\n#EXT-X-BYTERANGE:50@9000\nv.ts\n"
        "#EXT-X-ENDLIST"
    )
    made = resolve_index(rung, body.encode(), url=rung.source.resource.uri, now=NOW)
    whole = adopt(found, rung.id, made)
    index = whole.periods[0].trick_play[0].representations[1].index
    assert isinstance(index, ListedIndex)
    assert index.segments[1].resource.byte_range == ByteRange(
        offset=ByteCount(9000), length=ByteCount(50)
    )
    assert whole.duration is None
    assert whole.periods[0].tracks is found.periods[0].tracks
    assert len(describe(whole, NOW)["periods"][0]["trick_play"]) == 1


def test_key_frame_lists_have_pathways_too() -> None:
    head = '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=3,CODECS="avc1.4d",PATHWAY-ID='
    found = read(f'{PATHWAYS}{head}A,URI="A/i.m3u8"\n{head}B,URI="B/i.m3u8"\n')
    (track,) = found.periods[0].trick_play
    assert rungs(track) == [("B/i.m3u8", ["B=B/i.m3u8", "A=A/i.m3u8"])]


def test_thumbnails_and_their_grid() -> None:
    found = read(
        '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1.4d"\nv.m3u8\n'
        '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9,RESOLUTION=312x176,CODECS="jpeg",URI="t.m3u8"\n'
    )
    (track,) = found.periods[0].of(TrackKind.IMAGE)
    rung = track.representations[0]
    assert (rung.container, rung.width, rung.tiles) == (Container.IMAGE, 312, None)
    body = (
        "#EXTM3U\n#EXT-X-IMAGES-ONLY\n#EXT-X-TARGETDURATION:50\n#EXTINF:50,\n"
        "#EXT-X-TILES:RESOLUTION=312x176,LAYOUT=5x4,DURATION=2.5\n1.jpg\n#EXT-X-ENDLIST"
    )
    whole = adopt(found, rung.id, resolve_index(rung, body.encode(), url=URL, now=NOW))
    (track,) = whole.periods[0].of(TrackKind.IMAGE)
    tiles = track.representations[0].tiles
    assert tiles == TileGrid(columns=5, rows=4, duration=micros(2.5))
    untold = resolve_index(rung, body.replace("2.5", "-1").encode(), url=URL, now=NOW)
    assert untold.tiles == TileGrid(columns=5, rows=4)
    assert (whole.type, whole.duration) == (found.type, found.duration), "of the pictures' list"
    assert whole.periods[0].duration is None
    bad = resolve_index(rung, body.replace("5x4", "0x4").encode(), url=URL, now=NOW)
    assert bad.tiles is None
    assert bad.warnings[0].line == 5


def test_session_data_and_start() -> None:
    found = read(
        '#EXT-X-START:TIME-OFFSET=-4.5,PRECISE=YES\n#EXT-X-SESSION-DATA:DATA-ID="t",VALUE="Film",'
        'LANGUAGE="pt"\n#EXT-X-SESSION-DATA:DATA-ID="t",VALUE="Movie",LANGUAGE="en"\n'
        '#EXT-X-SESSION-DATA:DATA-ID="t",VALUE="again",LANGUAGE="en"\n'
        '#EXT-X-SESSION-DATA:DATA-ID="j",URI="f.json"\n#EXT-X-SESSION-DATA:VALUE="x"\n'
        "#EXT-X-STREAM-INF:BANDWIDTH=5\nv.m3u8\n"
    )
    assert found.session_data == (
        SessionData(id="t", value="Film", language="pt"),
        SessionData(id="t", value="Movie", language="en"),
        SessionData(id="j", uri="https://tv.example/f.json"),
    )
    assert (found.start_at, found.start_precise) == (micros(-4.5), True)
    assert [one.line for one in found.warnings] == [5, 7]
    media = "#EXTM3U\n#EXT-X-START:TIME-OFFSET=2,PRECISE=YES\n#EXTINF:4,\na.ts\n"
    own = parse(media.encode(), url=URL, now=NOW, format=ManifestFormat.HLS)
    assert (own.start_at, own.start_precise) == (micros(2), True)
    rung = found.periods[0].tracks[0].representations[0]
    whole = adopt(found, rung.id, resolve_index(rung, media.encode(), url=URL, now=NOW))
    assert (whole.start_at, whole.start_precise) == (micros(-4.5), True)


def test_sound_of_two_codecs_is_two_tracks() -> None:
    groups = [("aac", "mp4a.40.2", 2), ("he", "mp4a.40.5", 2), ("ac3", "ac-3", 6)]
    lines = [
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{name}",NAME="English",LANGUAGE="en",DEFAULT=YES,'
        f'CHANNELS="{channels}",URI="{name}.m3u8"'
        for name, _, channels in groups
    ]
    for step, (name, codec, _) in enumerate(groups):
        lines += [
            f'#EXT-X-STREAM-INF:BANDWIDTH={500 - step},CODECS="avc1.4d,{codec}",AUDIO="{name}"',
            f"v{step}.m3u8",
        ]
    lines += ['#EXT-X-STREAM-INF:BANDWIDTH=64,CODECS="mp4a.40.5",AUDIO="he"', "he.m3u8"]
    found = read("\n".join(lines))
    aac, dolby = found.periods[0].of(TrackKind.AUDIO)
    assert [one.codecs for one in aac.representations] == ["mp4a.40.2", "mp4a.40.5"]
    assert [one.bandwidth for one in aac.representations] == [0, 64]
    assert [one.codecs for one in dolby.representations] == ["ac-3"]
    assert (aac.channels, dolby.channels) == (2, 6)


def test_captions_say_where_they_are() -> None:
    found = read(
        '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="EN",LANGUAGE="en",INSTREAM-ID="CC1"\n'
        '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="EN",LANGUAGE="en",'
        'INSTREAM-ID="SERVICE2"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=5,CLOSED-CAPTIONS="c"\nv.m3u8\n'
    )
    captions = found.periods[0].of(TrackKind.TEXT)
    assert [one.id.rpartition("-")[2] for one in captions] == ["CC1", "SERVICE2"]
    assert all(one.in_video and one.roles == ("caption",) for one in captions)


def test_addresses_stay_out_of_warnings() -> None:
    found = read(
        "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n"
        "http://user:password@h/live/name/word/1.m3u8?token=T0KEN\n"
    )
    assert found.warnings
    assert not any(word in repr(found.warnings) for word in ("password", "word/1", "T0KEN"))


def test_commentary_that_is_not_to_be_chosen_by_itself() -> None:
    sound = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",LANGUAGE="en",NAME="{}",{}URI="{}.m3u8"\n'
    found = read(
        sound.format("Commentary", "AUTOSELECT=NO,", "c")
        + sound.format("English", "AUTOSELECT=YES,", "e")
        + sound.format("Plain", "", "p")
        + sound.format("Default", "DEFAULT=YES,AUTOSELECT=NO,", "d")
        + '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a",CODECS="avc1.64001f,mp4a.40.2"\nv.m3u8\n'
    )
    asked = {one.name: one.on_request for one in found.periods[0].of(TrackKind.AUDIO)}
    assert asked == {"Commentary": True, "English": False, "Plain": False, "Default": False}
    chosen = select_audio(found.periods[0], TrackPreference(audio_language="en"))
    assert chosen is not None
    assert chosen.name == "Default"


def test_more_of_a_kind_than_anybody_has_is_left_out_with_a_note() -> None:
    keys = "".join(
        f'#EXT-X-SESSION-KEY:METHOD=AES-128,KEYFORMAT="{n}",URI="k"\n' for n in range(70)
    )
    variants = "".join(f"#EXT-X-STREAM-INF:BANDWIDTH={n + 1}\n{n}.m3u8\n" for n in range(2_010))
    found = read(keys + variants)
    (video,) = found.periods[0].of(TrackKind.VIDEO)
    assert len(video.representations) == 2_000
    assert len(video.representations[0].protection) == 64
    assert any("more than 2000" in one.text for one in found.warnings)
    assert any("more than 64" in one.text for one in found.warnings)


def test_more_kinds_of_key_than_anybody_has_are_left_out_with_a_note() -> None:
    keys = "".join(f'#EXT-X-KEY:METHOD=AES-128,KEYFORMAT="{n}",URI="k"\n' for n in range(40))
    found = read(f"#EXT-X-TARGETDURATION:6\n{keys}#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n")
    index = found.periods[0].tracks[0].representations[0].index
    assert index is not None
    assert len(index.segment(0).protection) == 32
    assert any("KEYFORMAT" in one.text for one in found.warnings)


def test_variables_do_not_multiply_a_list_without_end() -> None:
    value = "x" * 900_000
    lines = "#EXTINF:6,\n{$a}.ts\n" * 40
    found = read(f'#EXT-X-DEFINE:NAME="a",VALUE="{value}"\n{lines}#EXT-X-ENDLIST\n')
    index = found.periods[0].tracks[0].representations[0].index
    assert index is not None
    told = sum(len(index.segment(number).resource.uri) for number in index.numbers(NOW))
    assert told < 17_000_000
    assert any("too long" in one.text for one in found.warnings)
