"""The programmes of a break: where they are listed, and all that it takes to play them."""

import logging
from typing import NamedTuple

import anyio

from player.api import Recovered
from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import parse, sniff
from player.manifest.hls.interstitials import AssetList, read_asset_list
from player.model.event import Interstitial, SkipControl
from player.model.presentation import Presentation
from player.model.resource import Resource
from player.ports import RequestKind
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Reporter, Source, read_all
from player.streaming.presentation.presentation_store import PresentationStore

LOG = logging.getLogger("farol.engine")


class Fetched(NamedTuple):
    """The programmes of a break, and when it may be skipped by their list's word."""

    programmes: list[Presentation]
    skip: SkipControl | None = None


class BreakAssets:
    """Fetches breaks for one session. Engine thread only."""

    def __init__(
        self, store: PresentationStore, parts: EngineParts, source: Source, reporter: Reporter
    ) -> None:
        """Fetch for the programme in `store`."""
        self._store = store
        self._parts = parts
        self._source = source
        self._reporter = reporter

    async def fetch(self, one: Interstitial) -> Fetched:
        """The programmes of a break that can be had, whole; those that cannot are told of."""
        addresses, skip = [one.asset_uri], one.skip
        try:
            if not one.asset_uri:
                listed = await self._listed(one)
                addresses, skip = [asset.uri for asset in listed.assets], listed.skip or skip
        except PlayerError as failed:
            self.leave_out(one, failed)
            return Fetched([])
        found: list[Presentation] = []
        for address in addresses:
            try:
                found.append(await self._asset(address))
            except PlayerError as failed:
                self.leave_out(one, failed)
        return Fetched(found, skip)

    def leave_out(self, one: Interstitial, failed: PlayerError) -> None:
        """Tell that a break, or a part of it, is not shown."""
        code, decision = failed.failure.code, f"interstitial {one.id}: left out"
        LOG.info("interstitial id=%s code=%s: left out", one.id, code)
        self._reporter.emit(
            lambda at, tag: Recovered(at=at, tag=tag, code=code, decision=decision)
        )

    async def _listed(self, one: Interstitial) -> AssetList:
        request = self._source.request(Resource(uri=one.asset_list_uri), RequestKind.LIST)
        url, body = await read_all(self._parts, request)
        return read_asset_list(body, url=url)

    async def _asset(self, address: str) -> Presentation:
        request = self._source.request(Resource(uri=address), RequestKind.MANIFEST)
        url, body = await read_all(self._parts, request)
        kind = sniff(body, content_type="", url=url)
        if kind is None:
            raise no_programme("neither a playlist nor an MPD")
        now = self._store.now()
        read = await self._parts.worker(lambda: parse(body, url=url, now=now, format=kind))
        store = PresentationStore(read, url, self._parts, self._source)
        await _load_all(store)
        if store.live:
            raise no_programme("a live programme")
        return store.presentation


def no_programme(cause: str) -> PlayerError:
    """The error of a break that cannot be shown."""
    return error(
        ErrorCode.MANIFEST_NOT_A_MANIFEST,
        "A break of this programme cannot be played; Farol goes on without it.",
        cause=cause,
    )


async def _load_all(store: PresentationStore) -> None:
    """Load every index that is not there, all at once; raises PlayerError."""
    failures: list[PlayerError] = []

    async def load(lane: Lane) -> None:
        try:
            await store.load_index(lane)
        except PlayerError as failed:
            failures.append(failed)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for lane in _lacking(store.presentation):
            group.start_soon(load, lane)
    if failures:
        raise failures[0]


def _lacking(presentation: Presentation) -> list[Lane]:
    return [
        Lane(period=period, track=track, representation=one)
        for period in presentation.periods
        for track in period.tracks
        for one in track.representations
        if one.index is None
    ]
