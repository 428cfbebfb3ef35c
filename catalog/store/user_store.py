"""user.db: what is the viewer's own and is never rebuilt. Every write is on the disk at once."""

import contextlib
import itertools
import sqlite3
from collections.abc import Sequence
from pathlib import Path

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE favourite (channel TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT",
    ),
)
"""One tuple of statements a version; a version that was released is never edited."""

DEFAULT_VOLUME = 100
_LAST_CHANNEL = "last_channel"
_VOLUME = "volume"
_COMPANIONS = ("", "-wal", "-shm")


class UserStoreTooNewError(Exception):
    """The file was written by a later Farol; it is left as it is."""


class UserStore:
    """The viewer's own things. Belongs to one thread; a write takes one disk sync.

    A damaged file is set aside (`set_aside` says where, for the viewer to be told) and a fresh
    one begun. Before a migration a copy is kept as `NAME.before-VERSION`.

    Raises:
        UserStoreTooNewError: at opening, see there.
        OSError, sqlite3.Error: the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set_aside: Path | None = None
        try:
            self._database = _open(path)
        except sqlite3.DatabaseError as damaged:
            if isinstance(damaged, sqlite3.OperationalError):
                raise  # locked, read-only, full: the file itself may well be sound
            self.set_aside = _set_aside(path)
            self._database = _open(path)
        _migrate(self._database, path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def last_channel(self) -> str | None:
        """Give the id of the channel watched last."""
        return self._setting(_LAST_CHANNEL)

    def set_last_channel(self, channel_id: str) -> None:
        """Remember the channel being watched."""
        self._set(_LAST_CHANNEL, channel_id)

    def volume(self) -> int:
        """Give the volume in percent."""
        stored = self._setting(_VOLUME)
        return int(stored) if stored is not None else DEFAULT_VOLUME

    def set_volume(self, percent: int) -> None:
        """Remember the volume."""
        self._set(_VOLUME, str(int(percent)))

    def favourites(self) -> Sequence[str]:
        """Give the favourite channels' ids in the viewer's order."""
        rows = self._database.execute("SELECT channel FROM favourite ORDER BY position, rowid")
        return [row[0] for row in rows]

    def add_favourite(self, channel_id: str) -> None:
        """Put a channel at the end of the favourites; nothing happens if it is one."""
        self._database.execute(
            "INSERT OR IGNORE INTO favourite"
            " SELECT ?, coalesce(max(position), 0) + 1 FROM favourite",
            (channel_id,),
        )

    def remove_favourite(self, channel_id: str) -> None:
        """Take a channel out of the favourites."""
        self._database.execute("DELETE FROM favourite WHERE channel = ?", (channel_id,))

    def _setting(self, name: str) -> str | None:
        select = "SELECT value FROM setting WHERE name = ?"
        row = self._database.execute(select, (name,)).fetchone()
        return str(row[0]) if row else None

    def _set(self, name: str, value: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))


def _open(path: Path) -> sqlite3.Connection:
    """Open and check the whole file.

    Raises:
        sqlite3.DatabaseError: it is damaged or no database.
    """
    database = sqlite3.connect(path, isolation_level=None)
    try:
        found = database.execute("PRAGMA integrity_check(1)").fetchone()
        if found is None or found[0] != "ok":
            raise sqlite3.DatabaseError("integrity check failed")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _set_aside(path: Path) -> Path:
    """Rename a damaged file and what belongs to it; give its new name."""
    kept = next(
        candidate
        for count in itertools.count(1)
        if not (candidate := path.with_name(f"{path.name}.damaged-{count}")).exists()
    )
    for companion in _COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(f"{kept}{companion}")
    return kept


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest version, each step whole or not at all."""
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        database.close()
        raise UserStoreTooNewError(f"{path.name} was written by a later version of Farol")
    if 0 < version < len(MIGRATIONS):
        with contextlib.closing(sqlite3.connect(f"{path}.before-{len(MIGRATIONS)}")) as copy:
            database.backup(copy)
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        database.execute("BEGIN IMMEDIATE")
        for statement in statements:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")
