"""Time-shift: what a server keeps for twenty seconds is paused and rewound for minutes."""

import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import httpx
import pytest

from player.api import (
    CuesChanged,
    ErrorOccurred,
    PlayerState,
    QualityChanged,
    RebufferStarted,
    Recovered,
    Seek,
    SetPaused,
)
from player.model.presentation import Container
from player.ports import Demuxed
from player.streaming.store.segment_store import SegmentStore
from player.streaming.store.volumes import StoreLimits
from player.units import ByteCount, Micros, micros, seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.virtual import FakeDemuxer, VirtualClock, at_virtual_time, inline_worker
from tests.virtual.rig import Rig, player_rig

HLS, MPD = "http://origin.test/master.m3u8", "http://origin.test/manifest.mpd"
BOTH = pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])

WINDOW = 3
"""Segments of six seconds: eighteen seconds."""

SAMPLES = 4


@dataclass
class _Seen:
    """The times of all samples that were demuxed, by stream, in their order."""

    times: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def demuxer(self, container: Container) -> FakeDemuxer:
        seen = self

        class Noting(FakeDemuxer):
            def feed(self, data: bytes) -> tuple[Demuxed, ...]:
                found = super().feed(data)
                for sample in (one for each in found for one in each.samples):
                    seen.times[sample.stream].append(seconds(sample.pts))
                return found

        return Noting(container)

    def check_once(self) -> None:
        """Each frame of picture and sound once, in its order, none left out."""
        assert len(self.times) == 2
        for times in self.times.values():
            steps = [after - before for before, after in itertools.pairwise(times)]
            assert steps == pytest.approx([SEGMENT / SAMPLES] * len(steps), abs=1e-5)


@asynccontextmanager
async def _tuned(
    url: str, folder: Path, limits: StoreLimits | None = None, text: str = "", **channel: object
) -> AsyncIterator[tuple[Rig, FakeOrigin, _Seen]]:
    origins: list[FakeOrigin] = []
    seen = _Seen()

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        told = {"window": WINDOW, "samples": SAMPLES} | channel
        origins.append(FakeOrigin(clock, **told))  # type: ignore[arg-type]
        return origins[0].transport()

    store = SegmentStore(folder, inline_worker, limits)
    async with player_rig(network, 1.0, 100, seen.demuxer, store=store) as rig:
        rig.play(url, abr="throughput", text_language=text)
        yield rig, origins[0], seen
    store.close()


@BOTH
def test_a_pause_of_ten_minutes_costs_no_frame(url: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _tuned(url, tmp_path) as (rig, origin, seen):
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            rig.do(SetPaused(paused=True))
            await anyio.sleep(1)
            at = rig.now.position
            await anyio.sleep(600)
            assert rig.now.position == at
            window = rig.now.window
            assert window is not None
            assert window[0] < at - micros(40), "the seek bar shows what was watched"
            assert seconds(Micros(window[1] - window[0])) > 640
            rig.do(SetPaused(paused=False))
            await anyio.sleep(300)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(Micros(rig.now.position - at)) == pytest.approx(300, abs=1)
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) > 600
        seen.check_once()
        assert len(rig.sink.opened) == 1, "one stream, from before the pause to long after it"
        assert rig.of(ErrorOccurred) == rig.of(RebufferStarted) == rig.of(Recovered) == []
        assert origin.refused == 0

    at_virtual_time(scenario)


@BOTH
def test_what_was_watched_is_rewound_and_gone_back_from(url: str, tmp_path: Path) -> None:
    """Back and forth between the store and the server's window."""

    async def scenario() -> None:
        async with _tuned(url, tmp_path) as (rig, origin, seen):
            await anyio.sleep(420)
            live = rig.now.position
            newest = max(number for _, number in origin.segments())
            before = len(origin.segments())
            for _ in range(2):
                rig.do(Seek(position=Micros(rig.now.position - micros(300))))
                await anyio.sleep(2)
                seen.times.clear()
                back = rig.now.position
                await anyio.sleep(30)
                assert rig.now.state is PlayerState.PLAYING
                assert seconds(Micros(rig.now.position - back)) == pytest.approx(30, abs=1)
                seen.check_once()
                window = rig.now.window
                assert window is not None
                rig.do(Seek(position=window[1]))
                await anyio.sleep(2)
                seen.times.clear()
                await anyio.sleep(30)
                assert rig.now.state is PlayerState.PLAYING
                assert rig.now.latency is not None
                assert seconds(rig.now.latency) < 25
                seen.check_once()
            assert rig.now.position > live
            asked = {number for _, number in origin.segments()[before:]}
            assert min(asked) >= newest, "what is kept is asked of nobody again"
        assert rig.of(ErrorOccurred) == []
        assert origin.refused == 0

    at_virtual_time(scenario)


def test_a_rewound_stretch_is_played_on_the_rungs_that_were_watched(tmp_path: Path) -> None:
    def line(at: float) -> float:
        return 20e6 if at < 100 or at > 300 else 700e3

    async def scenario() -> None:
        async with _tuned(HLS, tmp_path, line=line) as (rig, origin, seen):
            await anyio.sleep(400)
            watched = {one[1]: one[0] for one in origin.segments() if one[0] != "a1"}
            assert len(set(watched.values())) > 1
            before = len(origin.segments())
            since = rig.now.position - micros(350)
            seen.times.clear()
            rig.do(Seek(position=Micros(since)))
            await anyio.sleep(250)
            assert rig.now.state is PlayerState.PLAYING
            assert min(one[1] for one in origin.segments()[before:]) >= max(watched)
            told = {one.reason for one in rig.of(QualityChanged)}
            assert "what was kept of then" in told
        seen.check_once()
        assert origin.refused == 0
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_a_pause_longer_than_the_store_goes_on_at_the_oldest_that_is_kept(
    tmp_path: Path,
) -> None:
    limits = StoreLimits(duration=micros(120))

    async def scenario() -> None:
        async with _tuned(HLS, tmp_path, limits) as (rig, origin, seen):
            await anyio.sleep(60)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(300)
            at = rig.now.position
            rig.do(SetPaused(paused=False))
            seen.times.clear()
            await anyio.sleep(2)
            behind = rig.now.latency
            assert behind is not None
            assert 100 < seconds(behind) < 150
            assert rig.now.position > at + micros(100)
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            (said,) = rig.of(Recovered)
            assert "behind" in said.decision
        seen.check_once()
        assert origin.refused == 0
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_a_store_too_small_for_the_channel_goes_on_within_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        limits = StoreLimits(size=ByteCount(4_000_000))
        async with _tuned(HLS, tmp_path, limits) as (rig, _, seen):
            await anyio.sleep(60)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(300)
            rig.do(SetPaused(paused=False))
            seen.times.clear()
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            seen.check_once()
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_keeping_a_segment_leaves_it_to_whoever_reads_it_in_pieces(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _tuned(HLS, tmp_path, pieces=True) as (rig, _, seen):
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
        seen.check_once()
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_pauses_while_far_behind_cost_no_frame_either(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _tuned(HLS, tmp_path) as (rig, _, seen):
            await anyio.sleep(30)
            for pause, play in ((200, 90), (100, 45), (300, 30), (5, 100)):
                rig.do(SetPaused(paused=True))
                await anyio.sleep(pause)
                rig.do(SetPaused(paused=False))
                await anyio.sleep(play)
                assert rig.now.state is PlayerState.PLAYING
        seen.check_once()
        assert len(rig.sink.opened) == 1
        assert rig.of(ErrorOccurred) == rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_what_a_pause_keeps_leaves_out_what_the_server_lost(tmp_path: Path) -> None:
    """A hole in what was kept is jumped like any other."""
    lost: Callable[[str, int], bool] = lambda rung, number: rung != "a1" and number % 20 == 0  # noqa: E731

    async def scenario() -> None:
        async with _tuned(HLS, tmp_path, lost=lost) as (rig, _, seen):
            await anyio.sleep(60)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(300)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(200)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
        pictures = seen.times[0]
        assert pictures == sorted(set(pictures)), "none twice"
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_without_a_store_a_long_pause_goes_on_within_the_window() -> None:
    async def scenario() -> None:
        def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
            return FakeOrigin(clock, window=WINDOW, samples=SAMPLES).transport()

        async with player_rig(network) as rig:
            rig.play(HLS, abr="throughput")
            await anyio.sleep(60)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(120)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(30)
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) < 30

    at_virtual_time(scenario)


def test_subtitles_are_kept_with_the_pictures(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _tuned(HLS, tmp_path, text="en", texts=("s1",)) as (rig, _, _seen):
            await anyio.sleep(40)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(200)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(200)
            cues = [cue.text for one in rig.of(CuesChanged) for cue in one.cues]
            numbers = [int(text.partition("-")[2]) for text in cues]
            assert len(numbers) > 200 / SEGMENT
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_a_film_is_not_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with _tuned(HLS, tmp_path, vod=20) as (rig, _, _seen):
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
            files = list(tmp_path.rglob("*.ring"))  # noqa: ASYNC240 - virtual time
            assert files == []

    at_virtual_time(scenario)
