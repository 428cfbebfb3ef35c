"""The real program on a real screen: keys from outside, the strip read from what X shows."""

import shutil
from pathlib import Path

import httpx
import pytest

from tests.system.farol_process import farol, until
from tests.system.x_display import XDisplay, x_display

pytestmark = [
    pytest.mark.system,
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
]


def shows(display: XDisplay, channel: int) -> bool:
    strip = display.strip()
    return strip is not None and strip.channel == channel


def wait_for(display: XDisplay, channel: int) -> None:
    assert until(lambda: shows(display, channel), 40), (
        f"channel {channel} did not come; the screen says {display.strip()}"
    )


def wait_until_it_moves(display: XDisplay) -> None:
    before = display.strip()
    assert until(lambda: (now := display.strip()) is not None and now != before, 10)


def test_the_window_plays_channel_3_and_zaps_to_5(headend_url: str, tmp_path: Path) -> None:
    source = ("--source", f"{headend_url}/lineup.m3u", "--channel", "3")
    with (
        x_display(tmp_path) as display,
        farol(*source, home=tmp_path, display=display.name) as process,
    ):
        wait_for(display, 3)
        wait_until_it_moves(display)
        display.key("Down")
        wait_for(display, 4)
        display.key("Down")
        wait_for(display, 5)
        wait_until_it_moves(display)
        display.key("2", "Return")
        wait_for(display, 2)
        display.key("7")  # a number alone tunes after a moment
        wait_for(display, 7)
        display.key("ctrl+q")
        assert process.wait(15) == 0


def test_a_users_own_list_of_transport_streams(headend_url: str, tmp_path: Path) -> None:
    listed = "\n".join(
        f'#EXTINF:-1 tvg-id="own-{number}" tvg-chno="{place}",Own {number}\n'
        f"{headend_url}/channels/{number}/live/stream.ts"
        for place, number in enumerate((6, 4), 1)
    )
    own = tmp_path / "my list.m3u"
    own.write_text(f"#EXTM3U\n{listed}\n", encoding="utf-8")
    assert httpx.get(f"{headend_url}/health").status_code == 200
    with (
        x_display(tmp_path) as display,
        farol("--source", str(own), home=tmp_path, display=display.name) as process,
    ):
        wait_for(display, 6)
        wait_until_it_moves(display)
        display.key("Down")
        wait_for(display, 4)
        wait_until_it_moves(display)
        display.key("ctrl+q")
        assert process.wait(15) == 0
