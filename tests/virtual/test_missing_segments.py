"""One segment that nobody has: how often it is asked for, and what it costs."""

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, QualityChanged, RebufferStarted, Recovered
from player.errors import Severity
from player.units import seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.virtual.rig import tuned

HLS, MPD = "http://origin.test/master.m3u8", "http://origin.test/manifest.mpd"
TIMED = 'schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="http://origin.test/time"'
LATE = EPOCH // SEGMENT + 8
"""A segment that is on air 48 s after the start."""


@pytest.mark.parametrize("timing", ["", TIMED], ids=["untimed", "timed"])
@pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])
def test_a_live_segment_that_is_nowhere_is_asked_on_two_rungs_and_skipped(
    url: str, timing: str
) -> None:
    async def scenario() -> None:
        async with tuned(
            url, samples=24, timing=timing, lost=lambda rung, n: n == LATE and rung != "a1"
        ) as (rig, origin):
            await anyio.sleep(140)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.bandwidth == RUNGS["v3"]
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) < 4 * SEGMENT
        asked = [rung for rung, number in origin.segments() if number == LATE and rung != "a1"]
        assert len(set(asked)) == 2, "on one other rung, and no third"
        assert asked.count("v3") <= 6
        assert len(asked) - asked.count("v3") == 1
        after = [rung for rung, number in origin.segments() if number > LATE and rung != "a1"]
        assert set(after) == {"v3"}, "no rung is to blame"
        assert rig.of(RebufferStarted) == []
        assert {one.failure.severity for one in rig.of(ErrorOccurred)} == {Severity.RECOVERABLE}
        assert rig.of(Recovered)[-1].decision == "segment: left out"

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])
def test_a_film_asks_two_rungs_for_what_is_missing_and_goes_on_with_the_best(url: str) -> None:
    async def scenario() -> None:
        start = 0 if url == MPD else 1000
        async with tuned(
            url, vod=12, samples=24, media_start=start, lost=lambda r, n: n == 6 and r != "a1"
        ) as (rig, origin):
            await anyio.sleep(12 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        asked = [rung for rung, number in origin.segments() if number == 6 and rung != "a1"]
        assert len(asked) == 3
        assert len(set(asked)) == 2
        assert {r for r, n in origin.segments() if n > 6 and r != "a1"} == {"v3"}
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_rung_that_alone_lacks_a_segment_is_left_alone_for_a_while() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=24, lost=lambda rung, n: (rung, n) == ("v3", 6)) as (
            rig,
            origin,
        ):
            await anyio.sleep(30 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        asked = [rung for rung, number in origin.segments() if number == 6 and rung != "a1"]
        assert len(asked) == 3
        after = [rung for rung, number in origin.segments() if number > 6 and rung != "a1"]
        assert "v2" in after, "it is not asked again at once"
        assert after[-1] == "v3", "and taken again later"
        assert rig.of(QualityChanged)

    at_virtual_time(scenario)


@pytest.mark.parametrize("skew", [-4.0, 0.0, 4.0])
@pytest.mark.parametrize("slow", [0.0, 0.05, 0.4])
@pytest.mark.parametrize("timing", ["", TIMED], ids=["dates", "timed"])
def test_no_live_segment_is_asked_for_before_its_time(
    timing: str, slow: float, skew: float
) -> None:
    async def scenario() -> None:
        async with tuned(
            MPD,
            samples=24,
            timing=timing,
            skew=skew,
            heads=True,
            uplink=lambda path: slow if path in {"/time", "/manifest.mpd"} else 0,
        ) as (
            rig,
            origin,
        ):
            await anyio.sleep(90)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) < 4 * SEGMENT
        assert origin.refused == 0
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)
