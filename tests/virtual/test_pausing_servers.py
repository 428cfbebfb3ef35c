"""Servers that pause in each body, or take a request and never answer it: nothing is lost."""

import re
from typing import Any

import anyio
import httpx
import pytest

from player.api import PlayerState, RebufferStarted, Recovered
from player.units import micros
from tests.fakes.origin import RUNGS, SEGMENT, FakeOrigin
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

HLS = "http://origin.test/master.m3u8"
CLOSE = f"#EXT-X-SERVER-CONTROL:HOLD-BACK={1.5 * SEGMENT}\n"
"""As near to the edge as a channel with segments of 6 s may ask for."""
MUTE_FROM = 40.0
BEGINNING = micros(10)
"""Who joins in the middle of a segment, before its server's pauses are known, may wait once."""
HALF_A_SEGMENT = SEGMENT / 2
"""What the picture has when it begins at this edge: the first piece of the first segment."""
FEW = 5
"""So many recoveries may a server cost until its pauses are known."""


def _decisions(rig: Rig) -> list[str]:
    return [one.decision for one in rig.of(Recovered)]


def _pausing(monkeypatch: pytest.MonkeyPatch, pause: float) -> None:
    async def hesitate() -> None:
        await anyio.sleep(pause)

    monkeypatch.setattr("tests.fakes.origin._stall", hesitate)


@pytest.mark.parametrize("places", [(), ("a", "b")], ids=["one server", "two servers"])
@pytest.mark.parametrize("pause", [2.5, 3.5])
def test_a_server_that_pauses_in_each_body_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, pause: float, places: tuple[str, ...]
) -> None:
    _pausing(monkeypatch, pause)

    async def scenario() -> None:
        told: dict[str, Any] = {"samples": 24, "tags": CLOSE, "places": places}
        async with tuned(HLS, stalls=lambda rung, _: rung in RUNGS, **told) as (rig, origin):
            await anyio.sleep(180)
            assert rig.now.state is PlayerState.PLAYING
            waits = [one.at for one in rig.of(RebufferStarted)]
            assert len(waits) <= (1 if pause > HALF_A_SEGMENT else 0)
            assert all(at < BEGINNING for at in waits)
            assert len(_decisions(rig)) < FEW
            assert not [one for one in _decisions(rig) if "left out" in one]
            assert len({host for _, host, path in origin.hosts if path.endswith(".seg")}) == 1

    at_virtual_time(scenario)


def test_a_rung_whose_requests_are_never_answered_is_left_in_time() -> None:
    def uplink(path: str) -> float:
        found = re.fullmatch(r"/v3/(\d+)\.seg", path)
        return 3600.0 if found and int(found[1]) % 4 == 0 else 0.0

    async def scenario() -> None:
        told: dict[str, Any] = {"samples": 24, "pieces": True}
        async with tuned(HLS, uplink=uplink, **told) as (rig, _):
            await anyio.sleep(130)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.of(RebufferStarted) == []
            assert any("another rung" in one for one in _decisions(rig))

    at_virtual_time(scenario)


@pytest.mark.parametrize("tags", ["", CLOSE], ids=["3 segments", "1.5 segments"])
def test_a_server_that_answers_no_more_is_left_for_another_in_time(
    monkeypatch: pytest.MonkeyPatch, tags: str
) -> None:
    answer = FakeOrigin.answer

    async def mute(self: FakeOrigin, request: httpx.Request) -> httpx.Response:
        if self.seconds > MUTE_FROM and request.url.host == "a.test":
            await anyio.sleep(3600 if request.url.path.endswith(".seg") else 0)
        return await answer(self, request)

    monkeypatch.setattr(FakeOrigin, "answer", mute)

    async def scenario() -> None:
        told: dict[str, Any] = {"samples": 24, "pieces": True, "tags": tags}
        async with tuned(HLS, places=("a", "b"), **told) as (rig, _):
            await anyio.sleep(160)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.of(RebufferStarted) == []
            assert any("another location" in one for one in _decisions(rig))

    at_virtual_time(scenario)
