"""CatalogHost: the catalogue thread that answers the window, and the refresh of its source."""

import hashlib
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import anyio

from app.helper_process import helper_environment
from app.paths import Paths
from app.spool_fetch import SpoolFetch
from catalog.import_job import CatalogImportError, ImportJob, ImportReport
from catalog.importer import decode_line, encode_job
from catalog.model import Channel, NowNext, SourceIdentity
from catalog.sources import Source, refresh_source
from catalog.store.reader import GuideReader

LOG = logging.getLogger("farol.catalog")

T = TypeVar("T")


class CatalogHost:
    """Implements `ui.ports.CatalogQueries` over one source's guide.db.

    Questions are asked in the Qt thread, answered in the catalogue thread, and the answer comes
    back through `to_qt`.
    """

    def __init__(
        self, location: str, paths: Paths, to_qt: Callable[[Callable[[], None]], None]
    ) -> None:
        """Serve the source at `location` (a list's URL or path)."""
        self._source = Source(identity=identify(location))
        self._database = paths.guide_db(self._source.identity.id)
        self._spool = paths.spool
        self._to_qt = to_qt
        self._reader = GuideReader(self._database)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="farol-catalogue")

    @property
    def source(self) -> str:
        """The id of the source that it serves."""
        return self._source.identity.id

    @property
    def filled(self) -> bool:
        """Whether an earlier run left a guide to begin with."""
        return self._database.exists()

    def channels(self, then: Callable[[Sequence[Channel]], None]) -> None:
        """See `CatalogQueries.channels`."""
        nothing: Sequence[Channel] = ()
        self._ask(self._reader.channels, then, nothing)

    def now_next(self, at: int, then: Callable[[Mapping[str, NowNext]], None]) -> None:
        """See `CatalogQueries.now_next`."""
        nothing: Mapping[str, NowNext] = {}
        self._ask(lambda: self._reader.now_next(at), then, nothing)

    def close(self) -> None:
        """Answer what was asked and end the thread."""
        self._thread.submit(self._reader.close)
        self._thread.shutdown(wait=True)

    async def refresh(self, fetch: SpoolFetch) -> ImportReport:
        """Bring the list and its guides into guide.db; raises CatalogImportError. Engine loop."""
        with TemporaryDirectory(dir=self._spool) as spool:
            return await refresh_source(
                self._source,
                fetch=fetch,
                spool=Path(spool),
                into=self._database,
                run_import=run_importer,
            )

    def _ask(self, question: Callable[[], T], then: Callable[[T], None], nothing: T) -> None:
        def answered(future: "Future[T]") -> None:
            failure = future.exception()
            if failure is not None:
                LOG.warning("catalogue question failed: %s", failure)
            answer = nothing if failure is not None else future.result()
            self._to_qt(lambda: then(answer))

        self._thread.submit(question).add_done_callback(answered)


class FixedChannels:
    """A catalogue of what the command line gave: one address, or nothing yet."""

    def __init__(self, *channels: Channel) -> None:
        """Offer these and no guide."""
        self._channels = channels

    def channels(self, then: Callable[[Sequence[Channel]], None]) -> None:
        """See `CatalogQueries.channels`."""
        then(self._channels)

    def now_next(self, _at: int, then: Callable[[Mapping[str, NowNext]], None]) -> None:
        """See `CatalogQueries.now_next`: nothing is known."""
        then({})


def identify(location: str) -> SourceIdentity:
    """The identity of a source that the command line names by its list alone."""
    parts = urlsplit(location)
    local = not parts.netloc
    path = Path(unquote(parts.path) if parts.scheme == "file" else location)
    address = str(path.absolute()) if local else location
    name = path.name if local else (parts.hostname or "")
    digest = hashlib.sha256(address.encode()).hexdigest()[:16]
    return SourceIdentity(id=digest, name=name, location=address)


def without_channels(report: ImportReport) -> str:
    """Say why a list that was read brought no channel; "" where it brought one."""
    if report.channels:
        return ""
    first = next(iter(report.warnings), None)
    if first is None:
        return "The list was read, but there is no channel in it."
    place = f"line {first.line}: " if first.line else ""
    return f"The list was read, but none of its channels can be used ({place}{first.text})."


async def run_importer(job: ImportJob) -> ImportReport:
    """Run the importer in a process of its own (see `catalog.importer`)."""
    done = await anyio.run_process(
        [sys.executable, "-m", "catalog.importer"],
        input=encode_job(job).encode(),
        check=False,
        stderr=None,
        env=helper_environment(),
    )
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    try:
        last = decode_line(lines[-1]) if lines else None
    except json.JSONDecodeError:
        last = None
    if not isinstance(last, ImportReport):
        raise CatalogImportError("The list could not be read in: the importer stopped early.")
    return last
