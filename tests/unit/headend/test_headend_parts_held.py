"""Low latency on a clock that jumps: what is held is answered when its moment comes."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
import trio
from starlette.types import Message
from trio.testing import MockClock

from headend.asset.model import Asset
from headend.draining import Drain
from headend.origin.app import origin_app

BEGIN_MS = 1_800_000_000_000
"""The moment at which each test begins: a segment has just begun."""

EDGE = BEGIN_MS // 2000
HLS, DASH = "/channels/3/live/hls-cmaf", "/channels/3/live/dash"


class _RunningClock:
    """Begins at BEGIN_MS and runs as the loop's own clock does, which MockClock moves."""

    def __init__(self) -> None:
        self._begun = trio.current_time()

    def now_ms(self) -> int:
        return BEGIN_MS + self.passed_ms

    @property
    def passed_ms(self) -> int:
        return round((trio.current_time() - self._begun) * 1000)


Scenario = Callable[[httpx.AsyncClient, _RunningClock], Awaitable[None]]


def _at_virtual_time(asset: Asset, scenario: Scenario) -> None:
    async def run() -> None:
        clock = _RunningClock()
        transport = httpx.ASGITransport(app=origin_app([asset], clock, test_mode=True))
        async with httpx.AsyncClient(transport=transport, base_url="http://headend") as client:
            await scenario(client, clock)

    trio.run(run, clock=MockClock(autojump_threshold=0))


@pytest.mark.parametrize(
    ("name", "asked", "answered_ms"),
    [
        ("v90", f"_HLS_msn={EDGE - 1}", 0),
        ("v90", f"_HLS_msn={EDGE - 1}&_HLS_part=4", 0),
        ("v90", f"_HLS_msn={EDGE}&_HLS_part=0", 400),
        ("v90", f"_HLS_msn={EDGE}&_HLS_part=3", 1600),
        ("v90", f"_HLS_msn={EDGE}", 2000),
        ("v90", f"_HLS_msn={EDGE}&_HLS_part=5", 2400),  # that is part 0 of the next
        ("v90", f"_HLS_msn={EDGE + 1}", 4000),
        ("t-en", f"_HLS_msn={EDGE}", 2000),
        # Parts of sound are 18 frames of 1,024 samples; the second segment begins with its frame.
        ("a-en", f"_HLS_msn={EDGE}&_HLS_part=0", 384),
        ("a-en", f"_HLS_msn={EDGE}", 2006),
        ("a-en", f"_HLS_msn={EDGE + 1}&_HLS_part=0", 2390),
        ("v90", f"_HLS_msn={EDGE}&_HLS_part=0&now_ms={BEGIN_MS + 300}", 100),
        ("v90", f"_HLS_msn={EDGE + 30}&skew=60", 2000),
        ("v90", f"_HLS_msn={EDGE}&stuck=4&at_ms={BEGIN_MS + 100}", 4100),
        ("v90", f"_HLS_msn={EDGE}&late=1&at_ms={BEGIN_MS - 9000}", 3000),
        ("v90", f"_HLS_msn={EDGE}&ends=1&at_ms={BEGIN_MS}", 1000),
    ],
)
def test_a_playlist_is_held_until_it_has_what_was_asked_for(
    asset: Asset, name: str, asked: str, answered_ms: int
) -> None:
    async def scenario(client: httpx.AsyncClient, clock: _RunningClock) -> None:
        answer = await client.get(f"{HLS}/{name}.m3u8?parts=400&{asked}")
        assert answer.status_code == 200, answer.text
        assert clock.passed_ms == answered_ms

    _at_virtual_time(asset, scenario)


def test_what_was_held_is_told_at_the_moment_it_is_there(asset: Asset) -> None:
    async def scenario(client: httpx.AsyncClient, clock: _RunningClock) -> None:
        for index in range(12):
            segment, part = divmod(index, 5)
            asked = f"_HLS_msn={EDGE + segment}&_HLS_part={part}"
            answer = await client.get(f"{HLS}/v90.m3u8?parts=400&{asked}")
            assert clock.passed_ms == 400 * (index + 1)
            told, _, hint = answer.text.partition("#EXT-X-PRELOAD-HINT")
            assert f'"v90/{EDGE + segment}.{part}.m4s' in told
            segment, part = divmod(index + 1, 5)
            assert f'"v90/{EDGE + segment}.{part}.m4s' in hint
            assert f'"v90/{EDGE + segment}.{part}.m4s' not in told

    _at_virtual_time(asset, scenario)


@pytest.mark.parametrize("name", ["v90", "a-en"])
def test_each_hint_is_answered_when_its_part_is_there(asset: Asset, name: str) -> None:
    async def scenario(client: httpx.AsyncClient, clock: _RunningClock) -> None:
        for _ in range(12):
            text = (await client.get(f"{HLS}/{name}.m3u8?parts=400")).text
            hint = text.partition('TYPE=PART,URI="')[2].partition('"')[0]
            assert (await client.get(f"{HLS}/{hint}")).status_code == 200
            after = (await client.get(f"{HLS}/{name}.m3u8?parts=400")).text
            assert f"DURATION=0.{'4' if name == 'v90' else ''}" in after
            assert hint in after.partition("#EXT-X-PRELOAD-HINT")[0]

    _at_virtual_time(asset, scenario)


def test_nothing_new_for_three_targets_is_an_error(asset: Asset) -> None:
    async def scenario(client: httpx.AsyncClient, clock: _RunningClock) -> None:
        stuck = f"stuck=60&at_ms={BEGIN_MS}"
        path = f"{HLS}/v90.m3u8?parts=400&{stuck}&_HLS_msn={EDGE}&_HLS_part=0"
        assert (await client.get(path)).status_code == 503
        assert clock.passed_ms == 6000

    _at_virtual_time(asset, scenario)


class _Call:
    """One request to the application itself; `sent` tells when which piece of the body came."""

    def __init__(self, asset: Asset, clock: _RunningClock) -> None:
        self._clock = clock
        self.app = Drain(origin_app([asset], clock, test_mode=True))
        self.sent: list[tuple[int, bytes]] = []

    async def __call__(self, path: str, receive: Callable[[], Awaitable[Message]]) -> None:
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [],
            "scheme": "http",
            "server": ("headend", 80),
            "http_version": "1.1",
        }
        await self.app(scope, receive, self._send)

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body" and message["body"]:
            self.sent.append((self._clock.passed_ms, message["body"]))


async def _stays() -> Message:
    await trio.sleep_forever()
    raise AssertionError


@pytest.mark.parametrize("form", [HLS, DASH])
def test_a_segment_comes_as_it_is_made(asset: Asset, form: str) -> None:
    path = f"{form}/v90/{EDGE}.m4s?parts=400"

    async def scenario(client: httpx.AsyncClient, clock: _RunningClock) -> None:
        call = _Call(asset, clock)
        await call(path, _stays)
        assert [moment for moment, _ in call.sent] == [400, 800, 1200, 1600, 2000]
        whole = await client.get(path)
        assert clock.passed_ms == 2000
        assert b"".join(data for _, data in call.sent) == whole.content

    _at_virtual_time(asset, scenario)


_HELD = [f"{HLS}/v90.m3u8?parts=400&_HLS_msn={EDGE}", f"{HLS}/v90/{EDGE}.0.m4s?parts=400"]


@pytest.mark.parametrize("path", _HELD)
def test_nobody_is_waited_for_who_has_gone(asset: Asset, path: str) -> None:
    async def goes() -> Message:
        await trio.sleep(0.1)
        return {"type": "http.disconnect"}

    async def scenario(_client: httpx.AsyncClient, clock: _RunningClock) -> None:
        call = _Call(asset, clock)
        await call(path, goes)
        assert clock.passed_ms == 100
        assert not any(b"EXTM3U" in data or b"moof" in data for _, data in call.sent)

    _at_virtual_time(asset, scenario)


@pytest.mark.parametrize("path", [*_HELD, f"{DASH}/v90/{EDGE}.m4s?parts=400"])
def test_the_end_of_the_server_waits_for_nothing_held(asset: Asset, path: str) -> None:
    async def scenario(_client: httpx.AsyncClient, clock: _RunningClock) -> None:
        call = _Call(asset, clock)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(call, path, _stays)
            await trio.sleep(0.1)
            await call.app.close()
        assert clock.passed_ms == 100

    _at_virtual_time(asset, scenario)
