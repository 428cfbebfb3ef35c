"""Builds a new guide.db beside the old one and swaps it in whole.

Whatever happens before the swap, power cuts included, leaves the old file as it was.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from itertools import islice
from pathlib import Path

from catalog.compression import UnreadableFileError
from catalog.encoding import file_lines
from catalog.import_job import (
    CatalogImportError,
    ImportJob,
    ImportReport,
    Progress,
    ReportProgress,
)
from catalog.m3u import M3uReader
from catalog.match import GuideMatcher
from catalog.model import CatalogWarning, Channel
from catalog.store import guide_schema
from catalog.store.settle import StatedTime, corrections
from catalog.xmltv import GuideChannel, GuideEntry, XmltvReader

BATCH = 2000
_ADD_CHANNEL = "INSERT INTO channel VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_ADD_PROGRAMME = "INSERT INTO programme VALUES (NULL,?,?,?,?,?,?,?)"


def run_import(job: ImportJob, report: ReportProgress) -> ImportReport:
    """Write a new guide database and replace the old one. Blocks for seconds; any thread.

    A guide that cannot be read is a warning. Of two imports at once the one begun last wins.

    Raises:
        CatalogImportError: no readable list, a full disk; the old file stands.
    """
    new = job.into.with_name(f".{job.into.name}.new")
    try:
        new.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as database:
            result = _Build(database, job, report).run()
        _swap(new, job.into)
    except (OSError, sqlite3.Error, UnreadableFileError) as failed:
        raise CatalogImportError(f"The list could not be imported: {failed}") from failed
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
    return result


def _swap(new: Path, into: Path) -> None:
    """Make the new file durable, then visible, then its name durable."""
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    new.replace(into)
    if os.name == "posix":
        folder = os.open(into.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Build:
    """One import into one fresh database."""

    def __init__(
        self, database: sqlite3.Connection, job: ImportJob, report: ReportProgress
    ) -> None:
        self._database = database
        self._job = job
        self._report = report
        self._warnings: list[CatalogWarning] = []
        self._guides: dict[str, int] = {}
        self._programmes = 0

    def run(self) -> ImportReport:
        database = self._database
        database.executescript(guide_schema.FAST_BUILD + guide_schema.TABLES)
        database.execute("BEGIN")
        channels = self._add_list()
        for path in self._job.guide_paths:
            self._add_guide(path)
        self._report(Progress(phase="index", done=0))
        database.execute(guide_schema.TIME_INDEX)
        self._settle()
        matched = self._match()
        database.execute("COMMIT")
        database.executescript(guide_schema.TITLE_INDEX)
        database.execute(f"PRAGMA user_version = {guide_schema.SCHEMA_VERSION}")
        return ImportReport(
            channels=channels,
            guide_channels=len(self._guides),
            programmes=self._programmes,
            matched=matched,
            warnings=tuple(self._warnings),
        )

    def _add_list(self) -> int:
        reader = M3uReader(self._job.source)
        rows = (
            _channel_row(position, channel, self._job.source.id)
            for position, channel in enumerate(reader.read(file_lines(self._job.list_path)), 1)
        )
        count = self._insert(_ADD_CHANNEL, rows, "channels", 0)
        if not reader.is_list:
            raise CatalogImportError("This is not a list of channels.")
        self._warnings += reader.warnings
        return count

    def _insert(
        self, statement: str, rows: Iterator[tuple[object, ...]], phase: str, count: int
    ) -> int:
        while batch := list(islice(rows, BATCH)):
            self._database.executemany(statement, batch)
            count += len(batch)
            self._report(Progress(phase=phase, done=count))
        return count

    def _add_guide(self, path: Path) -> None:
        """Add a guide; channels that an earlier guide tells of are not added to."""
        reader = XmltvReader()
        before = self._programmes
        select = "SELECT DISTINCT guide FROM programme"
        told = {row[0] for row in self._database.execute(select)} if before else set()
        try:
            rows = self._entry_rows(reader.read_file(path), told)
            self._programmes = self._insert(_ADD_PROGRAMME, rows, "programmes", before)
        except (UnreadableFileError, OSError) as unreadable:
            self._warn(f"a guide could not be read: {unreadable}")
            return
        self._warnings += reader.warnings
        if self._programmes == before:
            self._warn("a guide holds no programmes of its own")

    def _warn(self, text: str) -> None:
        self._warnings.append(CatalogWarning(line=0, text=text))

    def _entry_rows(
        self, items: Iterable[GuideChannel | GuideEntry], told: set[int]
    ) -> Iterator[tuple[object, ...]]:
        for item in items:
            if isinstance(item, GuideChannel):
                self._add_guide_channel(item)
                continue
            guide = self._guides.get(item.channel)
            if guide is None:
                guide = self._add_guide_channel(GuideChannel(id=item.channel, names=()))
            if guide not in told:
                yield (guide, *item[1:6], _packed_categories(item.categories))

    def _add_guide_channel(self, channel: GuideChannel) -> int:
        """Add a guide's channel; of an id met before, the names add up."""
        guide = self._guides.setdefault(channel.id, len(self._guides) + 1)
        select = "SELECT names, logo FROM guide_channel WHERE guide = ?"
        known = self._database.execute(select, (guide,)).fetchone()
        names = (*json.loads(known[0]), *channel.names) if known else channel.names
        logo = (known[1] if known else "") or channel.logo
        self._database.execute(
            "INSERT OR REPLACE INTO guide_channel VALUES (?,?,?,?)",
            (guide, channel.id, json.dumps(tuple(dict.fromkeys(names))), logo),
        )
        return guide

    def _settle(self) -> None:
        select = "SELECT id, guide, start, stop FROM programme ORDER BY guide, start, id"
        times = map(StatedTime._make, self._database.execute(select))
        changes = list(corrections(times))
        gone = [(change.row,) for change in changes if change.stop is None]
        self._database.executemany(
            "UPDATE programme SET stop = ? WHERE id = ?",
            ((change.stop, change.row) for change in changes if change.stop is not None),
        )
        self._database.executemany("DELETE FROM programme WHERE id = ?", gone)
        self._programmes -= len(gone)

    def _match(self) -> int:
        select = "SELECT id, names, logo FROM guide_channel ORDER BY guide"
        known = (
            GuideChannel(id=identity, names=tuple(json.loads(names)), logo=logo)
            for identity, names, logo in self._database.execute(select)
        )
        matcher = GuideMatcher(known, self._job.mapping)
        found: list[tuple[int, int]] = []
        for position, *stated in self._database.execute(
            "SELECT position, id, guide_id, guide_name, name FROM channel"
        ):
            guide_id = matcher.match(_to_match(*stated))
            if guide_id is not None:
                found.append((self._guides[guide_id], position))
        self._database.executemany("UPDATE channel SET guide = ? WHERE position = ?", found)
        return len(found)


def _to_match(identity: str, guide_id: str, guide_name: str, name: str) -> Channel:
    return Channel(
        id=identity, number="", name=name, url="", guide_id=guide_id, guide_name=guide_name
    )


def _packed(value: object) -> str:
    """Give a value as JSON; empty text for what is empty, which most of it is."""
    return json.dumps(value) if value else ""


@lru_cache(maxsize=4096)
def _packed_categories(categories: tuple[str, ...]) -> str:
    """Give categories as JSON; a guide has few different ones."""
    return _packed(categories)


def _channel_row(position: int, channel: Channel, source: str) -> tuple[object, ...]:
    return (
        position,
        channel.id,
        source,
        channel.number,
        channel.name,
        channel.url,
        _packed(channel.groups),
        channel.logo,
        channel.guide_id,
        channel.guide_name,
        channel.guide_shift,
        channel.radio,
        channel.adult,
        _packed(channel.headers),
        _packed(channel.properties),
        _packed(asdict(channel.catchup) if channel.catchup else None),
        None,
    )
