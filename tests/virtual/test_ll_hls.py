"""LL-HLS: two seconds behind, part by part, whatever the server does with hints and reloads."""

import math
from typing import Any

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, QualityChanged, RebufferStarted, Recovered
from player.units import micros
from tests.fakes.virtual import at_virtual_time
from tests.virtual.low_latency import HLS, TOP, Watched, near
from tests.virtual.low_latency_parts import BoxedDemuxer, PartOrigin

GOOD = 2 * TOP
TWO: dict[str, object] = {"target_latency": micros(2)}
EPOCH_NUMBER = 900_000_000
"""The segment that begins with the test."""


def play(seconds: float, wish: Any = None, **channel: Any) -> Watched:
    """Watch the channel for so long."""
    found: list[Watched] = []

    async def scenario() -> None:
        told: dict[str, Any] = {"line": lambda _: GOOD} | channel
        async with near(
            HLS, wish=TWO if wish is None else wish, make=PartOrigin, demuxer=BoxedDemuxer, **told
        ) as seen:
            found.append(seen)
            await anyio.sleep(seconds)
            assert seen.rig.now.state is PlayerState.PLAYING
            assert seen.rig.fatal == []

    at_virtual_time(scenario)
    return found[0]


def assert_held(seen: Watched, *, stalls: int = 0, since: float = 10) -> None:
    assert seen.stalls <= stalls
    assert seen.mean(since) == pytest.approx(2.0, abs=0.3)
    assert min(seen.latencies(since)) > 1.7


def test_two_second_segments_are_played_two_seconds_behind() -> None:
    seen = play(120)
    assert_held(seen)
    assert max(seen.latencies(20)) < 2.5
    assert seen.rig.now.bandwidth == TOP
    assert seen.origin.early == 0
    parts = [path for at, path in seen.origin.asked if at > 20 and path.endswith(".part")]
    assert len(parts) == len(set(parts)), "each part once"
    assert not [path for at, path in seen.origin.asked if at > 20 and path.endswith(".seg")]


def test_the_lists_own_hold_back_is_held() -> None:
    seen = play(60, {}, part_hold_back=1.5)
    assert seen.stalls == 0
    assert seen.mean(10) == pytest.approx(1.5, abs=0.3)


@pytest.mark.parametrize(
    "server",
    [
        {"blocking": False},
        {"heeds": False},
        {"hints": False},
        {"misleads": lambda number, place: (number + place) % 5 == 0},
    ],
    ids=["no blocking reload", "ignores _HLS_msn", "no hints", "hints that turn out wrong"],
)
def test_other_servers_are_held_there_too(server: dict[str, Any]) -> None:
    seen = play(60, **server)
    assert_held(seen)
    lists = [at for at, path in seen.origin.asked if path.endswith("v3.m3u8") and at > 20]
    assert len(lists) < 40 / (2 / 6) * 3, "no more than three looks a part"


def test_a_lost_part_costs_one_stall_at_most() -> None:
    seen = play(60, lost=((EPOCH_NUMBER + 10, 4), (EPOCH_NUMBER + 16, 5)))
    assert_held(seen, stalls=2, since=55)
    whole = [path for _, path in seen.origin.asked if path.endswith(f"{EPOCH_NUMBER + 10}.seg")]
    assert whole, "the rest comes from the segment's own address"


@pytest.mark.parametrize("blocking", [True, False], ids=["held reloads", "no blocking reload"])
def test_where_no_part_is_to_be_had_whole_segments_play_on_further_behind(blocking: bool) -> None:
    seen = play(180, partless=math.inf, blocking=blocking, heeds=blocking)
    assert seen.stalls <= 4
    late = [one for one in seen.rig.of(RebufferStarted) if one.at > micros(40)]
    assert late == [], "once it is as far behind as whole segments hold, nothing is missing"
    assert seen.mean(120) == pytest.approx(6.0, abs=0.6)
    assert seen.rig.now.bandwidth == TOP
    parts = {path for at, path in seen.origin.asked if path.endswith(".part") and at > 30}
    assert parts == set(), "a part that is not there is not asked for for ever"
    told = [one.failure.sentence for one in seen.rig.of(ErrorOccurred)]
    assert sum("6 seconds behind" in one for one in told) == 1
    assert any("parts: whole segments" in one.decision for one in seen.rig.of(Recovered))


def test_parts_that_are_lost_now_and_then_are_asked_for_all_the_same() -> None:
    lost = tuple((EPOCH_NUMBER + number, 3) for number in range(5, 25))
    seen = play(60, lost=lost)
    parts = [path for at, path in seen.origin.asked if path.endswith(".part") and at > 40]
    assert parts, "some of each segment come"
    assert [one for one in seen.rig.of(ErrorOccurred) if "behind" in one.failure.sentence] == []


@pytest.mark.parametrize("length", [1.0, 5.0])
def test_after_an_outage_it_is_back_within_twenty_seconds(length: float) -> None:
    seen = play(90, line=lambda at: 0 if 40 <= at < 40 + length else GOOD)
    assert seen.stalls <= 2
    assert seen.back_at(2.0, since=40, within=0.45) < length + 20
    assert seen.mean(40 + length + 20) == pytest.approx(2.0, abs=0.3)


def test_a_rung_is_changed_without_a_stall() -> None:
    seen = play(90, line=lambda at: 0.55 * TOP if 30 <= at < 60 else GOOD)
    changes = seen.rig.of(QualityChanged)
    assert any(one.to_bandwidth < one.from_bandwidth for one in changes if one.at > micros(30))
    assert seen.rig.now.bandwidth == TOP, "small parts, put together, tell of the line"
    assert seen.stalls <= 1
    assert seen.mean(80) == pytest.approx(2.0, abs=0.3)
    assert not math.isnan(seen.mean())


@pytest.mark.parametrize("server", [{}, {"blocking": False}, {"hints": False}])
def test_the_top_rung_is_reached_soon_where_the_line_bears_it(server: dict[str, Any]) -> None:
    """The lists that come beside each part are as large as a low rung's part."""
    seen = play(60, line=lambda _: 1.5 * TOP, **server)
    climbs = [one for one in seen.rig.of(QualityChanged) if one.to_bandwidth == TOP]
    assert climbs
    assert climbs[0].at < micros(15)
    assert seen.rig.now.bandwidth == TOP
    assert_held(seen)


def test_a_rung_that_the_line_bears_is_kept() -> None:
    """The buffer is shorter than what a segment takes to come: only a part must come in time."""
    seen = play(90, line=lambda at: GOOD if at < 20 else 1.5 * TOP)
    assert_held(seen, since=20)
    assert [one for one in seen.rig.of(QualityChanged) if one.at > micros(20)] == []
    assert seen.rig.now.bandwidth == TOP
