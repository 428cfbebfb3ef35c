"""A buffer that has no room is bettered all the same, and a controller has time to think."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import anyio
import pytest

from player.abr.controller import AbandonInput, AbrInput, Decision
from player.abr.farol import FarolController
from player.api import FirstPicture, RebufferStarted, SegmentReplaced, SetPaused
from player.session import player as player_module
from player.streaming.fetch.load_control import LoadControl
from player.units import Micros, micros
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

FILM: dict[str, Any] = {"vod": 40, "samples": 24, "line": lambda _: 40e6}


@dataclass
class Asked:
    """A controller that takes the lowest rung, and betters what is buffered while `bettering`."""

    bettering: bool = False
    at: list[Micros] = field(default_factory=list)
    next: list[Micros] = field(default_factory=list)
    reserve: Micros = Micros(0)
    left: int = 3
    thought: list[Micros] = field(default_factory=list)
    now: Callable[[], Micros] = lambda: Micros(0)

    def choose(self, given: AbrInput) -> Decision:
        self.at.append(given.now)
        self.next.append(given.media_time)
        self.reserve = given.reserve
        open_ones = (one.start for one in given.queued if not one.settled)
        since = next(open_ones, None) if self.bettering else None
        return Decision(rung=given.ladder[-1 if since else 0], reason="told so", replace=since)

    def abandon(self, given: AbandonInput) -> Decision | None:
        return None

    def think(self) -> bool:
        self.thought.append(self.now())
        self.left -= 1
        return self.left > 0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The controller of every session of a test."""
    made = Asked()
    monkeypatch.setattr(player_module, "_controller", lambda *_: made)
    return made


async def _just_full(origin: FakeOrigin) -> None:
    """Wait until a segment was fetched, which takes all the room for almost its length."""
    await anyio.sleep(2 * SEGMENT)
    before = len(origin.segments())
    for _ in range(10 * SEGMENT):
        if len(origin.segments()) > before:
            break
        await anyio.sleep(0.1)
    await anyio.sleep(0.5)


def test_a_full_buffer_is_bettered_before_there_is_room_again(asked: Asked) -> None:
    async def scenario() -> None:
        async with tuned(**FILM) as (rig, origin):
            await _just_full(origin)
            asked.bettering, before, following = True, len(origin.segments()), asked.next[-1]
            await anyio.sleep(SEGMENT - 2)
            again = origin.segments()[before:]
            assert {rung for rung, _ in again} == {"v3"}
            numbers = [number for _, number in again]
            assert numbers == sorted(set(numbers)), "each once"
            assert len(numbers) >= 3
            assert all(number * micros(SEGMENT) < following for number in numbers)
            assert rig.of(RebufferStarted) == []
            told = rig.of(SegmentReplaced)
            assert [one.position // micros(SEGMENT) for one in told] == numbers
            assert all(one.from_bandwidth < one.to_bandwidth for one in told)

    at_virtual_time(scenario)


def test_a_full_buffer_is_looked_through_once_a_second_while_nothing_changes(
    asked: Asked,
) -> None:
    async def scenario() -> None:
        async with tuned(**FILM) as (rig, origin):
            await _just_full(origin)
            before, fetched = len(asked.at), len(origin.segments())
            await anyio.sleep(SEGMENT - 2)
            assert len(origin.segments()) == fetched
            told = asked.at[before:]
            assert len(told) in (SEGMENT - 2, SEGMENT - 1)
            assert all(later - one >= micros(1) for one, later in pairwise(told))
            rig.do(SetPaused(paused=True))
            await anyio.sleep(60)
            before = len(asked.at)
            await anyio.sleep(600)
            assert len(asked.at) == before, "the picture stands: nothing changes"

    at_virtual_time(scenario)


def test_what_is_held_back_anyway_is_told(asked: Asked) -> None:
    async def scenario() -> None:
        async with tuned(**FILM):
            await anyio.sleep(5)
            assert asked.reserve == LoadControl().reserve

    at_virtual_time(scenario)


# ---- thinking -------------------------------------------------------------------------------


def test_it_thinks_to_the_end_and_not_before_the_picture(asked: Asked) -> None:
    async def scenario() -> None:
        async with tuned(**FILM) as (rig, _):
            asked.now = rig.clock.monotonic
            await anyio.sleep(5)
            assert len(asked.thought) >= 3
            assert asked.thought[0] >= rig.of(FirstPicture)[0].at > asked.at[0]
            assert asked.left <= 0

    at_virtual_time(scenario)


def test_on_a_line_that_brings_no_picture_it_thinks_a_second_later(asked: Asked) -> None:
    async def scenario() -> None:
        async with tuned(**(FILM | {"line": lambda _: 0.2e6})) as (rig, _):
            asked.now = rig.clock.monotonic
            await anyio.sleep(5)
            assert rig.of(FirstPicture) == []
            first = asked.thought[0]
            assert any(micros(1) <= first - at <= micros(1.01) for at in asked.at)

    at_virtual_time(scenario)


def test_the_next_channel_knows_at_once_what_the_former_one_thought_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    choose = FarolController.choose

    def watched(self: FarolController, given: AbrInput) -> Decision:
        decision = choose(self, given)
        if given.playing is not None:
            told.append(decision.reason)
        return decision

    monkeypatch.setattr(FarolController, "choose", watched)

    async def scenario() -> None:
        async with tuned(**FILM) as (rig, _):
            await anyio.sleep(20)
            assert "nothing else known" in told[0]
            assert "nothing else known" not in told[-1]
            former = len(told)
            rig.play()
            await anyio.sleep(20)
            assert len(told) > former
            assert not any("nothing else known" in one for one in told[former:])

    at_virtual_time(scenario)
