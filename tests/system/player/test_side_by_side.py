"""Several channels at once by the command line: real libmpv, real headend, one line."""

import json
from pathlib import Path

import pytest

from tests.system.farol_process import run_farol
from tests.system.picture import strip_of

pytestmark = pytest.mark.system

CHANNELS = ("1/live/hls-cmaf/master.m3u8", "2/live/dash/manifest.mpd", "3/live/hls-ts/master.m3u8")


def test_three_channels_play_at_once_each_its_own_picture(
    headend_url: str, tmp_path: Path
) -> None:
    first, *others = (f"{headend_url}/channels/{one}" for one in CHANNELS)
    beside = [word for url in others for word in ("--also", url)]
    report, picture = tmp_path / "report.json", tmp_path / "picture.png"
    ran = run_farol(
        "play", "--headless", first, *beside, "--sizes", "960x540,320x180,320x180",
        "--duration", "10", "--report", str(report), "--screenshot", str(picture),
        home=tmp_path,
    )  # fmt: skip
    assert ran.status == 0, ran.err
    sessions = json.loads(report.read_text())["sessions"]
    assert [one["rebuffers"] for one in sessions] == [0, 0, 0]
    assert all(one["played_s"] > 8 for one in sessions)
    assert all(not one["errors"] for one in sessions)
    pictures = [picture, tmp_path / "picture-2.png", tmp_path / "picture-3.png"]
    strips = [strip_of(one) for one in pictures]
    assert [one.channel for one in strips if one] == [1, 2, 3]
    large, *small = (one.rung for one in strips if one)
    assert large >= 2, "540 lines of the screen"
    assert small == [0, 0], "180 lines of the screen"


def test_a_source_of_one_connection_says_why_one_does_not_play(
    headend_url: str, tmp_path: Path
) -> None:
    first, second, _ = (f"{headend_url}/channels/{one}" for one in CHANNELS)
    report = tmp_path / "report.json"
    ran = run_farol(
        "play", "--headless", first, "--also", second, "--max-connections", "1",
        "--duration", "2", "--report", str(report), home=tmp_path,
    )  # fmt: skip
    assert ran.status == 3
    assert "no more channels at once" in ran.err
    sessions = json.loads(report.read_text())["sessions"]
    told = [[error["code"] for error in one["errors"]] for one in sessions]
    assert sorted(told) == [[], ["network.connections"]], "one of them, whichever asked first"
    assert sessions[told.index([])]["played_s"] > 1.5
