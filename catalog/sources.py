"""Refreshes a source: its list, then the guides that the list names, then the import."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import anyio.to_thread

from catalog.compression import UnreadableFileError
from catalog.encoding import file_lines
from catalog.import_job import CatalogImportError, ImportJob, ImportReport
from catalog.m3u import M3uReader
from catalog.model import CatalogWarning, SourceIdentity


class FetchError(Exception):
    """A download failed; the text is a sentence for the viewer and holds no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """What came down, and as what."""

    path: Path
    content_type: str = ""


class Fetch(Protocol):
    """Downloads whole files; `app` binds it to the engine's fetcher."""

    async def fetch(self, url: str, headers: Mapping[str, str], into: Path) -> FetchedFile:
        """Download `url` into the file `into`.

        Raises:
            FetchError: whatever the reason.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is needed to refresh one source; `headers` may hold credentials."""

    identity: SourceIdentity
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    guides: tuple[str, ...] = field(default=(), repr=False)
    """Guides that the viewer added, URLs or paths; they go before those the list names."""
    mapping: Mapping[str, str] = field(default_factory=dict)


RunImport = Callable[[ImportJob], Awaitable[ImportReport]]


async def refresh_source(
    source: Source, *, fetch: Fetch, spool: Path, into: Path, run_import: RunImport
) -> ImportReport:
    """Bring a source's list and guides into the guide database `into`.

    `spool` is a folder for downloads, the caller's to empty; `run_import` runs the importer
    (in `app`: as a process). A guide that fails is a warning. Engine loop; reads in a worker.

    Raises:
        CatalogImportError: no list, or the import failed; the old database stands.
    """
    try:
        list_path = await _obtain(source.identity.location, source, fetch, spool / "list")
        named = await anyio.to_thread.run_sync(_named_guides, list_path, source.identity)
        named, refused = _within_reach(named, source.identity.location)
    except (FetchError, OSError, UnreadableFileError) as failed:
        why = str(failed.strerror if isinstance(failed, OSError) else failed).rstrip(".")
        raise CatalogImportError(f"The list could not be read: {why}.") from failed
    guides, warnings = await _obtain_guides(source, named, fetch, spool)
    report = await run_import(
        ImportJob(
            list_path=list_path,
            guide_paths=tuple(guides),
            into=into,
            source=source.identity,
            mapping=source.mapping,
        )
    )
    return replace(report, warnings=(*refused, *warnings, *report.warnings))


def _within_reach(
    named: Sequence[str], location: str
) -> tuple[Sequence[str], list[CatalogWarning]]:
    """Leave out what a list from the network must not name: a file of this machine."""
    if not _is_web(location):
        return named, []
    web = [one for one in named if _is_web(one)]
    text = "the list names a guide that is not on the network; it was left out"
    return web, [CatalogWarning(line=0, text=text)] * (len(named) - len(web))


async def _obtain_guides(
    source: Source, named: Sequence[str], fetch: Fetch, spool: Path
) -> tuple[list[Path], list[CatalogWarning]]:
    guides: list[Path] = []
    warnings: list[CatalogWarning] = []
    for number, location in enumerate(dict.fromkeys((*source.guides, *named)), 1):
        try:
            guides.append(await _obtain(location, source, fetch, spool / f"guide-{number}"))
        except (FetchError, OSError) as failed:
            warnings.append(
                CatalogWarning(line=0, text=f"guide {number} was not loaded: {failed}")
            )
    return guides, warnings


async def _obtain(location: str, source: Source, fetch: Fetch, into: Path) -> Path:
    """Give a local file: the one named, or a download of it."""
    try:
        parts = urlsplit(location)
    except ValueError as broken:
        raise FetchError("the address cannot be right") from broken
    if _is_web(location):
        return (await fetch.fetch(location, _headers_for(location, source), into)).path
    return Path(unquote(parts.path)) if parts.scheme == "file" else Path(location)


def _is_web(location: str) -> bool:
    """Whether an address is to be downloaded; never fails, as taking it apart may."""
    return location.lower().startswith(("http:", "https:"))


def _headers_for(location: str, source: Source) -> Mapping[str, str]:
    """Give the source's headers; to other hosts (guides) its User-Agent alone, no credentials."""
    # player.net.redirects decides the like for what is played; this room may not import it.
    wanted, own = urlsplit(location), urlsplit(source.identity.location)
    if wanted.netloc == own.netloc and wanted.scheme in (own.scheme, "https"):
        return source.headers
    return {k: v for k, v in source.headers.items() if k.lower() == "user-agent"}


def _named_guides(list_path: Path, identity: SourceIdentity) -> Sequence[str]:
    """Read the whole list for the guides it names: lists are often several lists in a row."""
    reader = M3uReader(identity)
    for _ in reader.read(file_lines(list_path)):
        pass
    return reader.guide_urls
