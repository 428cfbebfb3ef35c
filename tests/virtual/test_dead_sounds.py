"""A seek beyond the buffers while a change to a sound that is not to be had is under way."""

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, Seek, SelectAudio
from player.model.presentation import TrackKind
from player.streaming.fetch.recovery import RecoveryPolicy
from player.units import micros, seconds
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

TO = 240.0
SKIPS = RecoveryPolicy().most_skips
"""Each segment that is left out is told by itself; that the sound is not to be had, once."""


def _dead_segments() -> dict[str, Any]:
    return {"lost": lambda rung, _: rung == "a2"}


def _dead_playlist() -> dict[str, Any]:
    return {"refuse": lambda path, _: 404 if path == "/a2.m3u8" else 0}


def _unreachable_playlist() -> dict[str, Any]:
    return {"refuse": lambda path, _: 503 if path == "/a2.m3u8" else 0}


def _fetched(rig: Rig) -> str:
    engine = rig.player._tuned.session.engine  # type: ignore[union-attr]
    assert engine is not None
    return engine.streams[TrackKind.AUDIO].lane.track.id


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.3, 1.0, 3.0])
@pytest.mark.parametrize("dead", [_dead_segments, _dead_playlist, _unreachable_playlist])
def test_the_old_sound_plays_on_where_the_viewer_went(
    dead: Callable[[], dict[str, Any]], pause: float
) -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 60, "samples": 24, "voices": ("a1", "a2")}
        async with tuned(tick=0.02, uplink=lambda _: 0.1, **told, **dead()) as (rig, origin):
            await anyio.sleep(20)
            first, other = (one.id for one in rig.now.audio)
            rig.do(SelectAudio(track=other))
            if pause:
                await anyio.sleep(pause)
            rig.do(Seek(position=micros(TO)))
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.audio_track == _fetched(rig) == first
            assert TO + 25 < seconds(rig.now.position) < TO + 30
            assert rig.fatal == []
            holes = SKIPS if dead is _dead_segments else 0
            assert 1 <= len(rig.of(ErrorOccurred)) <= 2 * holes + 1
            asked = len([one for one in origin.segments() if one[0] == "a2"])
            await anyio.sleep(40)
            assert len([one for one in origin.segments() if one[0] == "a2"]) == asked

    at_virtual_time(scenario)


def test_after_a_seek_the_wish_that_was_heard_is_the_one_that_comes_back() -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 60, "samples": 24, "voices": ("a1", "a2", "a3")}
        async with tuned(
            tick=0.02,
            uplink=lambda _: 0.1,
            lost=lambda rung, _: rung == "a3",
            **told,
        ) as (rig, _):
            await anyio.sleep(20)
            _, second, third = (one.id for one in rig.now.audio)
            rig.do(SelectAudio(track=second), Seek(position=micros(TO)))
            await anyio.sleep(10)
            assert rig.now.audio_track == _fetched(rig) == second
            rig.do(SelectAudio(track=third), Seek(position=micros(30)))
            await anyio.sleep(20)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.audio_track == _fetched(rig) == second
            assert 40 < seconds(rig.now.position) < 50
            assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("pause", [0.0, 0.3])
def test_where_the_old_sound_is_gone_too_the_channel_says_so(pause: float) -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 60, "samples": 24, "voices": ("a1", "a2")}
        async with tuned(
            tick=0.02,
            uplink=lambda _: 0.1,
            lost=lambda rung, number: rung == "a2" or (rung == "a1" and number >= 30),
            **told,
        ) as (rig, _):
            await anyio.sleep(20)
            rig.do(SelectAudio(track=rig.now.audio[1].id))
            await anyio.sleep(pause)
            rig.do(Seek(position=micros(TO)))
            await anyio.sleep(40)
            assert rig.now.state is PlayerState.FAILED
            assert len(rig.fatal) == 1

    at_virtual_time(scenario)


def test_who_leaves_a_dying_sound_is_not_sent_back_to_it() -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 60, "samples": 24, "voices": ("a1", "a2")}
        async with tuned(
            lost=lambda rung, number: rung == "a1" and number >= 8,
            uplink=lambda path: 5.0 if path.startswith("/a2") else 0.0,
            **told,
        ) as (rig, _):
            await anyio.sleep(40)
            rig.do(SelectAudio(track=(other := rig.now.audio[1].id)))
            await anyio.sleep(60)
            assert rig.fatal == []
            assert rig.now.audio_track == _fetched(rig) == other

    at_virtual_time(scenario)


def test_a_sound_chosen_while_the_channel_opens_is_the_one_that_comes_back() -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 60, "samples": 24, "voices": ("a1", "a2", "a3")}
        async with tuned(
            tick=0.02, uplink=lambda _: 0.3, lost=lambda rung, _: rung == "a3", **told
        ) as (rig, _):
            await anyio.sleep(0.5)
            assert rig.now.state is PlayerState.LOADING
            rig.do(SelectAudio(track="audio-1"))
            await anyio.sleep(20)
            _, second, third = (one.id for one in rig.now.audio)
            assert rig.now.audio_track == _fetched(rig) == second
            rig.do(SelectAudio(track=third))
            await anyio.sleep(30)
            assert rig.now.audio_track == _fetched(rig) == second

    at_virtual_time(scenario)


def test_subtitles_hear_that_a_wish_was_taken_back() -> None:
    """Forced ones are those of the sound that is heard."""

    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 60, "samples": 24, "voices": ("a1", "a2")}
        async with tuned(tick=0.02, uplink=lambda _: 0.1, **told, **_dead_segments()) as (rig, _):
            await anyio.sleep(20)
            other = rig.now.audio[1].id
            rig.do(SelectAudio(track=other), Seek(position=micros(TO)))
            await anyio.sleep(30)
            engine = rig.player._tuned.session.engine  # type: ignore[union-attr]
            assert engine is not None
            assert engine.preference.audio_track != other
            assert engine.companions.subtitles._preference == engine.preference

    at_virtual_time(scenario)
