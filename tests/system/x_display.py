"""An X display of a test's own: its screen is read, and its keys are pressed, from outside."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.strip import StripReading, read_strip


@dataclass(frozen=True, slots=True, kw_only=True)
class XDisplay:
    """A running Xvfb. `name` is its DISPLAY, `framebuffer` the XWD file that it draws into."""

    name: str
    framebuffer: Path

    def screenshot(self) -> NDArray[np.uint8]:
        """What the screen shows now: height x width x 3, in the order of the bytes."""
        data = np.fromfile(self.framebuffer, np.uint8)
        header = data[:100].view(">u4")
        offset = int(header[0] + header[19] * 12)
        width, height, stride = int(header[4]), int(header[5]), int(header[12])
        lines = data[offset : offset + stride * height].reshape(height, stride)
        pixels: NDArray[np.uint8] = lines[:, : width * 4].reshape(height, width, 4)[..., :3]
        return pixels

    def strip(self) -> StripReading | None:
        """What the picture on the screen says about itself."""
        return read_strip(self.screenshot())

    def key(self, *names: str) -> None:
        """Press keys, by their X names, in the window that has the focus."""
        subprocess.run(
            ["xdotool", "key", "--delay", "30", *names],
            env=os.environ | {"DISPLAY": self.name},
            check=True,
            timeout=20,
        )


@contextmanager
def x_display(folder: Path, size: tuple[int, int] = (1280, 720)) -> Iterator[XDisplay]:
    """Run an Xvfb for the block; `folder` takes its screen."""
    read, write = os.pipe()
    screen = ["-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-fbdir", str(folder), *screen],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        yield XDisplay(name=f":{number}", framebuffer=folder / "Xvfb_screen0")
    finally:
        server.terminate()
        server.wait(10)
