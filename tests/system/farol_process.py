"""Farol as its users start it: a process of its own, with folders of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A run that is over."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def sentences(self) -> list[str]:
        """What it said on stderr, a line each."""
        return [line for line in self.err.splitlines() if line.strip()]


def environment(home: Path, display: str = "") -> dict[str, str]:
    """An environment in which Farol finds nothing of this machine's user."""
    folders = {
        f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CACHE", "CONFIG")
    }
    own = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    own.pop("DISPLAY", None)
    own.pop("WAYLAND_DISPLAY", None)
    own |= {"HOME": str(home), "LC_ALL": "C.UTF-8", "LANGUAGE": "en", **folders}
    return own | ({"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"} if display else {})


def run_farol(*arguments: str, home: Path) -> Ran:
    """Run `farol` with these arguments to its end; no display."""
    return run_module("app", arguments, environment(home), timeout=90)


def run_module(module: str, arguments: Sequence[str], env: dict[str, str], timeout: float) -> Ran:
    """Run a module of the checkout as a program to its end."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    took = time.perf_counter() - begin
    return Ran(status=done.returncode, out=done.stdout, err=done.stderr, seconds=took)


@contextmanager
def farol(*arguments: str, home: Path, display: str = "") -> Iterator["subprocess.Popen[str]"]:
    """Run `farol` beside the block; it is ended with it. Its stderr may be read afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment(home, display),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def until(condition: Callable[[], object], patience: float = 30, pause: float = 0.05) -> bool:
    """Wait for a condition; False when it did not come within `patience` seconds."""
    end = time.perf_counter() + patience
    while not condition():
        if time.perf_counter() > end:
            return False
        time.sleep(pause)  # noqa: TID251 - waits for another process
    return True
