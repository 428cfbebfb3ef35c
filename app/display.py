"""Whether there is a screen to open a window on; Qt aborts the program where there is none."""

import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.x_client import held_x_server

_X_PORT = 6000
_PATIENCE_S = 2.0
_X_DISPLAY = re.compile(r"(?:[a-z]+/)?(?P<host>.*):(?P<number>\d{1,5})(?:\.\d+)?")

Address = str | tuple[str, int]
"""A Unix socket's path (abstract with a NUL before it), or host and port."""


@contextmanager
def held_display(
    platform: str = sys.platform, environ: Mapping[str, str] = os.environ
) -> Iterator[bool]:
    """Say whether there is a display, and keep it from beginning anew until Qt holds it itself."""
    found = has_display(platform, environ)
    chosen = _chosen(environ)
    x11 = platform.startswith("linux") and ("" in chosen or "xcb" in chosen)
    if not found or not x11 or not _answer(x_addresses(environ.get("DISPLAY", ""))):
        yield found
        return
    with held_x_server(environ["DISPLAY"]) as let_in:
        yield let_in or ("" in chosen and _answer(wayland_addresses(environ)))


def has_display(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a display answers that Qt would take; only Linux can be without.

    Blocks for as long as a display server of another machine takes, two seconds at most.
    """
    if not platform.startswith("linux"):
        return True
    chosen = _chosen(environ)
    if chosen - {"", "xcb", "wayland", "wayland-egl"}:
        return True
    x11 = "" in chosen or "xcb" in chosen
    wayland = chosen != {"xcb"}
    addresses = [
        *(x_addresses(environ.get("DISPLAY", "")) if x11 else ()),
        *(wayland_addresses(environ) if wayland else ()),
    ]
    return _answer(tuple(addresses))


def _chosen(environ: Mapping[str, str]) -> set[str]:
    """The platforms that Qt was told to try, "" where none."""
    return {name.partition(":")[0] for name in environ.get("QT_QPA_PLATFORM", "").split(";")}


def _answer(addresses: tuple[Address, ...]) -> bool:
    return any(answers(address) for address in addresses)


def x_addresses(display: str) -> tuple[Address, ...]:
    """Where the X server of a DISPLAY such as ":1" or "host:10.0" listens, as X(7) has it."""
    found = _X_DISPLAY.fullmatch(display)
    if found is None:
        return ()
    host, number = found["host"].strip("[]"), int(found["number"])
    if host not in {"", "unix"}:
        return ((host, _X_PORT + number),)
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - X's own place
    return ("\0" + path, path, ("localhost", _X_PORT + number))


def wayland_addresses(environ: Mapping[str, str]) -> tuple[Address, ...]:
    """Where the Wayland compositor listens: a path, or a name in the runtime folder."""
    name, folder = environ.get("WAYLAND_DISPLAY", ""), environ.get("XDG_RUNTIME_DIR", "")
    if not name or not (folder or name.startswith("/")):
        return ()
    return (str(Path(folder) / name),)


def answers(address: Address) -> bool:
    """Whether somebody takes a connection there."""
    try:
        if isinstance(address, tuple):
            socket.create_connection(address, _PATIENCE_S).close()
            return True
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_PATIENCE_S)
            line.connect(address)
    except (OSError, OverflowError, ValueError):
        return False
    return True
