"""mpv's picture in a framebuffer, with the smallest of Qts around it."""

import locale
import os
import sys
import threading

import pytest
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject

from player.mpv.settings import SinkOptions
from player.mpv.sink import MpvSink
from player.ports import EpochStart, SinkState
from player.units import Micros
from tests.fakes.matroska import matroska
from tests.fakes.sink_rig import Ears, EngineThread

pytestmark = [
    pytest.mark.system,
    pytest.mark.display,
    pytest.mark.skipif(
        sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ),
        reason="no display: Qt would end the whole run",
    ),
]

FIRST, ENDED, FAILED = SinkState.FIRST_PICTURE, SinkState.ENDED, SinkState.FAILED
GREY = {60: 51, 120: 121, 180: 191}
"""A luma of video levels, and the red that it becomes."""


class Screen:
    """The test's thread as engine and as render thread: draws whenever mpv asks."""

    def __init__(self) -> None:
        self.log = []
        self.ears = Ears()
        self.engine = EngineThread(self._frame, wait=0.003)
        options = SinkOptions(audio="null", log=lambda *line: self.log.append(line))
        self.sink = MpvSink(options, self.engine.post, self.ears)
        self.size = (64, 36)
        self.shades = []
        self.eager = False
        self._dirty = threading.Event()
        self._offscreen = QOffscreenSurface()
        self._offscreen.create()
        self._gl = QOpenGLContext()
        assert self._gl.create()
        assert self._gl.makeCurrent(self._offscreen)
        self.fbo = QOpenGLFramebufferObject(*self.size)
        self.sink.surface.create(self._address, self._dirty.set)

    def _address(self, name):
        return int(self._gl.getProcAddress(name))

    def _frame(self):
        if not (self._dirty.is_set() or self.eager):
            return
        self._dirty.clear()
        self.sink.surface.render(self.fbo.handle(), *self.size)
        self.sink.surface.swapped()
        shade = self.shade()
        if not self.shades or self.shades[-1] != shade:
            self.shades.append(shade)

    def shade(self, x=32, y=18):
        return self.fbo.toImage().pixelColor(x, y).red()

    def row(self, y):
        """Grey of row `y`, counted from the framebuffer's own row 0."""
        return self.fbo.toImage(False).pixelColor(32, y).red()

    def play(self, epoch, shade, frames=50, size=(160, 90), finish=True, **start):
        self.sink.open(EpochStart(epoch=epoch, **start))
        self.sink.feed(epoch, matroska(frames=frames, shade=shade, size=size))
        if finish:
            self.sink.finish(epoch)

    def paint(self, red):
        """Fill the framebuffer behind the surface's back."""
        assert self.fbo.bind()
        self._gl.functions().glClearColor(red / 255, 0.0, 0.0, 1.0)
        self._gl.functions().glClear(0x4000)
        self.fbo.release()

    def shows(self, shade):
        return self.engine.until(lambda: self.shade() == pytest.approx(shade, abs=2))

    def seen(self):
        return [
            min(GREY.values(), key=lambda grey: abs(grey - s)) if s > 10 else 0
            for s in self.shades
        ]

    def close(self):
        self.sink.stop()
        self.sink.surface.free()
        self.sink.close()
        self._gl.doneCurrent()


@pytest.fixture
def screen(qapp):
    assert isinstance(qapp, QGuiApplication)
    locale.setlocale(locale.LC_NUMERIC, "C")
    made = Screen()
    yield made
    made.close()


@pytest.mark.parametrize("eager", [False, True])
def test_the_last_picture_stays_until_the_next_one_stands(screen, eager):
    screen.eager = eager
    screen.play(1, 60)
    assert screen.shows(GREY[60])
    screen.shades.clear()
    screen.play(2, 120, size=(320, 180))
    assert screen.shows(GREY[120])
    screen.sink.open(EpochStart(epoch=3))
    screen.engine.run(0.4)
    assert screen.shade() == pytest.approx(GREY[120], abs=2)
    screen.sink.feed(3, matroska(frames=10, shade=180))
    screen.sink.finish(3)
    assert screen.shows(GREY[180])
    screen.play(4, 60, size=(320, 180), append=True)
    assert screen.shows(GREY[60])
    assert screen.seen() == [GREY[60], GREY[120], GREY[180], GREY[60]]


def test_libmpvs_redraws_wait_for_the_epoch_that_is_on_its_way(screen):
    """A redraw may have no picture: on a busy machine that was a black flash in a zap."""
    screen.play(1, 60)
    assert screen.shows(GREY[60])
    screen.sink.open(EpochStart(epoch=2))
    screen.engine.run(0.1)
    screen.paint(33)
    screen.sink._core.command("show-text", "hello", "5000")
    screen.engine.run(0.4)
    assert screen.shade() == 33
    screen.sink.feed(2, matroska(frames=50, shade=120))
    screen.sink.finish(2)
    assert screen.shows(GREY[120])
    screen.sink.set_paused(True)
    screen.engine.run(0.3)
    screen.paint(33)
    screen.sink._core.command("show-text", "again", "5000")
    assert screen.shows(GREY[120])


def test_the_last_picture_stays_after_the_end_even_when_resized(screen):
    screen.play(1, 120, frames=5)
    assert screen.engine.until(lambda: screen.ears.heard(1, ENDED))
    screen.engine.run(0.1)
    assert screen.shade() == pytest.approx(GREY[120], abs=2)
    screen.size = (60, 34)
    screen.sink.surface.invalidate()
    screen._dirty.set()
    screen.engine.run(0.1)
    assert screen.shade(30, 20) == pytest.approx(GREY[120], abs=2)


def test_the_last_picture_stays_when_the_next_epoch_fails(screen):
    screen.play(1, 120)
    assert screen.shows(GREY[120])
    screen.sink.open(EpochStart(epoch=2))
    screen.sink.feed(2, b"garbage" * 1000)
    screen.sink.finish(2)
    assert screen.engine.until(lambda: screen.ears.heard(2, FAILED))
    screen.engine.run(0.2)
    assert screen.shade() == pytest.approx(GREY[120], abs=2)


def test_stop_shows_black_and_the_next_epoch_its_picture(screen):
    screen.play(1, 120)
    assert screen.shows(GREY[120])
    screen.sink.stop()
    assert screen.shows(0)
    screen.engine.run(0.2)
    assert screen.shade() == 0
    screen.play(2, 60)
    assert screen.shows(GREY[60])


def test_a_paused_epoch_shows_its_exact_first_picture(screen):
    screen.sink.open(EpochStart(epoch=1, start=Micros(800_000), paused=True))
    screen.sink.feed(1, matroska())
    assert screen.engine.until(lambda: screen.ears.heard(1, FIRST))
    grey = round((16 + 2 * 20 - 16) * 255 / 219)
    assert screen.shows(grey)
    assert screen.seen()[-1:] != [0]


def test_row_0_of_the_framebuffer_is_the_top_of_the_picture(screen):
    screen.sink.open(EpochStart(epoch=1, paused=True))
    screen.sink.feed(1, matroska(frames=5, shade=60, top=180))
    assert screen.engine.until(lambda: screen.ears.heard(1, FIRST))
    assert screen.engine.until(lambda: screen.row(0) > 150)
    assert screen.row(35) < 100


def test_a_hidden_window_does_not_stop_the_sound(screen):
    screen.play(1, 120, frames=25)
    assert screen.shows(GREY[120])
    screen.engine._idle = lambda: None
    assert screen.engine.until(lambda: screen.ears.heard(1, ENDED))


def test_a_clean_run_logs_nothing_of_weight(screen):
    screen.play(1, 120, frames=10)
    assert screen.engine.until(lambda: screen.ears.heard(1, ENDED))
    weighty = [line for line in screen.log if line[0] in ("warn", "error", "fatal")]
    assert weighty == []


def test_closing_before_freeing_is_refused(screen):
    with pytest.raises(RuntimeError, match="surface"):
        screen.sink.close()
    screen.play(1, 60)
    assert screen.shows(GREY[60])
