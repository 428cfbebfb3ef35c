"""What the engine says to a controller is true, and what it answers is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import anyio
import pytest

from player.abr.controller import AbandonInput, AbrInput, Decision, LadderRung
from player.api import (
    PlayerState,
    QualityChanged,
    RebufferStarted,
    SelectQuality,
    SetDataSaver,
    SetViewport,
)
from player.session import player as player_module
from player.streaming.choice.rung_limits import DATA_SAVER
from player.units import Micros, micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT, FakeOrigin
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

FILM: dict[str, Any] = {"vod": 40, "samples": 24}


def _lowest(given: AbrInput) -> Decision:
    return Decision(rung=given.ladder[0], reason="the lowest")


@dataclass
class Scripted:
    """A controller that answers by a function, and keeps all that it was told."""

    answer: Callable[[AbrInput], Decision] = _lowest
    gives_up: Callable[[AbandonInput], Decision | None] = lambda _: None
    asked: list[AbrInput] = field(default_factory=list)
    under_way: list[AbandonInput] = field(default_factory=list)

    def choose(self, given: AbrInput) -> Decision:
        self.asked.append(given)
        return self.answer(given)

    def abandon(self, given: AbandonInput) -> Decision | None:
        self.under_way.append(given)
        return self.gives_up(given)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The controller of every session of a test."""
    made = Scripted()
    monkeypatch.setattr(player_module, "_controller", lambda *_: made)
    return made


def _top(given: AbrInput) -> LadderRung:
    return given.ladder[-1]


# ---- what is told ---------------------------------------------------------------------------


def test_sizes_are_told_of_rungs_whose_list_is_here(script: Scripted) -> None:
    async def scenario() -> None:
        async with tuned(**FILM, tags="#EXT-X-BITRATE:400\n"):
            await anyio.sleep(30)
        given = script.asked[3]
        assert given.ladder[0].sizes == (300_000,) * 8
        assert given.ladder[1].sizes == given.ladder[2].sizes == (), "those lists were not loaded"

    at_virtual_time(scenario)


def test_a_rung_counts_with_what_it_takes_in_the_mean(script: Scripted) -> None:
    """The playlists' segments have half the bytes that the multivariant one tells."""

    async def scenario() -> None:
        async with tuned(**FILM, cut=lambda rung, _: rung == "v1"):
            await anyio.sleep(40)
        first, last = script.asked[0].ladder[0], script.asked[-1].ladder[0]
        assert first.bandwidth == first.peak == RUNGS["v1"]
        assert (last.bandwidth, last.peak) == (RUNGS["v1"] // 2, RUNGS["v1"])
        assert script.asked[-1].ladder[1].bandwidth == RUNGS["v2"], "never fetched"

    at_virtual_time(scenario)


def test_the_buffer_its_limit_and_its_end_are_told(script: Scripted) -> None:
    async def scenario() -> None:
        async with tuned(**FILM) as (rig, _):
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
        given = script.asked[-1]
        assert given.playing == given.ladder[0].id
        assert given.buffer_limit == micros(30), "not the best rung: no reason to be generous"
        position = given.media_time - given.buffer
        starts = [one.start for one in given.queued]
        assert starts == sorted(set(starts))
        assert position + micros(4) <= starts[0] <= position + micros(4 + 2 * SEGMENT)
        assert starts[-1] == given.media_time - micros(SEGMENT)
        assert {one.bandwidth for one in given.queued} == {given.ladder[0].bandwidth}
        assert given.latency is given.target_latency is None

    at_virtual_time(scenario)


def test_live_the_edge_bounds_the_buffer_and_the_latency_is_told(script: Scripted) -> None:
    async def scenario() -> None:
        async with tuned(samples=24) as (rig, _):
            await anyio.sleep(60)
            shown = rig.now.latency
        given = script.asked[-1]
        assert given.target_latency == micros(3 * SEGMENT)
        assert given.latency is not None
        assert shown is not None
        assert abs(given.latency - shown) < micros(2 * SEGMENT)
        assert given.buffer < given.buffer_limit <= given.latency
        assert given.line.rate is not None

    at_virtual_time(scenario)


def test_what_comes_beside_the_pictures_is_told_where_no_rung_counts_it(
    script: Scripted,
) -> None:
    async def scenario() -> None:
        async with tuned(**FILM):
            await anyio.sleep(20)
        assert script.asked[-1].beside == 0, "HLS: BANDWIDTH is of all that a variant takes"
        async with tuned("http://origin.test/manifest.mpd", **FILM):
            await anyio.sleep(20)
        assert script.asked[-1].beside == 64_000

    at_virtual_time(scenario)


def test_the_window_the_data_saver_and_dropped_pictures_are_told(script: Scripted) -> None:
    async def scenario() -> None:
        async with tuned(**FILM) as (rig, _):
            assert script.asked == []
            rig.do(SetViewport(width=640, height=480))
            await anyio.sleep(20)
            assert script.asked[-1].viewport_height == 360, "in its own shape, 16 to 9"
            assert script.asked[-1].max_bandwidth is None
            assert script.asked[-1].dropped_rate == 0
            rig.do(SetDataSaver(on=True), SetViewport(width=0, height=0))
            for _ in range(40):
                rig.sink.dropped += 10
                await anyio.sleep(0.5)
            assert script.asked[-1].viewport_height is None, "nobody sees it"
            assert script.asked[-1].max_bandwidth == DATA_SAVER
            assert script.asked[-1].dropped_rate == 0, "what nobody sees is no fault"
            rig.do(SetDataSaver(on=False), SetViewport(width=1920, height=1080))
            for _ in range(40):
                rig.sink.dropped += 5
                await anyio.sleep(0.5)
            given = script.asked[-1]
            assert given.max_bandwidth is None
            assert given.dropped_rate == pytest.approx(0.4, abs=0.1), "10 of 25 in a second"
            assert given.shown == given.ladder[0].id

    at_virtual_time(scenario)


# ---- what is done ---------------------------------------------------------------------------


def _asked_at(origin: FakeOrigin, rung: str) -> list[float]:
    return [at for at, _, path in origin.hosts if path.startswith(f"/{rung}/")]


def test_nothing_is_fetched_while_the_controller_waits(script: Scripted) -> None:
    def answer(given: AbrInput) -> Decision:
        wait = micros(4) if given.buffer > micros(16) else Micros(0)
        return Decision(rung=given.ladder[0], reason="enough", wait=wait)

    script.answer = answer

    async def scenario() -> None:
        async with tuned(**FILM) as (rig, origin):
            await anyio.sleep(120)
            assert rig.of(RebufferStarted) == []
            assert seconds(rig.now.buffer) < 23, "without a wait it would be 30"
        late = [at for at in _asked_at(origin, "v1") if at > 30]
        assert min(after - before for before, after in pairwise(late)) > 3
        rests = [one for one in script.asked if one.buffer > micros(16)]
        assert len(rests) > 10

    at_virtual_time(scenario)


def test_a_wait_never_empties_the_buffer_and_ends_when_the_viewer_wants_something(
    script: Scripted,
) -> None:
    def answer(given: AbrInput) -> Decision:
        rung = next((one for one in given.ladder if one.id == given.fixed), given.ladder[0])
        return Decision(rung=rung, reason="never", wait=micros(1000))

    script.answer = answer

    async def scenario() -> None:
        async with tuned(**FILM) as (rig, origin):
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.of(RebufferStarted) == []
            assert seconds(rig.now.buffer) > 4
            before = len(script.asked)
            await anyio.sleep(1)
            rig.do(SelectQuality(representation=script.asked[-1].ladder[2].id))
            await anyio.sleep(0.5)
            assert len(script.asked) > before
            assert origin.segments()

    at_virtual_time(scenario)


def test_what_is_to_be_replaced_is_fetched_again_once_and_nothing_that_was_fed(
    script: Scripted,
) -> None:
    """It asks for all of the buffer to be replaced with every answer: nothing goes in a circle."""

    def answer(given: AbrInput) -> Decision:
        if given.now < micros(18):
            return _lowest(given)
        since = next((one.start for one in given.queued if not one.settled), None)
        return Decision(rung=_top(given), reason="top", replace=since)

    script.answer = answer

    async def scenario() -> None:
        async with tuned(**FILM, line=lambda _: 40e6) as (rig, origin):
            await anyio.sleep(18)
            at = seconds(rig.now.position)
            await anyio.sleep(60)
            assert rig.of(RebufferStarted) == []
            assert rig.now.state is PlayerState.PLAYING
        pictures = [(rung, number) for rung, number in origin.segments() if rung in RUNGS]
        numbers = [number for _, number in pictures]
        again = {number for number in numbers if numbers.count(number) > 1}
        assert again
        assert all(numbers.count(number) <= 2 for number in numbers), "each moment once"
        assert all(number * SEGMENT >= at + 4 - 1 for number in again), "never what was fed"

    at_virtual_time(scenario)


def test_a_fetch_under_way_is_told_as_it_is_now(script: Scripted) -> None:
    async def scenario() -> None:
        line: dict[str, Any] = {"line": lambda t: 3e6 if t < 40 else 0.5e6, "pieces": True}
        async with tuned(**FILM, **line):
            await anyio.sleep(50)
        begun = [one.started for one in script.under_way if one.now > micros(42)]
        same = [one for one in script.under_way if one.started == begun[0]]
        assert len(same) > 20
        assert {one.expected_size for one in same} == {RUNGS["v1"] * SEGMENT // 8}
        assert [one.received for one in same] == sorted(one.received for one in same)
        passed = same[-1].now - same[0].now
        assert same[0].buffer - same[-1].buffer == pytest.approx(passed, abs=300_000)
        assert {one.first_byte for one in same} == {same[0].now}
        assert same[0].first_byte is not None
        assert same[0].first_byte > same[0].started
        assert same[-1].line.rate is not None

    at_virtual_time(scenario)


# ---- caps, in words -------------------------------------------------------------------------


def test_the_data_saver_holds_the_rung_down_and_says_so() -> None:
    async def scenario() -> None:
        async with tuned(**(FILM | {"vod": 80}), line=lambda _: 40e6) as (rig, origin):
            rig.do(SetDataSaver(on=True))
            await anyio.sleep(60)
            rungs = {name for name, _ in origin.segments() if name in RUNGS}
            assert rungs == {"v1", "v2"}
            assert rig.of(QualityChanged)[-1].reason.count("data are saved") == 1
            rig.do(SetDataSaver(on=False))
            await anyio.sleep(30)
            assert rig.now.next_bandwidth == RUNGS["v3"]
            rig.do(SetDataSaver(on=True))
            await anyio.sleep(80)
            assert rig.now.bandwidth == RUNGS["v2"]
            rig.do(SelectQuality(representation=rig.now.rungs[2].id))
            await anyio.sleep(10)
            assert rig.now.next_bandwidth == RUNGS["v3"], "the viewer's word goes before it"
            assert "fixed by the viewer, although data are saved" in rig.now.decisions[-1]

    at_virtual_time(scenario)


def test_a_small_window_is_filled_and_no_more() -> None:
    async def scenario() -> None:
        async with tuned(**FILM, line=lambda _: 40e6) as (rig, origin):
            rig.do(SetViewport(width=560, height=700))  # 315 lines of 16 to 9
            await anyio.sleep(60)
            assert {name for name, _ in origin.segments() if name in RUNGS} == {"v1", "v2"}
            assert "has 315 lines on the screen" in rig.of(QualityChanged)[-1].reason
            rig.do(SetViewport(width=1920, height=1080))
            await anyio.sleep(30)
            assert rig.now.next_bandwidth == RUNGS["v3"]

    at_virtual_time(scenario)


def test_what_the_decoder_cannot_follow_is_left_for_a_minute_and_no_lower_rung_is_blamed() -> None:
    async def scenario() -> None:
        async with tuned(**(FILM | {"vod": 80}), line=lambda _: 40e6) as (rig, _):
            await anyio.sleep(30)
            assert rig.now.bandwidth == RUNGS["v3"]
            for _ in range(60):
                if rig.now.bandwidth == RUNGS["v3"]:
                    rig.sink.dropped += 10
                await anyio.sleep(0.5)
            assert rig.now.bandwidth == RUNGS["v2"], "one rung lower was enough"
            told = [one.reason for one in rig.of(QualityChanged)]
            assert any("frames of 540 lines were dropped" in one for one in told)

    at_virtual_time(scenario)
