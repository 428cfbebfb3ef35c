"""The origin's answers, without a network."""

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headend.asset.model import Asset
from headend.live.timeline import timelines_of
from headend.origin.cache import SegmentCache
from headend.origin.responses import asked_range
from headend.origin.stream import endless
from headend.ts.mux import CLOCK_HZ, TsMuxer
from tests.unit.headend.origin_client import EDGE, FILM, LIVE, NOW_MS, client_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/lineup.m3u", "audio/x-mpegurl; charset=utf-8"),
        ("/guide.xml", "application/xml; charset=utf-8"),
        ("/logo/3.svg", "image/svg+xml"),
        ("/time", "text/plain; charset=utf-8"),
        ("/health", "application/json"),
        (f"{LIVE}/hls-ts/master.m3u8", "application/vnd.apple.mpegurl"),
        (f"{LIVE}/hls-cmaf/v90.m3u8", "application/vnd.apple.mpegurl"),
        (f"{LIVE}/dash/manifest.mpd", "application/dash+xml"),
        (f"{FILM}/dash-range/manifest.mpd", "application/dash+xml"),
        (f"{FILM}/hls-range/v90.m3u8", "application/vnd.apple.mpegurl"),
        (f"{LIVE}/hls-ts/v90/{EDGE - 1}.ts", "video/mp2t"),
        (f"{LIVE}/hls-ts/t-pt/{EDGE - 1}.vtt", "text/vtt; charset=utf-8"),
        (f"{LIVE}/hls-cmaf/v90/{EDGE - 1}.m4s", "video/mp4"),
        (f"{LIVE}/hls-cmaf/a-en/init.mp4", "audio/mp4"),
        (f"{LIVE}/dash/t-en/{EDGE - 1}.m4s", "application/mp4"),
        (f"{FILM}/dash-range/a-pt.mp4", "audio/mp4"),
    ],
)
async def test_get_and_head_agree_and_everybody_may_read(
    client: httpx.AsyncClient, path: str, media_type: str
) -> None:
    got, head = await client.get(path), await client.head(path)
    for answer in (got, head):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == media_type
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "cache-control" in answer.headers
    assert int(head.headers["content-length"]) == len(got.content)
    assert head.content == b""


async def test_everything_that_manifests_name_exists(client: httpx.AsyncClient) -> None:
    for form in ("hls-ts", "hls-cmaf"):
        for name in ("v90", "a-pt", "t-en"):
            playlist = await client.get(f"{LIVE}/{form}/{name}.m3u8?window=8")
            lines = [line for line in playlist.text.splitlines() if not line.startswith("#")]
            assert len(lines) == 4
            for line in lines:
                assert (await client.get(f"{LIVE}/{form}/{line}")).status_code == 200


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (f"{LIVE}/hls-ts/v90/{EDGE}.ts", "is not there yet"),
        (f"{LIVE}/hls-ts/v90/{EDGE - 62}.ts", "is gone"),
        (f"{FILM}/hls-ts/v90/60.ts", "is not there yet"),
        (f"{FILM}/hls-ts/v999/0.ts", "no rendition"),
        (f"{FILM}/hls-ts/v90/zero.ts", "named by their number"),
        (f"{FILM}/hls-ts/v90/0.m4s", "does not come as"),
        (f"{FILM}/hls-cmaf/v90/0.vtt", "does not come as"),
        (f"{FILM}/hls-cmaf/t-en/0.m4s", "does not come as"),
        (f"{FILM}/dash/a-en/t5.m4s", "No segment starts"),
        (f"{LIVE}/dash-range/manifest.mpd", "for films"),
        ("/channels/9/live/dash/manifest.mpd", "no channel 9"),
        ("/channels/3/later/dash/manifest.mpd", "no later/dash"),
        (f"{LIVE}/stream.ts?rung=v999", "no rung"),
        ("/logo/9.svg", "no such channel"),
        ("/chaos/404/master.m3u8", "never finds"),
    ],
)
async def test_what_does_not_exist_says_so(
    client: httpx.AsyncClient, path: str, sentence: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert sentence in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_caching_fits_what_changes(client: httpx.AsyncClient) -> None:
    async def caching(path: str) -> str:
        return str((await client.get(path)).headers["cache-control"])

    assert "immutable" in await caching(f"{LIVE}/hls-ts/v90/{EDGE - 1}.ts")
    assert "immutable" in await caching(f"{LIVE}/hls-cmaf/v90/init.mp4")
    assert await caching(f"{LIVE}/hls-ts/v90.m3u8") == "public, max-age=1"
    assert await caching("/time") == "no-store"


async def test_the_endless_stream_claims_no_length(client: httpx.AsyncClient) -> None:
    answer = await client.head(f"{LIVE}/stream.ts")
    assert answer.headers["content-type"] == "video/mp2t"
    assert "content-length" not in answer.headers


async def test_a_range_is_a_part_of_the_whole(client: httpx.AsyncClient) -> None:
    for path in (f"{FILM}/hls-ts/v90/0.ts", f"{FILM}/hls-range/v90.mp4?loops=1"):
        whole = (await client.get(path)).content
        for wanted, part in (("5-9", whole[5:10]), ("100-", whole[100:]), ("-7", whole[-7:])):
            answer = await client.get(path, headers={"Range": f"bytes={wanted}"})
            assert answer.status_code == 206
            assert answer.content == part
            assert answer.headers["content-range"].endswith(f"/{len(whole)}")
        beyond = await client.get(path, headers={"Range": f"bytes={len(whole)}-"})
        assert beyond.status_code == 416
        assert beyond.headers["content-range"] == f"bytes */{len(whole)}"


async def test_a_preflight_allows_ranges(client: httpx.AsyncClient) -> None:
    answer = await client.options(f"{LIVE}/dash/manifest.mpd", headers={"Origin": "http://x"})
    assert answer.status_code == 204
    assert "Range" in answer.headers["access-control-allow-headers"]


async def test_the_time_may_be_set_in_test_mode_only(asset: Asset) -> None:
    for test_mode, expected in ((True, "1970-01-02"), (False, "2026-11-22")):
        async with client_of([asset], test_mode=test_mode) as client:
            time = await client.get("/time?now_ms=90000000")
            assert time.text.startswith(expected)


async def test_every_moment_that_may_be_set_has_an_answer(client: httpx.AsyncClient) -> None:
    latest = 1 << 47
    for path in (
        "/",
        "/time",
        "/guide.xml",
        f"{LIVE}/hls-ts/v90.m3u8",
        f"{LIVE}/dash/manifest.mpd",
    ):
        assert (await client.get(f"{path}?now_ms={latest}")).status_code == 200
        assert (await client.get(f"{path}?now_ms={latest + 1}")).status_code == 400


async def test_before_the_first_segment_there_is_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{LIVE}/hls-ts/v90.m3u8?now_ms=1500")
    assert (answer.status_code, "Nothing has been broadcast" in answer.text) == (404, True)


async def test_chaos_answers_as_broken_servers_do(client: httpx.AsyncClient) -> None:
    html = await client.get("/chaos/html/master.m3u8")
    assert html.headers["content-type"].startswith("text/html")
    empty = await client.get("/chaos/empty/manifest.mpd")
    assert (empty.status_code, empty.content) == (200, b"")
    whole = (await client.get(f"{FILM}/hls-ts/v90/2.ts")).content
    cut = (await client.get("/chaos/truncated/3/vod/hls-ts/v90/2.ts")).content
    assert cut == whole[: len(whole) // 2]
    sound = (await client.get("/chaos/truncated/3/vod/hls-ts/v90/3.ts")).content
    assert sound == (await client.get(f"{FILM}/hls-ts/v90/3.ts")).content


async def test_loss_takes_the_same_segments_every_time(client: httpx.AsyncClient) -> None:
    async def lost(percent: int) -> set[int]:
        paths = {n: f"{FILM}/hls-cmaf/v90/{n}.m4s?loss={percent}" for n in range(60)}
        return {n for n, path in paths.items() if (await client.get(path)).status_code == 404}

    half = await lost(50)
    assert 15 < len(half) < 45
    assert half == await lost(50)
    assert await lost(0) == set()


async def test_a_rate_slows_the_segment_down(client: httpx.AsyncClient) -> None:
    path = f"{FILM}/hls-cmaf/a-en/0.m4s"
    plain = await client.get(path)
    begun = anyio.current_time()
    slow = await client.get(f"{path}?rate=2000")
    assert slow.content == plain.content
    assert anyio.current_time() - begun > len(plain.content) * 8 / 2_000_000 * 0.9


class AdvancingClock:
    """Jumps ahead each time it is asked, so that nothing ever has to be waited for."""

    def __init__(self) -> None:
        self._asked = 0

    def now_ms(self) -> int:
        self._asked += 1
        return NOW_MS + 60_000 * (self._asked > 1)


async def test_the_endless_stream_begins_at_a_segment_and_goes_on(asset: Asset) -> None:
    lines = timelines_of(asset)
    muxer = TsMuxer(asset.name, lines["v90"], lines["a-en"])
    received = b""
    expected = b"".join(muxer.segment(EDGE - 1 + index) for index in range(3))
    async for piece in endless(muxer, AdvancingClock(), 2):
        received += piece
        if len(received) >= len(expected):
            break
    assert received[: len(expected)] == expected


class SteppingClock:
    """Begins at NOW_MS and runs as the loop's own clock does."""

    def __init__(self) -> None:
        self._begun = anyio.current_time()

    def now_ms(self) -> int:
        return NOW_MS + int((anyio.current_time() - self._begun) * 1_000)


async def test_nothing_of_the_endless_stream_comes_before_its_time(asset: Asset) -> None:
    lines = timelines_of(asset)
    muxer = TsMuxer(asset.name, lines["v90"], lines["a-en"])
    clock = SteppingClock()
    due: list[tuple[int, int]] = []
    for number in (EDGE - 1, EDGE):
        for time, data in muxer.paced(number):
            size = len(data) + (due[-1][1] if due else 0)
            due.append((time * 1000 // CLOCK_HZ, size))
    received = 0
    async for piece in endless(muxer, clock, 2):
        received += len(piece)
        allowed = max((size for time, size in due if time <= clock.now_ms()), default=0)
        assert received <= allowed
        if clock.now_ms() > NOW_MS + 200:
            break
    assert received > due[49][1]


@given(st.text(max_size=40), st.integers(1, 1000))
def test_any_range_header_is_survived(header: str, size: int) -> None:
    for text in (header, f"bytes={header}"):
        try:
            asked = asked_range(text, size)
        except IndexError:
            continue
        if asked is not None:
            assert 0 <= asked[0] <= asked[1] < size


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=60))
def test_the_cache_never_exceeds_its_budget(asked: list[tuple[int, int]]) -> None:
    cache = SegmentCache(100)
    for key, size in asked:
        assert cache.get((key, size), lambda size=size: bytes(size)) == bytes(size)  # type: ignore[misc]
        assert cache.used <= 100
