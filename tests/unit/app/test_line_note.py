"""What windows tell recorders of the line, from one process to another."""

import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from app.line_note import LineNeed, LineNote, NotedNeed, keep_noted, open_note
from app.recorder_host import RecorderHost
from player.abr.estimator import BandwidthEstimator
from player.clock import SystemClock
from player.net.fetcher import HttpFetcher
from player.units import BitsPerSecond, Micros
from tests.fakes.virtual import VirtualClock, at_virtual_time, inline_worker

BUSY = LineNeed(free=False, rate=BitsPerSecond(20_000_000), wanted=BitsPerSecond(5_000_000))


@dataclass
class _Line:
    watched: bool = True
    free: bool = False
    rate: BitsPerSecond | None = BUSY.rate
    wanted: BitsPerSecond = BUSY.wanted


def test_a_note_is_read_by_another_process_and_counts_for_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "state" / "line.note"
    with closing(LineNote(path, SystemClock())) as note:
        assert note.read() is None
    script = (
        "import sys; from pathlib import Path; from player.clock import SystemClock;"
        "from app.line_note import LineNote;"
        "from tests.unit.app.test_line_note import BUSY;"
        "note = LineNote(Path(sys.argv[1]), SystemClock()); note.write(BUSY); note.close()"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    assert path.stat().st_mode & 0o777 == 0o600

    class _Later(SystemClock):
        def monotonic(self) -> Micros:
            return Micros(written + later)

    written, later = int.from_bytes(path.read_bytes()[:8], "little"), 900_000
    with closing(LineNote(path, _Later())) as note:
        assert note.read() == BUSY
        later = 1_100_000
        assert note.read() is None, "whoever wrote it may be dead"
        later = -1
        assert note.read() is None, "it is from before the machine was started anew"


@pytest.mark.parametrize("bytes_", [b"", b"\xff" * 32, b"\x01" + bytes(31), bytes(40)])
def test_strange_bytes_are_nobody_who_watches(tmp_path: Path, bytes_: bytes) -> None:
    path = tmp_path / "line.note"
    path.write_bytes(bytes_)
    with closing(LineNote(path, SystemClock())) as note:
        assert note.read() is None


def test_no_place_for_it_is_no_reason_not_to_play(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert open_note(tmp_path / "file" / "line.note", SystemClock()) is None


def test_it_is_kept_while_somebody_plays(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = VirtualClock()
        note, line = LineNote(tmp_path / "line.note", clock), _Line()
        async with anyio.create_task_group() as group:
            group.start_soon(keep_noted, note, line, inline_worker)
            for _ in range(10):
                await anyio.sleep(0.7)
                assert note.read() == BUSY
            line.free = True
            await anyio.sleep(0.3)
            assert note.read() == LineNeed(free=True, rate=BUSY.rate, wanted=BUSY.wanted)
            line.watched = False
            await anyio.sleep(1.5)
            assert note.read() is None
            group.cancel_scope.cancel()
        note.close()

    at_virtual_time(scenario)


def test_recordings_plan_with_what_is_left(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = VirtualClock()
        note = LineNote(tmp_path / "line.note", clock)
        watchers = NotedNeed(note, inline_worker)
        host = RecorderHost(HttpFetcher(clock), BandwidthEstimator(BUSY.rate), clock, watchers)
        async with anyio.create_task_group() as group:
            group.start_soon(host.heed_watchers)
            await anyio.sleep(1)
            assert host.free
            assert host.granted is None, "nobody watches"
            note.write(BUSY)
            await anyio.sleep(0.5)
            assert not host.free
            assert host.granted == 7_500_000, "half of what the others leave"
            await anyio.sleep(2)
            assert host.free, "the window died"
            group.cancel_scope.cancel()
        note.close()

    at_virtual_time(scenario)


def test_a_disk_that_takes_or_gives_nothing_ends_nothing(tmp_path: Path) -> None:
    class _Full(LineNote):
        def write(self, need: LineNeed) -> None:
            raise OSError(28, f"no room for {need}")

        def read(self) -> LineNeed | None:
            raise OSError(5, "the disk does not answer")

    async def scenario() -> None:
        note = _Full(tmp_path / "line.note", VirtualClock())
        watchers = NotedNeed(note, inline_worker)
        watchers.now = BUSY
        async with anyio.create_task_group() as group:
            group.start_soon(keep_noted, note, _Line(), inline_worker)
            group.start_soon(watchers.run)
            await anyio.sleep(3)
            assert watchers.now is None
            group.cancel_scope.cancel()
        note.close()

    at_virtual_time(scenario)
