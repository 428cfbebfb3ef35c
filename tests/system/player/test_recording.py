"""Three channels recorded at once, killed in the middle, gone on with, and played."""

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from player.recording.face import RecordingState, playlist_of, recordings
from tests.system.farol_process import ROOT, environment, run_farol, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

OUTAGE, SHORT = 14.0, 8.0
"""Seconds without a recorder, and what the second channel's server keeps: 4 segments of 2 s."""

FRAME = 0.04


def _channels(headend: str) -> list[str]:
    live = f"{headend}/channels/3/live"
    return [
        f"cmaf={live}/hls-cmaf/master.m3u8?window=30",
        f"ts={live}/hls-ts/master.m3u8?window=4",
        f"dash={live}/dash/manifest.mpd?window=30",
    ]


@contextmanager
def _recording(
    base: Path, length: float, channels: list[str]
) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.system.record_script", str(base), str(length)]
    process = subprocess.Popen(
        [*command, *channels],
        cwd=ROOT,
        env=environment(base.parent) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _wait(base: Path, so_long: float, patience: float = 60) -> None:
    """Until each of three recordings has so many seconds."""

    def there() -> bool:
        found = recordings(base)
        return len(found) == 3 and all(one.recorded >= so_long * 1e6 for one in found)

    assert until(there, patience), recordings(base)


def _frames(playlist: Path) -> list[float]:
    """The times of all pictures, as FFmpeg reads them."""
    command = [
        "ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time",
        "-of", "json", str(playlist),
    ]  # fmt: skip
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return sorted(float(one["pts_time"]) for one in json.loads(told.stdout)["packets"])


def _holes(frames: list[float]) -> list[float]:
    """How long each stretch without a picture is; fails where one is there twice."""
    steps = [b - a for a, b in itertools.pairwise(frames)]
    assert min(steps) > FRAME / 2, "a picture that is there twice"
    return [step - FRAME for step in steps if step > 1.5 * FRAME]


def test_three_recordings_outlive_a_kill_and_lose_no_more_than_they_say(
    headend_url: str, tmp_path: Path
) -> None:
    base, channels = tmp_path / "recordings", _channels(headend_url)
    with _recording(base, 0, channels) as process:
        _wait(base, 8)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert {one.state for one in recordings(base)} == {RecordingState.INTERRUPTED}
    until(lambda: False, OUTAGE)
    with _recording(base, 16, channels) as process:
        _wait(base, 18)
        growing = run_farol(
            "play", "--headless", "--duration", "6", str(playlist_of(base, "cmaf")), home=tmp_path
        )
        assert growing.status == 0, growing.err
        told, _ = process.communicate(timeout=120)
    assert told.count("done") == 3, told
    found = {one.id: one for one in recordings(base)}
    assert {one.state for one in found.values()} == {RecordingState.DONE}
    for name in ("cmaf", "dash"):
        assert found[name].gaps == ()
        frames = _frames(playlist_of(base, name))
        assert _holes(frames) == []
        assert len(frames) * FRAME == pytest.approx(found[name].recorded / 1e6)
    (hole,) = _holes(_frames(playlist_of(base, "ts")))
    ((since, end),) = found["ts"].gaps
    told_gap = (end - since) / 1e6
    assert hole - FRAME <= told_gap <= hole + 2.1, "sound may have been a segment behind"
    assert hole <= OUTAGE + 10 - SHORT, "no more than the outage, less what the server kept"
    for name in found:
        report = tmp_path / f"{name}.json"
        length = (found[name].until or 0) - (found[name].since or 0)
        ran = run_farol(
            "play", "--headless", "--start", str(length / 1e6 - 8), "--report", str(report),
            str(playlist_of(base, name)), home=tmp_path,
        )  # fmt: skip
        assert ran.status == 0, ran.err
        played = json.loads(report.read_text())["played_s"]
        assert played == pytest.approx(8, abs=1.5), "to the end, and it is an end"
