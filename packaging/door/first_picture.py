"""When the first picture stood: asked of mpv itself, over its JSON IPC socket."""

import json
import socket
from pathlib import Path

_ASK = json.dumps({"command": ["observe_property", 1, "time-pos"]}) + "\n"


def is_picture(line: str) -> bool:
    """Whether this line of mpv's says that playback has begun to show."""
    try:
        message = json.loads(line)
    except ValueError:
        return False
    if not isinstance(message, dict):
        return False
    if message.get("event") == "playback-restart":
        return True
    return message.get("name") == "time-pos" and message.get("data") is not None


class FirstPicture:
    """Polled by its owner; never blocks. Does nothing where there are no Unix sockets."""

    def __init__(self, path: Path) -> None:
        """Watch the socket that mpv will open at `path`."""
        self._path = path
        self._socket: socket.socket | None = None
        self._text = ""
        self.seen = not hasattr(socket, "AF_UNIX")

    def poll(self) -> bool:
        """Look once; true the one time when the picture has come."""
        if self.seen:
            return False
        try:
            self._read(self._socket or self._connect())
        except OSError:  # not open yet, nothing to read yet, or closed again
            return False
        *lines, self._text = self._text.split("\n")
        self.seen = any(is_picture(line) for line in lines)
        if self.seen:
            self.close()
        return self.seen

    def close(self) -> None:
        """Leave mpv alone."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> socket.socket:
        opened = socket.socket(socket.AF_UNIX)
        try:
            opened.connect(str(self._path))
            opened.sendall(_ASK.encode())
            opened.settimeout(0)
        except OSError:
            opened.close()
            raise
        self._socket = opened
        return opened

    def _read(self, opened: socket.socket) -> None:
        self._text += opened.recv(65536).decode("utf-8", "replace")
