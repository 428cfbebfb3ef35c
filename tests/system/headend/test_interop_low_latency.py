"""hls.js and dash.js in headless Chromium play parts and chunks, close to the live point."""

from typing import Any

import pytest

from tests.system.headend.browser_run import needs_browser, play_all

pytestmark = [
    pytest.mark.system,
    needs_browser,
]

# player, channel, path, and how many seconds behind the live point the manifest wants it
_JOBS: tuple[tuple[str, int, str, float], ...] = (
    ("hls.js", 1, "live/hls-cmaf/master.m3u8?parts=400&rungs=v240&delta=1", 1.2),
    ("dash.js", 1, "live/dash/manifest.mpd?parts=400&rungs=v240", 2.0),
    ("dash.js", 2, "live/dash/manifest.mpd?parts=480&rungs=v240&addressing=time", 2.0),
)
_SECONDS = 5  # more than the first list has ahead of the picture
_MORE_AFTER_STALLS_S = 2.0  # hls.js stays further behind after a stall, by a target duration
_STALLS_S = 20.0  # what the machine may keep a player waiting for: a decoder, a slow start


@pytest.fixture(scope="module")
def reports(headend_url: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What every player saw, one after the other.

    A browser keeps six connections to a server of HTTP/1.1, and a player of low latency holds up
    to five of them: two would wait for each other.
    """
    jobs = [
        {
            "player": player,
            "url": f"{headend_url}/channels/{channel}/{path}",
            "seconds": _SECONDS,
            "seek": None,
            "language": "en",
        }
        for player, channel, path, _ in _JOBS
    ]
    folder = tmp_path_factory.mktemp("low-latency")
    return [seen for job in jobs for seen in play_all([job], folder, timeout_s=120)]


@pytest.mark.parametrize("index", range(len(_JOBS)), ids=[f"{j[0]}-{j[2]}" for j in _JOBS])
def test_the_player_plays_close_to_the_live_point(
    reports: list[dict[str, Any]], index: int
) -> None:
    seen = reports[index]
    assert seen["problems"] == []
    assert seen["played"], seen
    aimed, behind = seen["behind"]
    assert _JOBS[index][3] - 0.01 <= aimed <= _JOBS[index][3] + _MORE_AFTER_STALLS_S
    assert behind < aimed + _STALLS_S
    if seen["player"] == "hls.js":
        assert seen["parts"] >= 2 * _SECONDS  # two of pictures and two of sound each second
