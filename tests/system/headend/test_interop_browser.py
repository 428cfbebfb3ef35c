"""hls.js and dash.js in headless Chromium really play what the headend serves."""

from typing import Any

import av
import pytest

from tests.strip import read_strip
from tests.system.headend.browser_run import needs_browser, play_all

pytestmark = [
    pytest.mark.system,
    needs_browser,
]

# player, channel, path, where to seek to and the language to change to
_JOBS: tuple[tuple[str, int, str, float | None, str], ...] = (
    ("hls.js", 2, "vod/hls-ts/master.m3u8", 13.1, "pt"),
    ("hls.js", 3, "vod/hls-cmaf/master.m3u8", 13.1, "en"),
    ("hls.js", 4, "vod/hls-range/master.m3u8", 25.1, "en"),
    ("hls.js", 5, "live/hls-ts/master.m3u8", None, "pt"),
    ("hls.js", 6, "live/hls-cmaf/master.m3u8", None, "pt"),
    ("dash.js", 7, "vod/dash/manifest.mpd", 13.1, "pt"),
    ("dash.js", 1, "vod/dash-range/manifest.mpd", 25.1, "en"),
    ("dash.js", 8, "live/dash/manifest.mpd", None, "pt"),
)


@pytest.fixture(scope="module")
def reports(headend_url: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What every player saw; they play in one browser, four at a time."""
    jobs = [
        {
            "player": player,
            "url": f"{headend_url}/channels/{channel}/{path}",
            "seconds": 3,
            "seek": seek,
            "language": language,
        }
        for player, channel, path, seek, language in _JOBS
    ]
    return play_all(jobs, tmp_path_factory.mktemp("browser"), timeout_s=120)


@pytest.mark.parametrize("index", range(len(_JOBS)), ids=[f"{j[0]}-{j[2]}" for j in _JOBS])
def test_the_player_plays(reports: list[dict[str, Any]], index: int) -> None:
    player, channel, path, seek, language = _JOBS[index]
    seen = reports[index]
    assert seen["problems"] == []
    assert seen["played"], seen
    assert seen["readyState"] >= 2
    assert seen["decoded"] > 50
    assert set(seen["heights"]) >= {240, 360, 480, 720}
    assert seen["audio"] == seen["text"] == ["en", "pt"]
    assert seen["language"] == language or player == "hls.js"
    if not (player == "dash.js" and "range" in path):  # dash.js reads no `wvtt` by byte range
        assert any(text.startswith(f"Channel {channel}") for text in seen["texts"])
    with av.open(seen["screenshot"]) as image:
        picture = next(image.decode(video=0)).to_ndarray(format="rgb24")
    strip = read_strip(picture)
    assert strip is not None
    assert strip.channel == channel
    if seek is not None and "hls-ts" not in path:
        # hls.js begins its own timeline at the first decoding time of a transport stream.
        assert strip.frame == int(seek * 25) % 600
