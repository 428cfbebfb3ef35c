"""Several servers for one programme: who fails is left, who is better is come back to."""

import json
from collections.abc import Sequence
from urllib.parse import parse_qs

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, RebufferStarted, Recovered
from player.errors import ErrorCode
from tests.fakes.origin import FakeOrigin
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import URL, Rig, tuned

MPD = "http://origin.test/manifest.mpd"
PLACES = ("alpha", "beta")
both = pytest.mark.parametrize("url", [URL, MPD], ids=["hls", "dash"])


def _from(origin: FakeOrigin, after: float = 0, before: float = 1e9) -> set[str]:
    """The hosts from which segments were asked for in a stretch of time."""
    return {
        host for at, host, path in origin.hosts if after <= at < before and path.endswith(".seg")
    }


def _decisions(rig: Rig) -> list[str]:
    return [one.decision for one in rig.of(Recovered)]


@both
def test_a_server_that_dies_is_left_without_a_stall_and_come_back_to(url: str) -> None:
    """hls.js#5747, hls.js#6759: a failover that never returns."""

    async def scenario() -> None:
        def down(host: str, at: float) -> bool:
            return host == "alpha" and 60 <= at < 120

        async with tuned(url, places=PLACES, down=down, samples=6) as (rig, origin):
            await anyio.sleep(420)
            assert rig.now.state is PlayerState.PLAYING
        assert _from(origin, before=60) == {"alpha"}
        assert _from(origin, after=90, before=330) == {"beta"}
        assert _from(origin, after=385) == {"alpha"}
        assert rig.of(RebufferStarted) == []
        assert rig.fatal == []
        assert any("another location" in one for one in _decisions(rig))
        assert {one.code for one in rig.of(Recovered)} == {ErrorCode.NETWORK_UNREACHABLE}

    at_virtual_time(scenario)


@both
def test_a_server_in_trouble_is_left_at_once_on_demand(url: str) -> None:
    async def scenario() -> None:
        broken = list[str]()

        def away(host: str, path: str) -> int:
            return 503 if host in broken and path.endswith(".seg") else 0

        async with tuned(url, vod=20, places=PLACES, away=away, samples=6) as (rig, origin):
            await anyio.sleep(0.5)
            broken.append("alpha")
            await anyio.sleep(130)
            assert rig.now.state is PlayerState.ENDED
        assert _from(origin) == set(PLACES)
        assert rig.of(RebufferStarted) == []
        assert len(rig.sink.opened) == 1, "no hole"

    at_virtual_time(scenario)


def test_a_first_playlist_that_is_missing_is_had_from_the_other_pathway() -> None:
    async def scenario() -> None:
        def away(host: str, path: str) -> int:
            return 404 if host == "alpha" and path.endswith("m3u8") else 0

        async with tuned(URL, places=PLACES, away=away) as (rig, origin):
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
        assert _from(origin) == {"beta"}

    at_virtual_time(scenario)


def test_a_first_rungs_playlist_that_is_missing_gives_way_to_another_rungs() -> None:
    async def scenario() -> None:
        def away(_host: str, path: str) -> int:
            return 404 if path == "/v1.m3u8" else 0

        async with tuned(URL, vod=10, away=away) as (rig, origin):
            await anyio.sleep(20)
            assert rig.now.state is PlayerState.PLAYING
        assert "v1" not in {rung for rung, _ in origin.segments()}
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_a_pathway_whose_playlists_are_stuck_is_left() -> None:
    async def scenario() -> None:
        def away(host: str, path: str) -> int:
            return 404 if host == "alpha" and path.endswith("m3u8") and stuck else 0

        stuck = False
        async with tuned(URL, places=PLACES, away=away) as (rig, origin):
            await anyio.sleep(30)
            stuck = True
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
        assert "beta" in _from(origin, after=40)
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def _told(*priority: str, clones: Sequence[object] = ()) -> str:
    told = {"VERSION": 1, "TTL": 10, "PATHWAY-PRIORITY": list(priority)}
    return json.dumps(told | ({"PATHWAY-CLONES": list(clones)} if clones else {}))


@both
def test_the_steering_server_is_obeyed_and_told_where_we_are(url: str) -> None:
    async def scenario() -> None:
        def steers(times: int) -> tuple[int, str]:
            return 200, _told("beta", "alpha") if times > 3 else _told("alpha", "beta")

        async with tuned(url, places=PLACES, steers=steers, samples=6) as (rig, origin):
            await anyio.sleep(100)
            assert rig.now.state is PlayerState.PLAYING
        assert _from(origin, before=30) == {"alpha"}
        assert _from(origin, after=45) == {"beta"}
        assert rig.of(RebufferStarted) == []
        asked = [parse_qs(one) for one in origin.questions]
        prefix = "_DASH_" if url == MPD else "_HLS_"
        assert asked[1][f"{prefix}pathway"] == ["alpha"]
        assert asked[-1][f"{prefix}pathway"] == ["beta"]
        assert int(asked[-1][f"{prefix}throughput"][0]) > 100_000
        assert 9 <= len(asked) <= 11, "once in a TTL of 10 s"

    at_virtual_time(scenario)


def test_a_steering_server_that_wants_no_more_questions_gets_none() -> None:
    async def scenario() -> None:
        def steers(times: int) -> tuple[int, str]:
            return (200, _told("beta")) if times == 1 else (410, "")

        async with tuned(URL, places=PLACES, steers=steers) as (_, origin):
            await anyio.sleep(120)
        assert len(origin.questions) == 2
        assert _from(origin, after=60) == {"beta"}, "the last word holds"

    at_virtual_time(scenario)


def test_a_steering_server_that_fails_keeps_its_last_word() -> None:
    async def scenario() -> None:
        def steers(times: int) -> tuple[int, str]:
            return {1: (200, _told("beta")), 2: (500, ""), 3: (200, "{nonsense")}.get(
                times, (200, _told("alpha"))
            )

        async with tuned(URL, places=PLACES, steers=steers) as (rig, origin):
            await anyio.sleep(28)
            assert _from(origin, after=8) == {"beta"}
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
        assert _from(origin, after=50) == {"alpha"}

    at_virtual_time(scenario)


def test_a_steering_server_is_asked_before_the_start_where_the_manifest_wants_it() -> None:
    async def scenario() -> None:
        async with tuned(
            MPD, vod=10, places=PLACES, early=True, steers=lambda _: (200, _told("beta"))
        ) as (_, origin):
            await anyio.sleep(30)
        assert _from(origin) == {"beta"}

    at_virtual_time(scenario)


def test_a_silent_steering_server_does_not_hold_the_start_up() -> None:
    async def scenario() -> None:
        async with tuned(MPD, vod=10, places=PLACES, early=True, steers=lambda _: (503, "")) as (
            rig,
            origin,
        ):
            await anyio.sleep(10)
            assert rig.now.state is PlayerState.PLAYING
        assert _from(origin) == {"alpha"}

    at_virtual_time(scenario)


@both
def test_a_pathway_made_of_another_is_played_from(url: str) -> None:
    async def scenario() -> None:
        clone = {"BASE-ID": "alpha", "ID": "gamma", "URI-REPLACEMENT": {"HOST": "gamma.test"}}
        told = _told("gamma", "alpha", clones=[clone])
        async with tuned(url, places=PLACES, steers=lambda _: (200, told)) as (rig, origin):
            await anyio.sleep(90)
            assert rig.now.state is PlayerState.PLAYING
        assert _from(origin, after=40) == {"gamma"}

    at_virtual_time(scenario)
