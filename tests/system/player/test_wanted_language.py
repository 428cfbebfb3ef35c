"""A language that is wished for finds its subtitles in a plain transport stream, too.

No manifest announces them there: teletext is read as cues, DVB bitmaps are drawn by libmpv where
there is nothing else.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.farol_process import until
from tests.system.mpv_screen import Screen

pytestmark = pytest.mark.system

STREAM = "105/live/stream.ts"


@pytest.fixture
def screen(lab_url: str, tmp_path: Path) -> Iterator[Screen]:
    made = Screen(door=tmp_path / "mpv.sock", url=lab_url)
    yield made
    made.host.close()


def test_teletext_in_the_wanted_language_is_shown_without_being_chosen(screen: Screen) -> None:
    screen.play(STREAM, text_language="en")
    assert until(lambda: screen.now.text_track and screen.now.cues, 15, 0.05), screen.now.text
    assert screen.now.text_track.startswith("captions:teletext")
    choice = next(one for one in screen.now.text if one.id == screen.now.text_track)
    assert choice.language == "eng"


def test_without_a_wish_nothing_is_shown(screen: Screen) -> None:
    screen.play(STREAM)
    assert until(lambda: len(screen.now.text) >= 2, 15, 0.05), screen.now.text
    assert screen.now.text_track is None
    assert screen.now.cues == ()
