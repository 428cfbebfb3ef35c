"""Ring: append-only files in one folder, the oldest of which are forgotten whole."""

import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.streaming.store.record import Found, checksum_of, pack, scan

_NAME = re.compile(r"(\d{8})\.(\w+)")
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)

Write = Callable[[int, memoryview], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the bytes of a record lie: in which file, from where, how many, and their CRC-32."""

    volume: int
    offset: int
    length: int
    checksum: int


class Ring:
    """Worker threads only; one may append while others read. Raises OSError.

    A process that dies in the middle of a write leaves a torn record at the end of a file: it is
    cut off when the folder is opened again, and so is whatever is no record. `write` is the
    system's own, or a test's.
    """

    def __init__(self, folder: Path, write: Write = os.write, suffix: str = "ring") -> None:
        """Open what `folder` holds, which must be there; `found` are its records, in order.

        Only files of this `suffix` are its own.
        """
        self._folder, self._write, self._suffix = folder, write, suffix
        self._lock = threading.Lock()
        self._file: int | None = None
        self._size = 0
        self.found: list[tuple[Place, bytes]] = []
        self._volume = 0
        for volume in _volumes(folder, suffix):
            self._open_again(volume)

    @property
    def volume(self) -> int:
        """The file that is being written."""
        return self._volume

    def file(self, volume: int) -> str:
        """What a file is called in the folder."""
        return f"{volume:08d}.{self._suffix}"

    def append(self, told: bytes, body: bytes) -> Place:
        """Write a record; one that does not fit leaves nothing behind."""
        with self._lock:
            file = self._opened()
            checksum = checksum_of(body)
            head = pack(told, len(body), checksum)
            begun = self._size
            try:
                for part in (head, body):
                    self._write_all(file, part)
            except OSError:
                self._take_back(file, begun)
                raise
            return Place(
                volume=self._volume,
                offset=begun + len(head),
                length=len(body),
                checksum=checksum,
            )

    def turn(self) -> None:
        """Go on in another file."""
        with self._lock:
            self._shut()
            self._volume += 1

    def read(self, place: Place) -> bytes:
        """The bytes of a record; raises ValueError where they are not those that were written."""
        with self._path(place.volume).open("rb") as file:
            file.seek(place.offset)
            data = file.read(place.length)
        if len(data) != place.length or checksum_of(data) != place.checksum:
            raise ValueError(f"a damaged record in volume {place.volume}")
        return data

    def forget(self, volume: int) -> None:
        """Remove a file; the one that is being written is gone on from in another."""
        with self._lock:
            if volume == self._volume:
                self._shut()
                self._volume += 1
            self._path(volume).unlink(missing_ok=True)

    def close(self) -> None:
        """Write no more."""
        with self._lock:
            self._shut()

    # ---- within -----------------------------------------------------------------------------

    def _open_again(self, volume: int) -> None:
        path, good = self._path(volume), 0
        with path.open("rb") as file:
            size = path.stat().st_size
            for one in scan(file, size):
                self.found.append((self._place(volume, one), one.told))
                good = one.end
        if good < size:
            os.truncate(path, good)
        self._volume = max(self._volume, volume + 1)

    def _opened(self) -> int:
        if self._file is None:
            self._file = os.open(self._path(self._volume), _APPEND, 0o600)
            self._size = os.fstat(self._file).st_size
        return self._file

    def _write_all(self, file: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            written = self._write(file, left)
            self._size += written
            left = left[written:]

    def _take_back(self, file: int, begun: int) -> None:
        """What was written of a record that did not fit goes; else nothing follows it here."""
        try:
            os.ftruncate(file, begun)
            self._size = begun
        except OSError:
            self._shut()
            self._volume += 1

    def _shut(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _place(self, volume: int, one: Found) -> Place:
        return Place(volume=volume, offset=one.offset, length=one.length, checksum=one.checksum)

    def _path(self, volume: int) -> Path:
        return self._folder / self.file(volume)


def _volumes(folder: Path, suffix: str) -> list[int]:
    """The files of a folder that are named as ours are, oldest first."""
    names = (_NAME.fullmatch(one.name) for one in folder.iterdir() if one.is_file())
    return sorted(int(name[1]) for name in names if name and name[2] == suffix)
