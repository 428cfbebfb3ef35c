"""Odd playlists: what is passed over is noted with its line, and the rest is read."""

import base64

import pytest

from player.errors import ErrorCode, PlayerError
from player.manifest.face import parse
from player.manifest.steering import PathwayClone, apply_clones
from player.model.presentation import ManifestFormat, Presentation, TrackKind
from player.model.segment import ListedIndex, Segment
from player.units import micros

URL = "https://tv.example/m.m3u8"
NOW = micros(1_700_000_000)


def read(text: str | bytes, url: str = URL) -> Presentation:
    body = text if isinstance(text, bytes) else text.encode()
    return parse(body, url=url, now=NOW, format=ManifestFormat.HLS)


def segments(found: Presentation) -> tuple[Segment, ...]:
    index = found.periods[0].tracks[0].representations[0].index
    assert isinstance(index, ListedIndex)
    return index.segments


def lines(found: Presentation) -> list[int]:
    return [one.line for one in found.warnings]


def test_maps_and_ranges_that_lead_nowhere() -> None:
    found = read(
        '#EXTM3U\n#EXT-X-MAP:URI="file:///i.mp4"\n#EXT-X-MAP:URI="i.mp4",BYTERANGE="0@0"\n'
        "#EXTINF:4,\n#EXT-X-BYTERANGE:0@9\na.mp4\n#EXT-X-TARGETDURATION:0\n#EXT-X-ENDLIST"
    )
    (only,) = segments(found)
    assert only.init is not None
    assert (only.init.byte_range, only.resource.byte_range) == (None, None)
    assert lines(found) == [2, 3, 5, 7]


def test_keys_of_systems() -> None:
    box = base64.b64encode(bytes(4) + b"pssh" + bytes(8)).decode()
    found = read(
        '#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,KEYFORMAT="urn:uuid:EDEF8BA9",'
        f'URI="data:text/plain;base64,{box}"\n'
        '#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,KEYFORMAT="urn:uuid:2",URI="data:,x"\n'
        '#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,KEYFORMAT="urn:uuid:3",URI="data:;base64,A"\n'
        '#EXT-X-KEY:METHOD=AES-128,KEYFORMAT="a",URI="file:///k",IV=0xQ\n'
        '#EXT-X-KEY:METHOD=AES-128,KEYFORMAT="b"\n#EXTINF:4,\na.mp4\n#EXT-X-ENDLIST'
    )
    keys = {one.system: one for one in segments(found)[0].protection}
    assert keys["edef8ba9"].pssh[4:8] == b"pssh"
    assert (keys["2"].pssh, keys["3"].pssh) == (b"", b"")
    assert (keys["a"].licence_uri, keys["a"].iv) == ("", b"")
    assert sorted(lines(found)) == [5, 5, 6]


def test_encodings() -> None:
    text = "#EXTM3U\n#EXTINF:4,\ná.ts\n#EXT-X-ENDLIST"
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        assert segments(read(text.encode(encoding)))[0].resource.uri.endswith("/á.ts")


def test_nothing_to_define_and_a_broken_query() -> None:
    found = read(
        '#EXTM3U\n#EXT-X-DEFINE:X="1"\n#EXT-X-DEFINE:QUERYPARAM="a"\n#EXTINF:4,\na.ts\n',
        "https://tv.example/m.m3u8?" + "&".join(f"k{one}=1" for one in range(1_200)),
    )
    assert lines(found) == [2, 3]


def test_multivariant_lists_with_holes() -> None:
    found = read(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM-INF:BANDWIDTH=2\nv.m3u8\n"
        'lost.m3u8\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",URI="file:///a"\n'
        '#EXT-X-MEDIA:TYPE=SMELL,GROUP-ID="s",NAME="n"\n'
        '#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="v",NAME="other angle",URI="w.m3u8"\n'
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="file:///i"\n'
        '#EXT-X-SESSION-DATA:DATA-ID="d",URI="file:///d"\n#EXT-X-STREAM-INF:BANDWIDTH=3\n'
    )
    assert len(found.periods[0].tracks) == 1
    assert not found.periods[0].trick_play
    assert not found.session_data
    assert sorted(lines(found)) == [2, 5, 6, 7, 8, 9, 10, 11]


def test_one_group_may_hold_the_same_name_twice() -> None:
    found = read(
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",URI="a.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",URI="b.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=3,AUDIO="a"\nv.m3u8\n'
    )
    (audio,) = found.periods[0].of(TrackKind.AUDIO)
    assert len({one.id for one in audio.representations}) == 2


def test_every_list_refused_is_said() -> None:
    with pytest.raises(PlayerError) as caught:
        read('#EXTM3U\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"\n')
    assert caught.value.failure.code is ErrorCode.MANIFEST_NO_TRACKS
    with pytest.raises(PlayerError) as caught:
        read(b"\xef\xbb\xbf \n")
    assert caught.value.failure.code is ErrorCode.MANIFEST_EMPTY


def test_a_list_of_subtitles_alone() -> None:
    found = read("#EXTM3U\n#EXTINF:4,\na.vtt\n#EXT-X-ENDLIST")
    assert found.periods[0].tracks[0].kind is TrackKind.TEXT


def test_a_clone_with_a_broken_host() -> None:
    whole = read(
        '#EXTM3U\n#EXT-X-CONTENT-STEERING:SERVER-URI="s"\n#EXT-X-STREAM-INF:BANDWIDTH=3\nv.m3u8\n'
    )
    clone = PathwayClone(base_id=".", id="B", host="[::")
    found = apply_clones(whole, (clone,))
    rung = found.periods[0].tracks[0].representations[0]
    assert [one.name for one in rung.locations] == ["."]
