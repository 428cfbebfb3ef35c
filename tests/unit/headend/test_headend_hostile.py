"""Requests that mean no good: each has an answer that is a sentence, and none costs much."""

import httpx
import pytest

from headend.asset.model import Asset
from headend.cmaf.index import indexed_file
from headend.origin.app import origin_app
from tests.unit.headend.origin_client import FILM, LIVE, StoppedClock, text_of

pytestmark = pytest.mark.anyio
DIGITS = "9" * 5000
A_DAY = 24 * 3600


@pytest.mark.parametrize(
    "path",
    [
        f"/channels/{DIGITS}/vod/hls-ts/master.m3u8",
        f"/logo/{DIGITS}.svg",
        f"{FILM}/hls-cmaf/v90/init-{DIGITS}.mp4",
        f"{FILM}/dash/thumbnails/0-{DIGITS}.jpg",
        f"{FILM}/dash/thumbnails/{DIGITS}-0.jpg",
        f"{FILM}/hls-ts/v90/{DIGITS}.ts",
        f"{FILM}/hls-ts/%2e%2e%2f%2e%2e%2fetc%2fpasswd/0.ts",
        f"{FILM}/hls-ts/v90%00/0.ts",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%ff%fe",
    ],
)
async def test_odd_paths_lead_nowhere(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("dash/v90/init.webm", "v90 does not come in WebM."),
        ("dash/t-en/init.webm", "t-en does not come in WebM."),
        ("hls-range/v90/0.m4s", "v90 does not come as .m4s in hls-range."),
        ("hls-ts/v90/init.mp4", "There is nothing of that kind in vod/hls-ts."),
        ("hls-cmaf/a-en-iframes.m3u8", "a-en has no key frames; video has."),
        ("dash/manifest.mpd?length=6000&periods=2", "more than 2000 periods"),
    ],
)
async def test_what_does_not_go_together_is_refused(
    client: httpx.AsyncClient, path: str, sentence: str
) -> None:
    answer = await client.get(f"{FILM}/{path}")
    assert answer.status_code in {400, 404}
    assert sentence in answer.text


async def test_the_shortest_periods_are_segments(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{FILM}/dash/manifest.mpd?length=10&periods=1")
    assert text.count("<Period ") == 5


async def test_an_event_that_began_long_ago_is_a_day_long(client: httpx.AsyncClient) -> None:
    text = await text_of(client, f"{LIVE}/hls-ts/v90.m3u8?event=1&at_ms=0")
    assert text.count("#EXTINF") == A_DAY // 2


def test_an_index_of_a_day_may_be_beyond_32_bits() -> None:
    count = A_DAY // 2
    film = indexed_file(b"", 90_000, [2_000_000] * count, [180_000] * count, levels=2)
    last = film.head[film.head.rindex(b"sidx") :]
    assert last[4] == 1
    assert int.from_bytes(last[16:24], "big") == (count - 8) * 180_000
    assert int.from_bytes(last[24:32], "big") == (count - 8) * 2_000_000


async def test_of_a_report_that_never_ends_the_beginning_is_kept(asset: Asset) -> None:
    sent = 0

    async def receive() -> dict[str, object]:
        nonlocal sent
        sent += 1
        return {"type": "http.request", "body": b"x" * (1 << 20), "more_body": sent < 64}

    async def send(message: object) -> None:
        del message

    app = origin_app([asset], StoppedClock(), test_mode=True)
    scope = {"type": "http", "method": "POST", "path": "/cmcd", "query_string": b"", "headers": []}
    await app(scope, receive, send)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://headend") as reader:
        reports = (await reader.get("/test/cmcd")).json()
    assert [len(report["cmcd"]) for report in reports] == [65_536]


async def test_every_method_has_an_answer(client: httpx.AsyncClient) -> None:
    for method in ("POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH", "BREW"):
        assert (await client.request(method, "/lineup.m3u")).status_code == 405


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ("bytes=5-2", 200),
        ("bytes=0-1,5-6", 200),
        (",".join(f"{n}-{n}" for n in range(500)), 200),
        ("bytes=-0", 416),
        ("bytes=999999999-", 416),
        ("bytes=-999999999", 206),
        ("bytes=0-999999999", 206),
    ],
)
async def test_odd_ranges_are_ignored_or_refused(
    client: httpx.AsyncClient, wanted: str, status: int
) -> None:
    answer = await client.get(f"{FILM}/hls-ts/t-en/0.vtt", headers={"Range": wanted})
    assert answer.status_code == status


async def test_thousands_of_options_are_read(client: httpx.AsyncClient) -> None:
    query = "&".join(f"x{number}=1" for number in range(5_000))
    assert (await client.get(f"{FILM}/hls-ts/master.m3u8?{query}")).status_code == 200
