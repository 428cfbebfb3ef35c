"""What the options write into HLS playlists."""

import re

import httpx
import m3u8
import pytest

from headend.hls.scte35 import splice_insert
from headend.ts.psi import crc32_mpeg
from tests.unit.headend.origin_client import EDGE, FILM, LIVE, NOW_MS, first_pts, text_of

pytestmark = pytest.mark.anyio


async def test_where_to_start_and_whether_segments_are_dated(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{LIVE}/hls-ts/v90.m3u8?start=-12&pdt=0")
    assert "#EXT-X-START:TIME-OFFSET=-12,PRECISE=YES" in text
    assert "PROGRAM-DATE-TIME" not in text


async def test_a_file_of_the_players_machine_may_be_named(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{FILM}/hls-ts/v90.m3u8?local=1&length=20")
    assert text.count("file:///etc/hostname") == 2
    mpd = await text_of(client, f"{FILM}/dash/manifest.mpd?xlink=file")
    assert 'xlink:href="file:///etc/hostname"' in mpd


async def test_variables_are_defined_imported_and_taken_from_the_query(
    client: httpx.AsyncClient,
) -> None:
    master = await text_of(client, f"{FILM}/hls-cmaf/master.m3u8?define=1&loops=2")
    assert '#EXT-X-DEFINE:NAME="query",VALUE="define=1&loops=2"' in master
    assert "v90.m3u8?{$query}&define={$define}" in master
    media = await text_of(client, f"{FILM}/hls-cmaf/v90.m3u8?define=1&loops=2")
    assert '#EXT-X-DEFINE:IMPORT="query"' in media
    assert '#EXT-X-DEFINE:QUERYPARAM="define"' in media
    assert "v90/0.m4s?define={$define}&{$query}" in media


async def test_date_ranges_carry_scte_35(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{LIVE}/hls-ts/v90.m3u8?daterange=1&window=120")
    signals = re.findall(r"SCTE35-(OUT|IN)=0x([0-9A-F]+)", text)
    assert {kind for kind, _ in signals} == {"OUT", "IN"}
    for _, figures in signals:
        section = bytes.fromhex(figures)
        assert section[0] == 0xFC
        assert int.from_bytes(section[1:3], "big") & 0xFFF == len(section) - 3
        assert crc32_mpeg(section) == 0
    assert splice_insert(7, out=True) != splice_insert(7, out=False)


async def test_interstitials_are_films_of_the_next_channel(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{FILM}/hls-cmaf/v90.m3u8?interstitial=30&daterange=0")
    uri = re.search(r'X-ASSET-URI="([^"]+)"', text)
    assert uri
    film = m3u8.loads(await text_of(client, uri[1].replace("master", "v90")))
    assert sum(segment.duration for segment in film.segments) == 10
    text = await text_of(client, f"{LIVE}/hls-cmaf/v90.m3u8?interstitial=30&asset_list=1")
    uri = re.search(r'X-ASSET-LIST="([^"]+)"', text)
    assert uri
    assets = (await client.get(uri[1])).json()["ASSETS"]
    assert [row["DURATION"] for row in assets] == [10, 10]
    assert (await client.get(assets[0]["URI"])).status_code == 200


async def test_session_data_and_its_file(client: httpx.AsyncClient) -> None:
    master = m3u8.loads(await text_of(client, f"{FILM}/hls-ts/master.m3u8?session_data=1"))
    assert [row.data_id for row in master.session_data] == ["farol.title", "farol.about"]
    assert (await client.get(f"{FILM}/hls-ts/about.json")).json()["channel"] == 3


async def test_a_delta_update_leaves_out_what_is_old(client: httpx.AsyncClient) -> None:
    whole = await text_of(client, f"{LIVE}/hls-ts/v90.m3u8?delta=1")
    part = await text_of(client, f"{LIVE}/hls-ts/v90.m3u8?delta=1&_HLS_skip=YES")
    assert "CAN-SKIP-UNTIL=12" in whole
    assert "#EXT-X-SKIP:SKIPPED-SEGMENTS=24" in part
    assert part.count("#EXTINF") == 6
    assert whole.endswith(part[part.index("#EXT-X-PROGRAM") :])


async def test_pathways_lie_at_two_ports_and_are_steered(client: httpx.AsyncClient) -> None:
    master = await text_of(client, f"{FILM}/hls-cmaf/master.m3u8?pathways=2&ttl=5")
    assert 'SERVER-URI="/steering?pathways=2&ttl=5",PATHWAY-ID="a"' in master
    for letter, port in (("a", 8000), ("b", 8001)):
        uri = f"http://headend:{port}/at/{letter}/channels/3/vod/hls-cmaf/v90.m3u8"
        assert uri in master
        assert (await client.get(uri)).status_code == 200
    steering = (await client.get("/steering?pathways=2&ttl=5&steer=b,a&clones=1")).json()
    assert (steering["TTL"], steering["PATHWAY-PRIORITY"]) == (5, ["b", "a"])
    assert steering["PATHWAY-CLONES"][0]["URI-REPLACEMENT"]["HOST"] == "headend:8001"


async def test_a_dead_location_comes_back(client: httpx.AsyncClient) -> None:
    query = f"dead=b&from_ms={NOW_MS}&to_ms={NOW_MS + 5000}&pathways=2"
    path = f"channels/3/vod/hls-ts/v90/0.ts?{query}"
    assert (await client.get(f"/at/b/{path}")).status_code == 503
    assert (await client.get(f"/at/a/{path}")).status_code == 200
    assert (await client.get(f"/at/b/{path}&now_ms={NOW_MS + 5000}")).status_code == 200
    steering = (await client.get(f"/steering?{query}&steer=b,a")).json()
    assert steering["PATHWAY-PRIORITY"] == ["a", "b"]


async def test_playlists_get_stuck_late_and_reset(client: httpx.AsyncClient) -> None:
    async def edge(query: str, after_s: int) -> tuple[int, str]:
        moment = f"at_ms={NOW_MS}&now_ms={NOW_MS + after_s * 1000}"
        text = await text_of(client, f"{LIVE}/hls-ts/v90.m3u8?{moment}&{query}")
        return m3u8.loads(text).media_sequence, text

    assert (await edge("stuck=20", 18))[0] == (await edge("stuck=20", 0))[0] == EDGE - 30
    assert (await edge("stuck=20", 20))[0] == EDGE - 20
    assert (await edge("late=6", 20))[0] == EDGE - 23
    assert (await edge("reset=6", -2))[0] > 1000
    sequence, text = await edge("reset=6", 4)
    assert (sequence, text.count("#EXTINF")) == (0, 5)
    grown, text = await edge("event=1", 60)
    assert "PLAYLIST-TYPE:EVENT" in text
    assert grown == (NOW_MS - 30_000) // 2000
    assert "ENDLIST" in (await edge("event=1&ends=10", 10))[1]


async def test_audio_groups_and_the_attributes_of_variants(client: httpx.AsyncClient) -> None:
    query = "audio_groups=2&score=1&hdcp=1&video_range=PQ"
    text = await text_of(client, f"{FILM}/hls-cmaf/master.m3u8?{query}")
    master = m3u8.loads(text)
    assert {media.group_id for media in master.media if media.type == "AUDIO"} == {
        "audio",
        "audio-2",
    }
    assert len(master.playlists) == 4
    assert "SCORE=2.5,VIDEO-RANGE=PQ,HDCP-LEVEL=TYPE-0" in text


async def test_audio_apart_from_the_transport_stream(client: httpx.AsyncClient) -> None:
    query = "muxed=0&audio=packed&id3=1"
    master = m3u8.loads(await text_of(client, f"{FILM}/hls-ts/master.m3u8?{query}"))
    assert all(media.uri for media in master.media)
    playlist = m3u8.loads(await text_of(client, f"{FILM}/hls-ts/a-en.m3u8?{query}"))
    packed = (await client.get(f"{FILM}/hls-ts/{playlist.segments[1].uri}")).content
    assert packed.startswith(b"ID3\4")
    assert b"com.apple.streaming.transportStreamTimestamp" in packed
    stamp = packed.index(b"Timestamp\0") + 10
    start = 94 * 1024 * 90_000 // 48_000 + 126_000
    assert int.from_bytes(packed[stamp : stamp + 8], "big") == start
    video = (await client.get(f"{FILM}/hls-ts/v90/1.ts?muxed=0")).content
    with pytest.raises(AssertionError, match="no such PID"):
        first_pts(video, 0x101)
    titled = (await client.get(f"{FILM}/hls-ts/v90/1.ts?id3=1")).content
    assert first_pts(titled, 0x102) == 2 * 90_000 + 126_000


async def test_renditions_can_be_chosen(client: httpx.AsyncClient) -> None:
    master = m3u8.loads(await text_of(client, f"{FILM}/hls-cmaf/master.m3u8?rungs=v180"))
    assert [row.uri for row in master.playlists] == ["v180.m3u8?rungs=v180"]
    nothing = await client.get(f"{FILM}/hls-cmaf/master.m3u8?codecs=vp9")
    assert nothing.status_code == 404
    assert "its codecs are aac, h264, wvtt" in nothing.text
