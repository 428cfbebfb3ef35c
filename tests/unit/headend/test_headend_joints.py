"""Clocks that begin again, advertisements, gaps: the joints of HLS streams."""

import httpx
import m3u8
import pytest

from tests.unit.headend.origin_client import FILM, LIVE, NOW_MS, decode_time, first_pts, text_of

pytestmark = pytest.mark.anyio


async def test_a_discontinuity_comes_with_a_clock_and_a_map_of_its_own(
    client: httpx.AsyncClient,
) -> None:
    playlist = m3u8.loads(await text_of(client, f"{FILM}/hls-cmaf/v90.m3u8?discontinuity=5"))
    assert [i for i, s in enumerate(playlist.segments) if s.discontinuity] == list(range(5, 60, 5))
    maps = [segment.init_section.uri.partition("?")[0] for segment in playlist.segments[:11]]
    assert maps == ["v90/init-0.mp4"] * 5 + ["v90/init-5.mp4"] * 5 + ["v90/init-10.mp4"]
    fragment = (await client.get(f"{FILM}/hls-cmaf/v90/5.m4s?discontinuity=5")).content
    assert decode_time(fragment) == 1999 * 90_000


async def test_misaligned_audio_changes_its_clock_one_segment_later(
    client: httpx.AsyncClient,
) -> None:
    query = "?discontinuity=5&misalign=1"
    video = m3u8.loads(await text_of(client, f"{FILM}/hls-cmaf/v90.m3u8{query}"))
    audio = m3u8.loads(await text_of(client, f"{FILM}/hls-cmaf/a-pt.m3u8{query}"))
    first = [
        next(i for i, s in enumerate(row.segments) if s.discontinuity) for row in (video, audio)
    ]
    assert first == [5, 6]


async def test_a_live_window_counts_the_discontinuities_that_left_it(
    client: httpx.AsyncClient,
) -> None:
    text = await text_of(client, f"{LIVE}/hls-ts/v90.m3u8?discontinuity=4")
    playlist = m3u8.loads(text)
    first = playlist.media_sequence
    begins = first % 4 == 0
    assert playlist.discontinuity_sequence == first // 4 - begins
    assert playlist.segments[0].discontinuity == begins


async def test_advertisements_are_of_the_next_channel_and_another_rung(
    client: httpx.AsyncClient,
) -> None:
    playlist = m3u8.loads(await text_of(client, f"{FILM}/hls-cmaf/v180.m3u8?ads=1"))
    assert [i for i, s in enumerate(playlist.segments) if s.discontinuity] == [4, 30, 35]
    ad = (await client.get(f"{FILM}/hls-cmaf/v180/init-30.mp4?ads=1")).content
    own = (await client.get(f"{FILM}/hls-cmaf/v180/init-4.mp4?ads=1")).content
    assert ad == (await client.get("/channels/4/vod/hls-cmaf/v90/init.mp4")).content
    assert own == (await client.get(f"{FILM}/hls-cmaf/v180/init.mp4")).content
    stream = (await client.get(f"{FILM}/hls-ts/v180/30.ts?ads=1")).content
    assert first_pts(stream, 0x100) == 10 * 90_000 + 126_000


async def test_the_clock_runs_over_soon_after_the_start(client: httpx.AsyncClient) -> None:
    stamps = []
    for number in (4, 5):
        stream = (await client.get(f"{FILM}/hls-ts/v90/{number}.ts?rollover=1")).content
        stamps.append(first_pts(stream, 0x100))
    assert stamps[0] > (1 << 33) - 4 * 90_000 > 4 * 90_000 > stamps[1]
    master = await text_of(client, f"{LIVE}/hls-ts/master.m3u8?rollover=1")
    assert f"v90.m3u8?rollover=1&at_ms={NOW_MS + 10_000}" in master
    at = NOW_MS // 1000 - 20
    stamps = []
    for number in (at // 2 - 2, at // 2 + 2):
        path = f"{LIVE}/hls-ts/v90/{number}.ts?rollover=1&at_ms={at * 1000}"
        stamps.append(first_pts((await client.get(path)).content, 0x100))
    assert stamps[0] > 1 << 32 > stamps[1]


async def test_gaps_are_told_and_missing_segments_are_not(client: httpx.AsyncClient) -> None:
    told = await text_of(client, f"{FILM}/hls-ts/v90.m3u8?gap=5")
    assert told.count("#EXT-X-GAP") == 12
    assert "#EXT-X-VERSION:8" in told
    quiet = await text_of(client, f"{FILM}/hls-ts/v90.m3u8?missing=5")
    assert "GAP" not in quiet
    for option in ("gap", "missing"):
        found = [
            (await client.head(f"{FILM}/hls-ts/v90/{n}.ts?{option}=5")).status_code
            for n in range(6)
        ]
        assert found == [200] * 4 + [404, 200]
