"""libmpv's outputs as somebody before the screen has them: what is seen and heard, and when.

The picture is read from the memory of an X server, the sound from SDL's driver that writes into
a file, here a FIFO, at the pace of a sound card.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.strip import read_strip
from tests.system.x_display import x_display

RATE = 48_000
PERIOD = 512
"""Samples that SDL takes at once: 10.7 ms."""

_LOOK = 0.004
_TOP, _WIDTH = 16, 426
"""The lines with the strip of a picture of 240 lines."""


class Ear:
    """Reads 16 bits mono from a FIFO; each piece with the time at which it came."""

    def __init__(self, fifo: Path) -> None:
        os.mkfifo(fifo)
        self._pipe = os.open(fifo, os.O_RDWR)
        self.pieces: list[tuple[float, NDArray[np.int16]]] = []
        self._thread = _beside(self._listen)

    def _listen(self) -> None:
        while len(data := os.read(self._pipe, PERIOD * 2)) > 1:
            self.pieces.append((time.perf_counter(), np.frombuffer(data, np.int16)))

    def close(self) -> None:
        """Listen no more: a byte by itself is the end."""
        os.write(self._pipe, b"\0")
        self._thread.join(5)
        os.close(self._pipe)

    def samples(self) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
        """Everything heard, a time for each sample.

        A piece begins to sound when the one before it, which was just taken, has ended: that is
        what libmpv reckons with, too (two pieces from its taking to its end).
        """
        pieces = list(self.pieces)
        times = [at + (PERIOD + np.arange(len(one))) / RATE for at, one in pieces]
        return np.concatenate(times), np.concatenate([one for _, one in pieces])


class Eye:
    """Looks at the screen again and again, and keeps each picture that is another one."""

    def __init__(self, framebuffer: Path, size: tuple[int, int]) -> None:
        data = np.fromfile(framebuffer, np.uint8, count=100).view(">u4")
        offset, stride = int(data[0] + data[19] * 12), int(data[12])
        memory = np.memmap(framebuffer, np.uint8, mode="r", offset=offset)
        lines = memory[: stride * size[1]].reshape(size[1], stride)[:, : size[0] * 4]
        self._green = lines.reshape(size[1], size[0], 4)[..., 1]
        self._over = threading.Event()
        self._seen: list[tuple[float, NDArray[np.uint8]]] = []
        self._thread = _beside(self._watch)

    def _watch(self) -> None:
        before = b""
        while not self._over.wait(_LOOK):
            part = self._green[:_TOP, :_WIDTH].copy()
            if (now := part.tobytes()) != before:
                self._seen.append((time.perf_counter(), part))
                before = now

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join(5)

    def pictures(self) -> list[tuple[float, int, int]]:
        """When each picture was seen first, its channel and frame; a torn one is left out."""
        read = [(at, read_strip(part)) for at, part in list(self._seen)]
        found = [(at, strip.channel, strip.frame) for at, strip in read if strip]
        first = found[:1]
        return first + [b for a, b in pairwise(found) if a[1:] != b[1:]]


def _beside(work: Callable[[], None]) -> threading.Thread:  # noqa: TID251 - below
    thread = threading.Thread(target=work, daemon=True)  # noqa: TID251 - a test's ears and eyes
    thread.start()
    return thread


@contextmanager
def outputs(folder: Path) -> Iterator[tuple[Ear, Eye]]:
    """An ear and an eye, and for the block the environment that leads libmpv's outputs to them."""
    size = (_WIDTH, 240)
    with x_display(folder, size) as screen:
        ear, eye = Ear(folder / "sound"), Eye(screen.framebuffer, size)
        led = {
            "DISPLAY": screen.name,
            "SDL_AUDIODRIVER": "disk",
            "SDL_DISKAUDIOFILE": str(folder / "sound"),
        }
        before = {name: os.environ.get(name) for name in led}
        os.environ.update(led)
        try:
            yield ear, eye
        finally:
            eye.close()
            ear.close()
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


LED = {
    "audio-format": "s16",
    "audio-channels": "mono",
    "audio-samplerate": str(RATE),
    "sdl-buflen": str(PERIOD / RATE),
    "geometry": f"{_WIDTH}x240+0+0",
    "ao": "sdl",
    "vo": "x11",
}
"""What libmpv is told, so that its outputs are these."""
