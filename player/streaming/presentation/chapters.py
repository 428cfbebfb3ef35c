"""Chapters that a playlist keeps elsewhere (session data com.apple.hls.chapters)."""

import json
import logging
import math

from player.errors import PlayerError
from player.model.event import Chapter, SessionData
from player.model.resource import Resource
from player.ports import RequestKind
from player.streaming.fetch.parts import EngineParts, Source, read_all
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import micros

LOG = logging.getLogger("farol.engine")

CHAPTERS = "com.apple.hls.chapters"

MOST = 10_000
"""Chapters that are taken of one list."""


class ChapterList:
    """The chapters of one presentation, once they are known. Engine thread only."""

    def __init__(self, store: PresentationStore, parts: EngineParts, source: Source) -> None:
        """Begin with none."""
        self.chapters: tuple[Chapter, ...] = ()
        self._store = store
        self._parts = parts
        self._source = source

    async def run(self, language: str) -> None:
        """Take the manifest's own, else fetch those that it names."""
        presentation = self._store.presentation
        self.chapters = presentation.chapters or await load_chapters(
            presentation.session_data, language, self._parts, self._source
        )


async def load_chapters(
    data: tuple[SessionData, ...], language: str, parts: EngineParts, source: Source
) -> tuple[Chapter, ...]:
    """Fetch and read the chapters; none where there are none or they cannot be had."""
    named = next((one for one in data if one.id == CHAPTERS and (one.uri or one.value)), None)
    if named is None:
        return ()
    body = named.value.encode()
    if named.uri:
        try:
            request = source.request(Resource(uri=named.uri), RequestKind.LIST)
            _, body = await read_all(parts, request)
        except PlayerError as failed:
            LOG.warning("chapters not had code=%s", failed.failure.code)
            return ()
    return await parts.worker(lambda: read_chapters(body, language))


def read_chapters(body: bytes, language: str = "") -> tuple[Chapter, ...]:
    """Read Apple's chapter list (JSON, seconds); what makes no sense is left out. Pure."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        LOG.warning("chapters are no JSON")
        return ()
    entries = found[:MOST] if isinstance(found, list) else []
    chapters = (_chapter(number, one, language) for number, one in enumerate(entries, 1))
    return tuple(sorted((one for one in chapters if one), key=lambda one: one.start))


def _chapter(number: int, entry: object, language: str) -> Chapter | None:
    if not isinstance(entry, dict):
        return None
    start = entry.get("start-time")
    if not isinstance(start, int | float) or not math.isfinite(start) or not 0 <= start < 1e9:
        return None
    return Chapter(start=micros(start), title=_title(entry.get("titles"), language) or str(number))


def _title(titles: object, language: str) -> str:
    """The title in the viewer's language, else the first one."""
    found = [one for one in titles if isinstance(one, dict)] if isinstance(titles, list) else []
    named = {str(one.get("language", "")).lower(): one.get("title") for one in found}
    wanted = named.get(language.lower()) if language else None
    title = wanted or next(iter(named.values()), "")
    return title if isinstance(title, str) else ""
