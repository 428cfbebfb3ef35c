"""Runs Farol's real window with a script inside: `python -m tests.system.window_script NAME ...`.

The composition, the engine, libmpv and the shutdown are those of `farol`; what is added is one
timer that steps the script, an eye on what libmpv draws, and a watchdog that ends a deadlock
with every thread's stack on stderr. The result is one line of JSON on stdout.
"""

import ctypes
import faulthandler
import itertools
import json
import logging
import random
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

import app.window
from app.main import main
from player.api import ErrorOccurred
from tests.strip import StripReading, read_strip
from tests.system.published import Published
from ui.key_map import Action
from ui.window import MainWindow

STEP_MS = 20
PATIENCE = 30.0
_GL_FRAMEBUFFER, _GL_RGBA, _GL_UNSIGNED_BYTE = 0x8D40, 0x1908, 0x1401

Condition = Callable[[], object]
Script = Generator[Condition | float, None, None]


class Eye:
    """A VideoSurface around libmpv's: keeps the strip's lines of every frame that was presented.

    Row 0 of the framebuffer is the top. What was drawn counts once the window has swapped.
    """

    def __init__(self, inner: Any) -> None:
        self.seen: list[tuple[float, np.ndarray]] = []
        self.watching = False
        self._inner = inner
        self._drawn: np.ndarray | None = None

    def create(self, get_proc_address: Callable[[bytes], int], *args: Any, **named: Any) -> None:
        def function(name: bytes, *types: Any) -> Any:
            return ctypes.CFUNCTYPE(None, *types)(get_proc_address(name))

        i, u, p = ctypes.c_int, ctypes.c_uint, ctypes.c_void_p
        self._bind = function(b"glBindFramebuffer", u, u)
        self._read = function(b"glReadPixels", i, i, i, i, u, u, p)
        self._inner.create(get_proc_address, *args, **named)

    def render(self, fbo: int, width: int, height: int) -> None:
        self._inner.render(fbo, width, height)
        if self.watching:
            lines = np.empty((height * 5 // 60, width, 4), np.uint8)
            self._bind(_GL_FRAMEBUFFER, fbo)
            self._read(0, 0, width, len(lines), _GL_RGBA, _GL_UNSIGNED_BYTE, lines.ctypes.data)
            self._drawn = lines[..., 1].copy()

    def swapped(self) -> None:
        self._inner.swapped()
        if self._drawn is not None:
            self.seen.append((time.perf_counter(), self._drawn))
            self._drawn = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def readings(self) -> list[tuple[float, StripReading | None]]:
        """What was presented, in order."""
        return [(at, read_strip(lines)) for at, lines in self.seen]


@dataclass
class Stage(Published):
    """What a script holds in its hands. Qt thread."""

    window: MainWindow
    eye: Eye
    result: dict[str, Any] = field(default_factory=dict)

    def press(self, *keys: Qt.Key) -> None:
        """Press keys in the window."""
        for key in keys:
            QTest.keyClick(self.window.window, key)

    def show(self, how: Callable[[], object]) -> None:
        """Show the window and give it the keys back, as a window manager does; here is none."""
        how()
        self.window.window.requestActivate()

    def strip(self) -> StripReading | None:
        """What the window says when it is grabbed, scene and all."""
        image = self.window.grab().convertToFormat(QImage.Format.Format_RGB888)
        if image.isNull():
            return None
        lines = np.frombuffer(image.constBits(), np.uint8)
        lines = lines.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 3]
        return read_strip(lines.reshape(image.height(), image.width(), 3))


class _Warnings(logging.Handler):
    """Keeps what was logged at WARNING and above, by logger."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


class Runner:
    """Steps a script: a number waits that many seconds, a function until it is true."""

    def __init__(self, make: Callable[[Stage], Script]) -> None:
        self._make = make
        self._timer = QTimer()
        self.stage: Stage | None = None

    def begin(self, stage: Stage) -> None:
        self.stage, self._script = stage, self._make(stage)
        self._condition: Condition = lambda: True
        self._deadline = time.perf_counter() + PATIENCE
        self._timer.timeout.connect(self._step)
        self._timer.start(STEP_MS)

    def _step(self) -> None:
        if self._condition():
            self._advance()
        elif time.perf_counter() > self._deadline:
            assert self.stage is not None
            line = cast("Any", self._script).gi_frame.f_lineno
            self.stage.result["stuck"] = f"line {line}, {self.stage.now.state}"
            self.stage.window.grab().save(str(Path.home() / "stuck.png"))
            self._stop()

    def _advance(self) -> None:
        try:
            wanted = next(self._script)
        except StopIteration:
            self._stop()
            return
        now = time.perf_counter()
        if callable(wanted):
            self._condition, self._deadline = wanted, now + PATIENCE
        else:
            end = now + wanted
            self._condition = lambda: time.perf_counter() >= end
            self._deadline = end + PATIENCE

    def _stop(self) -> None:
        self._timer.stop()
        QCoreApplication.quit()


def drive(make: Callable[[Stage], Script], arguments: list[str], watchdog: float) -> int:
    """Run `farol` with `arguments` under a script; gives its exit status."""
    runner, warnings = Runner(make), _Warnings()

    class Driven(MainWindow):
        def __init__(self, controls: Any, catalog: Any, surface: Any, **named: Any) -> None:
            self.eye = Eye(surface)
            super().__init__(controls, catalog, self.eye, **named)
            self.stage = Stage(window=self, eye=self.eye)
            named["bridge"].on_snapshot(self.stage.take)
            named["bridge"].on_event(self.stage.take)

        def show(self) -> None:
            super().show()
            runner.begin(self.stage)

    monkeypatched = cast("Any", app.window)
    monkeypatched.MainWindow = Driven
    logging.getLogger().addHandler(warnings)
    faulthandler.dump_traceback_later(watchdog, exit=True)
    status = main(arguments)
    faulthandler.cancel_dump_traceback_later()
    stage = runner.stage
    assert stage is not None
    errors = [one.failure.code for one in stage.of(ErrorOccurred)]
    told = {"warnings": warnings.lines, "errors": errors, "dropped": stage.now.dropped_frames}
    sys.stdout.write(json.dumps(stage.result | told) + "\n")
    return status


# ---- scripts ------------------------------------------------------------------------------------


def storm(stage: Stage, seed: int) -> Script:
    """Resize, hide, fullscreen, grab, zap in a random order while playing; close somehow."""
    window, rng = stage.window.window, random.Random(seed)  # noqa: S311 - an order, no secret
    key = Qt.Key
    steps: list[Callable[[], object]] = [
        lambda: window.resize(rng.randrange(320, 1200), rng.randrange(240, 700)),
        lambda: window.resize(640, 360),
        stage.window.grab,
        window.hide,
        lambda: stage.show(window.show),
        window.showMinimized,
        lambda: stage.show(window.showNormal),
        lambda: stage.press(key.Key_F),
        lambda: stage.press(key.Key_PageDown),
        lambda: stage.press(key.Key_G, key.Key_Down, key.Key_Return),
        lambda: stage.press(key.Key_S),
    ]
    yield lambda: stage.now.state == "playing"
    stage.window.live.tuned.connect(lambda: stage.result.update(zaps=stage.result["zaps"] + 1))
    stage.result["zaps"] = done = 0
    for step in itertools.chain.from_iterable(rng.sample(steps, len(steps)) for _ in range(5)):
        step()
        done += 1
        yield rng.choice((0.0, 0.02, 0.1, 0.2))
    stage.show(window.showNormal)
    window.resize(800, 450)
    yield 0.3
    if stage.window.shell.statisticsOpen:
        stage.window.shell.act(Action.STATISTICS)
    for _ in range(6):  # what lies over the strip goes, one layer a press
        yield 0.1
        if stage.window.shell.listOpen:  # by name: a window shown anew may have no key focus
            stage.window.shell.act(Action.BACK)
    yield lambda: stage.strip() is not None
    before = stage.strip()
    yield lambda: (now := stage.strip()) is not None and now != before
    stage.result["steps"] = done
    closing: list[Callable[[], object]] = [
        stage.window.close,
        window.close,
        lambda: stage.press(key.Key_F),
        window.hide,
        lambda: QTest.keyClick(window, key.Key_Q, Qt.KeyboardModifier.ControlModifier),
    ]
    closing[seed % len(closing)]()


def watch(stage: Stage, seconds: float) -> Script:
    """Look at every presented frame for a time."""
    yield lambda: stage.now.state == "playing"
    stage.press(Qt.Key.Key_Escape)
    yield 1.0
    stage.eye.watching = True
    yield seconds
    stage.eye.watching = False
    stage.result["presented"] = [
        (at, strip and (strip.channel, strip.rung, strip.frame))
        for at, strip in stage.eye.readings()
    ]


def _has_failed(stage: Stage, place: int) -> bool:
    return len(stage.of(ErrorOccurred)) > place and stage.now.state == "failed"


def broken(stage: Stage, channels: int) -> Script:
    """Zap from one broken address to the next, then to one that works, and see its picture."""
    said: list[str] = []
    for place in range(channels):
        yield partial(_has_failed, stage, place)
        said.append(stage.now.failure.sentence if stage.now.failure else "")
        yield 0.6
        stage.press(Qt.Key.Key_Down)
    yield lambda: stage.strip() is not None
    strip = stage.strip()
    stage.result |= {"said": said, "channel": strip.channel if strip else None}


SCRIPTS: dict[str, Callable[[Stage, str], Script]] = {
    "storm": lambda stage, argument: storm(stage, int(argument)),
    "watch": lambda stage, argument: watch(stage, float(argument)),
    "broken": lambda stage, argument: broken(stage, int(argument)),
}

if __name__ == "__main__":
    _, script, argument, watchdog, *rest = sys.argv
    sys.exit(drive(lambda stage: SCRIPTS[script](stage, argument), rest, float(watchdog)))
