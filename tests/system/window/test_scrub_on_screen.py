"""Scrubbing in the real program: the pointer on the bar, and the strip in the small picture."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.strip import StripReading, read_strip
from tests.system.farol_process import farol, until
from tests.system.x_display import XDisplay, x_display

pytestmark = [
    pytest.mark.system,
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
]

X, ROWS = 420, range(680, 620, -6)
"""Where the bar may lie in a window of 1280 x 720, a third of it to the left of the pointer."""

GROUP = 50
"""Frames from one tile, or key frame, to the next."""

OFFERS = {
    "tiles": "vod/dash/manifest.mpd?loops=40&thumbnails=1",
    "what was fetched": "vod/hls-ts/master.m3u8?length=24",
}


def point(display: XDisplay, x: int, y: int) -> None:
    command = ["xdotool", "mousemove", str(x), str(y)]
    subprocess.run(command, env=os.environ | {"DISPLAY": display.name}, check=True, timeout=20)


def small(display: XDisplay) -> StripReading | None:
    """What the small picture above the pointer says; the large one's strip is far above."""
    return read_strip(np.ascontiguousarray(display.screenshot()[400:620, X - 130 : X + 130]))


def found(display: XDisplay) -> bool:
    for row in ROWS:
        point(display, X, row)
        if until(lambda: small(display) is not None, 2, 0.1):
            return True
    return False


@pytest.mark.parametrize("offer", OFFERS)
def test_the_pointer_on_the_bar_shows_the_moment(
    headend_url: str, tmp_path: Path, offer: str
) -> None:
    address = f"{headend_url}/channels/5/{OFFERS[offer]}"
    with (
        x_display(tmp_path) as display,
        farol("play", address, home=tmp_path, display=display.name) as process,
    ):
        assert until(lambda: display.strip() is not None, 60)
        display.key("space")  # the banner stays
        assert until(lambda: found(display), 60)
        seen = small(display)
        assert seen is not None
        assert (seen.channel, seen.frame % GROUP) == (5, 0)
        if offer != "tiles":
            assert 6 <= seen.frame / 25 <= 10, "a third of the film"
        display.key("ctrl+q")
        assert process.wait(15) == 0
