"""Manifests that the media themselves call outdated (ISO/IEC 23009-1 5.10.4), live."""

import re
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from player.api import (
    ErrorOccurred,
    EventReached,
    PlaybackEnded,
    PlayerState,
    RebufferStarted,
    Recovered,
)
from player.units import seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.virtual.expiring import (
    TURN,
    TURNS_AT,
    Expiring,
    emsg,
    ending,
    expiring,
    last_of_all,
    manifests,
    moment,
    over,
    relative,
    second_period,
)
from tests.virtual.rig import Rig


def before_the_turn(number: int) -> bytes:
    """The last segment of the old MPD says so."""
    told = emsg(moment(EPOCH), start=TURN * SEGMENT)
    return told if number == TURN - 1 else b""


def before_the_turn_relative(number: int) -> bytes:
    """The same in the other version."""
    return relative(moment(EPOCH), delta=SEGMENT) if number == TURN - 1 else b""


def picture(origin: Expiring, number: int) -> float:
    """When the pictures of a segment were whole at the player."""
    found = (at for path, at in origin.sent.items() if re.fullmatch(rf"/v\db?/{number}.seg", path))
    return next(found)


def check_calm(rig: Rig, origin: Expiring) -> None:
    """It went on as if nothing had happened."""
    assert rig.of(RebufferStarted) == []
    assert rig.of(ErrorOccurred) == []
    assert rig.of(Recovered) == []
    assert rig.of(EventReached) == [], "such an event is for the player alone"
    assert origin.refused == 0


async def watch_beyond_the_turn(rig: Rig) -> None:
    await anyio.sleep(TURNS_AT + 60)
    assert rig.now.state is PlayerState.PLAYING
    assert rig.now.latency is not None
    assert 2 * SEGMENT < seconds(rig.now.latency) < 5 * SEGMENT


async def watch_to_the_end(rig: Rig) -> None:
    await anyio.sleep(TURNS_AT + 60)
    assert rig.now.state is PlayerState.ENDED
    assert len(rig.of(PlaybackEnded)) == 1
    assert seconds(rig.now.position) == pytest.approx(TURN * SEGMENT, abs=1)


@pytest.mark.parametrize("tells", [before_the_turn, before_the_turn_relative])
def test_the_manifest_is_read_again_as_the_event_comes_and_the_next_period_plays(
    tells: Callable[[int], bytes],
) -> None:
    async def scenario() -> None:
        async with expiring(tells=tells, turned=second_period) as (rig, origin):
            await watch_beyond_the_turn(rig)
        check_calm(rig, origin)
        again = [at for at in manifests(origin) if at > 1]
        assert again[0] == pytest.approx(picture(origin, TURN - 1), abs=0.01)
        assert len(again) <= 4, "until the new one reaches beyond the turn"
        assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


@pytest.mark.parametrize("turned", [over, ending])
def test_a_programme_ends_where_its_last_event_says(turned: Callable[[str], str]) -> None:
    async def scenario() -> None:
        async with expiring(tells=last_of_all, turned=turned) as (rig, origin):
            await watch_to_the_end(rig)
        check_calm(rig, origin)

    at_virtual_time(scenario)


@pytest.mark.parametrize("status", [0, 404, 503])
def test_it_ends_there_even_if_no_manifest_says_so(status: int) -> None:
    def refuse(path: str, times: int) -> int:
        return status if path.endswith(".mpd") and times > 2 else 0

    async def scenario() -> None:
        channel: dict[str, Any] = {"lost": lambda _, number: number >= TURN, "refuse": refuse}
        async with expiring(tells=last_of_all, **channel) as (rig, origin):
            await watch_to_the_end(rig)
        check_calm(rig, origin)

    at_virtual_time(scenario)


@pytest.mark.parametrize("fresh", [False, True])
def test_what_expired_long_ago_disturbs_nothing(fresh: bool) -> None:
    """Each segment repeats an old event, or has one of its own that is old."""

    def tells(number: int) -> bytes:
        name = number & 0xFFFF if fresh else 1
        return emsg(moment(EPOCH - 7200), start=EPOCH - 3600, number=name)

    async def scenario() -> None:
        async with expiring(tells=tells) as (rig, origin):
            await watch_beyond_the_turn(rig)
        check_calm(rig, origin)
        segments = len({number for _, number in origin.segments()})
        assert len([at for at in manifests(origin) if at]) <= (segments if fresh else 1)

    at_virtual_time(scenario)


def test_a_manifest_that_asks_for_its_own_pace_again_gets_it() -> None:
    """Until the event it was never to be loaded, from then on each six seconds."""

    def turned(text: str) -> str:
        return text.replace('type="dynamic"', 'type="dynamic" minimumUpdatePeriod="PT6S"')

    async def scenario() -> None:
        async with expiring(tells=before_the_turn, turned=turned) as (rig, origin):
            await watch_beyond_the_turn(rig)
        check_calm(rig, origin)
        assert len([at for at in manifests(origin) if at > TURNS_AT + 15]) >= 6

    at_virtual_time(scenario)
