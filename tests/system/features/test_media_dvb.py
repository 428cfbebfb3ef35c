"""DVB bitmap subtitles are seen: libmpv draws the chosen ones, in their place, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from player.api import ErrorOccurred, Play, PlayRequest, SelectText, SetPaused
from tests.system.farol_process import until
from tests.system.mpv_door import ask
from tests.system.mpv_screen import Screen

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


def _is_bitmap(stream: Any) -> bool:
    """Teletext and WebVTT have no codec here, whatever PyAV's stubs say."""
    codec = stream.codec_context
    return codec is not None and codec.name == "dvbsub"


def _bitmaps_alone(lab_url: str, folder: Path) -> Path:
    """A film whose one piece has pictures, sound and the bitmaps, and no other text at all."""
    with (
        av.open(f"{lab_url}/channels/{FILM}") as film,
        av.open(str(folder / "all.ts"), "w", format="mpegts") as out,
    ):
        bitmaps = [one for one in film.streams.subtitles if _is_bitmap(one)]
        picked = [film.streams.video[0], film.streams.audio[0], *bitmaps]
        made = {one.index: out.add_stream_from_template(one) for one in picked}
        assert len(made) == 3
        made[picked[2].index].metadata["language"] = picked[2].metadata["language"]
        for packet in film.demux(picked):
            if packet.dts is not None:
                packet.stream = made[packet.stream_index]
                out.mux(packet)
    playlist = folder / "index.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:20\n#EXTINF:20,\nall.ts\n#EXT-X-ENDLIST\n")
    return playlist


def _plays_on(screen: Screen) -> bool:
    return screen.now.position > 6_500_000


def test_bitmaps_are_chosen_by_language_where_there_is_nothing_else(
    lab_url: str, screen: Screen, tmp_path: Path
) -> None:
    film = _bitmaps_alone(lab_url, tmp_path)
    screen.host.submit(Play(request=PlayRequest(url=str(film), text_language="en")))
    assert until(lambda: _is_subtitled(screen) and _plays_on(screen), 20), screen.now
    (offered,) = (one for one in screen.now.text if one.language)
    assert "dvbsub" in offered.id
    assert screen.now.text_track == offered.id
    shot = _shot(screen, "wanted")
    line = shot.box(shot.drawn)
    assert np.median(line) < BOX
    assert 0.02 < np.mean(line > INK) < 0.5
    assert shot.changed_outside == 0
    assert screen.of(ErrorOccurred) == []


def test_bitmaps_in_another_language_are_not_chosen(
    lab_url: str, screen: Screen, tmp_path: Path
) -> None:
    film = _bitmaps_alone(lab_url, tmp_path)
    screen.host.submit(Play(request=PlayRequest(url=str(film), text_language="pt")))
    assert until(lambda: _offered(screen) and _plays_on(screen), 20), screen.now
    assert screen.now.text_track is None
    shot = _shot(screen, "unwanted")
    assert np.array_equal(shot.drawn, shot.bare)
