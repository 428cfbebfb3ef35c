"""hls.js and dash.js play what the options ask for: joints, periods, patches, pathways, WebM."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parents[1] / "browser"
_CHROMIUM = os.environ.get("FAROL_CHROMIUM") or shutil.which("chromium")
pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        _CHROMIUM is None or shutil.which("npm") is None, reason="needs Chromium and npm"
    ),
]

# player, channel, path, seconds to play
_JOBS: tuple[tuple[str, int, str, int], ...] = (
    ("hls.js", 1, "vod/hls-ts/master.m3u8?discontinuity=4&length=60", 11),
    ("hls.js", 1, "vod/hls-cmaf/master.m3u8?discontinuity=4&misalign=1&length=60", 11),
    ("hls.js", 2, "vod/hls-ts/master.m3u8?ads=1&length=100", 11),
    ("hls.js", 2, "live/hls-cmaf/master.m3u8?ads=1&delta=1", 3),
    ("hls.js", 1, "vod/hls-ts/master.m3u8?rollover=1&length=60", 13),
    ("hls.js", 1, "vod/hls-cmaf/master.m3u8?gap=5&length=60", 13),
    ("hls.js", 2, "vod/hls-cmaf/master.m3u8?define=1&pathways=2&length=60", 3),
    ("hls.js", 2, "vod/hls-ts/master.m3u8?muxed=0&audio=packed&length=60", 3),
    ("dash.js", 1, "vod/dash/manifest.mpd?periods=10&bumper=1&length=60", 13),
    ("dash.js", 1, "live/dash/manifest.mpd?patch=1", 3),
    ("dash.js", 1, "vod/dash/manifest.mpd?xlink=1&length=60", 3),
    ("dash.js", 2, "vod/dash/manifest.mpd?addressing=list&length=60", 3),
    (
        "dash.js",
        2,
        "live/dash/manifest.mpd?addressing=timeline&base_urls=2&steering=1&timing=xsdate&events=1",
        3,
    ),
    ("dash.js", 2, "vod/dash-range/manifest.mpd?sidx=2&length=60", 3),
    ("dash.js", 1, "vod/dash/manifest.mpd?trick=1&thumbnails=1&length=60", 3),
    ("dash.js", 101, "vod/dash/manifest.mpd?container=webm&codecs=vp9,opus&length=40", 3),
)
_TOLD = "GAP tag found"  # hls.js reports the gaps that it then jumps


@pytest.fixture(scope="module")
def reports(lab_url: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What every player saw; they play in one browser, four at a time."""
    if not (_HERE / "node_modules").is_dir():
        npm = ["npm", "ci", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=_HERE, check=True, capture_output=True, timeout=240)
    folder = tmp_path_factory.mktemp("features")
    jobs = [
        {
            "player": player,
            "url": f"{lab_url}/channels/{channel}/{path}",
            "seconds": seconds,
            "seek": None,
            "language": "en",
            "screenshot": str(folder / f"{index}.png"),
        }
        for index, (player, channel, path, seconds) in enumerate(_JOBS)
    ]
    (folder / "jobs.json").write_text(json.dumps(jobs))
    run = subprocess.run(
        ["node", "play.mjs", str(folder / "jobs.json")],
        cwd=_HERE,
        env={**os.environ, "FAROL_CHROMIUM": str(_CHROMIUM)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    seen: list[dict[str, Any]] = json.loads(run.stdout)
    return seen


@pytest.mark.parametrize("index", range(len(_JOBS)), ids=[f"{j[0]}-{j[2]}" for j in _JOBS])
def test_the_player_plays(reports: list[dict[str, Any]], index: int) -> None:
    seen = reports[index]
    assert [problem for problem in seen["problems"] if _TOLD not in problem] == []
    assert seen["played"], seen
