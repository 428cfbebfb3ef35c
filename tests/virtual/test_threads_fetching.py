"""Threads about keys, and servers that ask for time or send us elsewhere."""

import json
import re
from collections.abc import Callable

import anyio
import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from player.api import ErrorOccurred, PlayerState, RebufferStarted
from player.errors import Severity
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import URL, player_rig, tuned

SLOW_KEY = 4.0
"""Seconds until a key comes: two thirds of a segment."""

SEGMENTS = 12


def _key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _sealed(number: int, body: bytes) -> bytes:
    """AES-128 as RFC 8216 5.2 has it; the vector is the media sequence number."""
    padding = PKCS7(128).padder()
    padded = padding.update(body) + padding.finalize()
    sealing = Cipher(algorithms.AES128(_key(number)), modes.CBC(_key(number))).encryptor()
    return sealing.update(padded) + sealing.finalize()


def _with_keys(text: str) -> str:
    """Each segment with a key of its own."""
    found = re.sub(
        r"(#EXTINF:[^\n]*\n/\w+/(\d+)\.seg)", r'#EXT-X-KEY:METHOD=AES-128,URI="/key/\2"\n\1', text
    )
    return str(found)


def _rotating(asked: list[str]) -> Callable[[VirtualClock], httpx.AsyncBaseTransport]:
    """A film with a key a segment, from a key server that is slow, and fails at each third."""

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origin = FakeOrigin(clock, vod=SEGMENTS, samples=12)

        async def answer(request: httpx.Request) -> httpx.Response:
            path = request.url.path
            if path.startswith("/key/"):
                asked.append(path)
                await anyio.sleep(SLOW_KEY)
                number = int(path.rpartition("/")[2])
                failing = not number % 3 and asked.count(path) == 1
                return (
                    httpx.Response(503) if failing else httpx.Response(200, content=_key(number))
                )
            found = await origin.answer(request)
            if path.endswith(".m3u8"):
                return httpx.Response(found.status_code, text=_with_keys(found.text))
            number = int(re.sub(r"\D", "", path.rpartition("/")[2]))
            return httpx.Response(200, content=_sealed(number, found.content))

        return httpx.MockTransport(answer)

    return network


@pytest.mark.parametrize("thread", ["inputstream.adaptive#1602"])
def test_a_new_key_for_each_segment_never_stalls_the_picture(thread: str) -> None:
    del thread

    async def scenario() -> None:
        asked: list[str] = []
        async with player_rig(_rotating(asked), keep=1 << 20) as rig:
            rig.play(URL)
            await anyio.sleep(SEGMENTS * SEGMENT + 60)
            assert rig.now.state is PlayerState.ENDED
        assert rig.fatal == []
        assert len(rig.sink.opened) == 1
        assert rig.of(ErrorOccurred) == []
        assert {f"/key/{number}" for number in range(SEGMENTS)} == set(asked)
        assert len(rig.of(RebufferStarted)) <= 1, "while there is no buffer yet"

    at_virtual_time(scenario)


def test_the_steering_server_is_asked_where_it_sends_us() -> None:
    """RELOAD-URI (RFC 8216bis 7.1, ETSI TS 103 998 5.2): hls.js#6759."""

    async def scenario() -> None:
        def steers(times: int) -> tuple[int, str]:
            told = {"VERSION": 1, "TTL": 10, "PATHWAY-PRIORITY": ["alpha", "beta"]}
            return 200, json.dumps(told | {"RELOAD-URI": f"/steering?session={times}"})

        async with tuned(URL, places=("alpha", "beta"), steers=steers) as (rig, origin):
            await anyio.sleep(45)
            assert rig.now.state is PlayerState.PLAYING
        assert "session" not in origin.questions[0]
        asked = [question.split("&")[0] for question in origin.questions[1:4]]
        assert asked == ["session=1", "session=2", "session=3"]

    at_virtual_time(scenario)


def test_a_segment_with_a_long_retry_after_does_not_end_the_film() -> None:
    async def scenario() -> None:
        def refuse(path: str, times: int) -> int:
            return 503 if path == "/a1/4.seg" and times == 1 else 0

        async with tuned(vod=10, refuse=refuse, waits=3600, samples=6) as (rig, origin):
            await anyio.sleep(10 * SEGMENT + 90)
            assert rig.now.state is PlayerState.ENDED
        assert rig.fatal == []
        asked = [at for at, _, path in origin.hosts if path == "/a1/4.seg"]
        assert asked[1] - asked[0] <= 60.2, "an hour is not waited for"

    at_virtual_time(scenario)


def test_a_manifest_with_a_long_retry_after_says_so_at_once() -> None:
    async def scenario() -> None:
        def refuse(path: str, _times: int) -> int:
            return 503 if path.endswith(".m3u8") else 0

        async with tuned(refuse=refuse, waits=3600) as (rig, origin):
            await anyio.sleep(5)
            assert rig.now.state is PlayerState.FAILED
        (told,) = rig.of(ErrorOccurred)
        assert told.failure.severity is Severity.FATAL
        assert told.failure.status == 503
        assert len(origin.asked) == 1

    at_virtual_time(scenario)
