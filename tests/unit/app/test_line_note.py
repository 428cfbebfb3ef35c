"""What windows tell recorders of the line, from one process to another."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from app.line_note import LineNeed, LineNote, keep_noted, open_note
from app.recorder_host import RecorderHost
from player.abr.estimator import BandwidthEstimator
from player.clock import SystemClock
from player.net.fetcher import HttpFetcher
from player.units import BitsPerSecond, Micros
from tests.fakes.virtual import VirtualClock, at_virtual_time

BUSY = LineNeed(free=False, rate=BitsPerSecond(20_000_000), wanted=BitsPerSecond(5_000_000))


@dataclass
class _Line:
    watched: bool = True
    free: bool = False
    rate: BitsPerSecond | None = BUSY.rate
    wanted: BitsPerSecond = BUSY.wanted


def test_a_note_is_read_by_another_process_and_counts_for_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "state" / "line.note"
    assert LineNote(path, SystemClock()).read() is None
    script = (
        "import sys; from pathlib import Path; from player.clock import SystemClock;"
        "from app.line_note import LineNote;"
        "from tests.unit.app.test_line_note import BUSY;"
        "LineNote(Path(sys.argv[1]), SystemClock()).write(BUSY)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    assert path.stat().st_mode & 0o777 == 0o600

    class _Later(SystemClock):
        def monotonic(self) -> Micros:
            return Micros(written + later)

    written, later = int.from_bytes(path.read_bytes()[:8], "little"), 900_000
    note = LineNote(path, _Later())
    assert note.read() == BUSY
    later = 1_100_000
    assert note.read() is None, "whoever wrote it may be dead"
    later = -1
    assert note.read() is None, "it is from before the machine was started anew"


@pytest.mark.parametrize("bytes_", [b"", b"\xff" * 32, b"\x01" + bytes(31), bytes(40)])
def test_strange_bytes_are_nobody_who_watches(tmp_path: Path, bytes_: bytes) -> None:
    path = tmp_path / "line.note"
    path.write_bytes(bytes_)
    assert LineNote(path, SystemClock()).read() is None


def test_no_place_for_it_is_no_reason_not_to_play(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert open_note(tmp_path / "file" / "line.note", SystemClock()) is None


def test_it_is_kept_while_somebody_plays(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock = VirtualClock()
        note, line = LineNote(tmp_path / "line.note", clock), _Line()
        async with anyio.create_task_group() as group:
            group.start_soon(keep_noted, note, line)
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

    at_virtual_time(scenario)


def test_recordings_plan_with_what_is_left(tmp_path: Path) -> None:
    clock = SystemClock()
    note = LineNote(tmp_path / "line.note", clock)
    host = RecorderHost(HttpFetcher(clock), BandwidthEstimator(BUSY.rate), clock, note)
    assert host.free
    assert host.granted is None, "nobody watches"
    note.write(BUSY)
    assert not host.free
    assert host.granted == 7_500_000, "half of what the others leave"
