"""ManifestLoader: the manifest again, from where it lies, whole or by what changed."""

import logging

from player.errors import PlayerError
from player.manifest.face import patch
from player.model.location import Location
from player.model.presentation import Presentation
from player.model.resource import Resource
from player.ports import AnswerHead, RequestKind
from player.streaming.fetch.locations import LocationChooser
from player.streaming.fetch.parts import Answer, EngineParts, Source, read_answer
from player.streaming.presentation.manifest_reader import read_manifest
from player.units import Micros

LOG = logging.getLogger("farol.engine")


class ManifestLoader:
    """Loads one presentation's manifest again. Engine thread only."""

    def __init__(self, url: str, parts: EngineParts, source: Source) -> None:
        """Load what came from `url` at first."""
        self._url = url
        self._parts = parts
        self._source = source
        self._chooser = LocationChooser(draw=parts.draw)
        self._asked: Location | None = None
        self._places: tuple[Location, ...] = ()

    async def load(self, previous: Presentation, now: Micros) -> tuple[Presentation, AnswerHead]:
        """The presentation as it is now; `now` is the server's UTC time. Raises PlayerError."""
        by_patch = await self._patched(previous, now)
        if by_patch is not None:
            return by_patch
        self._places = _places(previous, self._url)
        self._asked = self._chooser.choose(self._places, self._parts.clock.monotonic())
        uri = self._asked.base if self._asked else self._url
        answer = await self._read(uri)
        fresh = await read_manifest(
            self._parts, self._source, answer.body, url=answer.url, format=previous.format
        )
        return fresh, answer.head

    def others_left(self, attempts: int) -> bool:
        """Whether the manifest lies elsewhere, too, after so many failures in a row."""
        now = self._parts.clock.monotonic()
        return attempts < len(self._places) and self._chooser.others(self._places, now)

    def leave(self) -> None:
        """Where it was asked for last has failed."""
        if self._asked is not None:
            self._chooser.exclude(self._asked, self._parts.clock.monotonic())

    async def _patched(
        self, previous: Presentation, now: Micros
    ) -> tuple[Presentation, AnswerHead] | None:
        """What a patch makes of the manifest; None where it must be loaded whole (5.15.3)."""
        until = previous.patch_until
        if not previous.patch or (until is not None and now >= until):
            return None
        try:
            answer = await self._read(previous.patch)
            fresh = await self._parts.worker(lambda: patch(previous, answer.body, url=answer.url))
        except PlayerError as failed:
            LOG.info("patch failed code=%s: the manifest is loaded whole", failed.failure.code)
            return None
        return fresh, answer.head

    async def _read(self, uri: str) -> Answer:
        request = self._source.request(Resource(uri=uri), RequestKind.MANIFEST)
        return await read_answer(self._parts, request)


def _places(presentation: Presentation, url: str) -> tuple[Location, ...]:
    """Where the manifest lies, best first; where it came from at first is the last resort."""
    told = (presentation.location, *presentation.other_locations, url)
    uris = dict.fromkeys(uri for uri in told if uri)
    return tuple(Location(name=uri, base=uri) for uri in uris)
