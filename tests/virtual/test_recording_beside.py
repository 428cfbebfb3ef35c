"""Recordings beside a channel that is watched: the watcher comes first, and nothing is lost."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from app.line_note import LineNote, NotedNeed, keep_noted
from app.recorder_host import RecorderHost
from player.api import PlayRequest
from player.net.fetcher import HttpFetcher
from player.recording.face import RecordingOrder, RecordingStatus
from player.units import Micros
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import at_virtual_time, inline_worker
from tests.virtual.recorded import read_playlist, times
from tests.virtual.side_by_side import Tile, Wall, wall

TOP = RUNGS["v3"]
LENGTH = 120


class _Beside:
    """Recordings below `base` that share the line with a wall's tile, as another process does."""

    def __init__(self, side: Wall, base: Path) -> None:
        self.side, self.base = side, base
        self.network = HttpFetcher(side.clock, transport=side.network)
        self.note = LineNote(base / "line.note", side.clock)
        self.watchers = NotedNeed(self.note, inline_worker)
        self.host = RecorderHost(
            self.network, side.estimator, side.clock, self.watchers, inline_worker
        )

    async def record(self, *names: str) -> list[RecordingStatus]:
        """Record these channels at once."""
        found: list[RecordingStatus] = []

        async def one(name: str) -> None:
            until = Micros(self.side.clock.utc() + LENGTH * 1_000_000)
            request = PlayRequest(url=f"http://{name}.test/master.m3u8")
            order = RecordingOrder(id=name, title=name, request=request, until=until)
            recorder = self.host.recorder(self.base, order, name, lambda _: None)
            found.append(await recorder.run())

        async with anyio.create_task_group() as heeding:
            heeding.start_soon(keep_noted, self.note, self.side.line, inline_worker)
            await anyio.sleep(0.3)
            await self.watchers.look()
            heeding.start_soon(self.host.heed_watchers)
            async with anyio.create_task_group() as group:
                for name in names:
                    group.start_soon(one, name)
            heeding.cancel_scope.cancel()
        self.note.close()
        await self.network.aclose()
        return found


def _whole(base: Path, name: str) -> bool:
    """Whether a recording of the whole time has every segment."""
    found = times(read_playlist(base / name / "video-0.m3u8"), SEGMENT)
    return found == list(range(found[0], found[-1] + 1)) and len(found) * SEGMENT >= LENGTH - 10


async def _watched(side: Wall, **wish: Any) -> Tile:
    tile = side.open()
    tile.show("watched", (1920, 1080), **wish)
    await anyio.sleep(60)
    return tile


def test_on_a_wide_line_both_have_the_best(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with wall(6 * TOP) as side:
            tile = await _watched(side)
            before = len(side.origin.segments())
            await _Beside(side, tmp_path).record("one")
            rungs = {rung for rung, _ in side.origin.segments()[before:] if rung in RUNGS}
            assert rungs == {"v3"}
            assert tile.dry == 0

    at_virtual_time(scenario)


@pytest.mark.parametrize("channels", [("one",), ("one", "two")], ids=["one", "two"])
@pytest.mark.parametrize("times_top", [1.3, 1.5, 2.0, 4.0])
def test_what_is_watched_stays_as_it_is_and_nothing_is_lost(
    times_top: float, channels: tuple[str, ...], tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with wall(times_top * TOP) as side:
            tile = await _watched(side)
            assert tile.rates(40)[-1] == TOP
            statuses = await _Beside(side, tmp_path).record(*channels)
            assert not any(one.gaps or one.failure for one in statuses)
            assert all(_whole(tmp_path, name) for name in channels)
            assert tile.dry == 0
            low = [one for one in tile.rates(60) if one < TOP]
            assert len(low) <= 0.1 * len(tile.rates(60)), low

    at_virtual_time(scenario)
