"""What the line does to a viewer: collapse, steps, outages, bodies that break off."""

import anyio
import pytest

from player.api import (
    ErrorOccurred,
    PlaybackEnded,
    PlayerState,
    QualityChanged,
    RebufferEnded,
    RebufferStarted,
    SegmentFetched,
)
from player.errors import ErrorCode, Severity
from player.model.presentation import TrackKind
from player.units import seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned


def _rebuffered(rig: Rig) -> float:
    """Seconds that the picture waited for bytes."""
    starts, ends = rig.of(RebufferStarted), rig.of(RebufferEnded)
    return sum(seconds(b.at) - seconds(a.at) for a, b in zip(starts, ends, strict=True))


def _heights(rig: Rig) -> list[int]:
    rates = list(RUNGS.values())
    return [rates.index(one.to_bandwidth) + 1 for one in rig.of(QualityChanged)]


def test_a_collapse_within_a_segment_makes_the_engine_let_go_of_it() -> None:
    async def scenario() -> None:
        fast, slow = 12e6, 0.6e6
        async with tuned(line=lambda t: fast if t < 61.4 else slow, pieces=True) as (rig, origin):
            await anyio.sleep(120)
        asked = [name for name, _ in origin.segments() if name in RUNGS]
        numbers = [(name, number) for name, number in origin.segments() if name in RUNGS]
        twice = {n for _, n in numbers if len({name for name, m in numbers if m == n}) > 1}
        assert asked.count("v3") > 5
        assert asked[-1] == "v1"
        assert twice, "no segment was given up and asked for again on a lower rung"
        assert _rebuffered(rig) < 5
        assert "given up" in " ".join(one.reason for one in rig.of(QualityChanged))
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_the_rung_follows_the_line_down_and_up() -> None:
    async def scenario() -> None:
        def line(t: float) -> float:
            return 12e6 if t < 60 or t > 150 else 1.2e6

        async with tuned(line=line, pieces=True) as (rig, _):
            await anyio.sleep(59)
            assert rig.now.bandwidth == RUNGS["v3"]
            await anyio.sleep(90)
            assert rig.now.bandwidth == RUNGS["v1"]
            await anyio.sleep(120)
            assert rig.now.bandwidth == RUNGS["v3"]
        assert _rebuffered(rig) < SEGMENT
        assert all(one.reason for one in rig.of(QualityChanged))
        assert len(_heights(rig)) < 12, "it swings"

    at_virtual_time(scenario)


def test_live_comes_through_an_outage_of_ten_seconds() -> None:
    async def scenario() -> None:
        async with tuned(dark=lambda t: 60 <= t < 70) as (rig, _):
            await anyio.sleep(59)
            before = rig.now.latency
            await anyio.sleep(61)
            assert rig.now.state is PlayerState.PLAYING
            assert before is not None
            assert rig.now.latency is not None
            assert seconds(before) <= seconds(rig.now.latency) + 0.01
            assert seconds(rig.now.latency) < seconds(before) + 12
        assert all(one.failure.severity is Severity.RECOVERABLE for one in rig.of(ErrorOccurred))
        assert len(rig.of(RebufferEnded)) == len(rig.of(RebufferStarted))

    at_virtual_time(scenario)


def test_a_thin_buffer_runs_dry_once_in_an_outage_and_is_counted() -> None:
    async def scenario() -> None:
        async with tuned(samples=24, dark=lambda t: 30 <= t < 55) as (rig, _):
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
        assert len(rig.of(RebufferStarted)) == 1
        assert 2 < _rebuffered(rig) < 25
        assert PlayerState.BUFFERING in rig.states
        assert PlayerState.FAILED not in rig.states

    at_virtual_time(scenario)


def test_a_film_comes_through_an_outage_without_being_seen() -> None:
    async def scenario() -> None:
        async with tuned(vod=30, dark=lambda t: 40 <= t < 50) as (rig, _):
            await anyio.sleep(30 * SEGMENT + 10)
        assert rig.of(RebufferStarted) == []
        assert len(rig.of(PlaybackEnded)) == 1

    at_virtual_time(scenario)


def test_a_dead_server_ends_a_film_with_a_sentence() -> None:
    async def scenario() -> None:
        async with tuned(vod=100, dark=lambda t: t >= 20) as (rig, _):
            await anyio.sleep(300)
            assert rig.now.state is PlayerState.FAILED
        assert [one.code for one in rig.fatal] == [ErrorCode.NETWORK_UNREACHABLE]
        assert rig.fatal[0].sentence

    at_virtual_time(scenario)


def test_a_body_that_breaks_off_is_gone_on_with_by_range() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, pieces=True, broken=lambda r, n: (r, n) == ("v1", 0)) as (
            rig,
            origin,
        ):
            await anyio.sleep(90)
            assert rig.now.state is PlayerState.ENDED
        half = RUNGS["v1"] * SEGMENT // 8 // 2
        assert origin.ranges == [f"bytes={half}-"]
        assert rig.of(ErrorOccurred) == []
        first = next(one for one in rig.of(SegmentFetched) if one.kind is TrackKind.VIDEO)
        assert first.size == RUNGS["v1"] * SEGMENT // 8

    at_virtual_time(scenario)


@pytest.mark.parametrize("height", [180, 360])
def test_no_rung_is_taken_above_the_height_allowed(height: int) -> None:
    async def scenario() -> None:
        async with tuned(wish={"max_height": height}) as (_, origin):
            await anyio.sleep(60)
        asked = {name for name, _ in origin.segments() if name in RUNGS}
        assert asked == {"v1", "v2"} if height == 360 else {"v1"}

    at_virtual_time(scenario)


@pytest.mark.parametrize("abr", ["cycle:2", "cycle:7", "fixed:180"])
def test_a_controller_that_goes_by_the_place_is_never_sent_round(abr: str) -> None:
    async def scenario() -> None:
        async with tuned(vod=30, samples=24, line=lambda _: 60e6, wish={"abr": abr}) as (
            rig,
            origin,
        ):
            await anyio.sleep(30 * SEGMENT + 5)
            assert rig.now.state is PlayerState.ENDED
        pictures = [number for name, number in origin.segments() if name in RUNGS]
        assert pictures == sorted(set(pictures)), "nothing was fetched twice"

    at_virtual_time(scenario)


def test_when_the_line_gets_good_what_is_buffered_low_is_replaced() -> None:
    async def scenario() -> None:
        def line(t: float) -> float:
            return 0.9e6 if t < 60 else 40e6

        async with tuned(vod=60, samples=60, line=line, pieces=True) as (rig, origin):
            await anyio.sleep(59)
            at = rig.now.position
            await anyio.sleep(60)
            assert rig.of(RebufferStarted) == []
        pictures = [(name, number) for name, number in origin.segments() if name in RUNGS]
        low = {number for name, number in pictures if name != "v3"}
        again = {number for name, number in pictures if name == "v3"} & low
        assert again, "no low segment was fetched again"
        assert min(again) * SEGMENT >= seconds(at) + 4, "never what libmpv was fed already"
        assert len([n for _, n in pictures if n in again]) <= 3 * len(again)

    at_virtual_time(scenario)
