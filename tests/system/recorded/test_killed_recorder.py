"""Two channels are recorded while a third is watched; the recorder is killed and started again.

What lacks is no more than the outage, and it is said; what the server still has of it is had.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import av
import pytest

from app.catalog_host import identify
from app.paths import Paths
from catalog.store.reader import GuideReader
from player.recording.face import RecordingState, recordings
from player.recording.schedule import Schedule, ScheduleEntry
from player.recording.schedule_file import ScheduleFile
from player.units import MICROS_PER_SECOND, Micros, micros
from tests.system.farol_process import ROOT, environment, farol, run_farol, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

SEGMENT = 2.0
"""Seconds: what was under way as the recorder was killed is had anew, or lost, as a whole.

Each track for itself: at the kill, and as the server's window moves on at the start, the sound may
lose one more than the pictures, or they one more than it.
"""

LASTS, OUTAGE = 56, 12
SHAPES = {"one": "1/live/hls-cmaf/master.m3u8", "two": "2/live/dash/manifest.mpd"}


class Recordings:
    """A home folder with a list, a schedule, and a recorder that works it."""

    def __init__(self, home: Path, headend: str, window: int) -> None:
        self.home = home
        self._list = home / "list.m3u"
        lines = ["#EXTM3U"]
        for name, path in SHAPES.items():
            lines += [f"#EXTINF:-1,{name}", f"{headend}/channels/{path}?window={window}"]
        self._list.write_text("\n".join(lines) + "\n")
        self.paths = Paths(data=home / "data" / "farol", cache=home / "cache" / "farol")

    def schedule(self, lasts: int) -> None:
        """Record both channels of the list from now on; `farol` itself reads the list in."""
        location = str(self._list)
        told = run_farol("record", "one", "--source", location, "--at", "0:00", home=self.home)
        assert told.status == 0, told.err
        source = identify(location).id
        with closing(GuideReader(self.paths.guide_db(source))) as reader:
            channels = {one.name: one.id for one in reader.channels()}
        now = _now()
        schedule = Schedule()
        for name in SHAPES:
            schedule = schedule.with_entry(
                ScheduleEntry(
                    id=name,
                    title=name,
                    source=source,
                    channel=channels[name],
                    since=now,
                    until=Micros(now + micros(lasts)),
                )
            )
        ScheduleFile(self.paths.schedule).change(lambda _: schedule)

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the recorder's process."""
        return subprocess.Popen(
            [sys.executable, "-m", "app", "recorder"],
            cwd=ROOT,
            env=environment(self.home),
            stdout=subprocess.DEVNULL,
        )

    def told(self) -> dict[str, dict]:
        """What `farol recordings` says of each."""
        ran = run_farol("recordings", "--json", home=self.home)
        assert ran.status == 0, ran.err
        return {one["id"]: one for one in json.loads(ran.out)["recordings"]}

    def all_are(self, state: RecordingState, seconds: float = 0) -> bool:
        """Whether both are in a state, and have so much."""
        found = recordings(self.paths.recordings)
        right = [one.state is state and one.recorded >= micros(seconds) for one in found]
        return len(right) == len(SHAPES) and all(right)


def _now() -> Micros:
    return Micros(time.time_ns() // 1000)  # noqa: TID251 - this machine's, as the processes have it


@pytest.mark.parametrize("window", [4, 120])
def test_the_loss_is_no_more_than_the_outage_and_said(headend_url, tmp_path, window):
    bench = Recordings(tmp_path, headend_url, window)
    third = f"{headend_url}/channels/5/live/hls-ts/master.m3u8"
    watch = ("play", third, "--headless", "--duration", "25")
    bench.schedule(LASTS)
    with farol(*watch, home=tmp_path) as watching:
        first = bench.start()
        assert until(lambda: bench.all_are(RecordingState.RECORDING, 6), 60, 0.2)
        killed = _now()
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
        assert {one["state"] for one in bench.told().values()} == {"interrupted"}
        time.sleep(OUTAGE)  # noqa: TID251 - the outage
        second = bench.start()
        assert until(lambda: bench.all_are(RecordingState.RECORDING), 60, 0.1)
        outage = (_now() - killed) / MICROS_PER_SECOND
        assert second.wait(150) == 0
        assert watching.wait(60) == 0  # 25 s of the third were watched, and nothing failed
    told = bench.told()
    for name in SHAPES:
        _is_whole_but_for(told[name], outage, server_has_it=window > outage)
        _is_exported_whole(tmp_path, told[name])
    table = run_farol("recordings", home=tmp_path).out
    assert table.count("1 gap of") == (0 if window > outage else 2)
    assert not ScheduleFile(bench.paths.schedule).read().entries


def _is_exported_whole(home: Path, one: dict) -> None:
    """The gap stays as time in the file, which lasts as long as the recording."""
    target = home / f"{one['id']}.mkv"
    ran = run_farol("recordings", "export", one["id"], str(target), home=home)
    assert ran.status == 0, ran.err
    with av.open(str(target)) as file:
        assert len(file.streams) == 5
        assert abs((file.duration or 0) / 1e6 - (one["until"] - one["since"])) < 0.2


def _is_whole_but_for(one: dict, outage: float, *, server_has_it: bool) -> None:
    """All that was ordered plays, or is told as a gap; the gaps are no more than the outage."""
    lost = sum(end - start for start, end in one["gaps"])
    assert one["state"] == "done"
    assert one["failure"] is None
    assert lost <= outage + SEGMENT
    assert (lost == 0) == server_has_it
    assert one["recorded"] + lost >= LASTS - SEGMENT
    told_twice = one["recorded"] + lost - (one["until"] - one["since"])  # pictures without sound
    assert -0.2 < told_twice < 2 * SEGMENT + 0.2
