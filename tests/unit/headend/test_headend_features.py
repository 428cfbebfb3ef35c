"""Every option of a stream, in what is written, without a network."""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import m3u8
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from headend.asset.model import Asset
from headend.hls.scte35 import splice_insert
from headend.origin.app import origin_app
from headend.origin.options import _KNOWN, BadOptionError, stream_options
from headend.ts.psi import crc32_mpeg

pytestmark = pytest.mark.anyio
NOW_MS = 1_795_361_075_500
EDGE = NOW_MS // 2000
LIVE, FILM = "/channels/3/live", "/channels/3/vod"
DASH = "{urn:mpeg:dash:schema:mpd:2011}"
NS = {"d": "urn:mpeg:dash:schema:mpd:2011"}
_MANUAL = Path(__file__).parents[3] / "docs" / "manual" / "headend-options.md"


class StoppedClock:
    """Always the same moment."""

    def now_ms(self) -> int:
        return NOW_MS


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def client(asset: Asset) -> AsyncIterator[httpx.AsyncClient]:
    other = replace(asset, number=4, name="Norte")
    app = origin_app([asset, other], StoppedClock(), test_mode=True, ports=[8001])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://headend:8000") as made:
        yield made


async def _text(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def _mpd(client: httpx.AsyncClient, path: str) -> etree._Element:
    return etree.fromstring((await _text(client, path)).encode())


def test_every_option_stands_in_the_manual() -> None:
    told = set(re.findall(r"`(\w+)=", _MANUAL.read_text(encoding="utf-8")))
    assert set(_KNOWN) - told - {"hop"} == set()


@pytest.mark.parametrize(
    "query",
    [
        {"gap": "-1"},
        {"gap": "٣"},
        {"ads": "2"},
        {"timing": "sundial"},
        {"on": "video,smell"},
        {"codecs": "a,b c"},
        {"start": "--12"},
        {"steer": "a,b,a,b,a,b,a,b,a"},
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(query: dict[str, str]) -> None:
    with pytest.raises(BadOptionError, match=r"^The option \w+ is .*\.$"):
        stream_options(query, test_mode=True)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(_KNOWN)), st.text(max_size=24)))
def test_any_query_is_answered_or_refused(query: dict[str, str]) -> None:
    with contextlib.suppress(BadOptionError):
        stream_options(query, test_mode=True)


async def test_a_stuck_mpd_is_stuck_in_all_that_it_says(client: httpx.AsyncClient) -> None:
    seen = set()
    for after in (1000, 9000):
        moment = f"stuck=20&at_ms={NOW_MS}&now_ms={NOW_MS + after}"
        mpd = await _mpd(client, f"{LIVE}/dash/manifest.mpd?addressing=time&{moment}")
        rows = mpd.findall(".//d:S", NS)
        seen.add((mpd.get("publishTime"), rows[0].get("t")))
    assert len(seen) == 1


async def test_a_discontinuity_comes_with_a_clock_and_a_map_of_its_own(
    client: httpx.AsyncClient,
) -> None:
    playlist = m3u8.loads(await _text(client, f"{FILM}/hls-cmaf/v90.m3u8?discontinuity=5"))
    assert [i for i, s in enumerate(playlist.segments) if s.discontinuity] == list(range(5, 60, 5))
    maps = [segment.init_section.uri.partition("?")[0] for segment in playlist.segments[:11]]
    assert maps == ["v90/init-0.mp4"] * 5 + ["v90/init-5.mp4"] * 5 + ["v90/init-10.mp4"]
    fragment = (await client.get(f"{FILM}/hls-cmaf/v90/5.m4s?discontinuity=5")).content
    assert _decode_time(fragment) == 1999 * 90_000


def _decode_time(fragment: bytes) -> int:
    at = fragment.index(b"tfdt") + 8
    return int.from_bytes(fragment[at : at + 8], "big")


def _first_pts(stream: bytes, pid: int) -> int:
    """Of the first PES packet on a PID."""
    for offset in range(0, len(stream), 188):
        packet = stream[offset : offset + 188]
        if packet[1] & 0x40 and (packet[1] & 31) << 8 | packet[2] == pid:
            body = packet[4 + (packet[4] + 1 if packet[3] & 0x20 else 0) :]
            a, b, c, d, e = body[9:14]
            return (a >> 1 & 7) << 30 | b << 22 | c >> 1 << 15 | d << 7 | e >> 1
    raise AssertionError("no such PID")


async def test_misaligned_audio_changes_its_clock_one_segment_later(
    client: httpx.AsyncClient,
) -> None:
    query = "?discontinuity=5&misalign=1"
    video = m3u8.loads(await _text(client, f"{FILM}/hls-cmaf/v90.m3u8{query}"))
    audio = m3u8.loads(await _text(client, f"{FILM}/hls-cmaf/a-pt.m3u8{query}"))
    first = [
        next(i for i, s in enumerate(row.segments) if s.discontinuity) for row in (video, audio)
    ]
    assert first == [5, 6]


async def test_a_live_window_counts_the_discontinuities_that_left_it(
    client: httpx.AsyncClient,
) -> None:
    text = await _text(client, f"{LIVE}/hls-ts/v90.m3u8?discontinuity=4")
    playlist = m3u8.loads(text)
    first = playlist.media_sequence
    begins = first % 4 == 0
    assert playlist.discontinuity_sequence == first // 4 - begins
    assert playlist.segments[0].discontinuity == begins


async def test_advertisements_are_of_the_next_channel_and_another_rung(
    client: httpx.AsyncClient,
) -> None:
    playlist = m3u8.loads(await _text(client, f"{FILM}/hls-cmaf/v180.m3u8?ads=1"))
    assert [i for i, s in enumerate(playlist.segments) if s.discontinuity] == [4, 30, 35]
    ad = (await client.get(f"{FILM}/hls-cmaf/v180/init-30.mp4?ads=1")).content
    own = (await client.get(f"{FILM}/hls-cmaf/v180/init-4.mp4?ads=1")).content
    assert ad == (await client.get("/channels/4/vod/hls-cmaf/v90/init.mp4")).content
    assert own == (await client.get(f"{FILM}/hls-cmaf/v180/init.mp4")).content
    stream = (await client.get(f"{FILM}/hls-ts/v180/30.ts?ads=1")).content
    assert _first_pts(stream, 0x100) == 10 * 90_000 + 126_000


async def test_the_clock_runs_over_soon_after_the_start(client: httpx.AsyncClient) -> None:
    stamps = []
    for number in (4, 5):
        stream = (await client.get(f"{FILM}/hls-ts/v90/{number}.ts?rollover=1")).content
        stamps.append(_first_pts(stream, 0x100))
    assert stamps[0] > (1 << 33) - 4 * 90_000 > 4 * 90_000 > stamps[1]
    master = await _text(client, f"{LIVE}/hls-ts/master.m3u8?rollover=1")
    assert f"v90.m3u8?rollover=1&at_ms={NOW_MS + 10_000}" in master
    at = NOW_MS // 1000 - 20
    stamps = []
    for number in (at // 2 - 2, at // 2 + 2):
        path = f"{LIVE}/hls-ts/v90/{number}.ts?rollover=1&at_ms={at * 1000}"
        stamps.append(_first_pts((await client.get(path)).content, 0x100))
    assert stamps[0] > 1 << 32 > stamps[1]


async def test_gaps_are_told_and_missing_segments_are_not(client: httpx.AsyncClient) -> None:
    told = await _text(client, f"{FILM}/hls-ts/v90.m3u8?gap=5")
    assert told.count("#EXT-X-GAP") == 12
    assert "#EXT-X-VERSION:8" in told
    quiet = await _text(client, f"{FILM}/hls-ts/v90.m3u8?missing=5")
    assert "GAP" not in quiet
    for option in ("gap", "missing"):
        found = [
            (await client.head(f"{FILM}/hls-ts/v90/{n}.ts?{option}=5")).status_code
            for n in range(6)
        ]
        assert found == [200] * 4 + [404, 200]


async def test_where_to_start_and_whether_segments_are_dated(client: httpx.AsyncClient) -> None:
    text = await _text(client, f"{LIVE}/hls-ts/v90.m3u8?start=-12&pdt=0")
    assert "#EXT-X-START:TIME-OFFSET=-12,PRECISE=YES" in text
    assert "PROGRAM-DATE-TIME" not in text


async def test_a_file_of_the_players_machine_may_be_named(client: httpx.AsyncClient) -> None:
    text = await _text(client, f"{FILM}/hls-ts/v90.m3u8?local=1&length=20")
    assert text.count("file:///etc/hostname") == 2
    mpd = await _text(client, f"{FILM}/dash/manifest.mpd?xlink=file")
    assert 'xlink:href="file:///etc/hostname"' in mpd


async def test_variables_are_defined_imported_and_taken_from_the_query(
    client: httpx.AsyncClient,
) -> None:
    master = await _text(client, f"{FILM}/hls-cmaf/master.m3u8?define=1&loops=2")
    assert '#EXT-X-DEFINE:NAME="query",VALUE="define=1&loops=2"' in master
    assert "v90.m3u8?{$query}&define={$define}" in master
    media = await _text(client, f"{FILM}/hls-cmaf/v90.m3u8?define=1&loops=2")
    assert '#EXT-X-DEFINE:IMPORT="query"' in media
    assert '#EXT-X-DEFINE:QUERYPARAM="define"' in media
    assert "v90/0.m4s?define={$define}&{$query}" in media


async def test_date_ranges_carry_scte_35(client: httpx.AsyncClient) -> None:
    text = await _text(client, f"{LIVE}/hls-ts/v90.m3u8?daterange=1&window=120")
    signals = re.findall(r"SCTE35-(OUT|IN)=0x([0-9A-F]+)", text)
    assert {kind for kind, _ in signals} == {"OUT", "IN"}
    for _, figures in signals:
        section = bytes.fromhex(figures)
        assert section[0] == 0xFC
        assert int.from_bytes(section[1:3], "big") & 0xFFF == len(section) - 3
        assert crc32_mpeg(section) == 0
    assert splice_insert(7, out=True) != splice_insert(7, out=False)


async def test_interstitials_are_films_of_the_next_channel(client: httpx.AsyncClient) -> None:
    text = await _text(client, f"{FILM}/hls-cmaf/v90.m3u8?interstitial=30&daterange=0")
    uri = re.search(r'X-ASSET-URI="([^"]+)"', text)
    assert uri
    film = m3u8.loads(await _text(client, uri[1].replace("master", "v90")))
    assert sum(segment.duration for segment in film.segments) == 10
    text = await _text(client, f"{LIVE}/hls-cmaf/v90.m3u8?interstitial=30&asset_list=1")
    uri = re.search(r'X-ASSET-LIST="([^"]+)"', text)
    assert uri
    assets = (await client.get(uri[1])).json()["ASSETS"]
    assert [row["DURATION"] for row in assets] == [10, 10]
    assert (await client.get(assets[0]["URI"])).status_code == 200


@pytest.mark.parametrize("form", ["hls-ts", "hls-cmaf", "hls-range"])
async def test_key_frames_are_byte_ranges_that_hold_a_picture(
    client: httpx.AsyncClient, form: str
) -> None:
    master = m3u8.loads(await _text(client, f"{FILM}/{form}/master.m3u8?iframes=1"))
    assert len(master.iframe_playlists) == 2
    playlist = m3u8.loads(await _text(client, f"{FILM}/{form}/v90-iframes.m3u8?iframes=1"))
    assert playlist.is_i_frames_only
    segment = playlist.segments[3]
    size, offset = map(int, segment.byterange.split("@"))
    header = {"Range": f"bytes={offset}-{offset + size - 1}"}
    part = await client.get(f"{FILM}/{form}/{segment.uri}", headers=header)
    assert (part.status_code, len(part.content)) == (206, size)
    if form == "hls-ts":
        assert size % 188 == 0


async def test_session_data_and_its_file(client: httpx.AsyncClient) -> None:
    master = m3u8.loads(await _text(client, f"{FILM}/hls-ts/master.m3u8?session_data=1"))
    assert [row.data_id for row in master.session_data] == ["farol.title", "farol.about"]
    assert (await client.get(f"{FILM}/hls-ts/about.json")).json()["channel"] == 3


async def test_a_delta_update_leaves_out_what_is_old(client: httpx.AsyncClient) -> None:
    whole = await _text(client, f"{LIVE}/hls-ts/v90.m3u8?delta=1")
    part = await _text(client, f"{LIVE}/hls-ts/v90.m3u8?delta=1&_HLS_skip=YES")
    assert "CAN-SKIP-UNTIL=12" in whole
    assert "#EXT-X-SKIP:SKIPPED-SEGMENTS=24" in part
    assert part.count("#EXTINF") == 6
    assert whole.endswith(part[part.index("#EXT-X-PROGRAM") :])


async def test_pathways_lie_at_two_ports_and_are_steered(client: httpx.AsyncClient) -> None:
    master = await _text(client, f"{FILM}/hls-cmaf/master.m3u8?pathways=2&ttl=5")
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
        text = await _text(client, f"{LIVE}/hls-ts/v90.m3u8?{moment}&{query}")
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
    text = await _text(client, f"{FILM}/hls-cmaf/master.m3u8?{query}")
    master = m3u8.loads(text)
    assert {media.group_id for media in master.media if media.type == "AUDIO"} == {
        "audio",
        "audio-2",
    }
    assert len(master.playlists) == 4
    assert "SCORE=2.5,VIDEO-RANGE=PQ,HDCP-LEVEL=TYPE-0" in text


async def test_audio_apart_from_the_transport_stream(client: httpx.AsyncClient) -> None:
    query = "muxed=0&audio=packed&id3=1"
    master = m3u8.loads(await _text(client, f"{FILM}/hls-ts/master.m3u8?{query}"))
    assert all(media.uri for media in master.media)
    playlist = m3u8.loads(await _text(client, f"{FILM}/hls-ts/a-en.m3u8?{query}"))
    packed = (await client.get(f"{FILM}/hls-ts/{playlist.segments[1].uri}")).content
    assert packed.startswith(b"ID3\4")
    assert b"com.apple.streaming.transportStreamTimestamp" in packed
    stamp = packed.index(b"Timestamp\0") + 10
    start = 94 * 1024 * 90_000 // 48_000 + 126_000
    assert int.from_bytes(packed[stamp : stamp + 8], "big") == start
    video = (await client.get(f"{FILM}/hls-ts/v90/1.ts?muxed=0")).content
    with pytest.raises(AssertionError, match="no such PID"):
        _first_pts(video, 0x101)
    titled = (await client.get(f"{FILM}/hls-ts/v90/1.ts?id3=1")).content
    assert _first_pts(titled, 0x102) == 2 * 90_000 + 126_000


async def test_renditions_can_be_chosen(client: httpx.AsyncClient) -> None:
    master = m3u8.loads(await _text(client, f"{FILM}/hls-cmaf/master.m3u8?rungs=v180"))
    assert [row.uri for row in master.playlists] == ["v180.m3u8?rungs=v180"]
    nothing = await client.get(f"{FILM}/hls-cmaf/master.m3u8?codecs=vp9")
    assert nothing.status_code == 404
    assert "its codecs are aac, h264, wvtt" in nothing.text


async def test_thumbnails_are_sheets_of_twelve(client: httpx.AsyncClient) -> None:
    text = await _text(client, f"{FILM}/hls-cmaf/thumbnails.m3u8?thumbnails=1")
    assert "#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=4x3,DURATION=2.000" in text
    sheet = await client.get(f"{FILM}/hls-cmaf/thumbnails/0-1.jpg")
    assert sheet.content[:2] == b"\xff\xd8"
    mpd = await _mpd(client, f"{LIVE}/dash/manifest.mpd?thumbnails=1")
    media = mpd.find(".//d:AdaptationSet[@contentType='image']/d:SegmentTemplate", NS)
    assert media is not None
    assert (media.get("media") or "").startswith("thumbnails/0-$Number$.jpg")


async def test_periods_join_and_leave_with_the_window(client: httpx.AsyncClient) -> None:
    mpd = await _mpd(client, f"{LIVE}/dash/manifest.mpd?periods=20&bumper=1&early=1")
    periods = mpd.findall("d:Period", NS)
    ids = [period.get("id") or "" for period in periods]
    starts = [int((period.get("start") or "")[2:-1]) for period in periods]
    assert starts == sorted(starts)
    assert {i[0] for i in ids} == {"p", "b"}
    assert starts[0] + 20 > NOW_MS // 1000 - 60
    assert starts[-1] > NOW_MS // 1000
    bumper = next(period for period in periods if (period.get("id") or "")[0] == "b")
    template = bumper.find(".//d:SegmentTemplate", NS)
    assert template is not None
    assert (template.get("media") or "").startswith("/channels/4/vod/dash/")
    main = periods[ids.index(bumper.get("id") or "") + 1].find(".//d:SegmentTemplate", NS)
    assert main is not None
    assert (
        int(main.get("presentationTimeOffset") or 0)
        == starts[ids.index(bumper.get("id") or "") + 1]
    )
    assert int(main.get("startNumber") or 0) * 2 == int(main.get("presentationTimeOffset") or 0)


async def test_a_gap_between_periods_is_a_duration(client: httpx.AsyncClient) -> None:
    mpd = await _mpd(client, f"{FILM}/dash/manifest.mpd?periods=30&period_gap=500")
    assert [row.get("duration") for row in mpd.findall("d:Period", NS)] == ["PT29.500S"] * 4


@pytest.mark.parametrize(
    ("timing", "schemes"),
    [
        ("none", []),
        ("direct", ["direct"]),
        ("iso", ["http-iso"]),
        ("xsdate", ["http-xsdate"]),
        ("head", ["http-head"]),
        ("ntp", ["http-ntp"]),
    ],
)
async def test_the_clock_is_told_as_asked(
    client: httpx.AsyncClient, timing: str, schemes: list[str]
) -> None:
    mpd = await _mpd(client, f"{LIVE}/dash/manifest.mpd?timing={timing}&skew=-40")
    rows = mpd.findall("d:UTCTiming", NS)
    assert [(row.get("schemeIdUri") or "").split(":")[-2] for row in rows] == schemes
    assert mpd.get("publishTime") == "2026-11-22T15:23:54.000Z"
    for row in rows:
        if timing != "direct":
            answer = await client.get(row.get("value") or "")
            assert answer.status_code == 200
            assert answer.headers["date"] == "Sun, 22 Nov 2026 15:23:55 GMT"


async def test_locations_steering_latency_and_cmcd_in_the_mpd(client: httpx.AsyncClient) -> None:
    query = "base_urls=2&steering=1&latency=4000&cmcd=1"
    mpd = await _mpd(client, f"{LIVE}/dash/manifest.mpd?{query}")
    names = [etree.QName(child).localname for child in mpd]
    assert names[:4] == ["BaseURL", "BaseURL", "ContentSteering", "ServiceDescription"]
    urls = {row.get("serviceLocation"): row.text for row in mpd.findall("d:BaseURL", NS)}
    assert urls["b"] == "http://headend:8001/at/b/channels/3/live/dash/"
    latency = mpd.find("d:ServiceDescription/d:Latency", NS)
    assert latency is not None
    assert latency.get("target") == "4000"
    assert mpd.find(".//d:CMCDParameters", NS) is not None


@pytest.mark.parametrize("more", ["", "&periods=10"])
async def test_a_patch_brings_an_old_mpd_up_to_date(client: httpx.AsyncClient, more: str) -> None:
    old = await _mpd(client, f"{LIVE}/dash/manifest.mpd?patch=1{more}&now_ms={NOW_MS - 6000}")
    url = old.findtext("d:PatchLocation", None, NS) or ""
    moved = re.sub(r"now_ms=\d+", f"now_ms={NOW_MS}", url)
    patch = await _mpd(client, f"{LIVE}/dash/{moved}")
    assert patch.get("originalPublishTime") == old.get("publishTime")
    assert patch.get("publishTime") == "2026-11-22T15:24:34.000Z"
    selected = [row.get("sel") or "" for row in patch]
    assert "/MPD/@publishTime" in selected
    assert any("SegmentTimeline" in sel or "Period" in sel for sel in selected)
    assert patch.find(".//d:SegmentTimeline", NS) is not None


@pytest.mark.parametrize("how", ["1", "zero"])
async def test_remote_periods_are_the_ones_of_the_mpd(client: httpx.AsyncClient, how: str) -> None:
    query = f"periods=20&xlink={how}"
    mpd = await _mpd(client, f"{FILM}/dash/manifest.mpd?{query}")
    hrefs = [
        row.get("{http://www.w3.org/1999/xlink}href") or "" for row in mpd.findall("d:Period", NS)
    ]
    assert ("resolve-to-zero" in hrefs[0]) == (how == "zero")
    folder = "" if how == "zero" else f"http://headend:8000{FILM}/dash/"
    there = [href for href in hrefs if href.startswith(f"{folder}periods/")]
    assert len(there) == 6
    period = await _mpd(client, there[1] if how == "1" else f"{FILM}/dash/{there[1]}")
    assert (period.tag, period.get("id")) == (f"{DASH}Period", "p1")
    assert period.find(".//d:Representation", NS) is not None


async def test_events_are_in_the_period_and_in_the_segments(client: httpx.AsyncClient) -> None:
    mpd = await _mpd(client, f"{FILM}/dash/manifest.mpd?periods=30&events=1&expire=1")
    assert len(mpd.findall("d:Period/d:EventStream/d:Event", NS)) == 12
    schemes = {row.get("schemeIdUri") for row in mpd.findall(".//d:InbandEventStream", NS)}
    assert schemes == {"urn:farol:event:2026", "urn:mpeg:dash:event:2012"}
    video = (await client.get(f"{FILM}/dash/v90/5.m4s?events=1&expire=1")).content
    audio = (await client.get(f"{FILM}/dash/a-en/5.m4s?events=1")).content
    assert (video.count(b"emsg"), audio.count(b"emsg")) == (2, 1)
    at = video.index(b"emsg")
    assert at > video.index(b"styp")
    assert video[at + 4] == 1
    assert audio[audio.index(b"emsg") + 4] == 0
    assert b"beat 1" in video
    assert b"1970-01-01T00:00:10.000Z\0" in video
    live = await _mpd(client, f"{LIVE}/dash/manifest.mpd?expire=1")
    assert live.get("minimumUpdatePeriod") == "PT0S"


@pytest.mark.parametrize("style", ["number", "time", "timeline", "list"])
async def test_every_addressing_leads_to_the_same_segments(
    client: httpx.AsyncClient, style: str
) -> None:
    mpd = await _mpd(client, f"{FILM}/dash/manifest.mpd?addressing={style}&length=8&gap=0")
    video = mpd.find(".//d:AdaptationSet", NS)
    assert video is not None
    template = video.find("d:SegmentTemplate", NS)
    assert (template is None) == (style == "list")
    if template is None:
        urls = [row.get("media") or "" for row in video.findall(".//d:SegmentURL", NS)][:4]
    else:
        media = (template.get("media") or "").replace("$RepresentationID$", "v90")
        assert ("$Time$" in media) == (style == "time")
        assert (template.find("d:SegmentTimeline", NS) is None) == (style == "number")
        urls = [
            media.replace("$Number$", str(n)).replace("$Time$", str(n * 180_000)) for n in range(4)
        ]
    for number, url in enumerate(urls):
        fragment = (await client.get(f"{FILM}/dash/{url}")).content
        assert fragment == (await client.get(f"{FILM}/dash/v90/{number}.m4s")).content


async def test_a_hole_in_a_timeline_is_where_the_segment_is_missing(
    client: httpx.AsyncClient,
) -> None:
    mpd = await _mpd(client, f"{FILM}/dash/manifest.mpd?gap=5&length=20")
    rows = mpd.findall(".//d:AdaptationSet[@contentType='video']//d:S", NS)
    assert [(row.get("t"), row.get("r")) for row in rows] == [("0", "3"), ("900000", "3")]


async def test_key_frames_for_fast_play_are_a_set_of_their_own(client: httpx.AsyncClient) -> None:
    mpd = await _mpd(client, f"{FILM}/dash/manifest.mpd?trick=1")
    trick = [
        row
        for row in mpd.findall(".//d:AdaptationSet", NS)
        if row.find("d:EssentialProperty", NS) is not None
    ]
    assert len(trick) == 1
    fragment = (await client.get(f"{FILM}/dash/trick-v90/3.m4s")).content
    assert _decode_time(fragment) == 3 * 180_000


async def test_an_index_of_indexes_covers_the_same_bytes(client: httpx.AsyncClient) -> None:
    mpd = await _mpd(client, f"{FILM}/dash-range/manifest.mpd?sidx=2&length=40")
    base = mpd.find(".//d:SegmentBase", NS)
    assert base is not None
    first, last = map(int, (base.get("indexRange") or "").split("-"))
    film = (await client.get(f"{FILM}/dash-range/v90.mp4?sidx=2&length=40")).content
    index = film[first : last + 1]
    assert index.count(b"sidx") == 4
    leaves, at, numbers = [], first, 0
    while at <= last:
        size = int.from_bytes(film[at : at + 4], "big")
        box, at = film[at : at + size], at + size
        rows = int.from_bytes(box[30:32], "big")
        begin = at + int.from_bytes(box[24:28], "big")
        if box[32] & 0x80:
            continue
        for row in range(rows):
            length = int.from_bytes(box[32 + 12 * row : 36 + 12 * row], "big")
            leaves.append(film[begin : begin + length])
            begin, numbers = begin + length, numbers + 1
    assert numbers == 20
    assert leaves[13] == (await client.get(f"{FILM}/dash/v90/13.m4s")).content


async def test_cmcd_is_kept_for_tests(client: httpx.AsyncClient, asset: Asset) -> None:
    await client.get(f"{FILM}/hls-ts/v90/0.ts?CMCD=br%3D300%2Csid%3D%22x%22")
    await client.get(f"{FILM}/hls-ts/v90/0.ts", headers={"CMCD-Session": 'sid="y"'})
    await client.post("/cmcd", content='e=ps,sta=p\ne=t,sid="z"\n')
    reports = (await client.get("/test/cmcd?clear=1")).json()
    assert [row["mode"] for row in reports] == ["query", "header", "event", "event"]
    assert reports[0]["cmcd"] == 'br=300,sid="x"'
    assert (await client.get("/test/cmcd")).json() == []
    quiet = httpx.ASGITransport(app=origin_app([asset], StoppedClock()))
    async with httpx.AsyncClient(transport=quiet, base_url="http://headend") as public:
        assert (await public.get("/test/cmcd")).status_code == 404


async def test_primed_audio_has_a_frame_in_front_and_an_edit_list(
    client: httpx.AsyncClient,
) -> None:
    path = f"{FILM}/hls-cmaf/a-en"
    init = (await client.get(f"{path}/init.mp4?priming=1")).content
    assert b"elst" in init
    assert b"elst" not in (await client.get(f"{path}/init.mp4")).content
    first = (await client.get(f"{path}/0.m4s?priming=1")).content
    second = (await client.get(f"{path}/1.m4s?priming=1")).content
    assert (_decode_time(first), _decode_time(second)) == (0, 95 * 1024)
    at = first.index(b"trun") + 8
    assert int.from_bytes(first[at : at + 4], "big") == 95
