"""DVB bitmap subtitles are seen: libmpv draws the chosen ones, in their place, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from player.api import ErrorOccurred, SelectText, SetPaused
from tests.system.farol_process import until
from tests.system.features.test_media_libmpv import Screen
from tests.system.mpv_door import ask

pytestmark = pytest.mark.system

FILM = "105/vod/hls-ts/master.m3u8?length=20"
LEFT, TOP, WIDTH, HEIGHT = (120 / 720, 500 / 576, 480 / 720, 48 / 576)
"""Where the laboratory's line lies: a box of the display of 720 by 576 (EN 300 743 7.2.1)."""

INK, BOX = 200, 40
"""The brightness of the letters is above, that of the box around them below."""


@pytest.fixture
def screen(lab_url: str, tmp_path: Path) -> Iterator[Screen]:
    """A player of its own."""
    made = Screen(door=tmp_path / "mpv.sock", url=lab_url)
    yield made
    made.host.close()


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture with and without what is drawn over it: brightness by row and column."""

    drawn: "np.ndarray"
    bare: "np.ndarray"

    def box(self, of: "np.ndarray") -> "np.ndarray":
        """The part of a picture where the line lies."""
        height, width = of.shape
        rows = slice(round(TOP * height) + 2, round((TOP + HEIGHT) * height) - 2)
        columns = slice(round(LEFT * width) + 2, round((LEFT + WIDTH) * width) - 4)
        return of[rows, columns]

    @property
    def changed_outside(self) -> float:
        """How much the rest of the picture differs, at most."""
        apart = np.abs(self.drawn.astype(int) - self.bare)
        height, width = apart.shape
        rows = slice(round(TOP * height) - 2, round((TOP + HEIGHT) * height) + 2)
        apart[rows, round(LEFT * width) - 2 : round((LEFT + WIDTH) * width) + 2] = 0
        return int(apart.max())


def _shot(screen: Screen, name: str) -> Shot:
    """Hold the picture for a moment."""
    screen.host.submit(SetPaused(paused=True))
    assert until(lambda: screen.told("pause"), 5)
    shot = Shot(*(_picture(screen, name, what) for what in ("subtitles", "video")))
    screen.host.submit(SetPaused(paused=False))
    return shot


def _picture(screen: Screen, name: str, what: str) -> "np.ndarray":
    file = screen.door.with_name(f"{name}-{what}.png")
    assert ask(screen.door, "screenshot-to-file", str(file), what)["error"] == "success"
    with av.open(str(file)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


def _offered(screen: Screen) -> str | None:
    return next((one.id for one in screen.now.text if "dvbsub" in one.id), None)


def _is_subtitled(screen: Screen) -> bool:
    return screen.told("sid") is not False


def test_dvb_subtitles_are_drawn_in_their_place_once_chosen(screen: Screen) -> None:
    screen.play(FILM)
    assert until(lambda: _offered(screen), 10)
    before = _shot(screen, "before")
    assert np.array_equal(before.drawn, before.bare), "nobody chose any"

    screen.host.submit(SelectText(track=_offered(screen)))
    assert until(lambda: _is_subtitled(screen) and screen.now.position > 6_500_000, 20)
    shot = _shot(screen, "chosen")
    line, under = shot.box(shot.drawn), shot.box(shot.bare)
    assert np.median(line) < BOX, "a black box"
    assert 0.02 < np.mean(line > INK) < 0.5, "with letters"
    assert np.mean(np.abs(line.astype(int) - under) > BOX) > 0.5
    assert shot.changed_outside == 0

    screen.host.submit(SelectText(track=None))
    assert until(lambda: not _is_subtitled(screen), 10)
    after = _shot(screen, "after")
    assert np.array_equal(after.drawn, after.bare)
    assert screen.of(ErrorOccurred) == []
