"""Answers from guide.db, whatever is swapped in behind it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.model import Catchup, Channel, NowNext, Programme
from catalog.store.guide_schema import SCHEMA_VERSION

_CHANNELS = """
SELECT id, number, name, url, groups, logo, guide_id, guide_name, guide_shift, radio, adult,
       headers, properties, catchup
FROM channel ORDER BY position
"""
_NOW_NEXT = """
SELECT channel.id, guide_shift, start, stop, title, subtitle, description, categories
FROM channel JOIN programme ON programme.id IN (
    (SELECT id FROM programme AS p
     WHERE p.guide = channel.guide AND p.start <= :at - guide_shift ORDER BY p.start DESC LIMIT 1),
    (SELECT id FROM programme AS p
     WHERE p.guide = channel.guide AND p.start > :at - guide_shift ORDER BY p.start LIMIT 1))
"""
_WINDOW = """
SELECT guide_shift, start, stop, title, subtitle, description, categories
FROM channel JOIN programme USING (guide)
WHERE channel.id = :channel AND start < :stop - guide_shift AND start >= :start - guide_shift
UNION ALL
SELECT * FROM (
    SELECT guide_shift, start, stop, title, subtitle, description, categories
    FROM channel JOIN programme USING (guide)
    WHERE channel.id = :channel AND start < :start - guide_shift ORDER BY start DESC LIMIT 1)
WHERE stop > :start - guide_shift
ORDER BY start
"""
_Stamp = tuple[int, int, int]


class GuideDamagedError(Exception):
    """The guide database cannot be read; it can be built again from its sources."""


class GuideReader:
    """Reads guide.db; opens the new file by itself after a swap, answers empty without one.

    Belongs to the one thread that asks (the catalogue thread); answers block on the disk.
    Every question may raise `GuideDamagedError`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._stamp: _Stamp | None = None

    def close(self) -> None:
        """Close the file; the next question opens it again."""
        if self._database is not None:
            self._database.close()
        self._database, self._stamp = None, None

    def channels(self) -> Sequence[Channel]:
        """Give all channels in the list's order."""
        return [_channel(row) for row in self._rows(_CHANNELS, {})]

    def now_next(self, at: int, channel_ids: Sequence[str] | None = None) -> Mapping[str, NowNext]:
        """Give what is on at POSIX time `at` and what follows, by channel id.

        Channels of which the guide knows neither are left out.
        """
        statement, values = _NOW_NEXT, {"at": at, "ids": json.dumps(channel_ids)}
        if channel_ids is not None:
            statement += " WHERE channel.id IN (SELECT value FROM json_each(:ids))"
        answer: dict[str, NowNext] = {}
        for identity, *row in self._rows(statement, values):
            known = answer.get(identity, NowNext())
            programme = _programme(row)
            if programme.start > at:
                answer[identity] = NowNext(now=known.now, next=programme)
            elif programme.stop > at:
                answer[identity] = NowNext(now=programme, next=known.next)
        return answer

    def programmes(self, channel_id: str, start: int, stop: int) -> Sequence[Programme]:
        """Give a channel's programmes that touch [start, stop), POSIX seconds, in order."""
        values = {"channel": channel_id, "start": start, "stop": stop}
        return [_programme(row) for row in self._rows(_WINDOW, values)]

    def _rows(self, statement: str, values: Mapping[str, object]) -> list[Any]:
        try:
            database = self._open()
            return database.execute(statement, values).fetchall() if database else []
        except sqlite3.Error as damaged:
            self.close()
            raise GuideDamagedError(f"the guide cannot be read: {damaged}") from damaged

    def _open(self) -> sqlite3.Connection | None:
        """Open the file that stands there now; None if none does, or one of another version."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return self._database
        self.close()
        if stamp is None:
            return None
        # The file never changes in place, so that SQLite needs neither locks nor a journal.
        database = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True
        )
        if database.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            database.close()
        else:
            self._database = database
        self._stamp = stamp
        return self._database


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _unpacked(text: str) -> Any:
    return json.loads(text) if text else ()


def _channel(row: Sequence[Any]) -> Channel:
    return Channel(
        id=row[0],
        number=row[1],
        name=row[2],
        url=row[3],
        groups=tuple(_unpacked(row[4])),
        logo=row[5],
        guide_id=row[6],
        guide_name=row[7],
        guide_shift=row[8],
        radio=bool(row[9]),
        adult=bool(row[10]),
        headers=dict(_unpacked(row[11])),
        properties=dict(_unpacked(row[12])),
        catchup=Catchup(**_unpacked(row[13])) if row[13] else None,
    )


def _programme(row: Sequence[Any]) -> Programme:
    shift, start, stop, title, subtitle, description, categories = row
    return Programme(
        start=start + shift,
        stop=stop + shift,
        title=title,
        subtitle=subtitle,
        description=description,
        categories=tuple(_unpacked(categories)),
    )
