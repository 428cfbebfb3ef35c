"""An X server that begins anew when its last client leaves, as under xinit."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from app.display import held_display
from tests.system.farol_process import until

pytestmark = [
    pytest.mark.system,
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb"),
]


@pytest.fixture
def kiosk() -> Iterator[str]:
    """A display without -noreset, and nobody on it."""
    read, write = os.pipe()
    screen = ["-screen", "0", "320x240x24", "-nolisten", "tcp", "-reset"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), *screen], pass_fds=(write,), stderr=subprocess.DEVNULL
    )
    os.close(write)
    with os.fdopen(read) as answer:  # open to the end: it tells its number with each beginning
        yield f":{answer.readline().strip()}"
        server.terminate()
        server.wait(10)


def visit(display: str, name: bytes) -> int:
    """Be a client for a moment; gives the number of an atom, 0 where it was unknown, and makes it.

    Atoms are forgotten when the server begins anew.
    """
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    opened = ctypes.c_void_p()
    assert until(lambda: _open(x11, display, opened), 5)
    known = int(x11.XInternAtom(opened, name, 1))
    x11.XInternAtom(opened, name, 0)
    x11.XCloseDisplay(opened)
    return known


def _open(x11: ctypes.CDLL, display: str, into: ctypes.c_void_p) -> bool:
    into.value = x11.XOpenDisplay(display.encode())
    return bool(into)


def test_a_held_display_does_not_begin_anew(kiosk: str) -> None:
    environ = {"DISPLAY": kiosk}
    with held_display("linux", environ) as found:
        assert found
        assert visit(kiosk, b"FAROL_PROOF") == 0
        assert visit(kiosk, b"FAROL_PROOF") != 0, "the server began anew in spite of us"
    assert visit(kiosk, b"FAROL_PROOF") == 0, "this server does not begin anew at all"


def test_it_waits_for_a_server_that_is_beginning_anew(kiosk: str) -> None:
    for _ in range(12):
        visit(kiosk, b"FAROL_PROOF")  # its leaving begins a reset
        with held_display("linux", {"DISPLAY": kiosk}) as found:
            assert found
            visit(kiosk, b"FAROL_PROOF")


def test_a_display_that_is_not_there_is_none() -> None:
    with held_display("linux", {"DISPLAY": ":59999"}) as found:
        assert not found
    with held_display("linux", {"QT_QPA_PLATFORM": "offscreen"}) as found:
        assert found
