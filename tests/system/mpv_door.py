"""mpv's own JSON IPC, as an outside observer uses it."""

import json
import socket
from pathlib import Path
from typing import Any


def ask(door: Path, *command: str) -> dict[str, Any]:
    """Give one command and wait for its answer: `error` is "success" or says what was wrong."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(str(door))
        with line.makefile("rw") as talk:
            talk.write(json.dumps({"command": command, "request_id": 7}) + "\n")
            talk.flush()
            for told in talk:
                answer: dict[str, Any] = json.loads(told)
                if answer.get("request_id") == 7:
                    return {"data": None} | answer
    raise AssertionError("mpv closed its door")
