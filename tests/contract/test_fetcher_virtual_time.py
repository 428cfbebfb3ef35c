"""HttpFetcher on a clock that jumps: time-outs and measurements without waiting for them."""

from collections.abc import AsyncIterator

import httpx
import pytest
import trio

from player.errors import ErrorCode, PlayerError
from player.model.resource import Resource
from player.model.transfer import TransferSample
from player.net.fetcher import HttpFetcher
from player.ports import FetchRequest, RequestKind
from player.units import Micros, micros
from tests.fakes.virtual import at_virtual_time


class TrioClock:
    """The player's clock, told by trio's."""

    def monotonic(self) -> Micros:
        return micros(trio.current_time())

    def utc(self) -> Micros:
        return self.monotonic()


async def body(*pauses: float) -> AsyncIterator[bytes]:
    for pause in pauses:
        await trio.sleep(pause)
        yield bytes(50_000)


def fetcher(samples: list[TransferSample], *pauses: float, head: float = 0) -> HttpFetcher:
    async def handler(request: httpx.Request) -> httpx.Response:
        await trio.sleep(head)
        return httpx.Response(200, content=body(*pauses))

    return HttpFetcher(
        TrioClock(), on_transfer=samples.append, transport=httpx.MockTransport(handler)
    )


async def load(loader: HttpFetcher, kind: RequestKind) -> int:
    request = FetchRequest(resource=Resource(uri="http://host/a"), kind=kind)
    async with loader.open(request) as response:
        return sum([len(chunk) async for chunk in response.chunks()])


def test_a_long_transfer_is_measured_once_a_second() -> None:
    samples: list[TransferSample] = []

    async def work() -> None:
        assert await load(fetcher(samples, *[0.25] * 12, head=0.5), RequestKind.SEGMENT) == 600_000

    at_virtual_time(work)
    assert sum(sample.size for sample in samples) == 600_000
    assert [sample.ended - sample.first_byte for sample in samples] == [
        1_000_000,
        1_000_000,
        750_000,
    ]
    assert samples[0].first_byte - samples[0].started == 750_000
    assert samples[1].started == samples[1].first_byte == samples[0].ended


def test_a_stream_paced_by_its_server_is_not_measured() -> None:
    samples: list[TransferSample] = []

    async def work() -> None:
        assert await load(fetcher(samples, *[1.0] * 100), RequestKind.STREAM) == 5_000_000

    at_virtual_time(work)
    assert samples == []


@pytest.mark.parametrize(("head", "pauses", "waited"), [(20, [0], 15), (1, [1, 1, 9], 8)])
def test_patience_ends(head: float, pauses: list[float], waited: float) -> None:
    samples: list[TransferSample] = []

    async def work() -> None:
        with pytest.raises(PlayerError) as caught:
            await load(fetcher(samples, *pauses, head=head), RequestKind.SEGMENT)
        assert caught.value.failure.code is ErrorCode.NETWORK_TIMEOUT
        assert trio.current_time() == waited

    at_virtual_time(work)
    assert sum(sample.size for sample in samples) == 50_000 * (len(pauses) - 1)
