"""How large segments are, by what a media playlist tells (RFC 8216bis 4.4.4.8, 4.4.4.2)."""

from player.manifest.face import resolve_index
from player.manifest.hls.playlist_index import PlaylistIndex
from player.model.presentation import Representation
from player.units import BitsPerSecond, Micros

RUNG = Representation(id="r", bandwidth=BitsPerSecond(1_000_000))
URL, NOW = "http://h/r.m3u8", Micros(0)
HEAD = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"


def _index(text: str, known: PlaylistIndex | None = None) -> PlaylistIndex:
    made = resolve_index(RUNG, (HEAD + text).encode(), url=URL, now=NOW, known=known).index
    assert isinstance(made, PlaylistIndex)
    return made


def test_a_rate_holds_until_the_next_and_for_no_byte_range() -> None:
    index = _index(
        "#EXTINF:4,\n0.ts\n#EXT-X-BITRATE:800\n#EXTINF:4,\n1.ts\n#EXTINF:2,\n2.ts\n"
        "#EXTINF:4,\n#EXT-X-BYTERANGE:5000@0\nall.ts\n#EXT-X-BITRATE:400\n#EXTINF:4,\n4.ts\n"
    )
    assert [one.size for one in index.segments] == [None, 400_000, 200_000, 5000, 200_000]


def test_a_reload_that_repeats_its_head_goes_on_with_the_rate() -> None:
    text = "#EXT-X-BITRATE:800\n" + "".join(f"#EXTINF:4,\n{number}.ts\n" for number in range(6))
    first = _index(text)
    again = _index(text + "#EXTINF:4,\n6.ts\n", known=first)
    assert [one.size for one in again.segments] == [400_000] * 7
