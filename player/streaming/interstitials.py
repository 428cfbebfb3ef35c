"""Interstitials: their programmes are fetched ahead of time and woven into a film."""

import logging
from collections.abc import Callable

from player.api import Recovered
from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import parse, sniff
from player.manifest.hls.interstitials import read_asset_list
from player.model.event import Interstitial
from player.model.presentation import Presentation, PresentationType
from player.model.resource import Resource
from player.ports import RequestKind
from player.streaming.lane import Lane
from player.streaming.parts import EngineParts, Reporter, Source, read_all
from player.streaming.presentation_store import PresentationStore
from player.streaming.weaving import weave
from player.units import Micros, micros

LOG = logging.getLogger("farol.engine")

SOON = micros(15)
"""A break this near to the start is fetched before anything plays."""

MARGIN = micros(12)
"""A break nearer to the picture than this comes too late: its moment may be fed already."""


class Interstitials:
    """Weaves what a film's playlists announce. Engine thread only.

    Live programmes are left as they are: there the rest of the timeline must not move.
    """

    def __init__(
        self, store: PresentationStore, parts: EngineParts, source: Source, reporter: Reporter
    ) -> None:
        """Begin with none woven."""
        self._store = store
        self._parts = parts
        self._source = source
        self._reporter = reporter
        self._done: set[str] = set()

    async def before(self, start: Micros) -> bool:
        """Weave what comes first, before anything plays; tells whether there was any."""
        untouched = self._store.presentation
        while (one := self._next(Micros(start + SOON))) is not None:
            assets = await self._assets(one)
            self._take(weave(self._store.presentation, one, assets))
        return self._store.presentation.periods != untouched.periods

    async def run(self, position: Callable[[], Micros], woven: Callable[[Micros], None]) -> None:
        """Weave all the others while the film plays; `woven` hears from where it is new."""
        while (one := self._next(None)) is not None:
            assets = await self._assets(one)
            if assets and (one.start > position() + MARGIN or "POST" in one.cue):
                self._take(weave(self._store.presentation, one, assets))
                woven(one.start)

    def _next(self, until: Micros | None) -> Interstitial | None:
        if self._store.presentation.type is not PresentationType.VOD:
            return None
        for one in self._store.presentation.interstitials:
            early = "PRE" in one.cue or ("POST" not in one.cue and until and one.start <= until)
            if one.id not in self._done and (until is None or early):
                self._done.add(one.id)
                return one
        return None

    def _take(self, woven: Presentation) -> None:
        if woven is not self._store.presentation:
            LOG.info("interstitial woven, periods=%d", len(woven.periods))
            self._store.take(woven)

    async def _assets(self, one: Interstitial) -> list[Presentation]:
        """The programmes of a break that can be had, and the film's own indexes with them."""
        try:
            await _load_all(self._store)
            addresses = [one.asset_uri] if one.asset_uri else await self._listed(one)
        except PlayerError as failed:
            self._tell(one, failed)
            return []
        found: list[Presentation] = []
        for address in addresses:
            try:
                found.append(await self._asset(address))
            except PlayerError as failed:
                self._tell(one, failed)
        return found

    async def _listed(self, one: Interstitial) -> list[str]:
        request = self._source.request(Resource(uri=one.asset_list_uri), RequestKind.OTHER)
        url, body = await read_all(self._parts, request)
        return [asset.uri for asset in read_asset_list(body, url=url)]

    async def _asset(self, address: str) -> Presentation:
        request = self._source.request(Resource(uri=address), RequestKind.MANIFEST)
        url, body = await read_all(self._parts, request)
        kind = sniff(body, content_type="", url=url)
        if kind is None:
            raise _no_programme()
        now = self._store.now()
        read = await self._parts.worker(lambda: parse(body, url=url, now=now, format=kind))
        store = PresentationStore(read, url, self._parts, self._source)
        await _load_all(store)
        if store.live:
            raise _no_programme()
        return store.presentation

    def _tell(self, one: Interstitial, failed: PlayerError) -> None:
        code, decision = failed.failure.code, f"interstitial {one.id}: left out"
        LOG.info("interstitial id=%s code=%s: left out", one.id, code)
        self._reporter.emit(
            lambda at, tag: Recovered(at=at, tag=tag, code=code, decision=decision)
        )


async def _load_all(store: PresentationStore) -> None:
    """Load every index that is not there; raises PlayerError."""
    lanes = [
        Lane(period=period, track=track, representation=one)
        for period in store.presentation.periods
        for track in period.tracks
        for one in track.representations
        if one.index is None
    ]
    for lane in lanes:
        await store.load_index(lane)


def _no_programme() -> PlayerError:
    return error(
        ErrorCode.MANIFEST_NOT_A_MANIFEST,
        "A break of this programme cannot be played; Farol goes on without it.",
    )
