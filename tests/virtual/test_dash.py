"""DASH on a virtual clock: number templates, live and on demand, and clocks that disagree."""

import anyio
import pytest

from player.api import ErrorOccurred, PlaybackEnded, PlayerState, RebufferStarted, Seek
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

URL = "http://origin.test/manifest.mpd"
HTTP_ISO = 'schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="/gone http://origin.test/time"'


def test_a_dash_film_plays_to_its_end() -> None:
    async def scenario() -> None:
        async with tuned(URL, vod=10, media_start=0) as (rig, origin):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
            assert len(rig.of(PlaybackEnded)) == 1
        assert [n for name, n in origin.segments() if name in RUNGS] == list(range(10))
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("skew", [-40.0, 0.0, 40.0])
def test_live_dash_follows_the_servers_clock(skew: float) -> None:
    async def scenario() -> None:
        timing = HTTP_ISO.replace("/gone", "http://origin.test/gone")
        async with tuned(URL, skew=skew, timing=timing) as (rig, origin):
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert 2 * SEGMENT < seconds(rig.now.latency) < 5 * SEGMENT
            assert origin.asked.count("/time") >= 1
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []
        asked = [n for name, n in origin.segments() if name in RUNGS]
        assert asked == list(range(asked[0], asked[-1] + 1))

    at_virtual_time(scenario)


def test_live_dash_reloads_its_manifest_at_the_pace_it_asks_for() -> None:
    async def scenario() -> None:
        async with tuned(URL) as (rig, origin):
            await anyio.sleep(310)
            assert rig.now.state is PlayerState.PLAYING
        assert 9 <= origin.asked.count("/manifest.mpd") <= 12

    at_virtual_time(scenario)


def test_live_dash_plays_on_while_its_manifest_cannot_be_had() -> None:
    async def scenario() -> None:
        def refuse(path: str, times: int) -> int:
            return 503 if path.endswith(".mpd") and times > 1 else 0

        async with tuned(URL, refuse=refuse) as (rig, _):
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_server_clock_ahead_without_utc_timing_is_survived() -> None:
    async def scenario() -> None:
        async with tuned(URL, skew=-8.0) as (rig, _):
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING

    at_virtual_time(scenario)


PERIODS = ((4, "video audio"), (1, "video audio"), (3, "text"), (2, "video audio"))


def test_periods_play_into_each_other() -> None:
    async def scenario() -> None:
        async with tuned(URL, vod=7, media_start=0, periods=PERIODS[:2] + PERIODS[3:]) as (
            rig,
            origin,
        ):
            await anyio.sleep(7 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert [n for name, n in origin.segments() if name in RUNGS] == list(range(7))
        assert [n for name, n in origin.segments() if name not in RUNGS] == list(range(7))
        assert len(rig.sink.opened) == 1
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_seeking_goes_from_period_to_period() -> None:
    async def scenario() -> None:
        async with tuned(URL, vod=10, media_start=0, samples=24, periods=PERIODS) as (rig, _):
            await anyio.sleep(5)
            for wanted in (26, 50, 3):
                rig.do(Seek(position=micros(wanted)))
                await anyio.sleep(2.5)
                assert rig.now.state is PlayerState.PLAYING
                assert wanted <= seconds(rig.now.position) < wanted + 3

    at_virtual_time(scenario)


def test_a_seek_into_a_period_with_nothing_to_play_goes_on_with_the_next() -> None:
    async def scenario() -> None:
        async with tuned(URL, vod=10, media_start=0, samples=24, periods=PERIODS) as (rig, _):
            await anyio.sleep(5)
            rig.do(Seek(position=micros(35)))
            await anyio.sleep(3)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) == pytest.approx(8 * SEGMENT + 3, abs=1.5)
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_a_period_without_sound_plays_on_and_finds_its_sound_again() -> None:
    async def scenario() -> None:
        silent = ((3, "video audio"), (2, "video"), (3, "video audio"))
        async with tuned(URL, vod=8, media_start=0, samples=24, periods=silent) as (rig, origin):
            await anyio.sleep(8 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert [n for name, n in origin.segments() if name in RUNGS] == list(range(8))
        assert [one.append for one in rig.sink.opened] == [False, True, True]
        sounds = [n for name, n in origin.segments() if name not in RUNGS]
        assert sounds == [0, 1, 2, 5, 6, 7]
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_a_period_of_sound_alone_does_not_hold_the_programme_up() -> None:
    async def scenario() -> None:
        radio = ((3, "video audio"), (2, "audio"), (3, "video audio"))
        async with tuned(URL, vod=8, media_start=0, samples=24, periods=radio) as (rig, origin):
            await anyio.sleep(25)
            assert seconds(rig.now.position) == pytest.approx(24, abs=1.5)
            await anyio.sleep(8 * SEGMENT - 15)
            assert rig.now.state is PlayerState.ENDED
            assert [one.append for one in rig.sink.opened] == [False, True, True]
        pictures = [n for name, n in origin.segments() if name in RUNGS]
        assert pictures == [0, 1, 2, 5, 6, 7]
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []
        assert len(rig.of(PlaybackEnded)) == 1

    at_virtual_time(scenario)


def test_a_seek_back_into_what_still_plays_before_other_kinds() -> None:
    async def scenario() -> None:
        radio = ((3, "video audio"), (2, "audio"), (3, "video audio"))
        async with tuned(URL, vod=8, media_start=0, samples=24, periods=radio) as (rig, _):
            await anyio.sleep(16)
            for wanted in (12, 16, 31, 17, 2):
                rig.do(Seek(position=micros(wanted)))
                await anyio.sleep(3)
                assert rig.now.state is PlayerState.PLAYING
                assert wanted + 1 <= seconds(rig.now.position) < wanted + 3.5
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_seeking_inside_and_between_bumpers_of_one_segment() -> None:
    async def scenario() -> None:
        bumpers = tuple((1, "video audio") for _ in range(10))
        async with tuned(URL, vod=10, media_start=0, samples=24, periods=bumpers) as (rig, _):
            await anyio.sleep(9)
            for wanted in (50, 7, 31):
                rig.do(Seek(position=micros(wanted)))
                await anyio.sleep(4)
                assert rig.now.state is PlayerState.PLAYING
                assert wanted <= seconds(rig.now.position) < wanted + 4.5
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)
