"""hls.js and dash.js play what the options ask for: joints, periods, patches, pathways, WebM."""

from typing import Any

import pytest

from tests.system.headend.browser_run import needs_browser, play_all

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    needs_browser,
]

# dash.js begins six seconds behind what the first manifest lists, and has to read it again.
_BEYOND_THE_LIST = 8

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
    ("dash.js", 1, "live/dash/manifest.mpd?patch=1", _BEYOND_THE_LIST),
    ("dash.js", 1, "vod/dash/manifest.mpd?xlink=1&length=60", 3),
    ("dash.js", 2, "vod/dash/manifest.mpd?addressing=list&length=60", 3),
    (
        "dash.js",
        2,
        "live/dash/manifest.mpd?addressing=timeline&base_urls=2&steering=1&timing=xsdate&events=1",
        _BEYOND_THE_LIST,
    ),
    ("dash.js", 2, "vod/dash-range/manifest.mpd?sidx=2&length=60", 3),
    ("dash.js", 1, "vod/dash/manifest.mpd?trick=1&thumbnails=1&length=60", 3),
    ("dash.js", 101, "vod/dash/manifest.mpd?container=webm&codecs=vp9,opus&length=40", 3),
)
_TOLD = "GAP tag found"  # hls.js reports the gaps that it then jumps


@pytest.fixture(scope="module")
def reports(lab_url: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What every player saw; they play in one browser, four at a time."""
    jobs = [
        {
            "player": player,
            "url": f"{lab_url}/channels/{channel}/{path}",
            "seconds": seconds,
            "seek": None,
            "language": "en",
        }
        for player, channel, path, seconds in _JOBS
    ]
    return play_all(jobs, tmp_path_factory.mktemp("features"), timeout_s=300)


@pytest.mark.parametrize("index", range(len(_JOBS)), ids=[f"{j[0]}-{j[2]}" for j in _JOBS])
def test_the_player_plays(reports: list[dict[str, Any]], index: int) -> None:
    seen = reports[index]
    assert [problem for problem in seen["problems"] if _TOLD not in problem] == []
    assert seen["played"], seen
