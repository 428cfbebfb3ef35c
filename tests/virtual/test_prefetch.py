"""Channels that are likely next: fetched with what the line can spare, and there at once."""

import logging
import random
from dataclasses import dataclass
from typing import Any

import anyio
import pytest
import trio

from player.api import (
    Expect,
    FirstPicture,
    PlayerState,
    QualityChanged,
    RebufferStarted,
    SessionStarted,
    SetDataSaver,
    SetPaused,
)
from player.session.neighbour import Neighbour, Share
from player.units import Micros, seconds
from tests.fakes.origin import RUNGS
from tests.fakes.virtual import at_virtual_time
from tests.virtual.zapping import TOP, Sofa, sofa

MPD = "manifest.mpd"
GOOD = 5 * TOP


async def _zap(who: Sofa, name: str, path: str = "master.m3u8") -> float:
    """Seconds from the command to the first picture."""
    began, before = who.origin.seconds, len(who.rig.of(FirstPicture))
    who.play(name, path)
    for _ in range(400):
        await anyio.sleep(0.01)
        if len(who.rig.of(FirstPicture)) > before:
            return seconds(who.rig.of(FirstPicture)[-1].at) - began
    pytest.fail(f"no picture of {name}")


# ---- what a zap finds -----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["master.m3u8", MPD])
def test_an_expected_channel_shows_its_picture_without_a_byte_from_the_network(path: str) -> None:
    async def scenario() -> None:
        async with sofa(GOOD, tick=0.05, uplink=lambda _: 0.04) as who:
            who.play("a", path)
            who.expect("b", "c", path=path)
            await anyio.sleep(20)
            asked = len(who.origin.asked)
            near = await _zap(who, "b", path)
            assert near < 0.08, "a tick of the fake sink, and nothing else"
            far = await _zap(who, "d", path)
            assert far > 0.15, "a round trip for each thing that is asked for"
            assert asked
            assert [one.tag for one in who.rig.of(SessionStarted)] == ["a", "b", "d"]

    at_virtual_time(scenario)


@pytest.mark.parametrize("path", ["master.m3u8", MPD])
def test_a_film_is_fetched_ahead_once(path: str) -> None:
    async def scenario() -> None:
        async with sofa(GOOD, tick=0.05, uplink=lambda _: 0.04, vod=30) as who:
            who.play("a", path)
            who.expect("b", path=path)
            await anyio.sleep(90)
            assert who.origin.had("b") == [
                (rung, number) for rung, number in dict.fromkeys(who.origin.had("b"))
            ]
            assert len(who.origin.had("b")) == 4
            assert await _zap(who, "b", path) < 0.08

    at_virtual_time(scenario)


@pytest.mark.parametrize("path", ["master.m3u8", MPD])
def test_a_live_channel_is_kept_fresh_for_as_long_as_it_is_expected(path: str) -> None:
    async def scenario() -> None:
        async with sofa(GOOD, tick=0.05, uplink=lambda _: 0.04) as who:
            who.play("a", path)
            who.expect("b", path=path)
            await anyio.sleep(100)
            assert await _zap(who, "b", path) < 0.08
            await anyio.sleep(5)
            latency = who.rig.now.latency
            assert latency is not None
            assert seconds(latency) < 31, "three segments, and what the list is old"

    at_virtual_time(scenario)


def test_a_zap_keeps_the_other_channels() -> None:
    async def scenario() -> None:
        async with sofa(GOOD, tick=0.05, uplink=lambda _: 0.04) as who:
            who.play("a")
            who.expect("b", "c")
            await anyio.sleep(20)
            await _zap(who, "b")
            assert await _zap(who, "c") < 0.08

    at_virtual_time(scenario)


def test_a_channel_that_is_not_expected_any_more_is_left_alone_and_forgotten() -> None:
    async def scenario() -> None:
        async with sofa(GOOD) as who:
            who.play("a")
            who.expect("b")
            await anyio.sleep(20)
            who.expect("c")
            await anyio.sleep(10)
            asked = len(who.origin.had("b"))
            await anyio.sleep(30)
            assert len(who.origin.had("b")) == asked
            held = [one.uri for one in who.rig.player._parts.cache._entries]
            assert not [uri for uri in held if "b.test" in uri and uri.endswith(".seg")]
            assert [uri for uri in held if "c.test" in uri and uri.endswith(".seg")]

    at_virtual_time(scenario)


def test_a_list_that_could_not_be_kept_fresh_is_not_believed() -> None:
    """The line was needed for long: the window has moved on, and a zap begins where it is now."""

    async def scenario() -> None:
        async with sofa(GOOD, window=4) as who:
            who.play("a")
            who.expect("b")
            await anyio.sleep(20)
            who.origin.line = lambda _: 0.42e6  # the lowest rung and its sound, all of the time
            await anyio.sleep(90)
            had = len(who.origin.had("b"))
            who.origin.line = lambda _: GOOD
            await _zap(who, "b")
            assert who.origin.had("b")[had][1] >= who.origin.newest - 3

    at_virtual_time(scenario)


def test_what_does_not_play_as_it_was_found_is_opened_anew() -> None:
    """The addresses in its manifest were good for a time; those in a new one are."""

    async def scenario() -> None:
        moved: list[str] = []

        def away(host: str, path: str) -> int:
            asked = [path for _, at, path in who.origin.hosts if at == "b"]
            renewed = asked.count("/master.m3u8") > 1
            return 410 if host == "b" and moved and not renewed and path[1:2] != "m" else 0

        async with sofa(GOOD, away=away) as who:
            who.play("a")
            who.expect("b")
            await anyio.sleep(20)
            moved.append("b")
            for one in [*who.rig.player._parts.cache._entries]:
                if "b.test" in one.uri:
                    who.rig.player._parts.cache.drop(one)
            who.play("b")
            await anyio.sleep(60)
            assert not who.rig.fatal
            assert who.rig.now.state is PlayerState.PLAYING
            asked = [path for _, at, path in who.origin.hosts if at == "b"]
            assert asked.count("/master.m3u8") == 2

    at_virtual_time(scenario)


# ---- what the watcher notices: nothing ------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What became of the channel on the screen, and how much was fetched ahead of others."""

    had: list[tuple[str, int]]
    changes: list[tuple[int, int]]
    stalls: int
    ahead: int

    @property
    def timeline(self) -> object:
        """Rungs by moment, from the first segment to the last."""
        return [one for one in self.had if one[0] in RUNGS], self.changes, self.stalls


def _watched(times: float, expected: tuple[str, ...], path: str, **channel: Any) -> _Seen:
    seen: list[_Seen] = []

    async def scenario() -> None:
        wish = {"abr": "farol"}
        async with sofa(times * TOP, wish=wish, uplink=lambda _: 0.02, **channel) as who:
            who.play("a", path)
            who.expect(*expected, path=path)
            await anyio.sleep(100)
            changes = who.rig.of(QualityChanged)
            seen.append(
                _Seen(
                    had=who.origin.had("a"),
                    changes=[(one.position, one.to_bandwidth) for one in changes],
                    stalls=len(who.rig.of(RebufferStarted)),
                    ahead=sum(len(who.origin.had(name)) for name in expected),
                )
            )

    at_virtual_time(scenario, in_order=True)
    return seen[0]


@pytest.mark.parametrize("times", [1.1, 1.5, 2.0])
@pytest.mark.parametrize("kind", ["live", "live-dash", "film"])
def test_the_rungs_on_the_screen_are_the_same_with_and_without(times: float, kind: str) -> None:
    channel = {"vod": 60} if kind == "film" else {}
    path = MPD if kind == "live-dash" else "master.m3u8"
    alone = _watched(times, (), path, **channel)
    beside = _watched(times, ("b", "c", "d"), path, **channel)
    assert beside.timeline == alone.timeline
    assert "v3" in {rung for rung, _ in alone.had}
    assert alone.ahead == 0
    assert beside.ahead > 3 or kind == "film", "a film fills its buffer first"


def test_what_is_displaced_goes_on_where_it_was() -> None:
    """Between two segments there is half a second: too little for a whole one of the others."""

    async def scenario() -> None:
        async with sofa(1.1 * TOP, wish={"abr": "farol"}) as who:
            who.play("a")
            who.expect("b")
            await anyio.sleep(100)
            assert who.rig.player._line.share.displacements
            assert who.origin.ranges, "the rest of what was begun"
            assert "v3" in {rung for rung, _ in who.origin.had("a")}

    at_virtual_time(scenario)


def test_nothing_is_fetched_ahead_while_data_are_saved() -> None:
    async def scenario() -> None:
        async with sofa(GOOD) as who:
            who.rig.do(SetDataSaver(on=True))
            who.play("a")
            who.expect("b")
            await anyio.sleep(30)
            assert not [host for _, host, _ in who.origin.hosts if host == "b"]
            who.rig.do(SetDataSaver(on=False))
            await anyio.sleep(30)
            assert who.origin.had("b")

    at_virtual_time(scenario)


# ---- sources, and failures ------------------------------------------------------------------


def test_a_source_of_one_connection_is_never_asked_for_two_answers_at_once() -> None:
    async def scenario() -> None:
        async with sofa(GOOD, wish={"max_connections": 1}) as who:
            who.play("a")
            who.expect("b", "c")
            await anyio.sleep(30)
            for name in ("b", "c", "a", "b"):
                await _zap(who, name)
                await anyio.sleep(0.13)
            await anyio.sleep(20)
            assert who.rig.now.state is PlayerState.PLAYING
            assert who.network.most == 1
            hosts = [host for _, host, _ in who.origin.hosts]
            assert [one for at, one in enumerate(hosts) if hosts[at - 1 : at] != [one]] == [
                "a", "b", "c", "a", "b",
            ]  # fmt: skip

    at_virtual_time(scenario)


def test_an_address_that_names_no_manifest_is_not_looked_at() -> None:
    """To open a transport stream is to watch it."""

    async def scenario() -> None:
        async with sofa(GOOD) as who:
            who.play("a")
            who.rig.do(Expect(requests=(who.request("b", "live/user/1234"),)))
            await anyio.sleep(30)
            assert not [host for _, host, _ in who.origin.hosts if host == "b"]

    at_virtual_time(scenario)


@pytest.mark.parametrize(("status", "most"), [(404, 1), (403, 1), (503, 5)])
def test_a_channel_that_fails_is_asked_again_only_where_that_may_help(
    status: int, most: int
) -> None:
    async def scenario() -> None:
        async with sofa(GOOD, away=lambda host, _: status if host == "b" else 0) as who:
            who.play("a")
            who.expect("b", "c")
            await anyio.sleep(100)
            asked = len([host for _, host, _ in who.origin.hosts if host == "b"])
            assert 1 <= asked <= most
            assert who.origin.had("c")
            assert not who.rig.fatal

    at_virtual_time(scenario)


# ---- for long -------------------------------------------------------------------------------


def test_two_hundred_zaps_leave_nothing_behind() -> None:
    async def scenario() -> None:
        async with sofa(GOOD, uplink=lambda _: 0.02) as who:
            names = [f"c{number}" for number in range(12)]
            chance = random.Random(7)  # noqa: S311 - which channel, not a secret
            at, tasks = 0, 0
            for turn in range(200):
                at = (at + chance.choice([1, 1, 1, -1, 5])) % len(names)
                who.play(names[at])
                near = [names[(at + step) % len(names)] for step in (1, -1, 2)]
                who.expect(*near)
                await anyio.sleep(chance.choice([0.05, 0.3, 1, 4]))
                if turn == 20:
                    who.rig.do()
                    tasks = trio.lowlevel.current_statistics().tasks_living
            who.expect()
            await anyio.sleep(10)
            assert who.rig.now.state is PlayerState.PLAYING
            assert not who.rig.fatal
            assert who.network.now <= 2
            assert trio.lowlevel.current_statistics().tasks_living <= tasks + 4
            assert len(who.rig.player._prefetcher._expected) == 0

    at_virtual_time(scenario)


def test_the_rung_at_hand_is_taken_only_where_the_line_bears_it() -> None:
    async def scenario() -> None:
        async with sofa(GOOD) as who:
            who.play("a")
            who.expect("b")
            await anyio.sleep(30)
            ahead = {rung for rung, _ in who.origin.had("b") if rung in RUNGS}
            assert ahead == {"v3"}
            who.rig.player._line._estimator.begin_anew(None)
            had = len(who.origin.had("b"))
            await _zap(who, "b")
            assert who.origin.had("b")[had:][0][0] != "v3"

    at_virtual_time(scenario)


def test_a_fault_of_ours_in_fetching_ahead_costs_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(self: Neighbour, share: Share) -> Micros:
        if self.request.tag == "b":
            raise ZeroDivisionError
        return await look(self, share)

    look = Neighbour.look
    monkeypatch.setattr(Neighbour, "look", broken)

    async def scenario() -> None:
        async with sofa(GOOD) as who:
            who.play("a")
            who.expect("b", "c")
            with caplog.at_level(logging.CRITICAL, "farol.prefetch"):
                await anyio.sleep(20)
            assert who.origin.had("c")
            await _zap(who, "b")

    at_virtual_time(scenario)


def test_nothing_is_fetched_ahead_while_the_viewer_pauses() -> None:
    async def scenario() -> None:
        async with sofa(GOOD) as who:
            who.play("a")
            await anyio.sleep(10)
            who.rig.do(SetPaused(paused=True))
            await anyio.sleep(1)
            who.expect("b")
            await anyio.sleep(20)
            assert not who.origin.had("b")
            who.rig.do(SetPaused(paused=False))
            await anyio.sleep(20)
            assert who.origin.had("b")

    at_virtual_time(scenario)
