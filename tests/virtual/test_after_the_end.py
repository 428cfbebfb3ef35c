"""A live programme that has ended by its media's own word: what is asked for, what can be done."""

import anyio
import pytest

from player.api import PlaybackEnded, PlayerState, Seek, SelectAudio
from player.units import micros, seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.virtual.expiring import (
    TURN,
    TURNS_AT,
    emsg,
    ending,
    expiring,
    last_of_all,
    manifests,
    moment,
)
from tests.virtual.rig import Rig

AGAIN = TURN + 20
"""The segment with which the manifest expires once more: two minutes later."""


def twice(number: int) -> bytes:
    """Two expiries of one id, as packagers write them that have but one."""
    turn = {TURN - 1: TURN, AGAIN - 1: AGAIN}.get(number)
    return emsg(moment(EPOCH), start=turn * SEGMENT) if turn else b""


def test_an_id_that_comes_again_for_another_moment_is_heeded_again() -> None:
    async def scenario() -> None:
        async with expiring(tells=twice) as (_, origin):
            await anyio.sleep(TURNS_AT + 20 * SEGMENT - 10)
            before = len(manifests(origin))
            await anyio.sleep(30)
            assert len(manifests(origin)) > before > 1

    at_virtual_time(scenario)


def tireless(text: str) -> str:
    """The MPD of an ended programme, still dynamic, that asks to be loaded each two seconds."""
    return ending(text).replace('type="dynamic"', 'type="dynamic" minimumUpdatePeriod="PT2S"')


def test_an_ended_programmes_manifest_is_loaded_a_minute_more_and_then_left_alone() -> None:
    async def scenario() -> None:
        async with expiring(tells=last_of_all, turned=tireless) as (rig, origin):
            await anyio.sleep(TURNS_AT + 600)
            assert rig.now.state is PlayerState.ENDED
            late = [at - TURNS_AT for at in manifests(origin) if at > TURNS_AT + 5]
            assert 20 < len(late) < 40, "what comes last may be told late"
            assert max(late) < 65

    at_virtual_time(scenario)


async def ended(rig: Rig, after: float) -> None:
    """See it to its end, and some seconds more."""
    await anyio.sleep(TURNS_AT + after)
    check_ended(rig)


def check_ended(rig: Rig) -> None:
    """The last picture stands."""
    assert rig.now.state is PlayerState.ENDED
    assert seconds(rig.now.position) == pytest.approx(TURN * SEGMENT, abs=1)


def test_a_seek_into_what_has_left_the_server_leaves_the_last_picture() -> None:
    async def scenario() -> None:
        async with expiring(tells=last_of_all, turned=ending) as (rig, _):
            await ended(rig, 60)
            for back in (4, 20, 3600):
                rig.do(Seek(position=micros(TURN * SEGMENT - back)))
                await anyio.sleep(20)
                check_ended(rig)

    at_virtual_time(scenario)


def test_a_seek_into_what_is_left_still_plays() -> None:
    async def scenario() -> None:
        async with expiring(tells=last_of_all, turned=ending) as (rig, _):
            await ended(rig, 25)
            rig.do(Seek(position=micros(TURN * SEGMENT - 4)))
            await rig.until(PlayerState.PLAYING)
            await anyio.sleep(20)
            check_ended(rig)
            assert len(rig.of(PlaybackEnded)) == 2

    at_virtual_time(scenario)


def two_sounds(text: str) -> str:
    """The MPD of an ended programme in two languages."""
    text = ending(text)
    begin = text.index('<AdaptationSet contentType="audio"')
    first = text[begin : text.index("</Period>")]
    other = first.replace("<AdaptationSet", '<AdaptationSet lang="pt"').replace('"a1"', '"a2"')
    return text.replace(first, first.replace("<AdaptationSet", '<AdaptationSet lang="en"') + other)


@pytest.mark.parametrize("after", [25, 60])
def test_another_sound_after_the_last_picture_has_nothing_to_bring_and_ends_too(
    after: float,
) -> None:
    """The picture stands a twenty-fifth of a second before the end: no segment is left for it."""

    async def scenario() -> None:
        channel = {"tells": last_of_all, "turned": two_sounds, "samples": 25 * SEGMENT}
        async with expiring(tick=0.02, **channel) as (rig, _):
            await ended(rig, after)
            rig.do(SelectAudio(track=rig.now.audio[1].id))
            await anyio.sleep(20)
            check_ended(rig)
            assert len(rig.of(PlaybackEnded)) == 2

    at_virtual_time(scenario)
