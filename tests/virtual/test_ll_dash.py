"""LL-DASH: two seconds behind, by chunks of a segment that is still being made."""

import anyio
import pytest

from player.api import PlayerState, QualityChanged, SetPaused
from player.units import micros
from tests.fakes.virtual import at_virtual_time
from tests.virtual.low_latency import TOP, near
from tests.virtual.low_latency_parts import BoxedDemuxer, ChunkOrigin

GOOD = 2 * TOP
LL = {"make": ChunkOrigin, "demuxer": BoxedDemuxer}


def test_two_second_segments_are_played_two_seconds_behind() -> None:
    async def scenario() -> None:
        async with near(line=lambda _: GOOD, **LL) as seen:  # type: ignore[arg-type]
            await anyio.sleep(300)
            assert seen.rig.now.bandwidth == 1_200_000
        assert seen.stalls == 0
        assert seen.mean() == pytest.approx(2.0, abs=0.3)
        assert max(seen.latencies(20)) < 2.5
        assert min(seen.latencies(5)) > 1.7
        assert seen.origin.early == 0
        assert seen.rig.fatal == []

    at_virtual_time(scenario)


def test_the_top_rung_is_reached_soon_where_the_line_bears_it() -> None:
    async def scenario() -> None:
        async with near(line=lambda _: 1.5 * TOP, **LL) as seen:  # type: ignore[arg-type]
            await anyio.sleep(60)
            climbs = [one for one in seen.rig.of(QualityChanged) if one.to_bandwidth == 1_200_000]
            assert climbs
            assert climbs[0].at < micros(15)
            assert seen.rig.now.bandwidth == 1_200_000
        assert seen.stalls == 0
        assert seen.mean(10) == pytest.approx(2.0, abs=0.3)

    at_virtual_time(scenario)


@pytest.mark.parametrize(("length", "within"), [(1.0, 20), (2.0, 20), (5.0, 20), (12.0, 25)])
def test_after_an_outage_it_is_back_soon(length: float, within: float) -> None:
    async def scenario() -> None:
        def line(at: float) -> float:
            return 0 if 40 <= at < 40 + length else GOOD

        async with near(line=line, **LL) as seen:  # type: ignore[arg-type]
            await anyio.sleep(120)
            assert seen.rig.now.state is PlayerState.PLAYING
        assert seen.stalls <= 1
        assert seen.back_at(2.0, since=40, within=0.45) < length + within
        assert seen.mean(40 + length + within) == pytest.approx(2.0, abs=0.3)

    at_virtual_time(scenario)


@pytest.mark.parametrize("length", [0.6, 3.0])
def test_after_a_short_pause_it_is_back_within_twenty_seconds(length: float) -> None:
    async def scenario() -> None:
        async with near(line=lambda _: GOOD, **LL) as seen:  # type: ignore[arg-type]
            await anyio.sleep(30)
            seen.rig.do(SetPaused(paused=True))
            await anyio.sleep(length)
            seen.rig.do(SetPaused(paused=False))
            await anyio.sleep(60)
        assert seen.stalls == 0
        assert seen.mean(30 + length + 20) == pytest.approx(2.0, abs=0.3)

    at_virtual_time(scenario)
