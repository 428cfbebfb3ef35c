"""Memory: what the viewer left behind, kept in user.db by a thread that may wait for the disk."""

import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from catalog.store.user_store import UserStore, UserStoreTooNewError

LOG = logging.getLogger("farol.app")

FULL_VOLUME = 100


class Memory:
    """The last channel and the volume. A store that cannot be opened costs only the memory.

    Made and closed in the program's main thread; `remember_*` return at once.
    """

    def __init__(self, path: Path) -> None:
        """Open the store at `path` and read what is in it; waits some milliseconds."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="farol-memory")
        self._store = self._thread.submit(_open, path).result()
        self.last_channel = ""
        self.volume = FULL_VOLUME
        if self._store is not None:
            self._thread.submit(self._read, self._store).result()

    def remember_channel(self, channel: str) -> None:
        """Keep the id of the channel being watched."""
        self._write(lambda store: store.set_last_channel(channel))

    def remember_volume(self, percent: int) -> None:
        """Keep the volume."""
        self._write(lambda store: store.set_volume(percent))

    def close(self) -> None:
        """Finish what was begun and close the store."""
        self._write(UserStore.close)
        self._thread.shutdown(wait=True)

    def _read(self, store: UserStore) -> None:
        self.last_channel = store.last_channel() or ""
        self.volume = store.volume()

    def _write(self, change: Callable[[UserStore], None]) -> None:
        if self._store is not None:
            self._thread.submit(_attempt, self._store, change)


def _open(path: Path) -> UserStore | None:
    try:
        store = UserStore(path)
    except (UserStoreTooNewError, OSError, sqlite3.Error) as failed:
        LOG.warning("nothing will be remembered: %s", failed)
        return None
    if store.set_aside is not None:
        LOG.warning("the viewer's store was damaged; it was kept as %s", store.set_aside.name)
    return store


def _attempt(store: UserStore, change: Callable[[UserStore], None]) -> None:
    try:
        change(store)
    except (OSError, sqlite3.Error) as failed:
        LOG.warning("not remembered: %s", failed)
