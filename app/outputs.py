"""The files a run was asked to leave: looked at before it plays, written when it is over."""

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Protocol

from app.console import complain

_SOCKET_PATH = 107
"""Bytes that the path of a Unix socket may have (sockaddr_un, Linux)."""

_ONLY_SOUND = "Only sound was played, and no picture of it can be written to {}."


class Pictured(Protocol):
    """Who can write the picture that stands, as `MediaSink` can."""

    def screenshot(self, path: Path) -> bool:
        """Write it, in the format of the path's ending; False where there is none."""
        ...


def obstacle(options: argparse.Namespace) -> str:
    """Say in a sentence why a file that `options` ask for cannot be written; "" if all can."""
    for option in ("report", "screenshot", "mpv_ipc"):
        path: Path | None = getattr(options, option)
        if path is not None and not (option == "mpv_ipc" and sys.platform == "win32"):
            reason = _why_not(path) or (option == "mpv_ipc" and _why_no_socket(path))
            if reason:
                return unwritten(path, reason, f" (--{option.replace('_', '-')})")
    return ""


def unwritten(path: Path, reason: str, option: str = "") -> str:
    """Say that a file was not written."""
    return f"Nothing can be written to {str(path)!r}{option}: {reason}."


def reason_of(failed: OSError) -> str:
    """Give the system's own words for what failed."""
    words = failed.strerror or "the system refuses"
    return words[:1].lower() + words[1:]


def write_picture(source: Pictured, path: Path, *, expected: bool = True) -> str:
    """Write what `source` shows as PNG, whatever the path's ending; "" or what went wrong.

    Where no picture was `expected` (radio), that there is none is said, and nothing wrong.
    """
    try:
        with TemporaryDirectory(prefix="farol-") as folder:
            picture = Path(folder) / "picture.png"
            if not source.screenshot(picture):
                if expected:
                    return unwritten(path, "there is no picture")
                complain(_ONLY_SOUND.format(repr(str(path))))
                return ""
            path.write_bytes(picture.read_bytes())
    except OSError as failed:
        return unwritten(path, reason_of(failed))
    return ""


def _why_not(path: Path) -> str:
    try:
        if path.is_dir():
            return "it is a folder"
        if path.exists():
            return "" if os.access(path, os.W_OK) else "it may not be changed"
        with TemporaryFile(dir=path.parent):
            return ""
    except OSError as failed:
        return reason_of(failed)


def _why_no_socket(path: Path) -> str:
    if path.exists() and not path.is_socket():
        return "it is there and is no socket"
    return "the name is too long for a socket" if len(os.fsencode(path)) > _SOCKET_PATH else ""
