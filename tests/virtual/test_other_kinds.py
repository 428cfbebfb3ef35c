"""Periods of other kinds than the former one: fetched ahead, entered without a stall."""

import re
from collections.abc import Sequence
from typing import Any

import anyio
import pytest
import trio

from player.api import (
    ErrorOccurred,
    PlaybackEnded,
    PlayerState,
    RebufferStarted,
    Seek,
    SelectAudio,
    SelectQuality,
    Stop,
)
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.origin_manifests import adaptation_set, mpd
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.virtual.rig import tuned

URL = "http://origin.test/manifest.mpd"
TIGHT = 1.3
"""What a line carries of what is played: every pause in fetching is felt."""

SILENT = ((4, "video audio"), (3, "video"), (4, "video audio"))
RADIO = ((4, "video audio"), (3, "audio"), (4, "video audio"))
FLICKER = tuple((1, kinds) for kinds in ("video audio", "video") * 5)

Periods = tuple[tuple[int, str], ...]
each_film = pytest.mark.parametrize(
    "periods", [SILENT, RADIO, FLICKER], ids=["silent", "radio", "flicker"]
)


def _segments(periods: Periods) -> int:
    return sum(number for number, _ in periods)


def _film(periods: Periods, **more: Any) -> dict[str, Any]:
    """What is told of a film of such periods, on its lowest rung."""
    told = {"vod": _segments(periods), "media_start": 0, "samples": 24, "periods": periods}
    return {**told, "wish": {"abr": "fixed:180"}, **more}


@each_film
def test_on_a_tight_line_other_kinds_are_there_before_their_time(periods: Periods) -> None:
    async def scenario() -> None:
        film = _film(periods, pieces=True, line=lambda _: TIGHT * RUNGS["v1"])
        async with tuned(URL, **film) as (rig, origin):
            await anyio.sleep(_segments(periods) * SEGMENT + 20)
            assert rig.now.state is PlayerState.ENDED
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []
        assert len(rig.of(PlaybackEnded)) == 1
        asked = origin.segments()
        assert len(asked) == len(set(asked)), "nothing is fetched twice"

    at_virtual_time(scenario)


@each_film
def test_an_outage_where_the_kinds_change_is_bridged_as_anywhere(periods: Periods) -> None:
    async def scenario() -> None:
        film = _film(periods, line=lambda _: 4e6, dark=lambda at: 15 <= at < 30)
        async with tuned(URL, **film) as (rig, _):
            await anyio.sleep(12)
            assert seconds(rig.now.buffer) > 24, "the buffer reaches over the border"
            await anyio.sleep(_segments(periods) * SEGMENT)
            assert rig.now.state is PlayerState.ENDED
        assert rig.of(RebufferStarted) == []
        assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("wanted", [2.0, 15.0, 26.0, 40.0, 60.0])
def test_a_seek_while_other_kinds_are_fetched_ahead(wanted: float) -> None:
    async def scenario() -> None:
        async with tuned(URL, **_film(SILENT)) as (rig, _):
            for number in range(3):
                await anyio.sleep(8)
                rig.do(Seek(position=micros(wanted + number)))
                await anyio.sleep(3)
                assert rig.now.state is PlayerState.PLAYING
                there = wanted + number
                assert there + 1 <= seconds(rig.now.position) <= there + 3.5
            await anyio.sleep(70)
            assert rig.now.state is PlayerState.ENDED
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def _with_voices(manifest: str) -> str:
    """The same MPD with the sound in two languages."""

    def twice(found: re.Match[str]) -> str:
        one = found[0].replace(' mimeType="audio', ' lang="en" mimeType="audio')
        return one + one.replace('lang="en"', 'lang="pt"').replace('id="a1"', 'id="a2"')

    return re.sub(r'<AdaptationSet contentType="audio".*?</AdaptationSet>', twice, manifest)


def test_another_sound_while_other_kinds_are_fetched_ahead_is_heard_behind_them() -> None:
    async def scenario() -> None:
        told = _with_voices(mpd(live=False, segments=11, periods=SILENT))
        extra = {"/manifest.mpd": told}
        async with tuned(
            URL, vod=11, media_start=0, samples=24, extra=extra, wish={"abr": "fixed:180"}
        ) as (rig, origin):
            await anyio.sleep(20)
            assert ("a1", 7) in origin.segments(), "it was fetched ahead"
            rig.do(SelectAudio(track=rig.now.audio[1].id))
            await anyio.sleep(11 * SEGMENT)
            assert rig.now.state is PlayerState.ENDED
            assert ("a2", 7) in origin.segments()
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_a_quality_chosen_while_other_kinds_are_fetched_ahead_counts_for_them() -> None:
    async def scenario() -> None:
        async with tuned(
            URL, vod=11, media_start=0, samples=24, periods=SILENT, wish={"max_height": 180}
        ) as (rig, origin):
            await anyio.sleep(6)
            assert ("v1", 4) in origin.segments(), "it was fetched ahead"
            rig.do(SelectQuality(representation="v3"))
            await anyio.sleep(20)
            assert rig.now.bandwidth == RUNGS["v3"]
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.ENDED
        shown = [one.bandwidth for one in rig.snapshots if seconds(one.position) > 3 * SEGMENT]
        assert set(shown) == {RUNGS["v3"]}
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_what_fails_ahead_is_tried_again_when_its_time_comes() -> None:
    async def scenario() -> None:
        def refuse(path: str, _times: int) -> int:
            ahead = path.endswith(("/4.seg", "/5.seg", "/6.seg")) and origin.seconds < 19
            return 503 if ahead else 0

        async with tuned(
            URL, vod=11, media_start=0, samples=24, periods=SILENT, refuse=refuse
        ) as (rig, origin):
            await anyio.sleep(11 * SEGMENT + 20)
            assert rig.now.state is PlayerState.ENDED
        assert rig.fatal == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_what_fails_for_good_ends_the_channel_where_it_begins_and_not_before() -> None:
    async def scenario() -> None:
        def dark(at: float) -> bool:
            return at > 6

        async with tuned(
            URL, vod=11, media_start=0, samples=24, periods=SILENT, dark=dark,
            line=lambda _: 4e6, wish={"abr": "fixed:360"},
        ) as (rig, _):  # fmt: skip
            await anyio.sleep(100)
            assert rig.now.state is PlayerState.FAILED
        last = max(one.position for one in rig.snapshots)
        assert seconds(last) > 8, "what was there was shown"

    at_virtual_time(scenario)


def test_a_zap_and_an_end_while_other_kinds_are_fetched_ahead_leave_no_task() -> None:
    async def scenario() -> None:
        def tasks() -> int:
            return trio.lowlevel.current_statistics().tasks_living

        async with tuned(URL, vod=11, media_start=0, samples=24, periods=SILENT) as (rig, _):
            await anyio.sleep(1)
            rig.do(Stop())
            await anyio.sleep(1)
            idle = tasks()
            for _ in range(3):
                rig.play(URL)
                await anyio.sleep(4)
                rig.play(URL)
                await anyio.sleep(3)
                rig.do(Stop())
                await anyio.sleep(1)
                assert tasks() == idle
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def _live(at: float, kinds: Sequence[str]) -> str:
    """A live MPD whose periods of five segments are of these kinds in turn; one ahead is told."""
    here = int((EPOCH + at) // (5 * SEGMENT))
    periods = "".join(
        f'<Period id="p{one}" start="PT{one * 5 * SEGMENT}S">'
        + "".join(adaptation_set(kind, one * 5) for kind in kinds[one % len(kinds)].split())
        + "</Period>"
        for one in range(here - 3, here + 1)
    )
    whole = mpd(live=True, segments=10).replace('"PT30S"', '"PT4S"')
    return re.sub(r"<Period.*</Period>", periods, whole)


def test_live_periods_of_other_kinds_follow_each_other_without_a_stall() -> None:
    async def scenario() -> None:
        extra = {"/manifest.mpd": ""}
        async with tuned(URL, samples=24, extra=extra) as (rig, origin):
            for second in range(400):
                extra["/manifest.mpd"] = _live(second, ("video audio", "video", "audio"))
                await anyio.sleep(1)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) < 4 * SEGMENT
            assert origin.refused == 0
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)
