"""The folder of one recording: volumes of records, playlists and `about.json` beside them."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from player.model.presentation import Container
from player.model.resource import ByteRange
from player.recording.media_text import Piece
from player.recording.told import Told, read_told, told_of
from player.streaming.store.folder import lock_folder
from player.streaming.store.ring import Place, Ring, Write
from player.units import ByteCount

LARGEST = ByteCount(256 << 20)
"""A volume of this size is left for another one."""

RESERVE = ByteCount(512 << 20)
"""What a recording leaves free on its disk."""

_SUFFIX = {
    Container.TS: "ts",
    Container.FMP4: "m4s",
    Container.WEBM: "webm",
    Container.PACKED_AUDIO: "aac",
    Container.WEBVTT: "vtt",
    Container.TTML: "ttml",
}
"""Volumes are named by what lies in them: other players go by that (FFmpeg's HLS reader)."""

_OTHER = "bin"

Room = Callable[[Path], int]


class BusyError(OSError):
    """Another process, or another recorder, writes this recording."""


class FullError(OSError):
    """There is less room on the disk than what a recording leaves."""


def free_room(folder: Path) -> int:
    """Bytes that are free on a folder's disk; raises OSError."""
    return shutil.disk_usage(folder).free


class RecordingFolder:
    """One writer of one recording; worker threads only, one call at a time. Raises OSError."""

    def __init__(
        self,
        path: Path,
        *,
        write: Write = os.write,
        room: Room = free_room,
        reserve: ByteCount = RESERVE,
        largest: ByteCount = LARGEST,
    ) -> None:
        """Nothing is made yet. `write` and `room` are the system's own, or a test's."""
        self._path = path
        self._write, self._room = write, room
        self._reserve, self._largest = reserve, largest
        self._lock: int | None = None
        self._rings: dict[str, Ring] = {}
        self._held = True

    def open(self) -> list[Piece]:
        """Lock it and give what it holds, in the order in which it was written.

        A torn tail is cut; what tells of no segment is passed over. Raises BusyError.
        """
        for folder in (self._path.parent, self._path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.chmod(0o700)
        self._lock = lock_folder(self._path)
        if self._lock is None:
            raise BusyError("another process writes this recording")
        self._held = any(one.stat().st_size for one in self._path.glob("0*"))
        found: list[Piece] = []
        for suffix in (*_SUFFIX.values(), _OTHER):
            ring = self._rings[suffix] = Ring(self._path, self._write, suffix)
            read = (_piece(ring, place, told) for place, told in ring.found)
            found += [one for one in read if one is not None]
            ring.found.clear()
        return sorted(found, key=lambda one: one.told.serial)

    def append(self, told: Told, body: bytes) -> Piece:
        """Write a record; raises FullError before the disk is full, and leaves nothing torn."""
        if self._room(self._path) - len(body) < self._reserve:
            raise FullError(f"less than {self._reserve} bytes would be left")
        ring = self._rings[_SUFFIX.get(told.rung.container, _OTHER)]
        place = ring.append(told_of(told), body)
        piece = _at(ring, place, told)
        if place.offset + place.length >= self._largest:
            ring.turn()
        return piece

    def publish(self, texts: Mapping[str, str]) -> None:
        """Put these texts in the places of their former ones, each whole, in this order."""
        for name, text in texts.items():
            replace_text(self._path / name, text)

    def close(self, *, keep: bool = True) -> None:
        """Write no more, and let others. Raises nothing.

        Without `keep` the folder goes with all that is in it, unless there was something before.
        """
        for ring in self._rings.values():
            ring.close()
        self._rings.clear()
        if not keep and not self._held and self._lock is not None:
            shutil.rmtree(self._path, ignore_errors=True)
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all, for this user alone; raises OSError."""
    new = path.with_name(path.name + ".new")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
    new.replace(path)


def _piece(ring: Ring, place: Place, told: bytes) -> Piece | None:
    try:
        return _at(ring, place, read_told(told))
    except ValueError:
        return None


def _at(ring: Ring, place: Place, told: Told) -> Piece:
    part = ByteRange(offset=ByteCount(place.offset), length=ByteCount(place.length))
    return Piece(told=told, file=ring.file(place.volume), part=part)
