"""StoreDisk: all that the store does with the disk, in worker threads."""

import json
import os
from pathlib import Path

from player.streaming.store.folder import PINS, StoreFolder
from player.streaming.store.record import HEAD
from player.streaming.store.ring import Place, Ring, Write
from player.streaming.store.sealing import Seal
from player.streaming.store.volumes import Pin


class StoreDisk:
    """A ring in a folder of this process, and the key of what is sealed in it.

    Worker threads only, but for `remove` at the end. All raise OSError.
    """

    def __init__(self, base: Path, write: Write = os.write) -> None:
        """Keep the folder below `base`; nothing is made yet."""
        self._base, self._write = base, write
        self._seal = Seal()
        self._folder: StoreFolder | None = None
        self._ring: Ring | None = None

    def open(self) -> None:
        """Make the folder, and remove what dead processes have left."""
        self._folder = StoreFolder(self._base)
        self._ring = Ring(self._folder.path, self._write)

    def append(self, told: bytes, body: bytes, *, sealed: bool) -> tuple[Place, int]:
        """Write a record; gives where its bytes lie, and how many bytes it takes in all."""
        written = self._seal.close(body, told) if sealed else body
        place = self._opened.append(told, written)
        return place, HEAD + len(told) + len(written)

    def read(self, place: Place, told: bytes, *, sealed: bool) -> bytes:
        """The bytes as they came; raises ValueError where they are damaged."""
        found = self._opened.read(place)
        return self._seal.open(found, told) if sealed else found

    def turn(self) -> None:
        """Go on in another file."""
        self._opened.turn()

    def forget(self, volumes: list[int]) -> None:
        """Remove files."""
        for one in volumes:
            self._opened.forget(one)

    def pin(self, pins: list[Pin]) -> None:
        """Write down what must stay, so that it outlives this process."""
        if self._folder is None:
            return
        file = self._folder.path / PINS
        if not pins:
            file.unlink(missing_ok=True)
            return
        told = [{"tape": one.tape, "since": one.since, "until": one.until} for one in pins]
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        with new.open("w", encoding="ascii") as out:
            json.dump({"version": 1, "pins": told}, out)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)

    def remove(self) -> None:
        """Give the folder up, with all that is not pinned. Raises nothing."""
        if self._ring is not None:
            self._ring.close()
        if self._folder is not None:
            self._folder.remove()
        self._folder = self._ring = None

    @property
    def _opened(self) -> Ring:
        if self._ring is None:
            raise OSError("the store is closed")
        return self._ring
