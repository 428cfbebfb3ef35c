"""LineFile: what each network carried, in a small file of this installation."""

import hashlib
import hmac
import json
import logging
import math
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.network import network_here
from player.abr.line_memory import LineMemory, RememberedLine
from player.units import BitsPerSecond, Micros

LOG = logging.getLogger("farol.app")

_VERSION = 1
_LARGEST = 1 << 20
_FASTEST = 10**12
_LATEST = 1 << 62


class LineFile:
    """Implements `NetworkMemory` for one file. A file that cannot be read costs only the memory.

    A network is named there by a digest with a salt of this installation's own: the file tells
    nobody where its owner has been. Two programs that write it keep what either learnt. Made and
    closed in the main thread, which may wait for the disk; the rest returns at once.
    """

    def __init__(self, path: Path, here: Callable[[], str | None] = network_here) -> None:
        """Read what `path` holds; `here` names the network in use."""
        self._path, self._here = path, here
        self._kept = True
        self._salt, self._memory = secrets.token_hex(16), LineMemory()
        self._load()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="farol-lines")

    def network(self) -> str | None:
        """See `NetworkMemory.network`."""
        name = self._here()
        if name is None:
            return None
        digest = hmac.new(bytes.fromhex(self._salt), name.encode(), hashlib.sha256)
        return digest.hexdigest()[:16]

    def remembered(self) -> LineMemory:
        """See `NetworkMemory.remembered`."""
        return self._memory

    def keep(self, memory: LineMemory) -> None:
        """See `NetworkMemory.keep`."""
        if self._kept:
            self._thread.submit(self._write, memory)

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown(wait=True)

    def _load(self) -> None:
        try:
            self._salt, self._memory = read_lines(self._path)
        except FileNotFoundError:
            return
        except OSError as failed:
            LOG.warning("what the lines carry will not be remembered: %s", failed)
            self._kept = False
        except ValueError as wrong:
            self._set_aside(wrong)

    def _set_aside(self, wrong: ValueError) -> None:
        aside = self._path.with_suffix(".damaged.json")
        try:
            self._path.replace(aside)
        except OSError as failed:
            LOG.warning("what the lines carry will not be remembered: %s", failed)
            self._kept = False
        else:
            LOG.warning("lines file damaged kept_as=%s reason=%s", aside.name, wrong)

    def _write(self, memory: LineMemory) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_lines(self._path, self._salt, memory.merged(self._others()))
        except OSError as failed:
            LOG.warning("not remembered what the lines carry: %s", failed)

    def _others(self) -> LineMemory:
        """What another run of the program may have learnt meanwhile."""
        try:
            salt, others = read_lines(self._path)
        except (FileNotFoundError, ValueError):
            return LineMemory()
        return others if salt == self._salt else LineMemory()


def read_lines(path: Path) -> tuple[str, LineMemory]:
    """Read the salt and the memory; raises OSError, and ValueError for what is none of ours."""
    with path.open("rb") as file:
        data = file.read(_LARGEST)
    try:
        told = json.loads(data)
    except RecursionError as deep:
        raise ValueError("nested without end") from deep
    if not isinstance(told, dict) or told.get("version") != _VERSION:
        raise ValueError("not a file of lines that this version knows")
    salt, lines = told.get("salt"), told.get("lines")
    if not isinstance(salt, str) or len(bytes.fromhex(salt)) < 8 or not isinstance(lines, dict):
        raise ValueError("no salt, or no lines")
    return salt, LineMemory({name: _line(line) for name, line in lines.items()})


def write_lines(path: Path, salt: str, memory: LineMemory) -> None:
    """Write a file that takes the place of the former one whole; raises OSError."""
    lines = {
        name: {"rate": one.rate, "seen": one.seen, "confidence": round(one.confidence, 3)}
        for name, one in memory.lines.items()
    }
    told = {"version": _VERSION, "salt": salt, "lines": lines}
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with new.open("w", encoding="ascii") as file:
            json.dump(told, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _line(told: Any) -> RememberedLine:
    """Read what was written of one network."""
    rate, seen, sure = (_number(told, name) for name in ("rate", "seen", "confidence"))
    if not (0 < rate <= _FASTEST and 0 <= seen < _LATEST and 0 <= sure <= 1):
        raise ValueError(f"a line of {rate} bits a second, seen at {seen}, sure of it by {sure}")
    return RememberedLine(
        rate=BitsPerSecond(math.ceil(rate)), seen=Micros(int(seen)), confidence=sure
    )


def _number(told: Any, name: str) -> float:
    """Read a number; what is none of a line is none that will do."""
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, int | float) else math.nan
