"""Multi-view in the real program: the strip of each picture, read from what X shows."""

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.strip import StripReading, read_strip
from tests.system.farol_process import farol, until
from tests.system.x_display import XDisplay, x_display
from ui.tiling import Place, places

pytestmark = [
    pytest.mark.system,
    pytest.mark.display,
    pytest.mark.timeout(240),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
]


def strip_at(display: XDisplay, place: Place) -> StripReading | None:
    """What the picture at a place says about itself."""
    screen = display.screenshot()
    height, width = screen.shape[:2]
    top, left = round(place.y * height), round(place.x * width)
    return read_strip(
        screen[top : top + round(place.size * height), left : left + round(place.size * width)]
    )


def channels_at(display: XDisplay, count: int, *, even: bool = False) -> list[int]:
    """Which channel is at each place; 0 where none can be read."""
    strips = [strip_at(display, place) for place in places(count, even=even)]
    return [one.channel if one is not None else 0 for one in strips]


def wait_for(display: XDisplay, *channels: int, even: bool = False) -> None:
    count = len(channels)
    found = until(lambda: channels_at(display, count, even=even) == list(channels), 40)
    assert found, f"{channels_at(display, count, even=even)} is not {list(channels)}"


def test_four_channels_at_once_and_the_focused_one_goes_on_alone(
    headend_url: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    source = ("--source", f"{headend_url}/lineup.m3u", "--channel", "1", "--report", str(report))
    with (
        x_display(tmp_path) as display,
        farol(*source, home=tmp_path, display=display.name) as process,
    ):
        wait_for(display, 1)
        display.key("v", "Down", "Return")
        wait_for(display, 1, 2)
        display.key("g", "Down", "Return")
        wait_for(display, 1, 2, 3)
        display.key("g", "Down", "Down", "Return")  # 4 is a plain transport stream
        wait_for(display, 1, 2, 3, 5)
        before = [strip_at(display, place) for place in places(4)]
        time.sleep(2)  # noqa: TID251 - a viewer looks
        after = [strip_at(display, place) for place in places(4)]
        assert all(one != other for one, other in zip(before, after, strict=True)), "all move"
        display.key("w")
        wait_for(display, 1, 2, 3, 5, even=True)
        display.key("w", "Return")
        wait_for(display, 5, 2, 3, 1)
        display.key("Right", "Delete")
        assert until(lambda: 5 in channels_at(display, 3), 10)
        display.key("Left", "Escape")
        wait_for(display, 5)
        display.key("ctrl+q")
        assert process.wait(15) == 0
    told = json.loads(report.read_text())
    assert told["url"].startswith(f"{headend_url}/channels/5/")
    assert told["rebuffers"] == 0
