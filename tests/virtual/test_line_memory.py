"""What a network carried is known at the next start, and told apart from other networks."""

from contextlib import asynccontextmanager

import anyio
import httpx
import pytest

from player.abr.line_memory import LineMemory
from player.api import RebufferStarted
from player.units import BitsPerSecond
from tests.fakes.origin import RUNGS, FakeOrigin
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import URL, player_rig

MBPS = 1_000_000
OTHER = "http://other.test/master.m3u8"


class Networks:
    """A machine on one network after another."""

    def __init__(self, here: str | None) -> None:
        self.here = here
        self.memory = LineMemory()
        self.kept = 0

    def network(self) -> str | None:
        return self.here

    def remembered(self) -> LineMemory:
        return self.memory

    def keep(self, memory: LineMemory) -> None:
        self.memory = memory
        self.kept += 1


@asynccontextmanager
async def watching(networks: Networks, line=lambda _: 20e6):
    origins: list[FakeOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(FakeOrigin(clock, line=line, pieces=True, vod=200))
        return origins[0].transport()

    async with player_rig(network, networks=networks) as rig:
        yield rig, origins[0]


def first_rung(origin: FakeOrigin, since: int = 0) -> str:
    return next(name for name, _ in origin.segments()[since:] if name in RUNGS)


async def watched(networks: Networks, seconds: float, line=lambda _: 20e6, url: str = URL) -> str:
    """Watch, in a run of the program; gives the rung that it began with."""
    async with watching(networks, line) as (rig, origin):
        rig.play(url)
        await anyio.sleep(seconds)
        assert rig.of(RebufferStarted) == []
        return first_rung(origin)


def test_the_next_start_begins_on_the_right_rung() -> None:
    async def scenario() -> None:
        networks = Networks("home")
        assert await watched(networks, 60) == "v1"
        assert networks.kept == 1
        known = networks.memory.lines["home"]
        assert 10 * MBPS < known.rate <= 20 * MBPS
        assert await watched(networks, 10) == "v3"
        slow = Networks("elsewhere")
        slow.memory = networks.memory
        assert await watched(slow, 10) == "v1"

    at_virtual_time(scenario)


def test_another_network_is_another_line_at_the_next_channel() -> None:
    async def scenario() -> None:
        networks = Networks("home")
        async with watching(networks, lambda t: 20e6 if t < 60 or t > 120 else 0.9e6) as (
            rig,
            origin,
        ):
            rig.play()
            await anyio.sleep(60)
            networks.here = "phone"
            before = len(origin.segments())
            rig.play(OTHER)
            await anyio.sleep(1)
            estimate = rig.now.throughput
            await anyio.sleep(59)
            assert first_rung(origin, before) == "v1"
            networks.here = "home"
            before = len(origin.segments())
            rig.play()
            await anyio.sleep(10)
            assert first_rung(origin, before) == "v3"
        assert estimate == BitsPerSecond(MBPS), "nothing is known of it yet"
        assert set(networks.memory.lines) == {"home", "phone"}
        assert networks.memory.lines["phone"].rate < MBPS

    at_virtual_time(scenario)


def test_a_zap_on_the_same_network_keeps_what_is_known() -> None:
    async def scenario() -> None:
        async with watching(Networks("home")) as (rig, origin):
            rig.play()
            await anyio.sleep(30)
            before = len(origin.segments())
            rig.play(OTHER)
            await anyio.sleep(0.1)
            assert rig.now.throughput > 15 * MBPS
            await anyio.sleep(5)
            assert first_rung(origin, before) == "v3"

    at_virtual_time(scenario)


@pytest.mark.parametrize(
    ("here", "url"),
    [
        (None, URL),
        ("home", "http://127.0.0.1:8000/master.m3u8"),
        ("home", "http://[::1]:8000/master.m3u8"),
        ("home", "http://localhost/master.m3u8"),
    ],
)
def test_a_line_without_a_name_is_not_kept(here: str | None, url: str) -> None:
    async def scenario() -> None:
        networks = Networks(here)
        assert await watched(networks, 30, url=url) == "v1"
        assert networks.kept == 0

    at_virtual_time(scenario)


def test_an_unknown_line_is_remembered_while_the_program_runs() -> None:
    async def scenario() -> None:
        networks = Networks(None)
        async with watching(networks) as (rig, origin):
            rig.play()
            await anyio.sleep(40)
            rig.play("http://localhost/master.m3u8")
            await anyio.sleep(1)
            before = len(origin.segments())
            rig.play()
            await anyio.sleep(5)
            assert first_rung(origin, before) == "v3"

    at_virtual_time(scenario)


def test_a_server_in_the_house_is_another_line() -> None:
    async def scenario() -> None:
        networks = Networks("home")
        await watched(networks, 60, url="http://192.168.1.7/master.m3u8")
        assert set(networks.memory.lines) == {"home/near"}
        assert await watched(networks, 10) == "v1"

    at_virtual_time(scenario)


def test_a_box_that_is_switched_off_at_the_wall_has_kept_it_before() -> None:
    async def scenario() -> None:
        networks = Networks("home")
        async with watching(networks) as (rig, _):
            rig.play()
            await anyio.sleep(301)
            assert networks.kept == 1
            await anyio.sleep(300)
            assert networks.kept == 2

    at_virtual_time(scenario)
