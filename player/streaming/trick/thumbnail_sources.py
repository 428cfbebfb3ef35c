"""ThumbnailSources: where a small picture comes from: tiles, key frames, what was fetched."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from player.errors import ErrorCode, PlayerError, error
from player.media.thumbnail import LARGEST_SHEET, cut_sheet, draw_key_frame
from player.model.presentation import Period, TileGrid, Track, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment
from player.streaming.feed.equipment import init_of
from player.streaming.feed.unlock import identity_key
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.line_share import DisplacedError
from player.streaming.presentation.live import period_at
from player.streaming.trick.key_frame import KeyFrameParts, fetch_key_frame
from player.streaming.trick.scan_lanes import ScanLanes
from player.streaming.trick.thumbnail_plan import covering, smallest, stretches
from player.streaming.trick.thumbnail_shelf import Made, ThumbnailShelf
from player.units import Micros, seconds

LOG = logging.getLogger("farol.engine")

_WHOLE = TileGrid(columns=1, rows=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A segment that has a picture of a moment; `grid` where it is a sheet."""

    segment: Segment
    lane: Lane
    grid: TileGrid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceParts:
    """What it takes; `aside` fetches without being in anybody's way, None: nothing is fetched.

    `near` has what the pass that plays has: nothing is asked of the network through it.
    """

    near: KeyFrameParts
    aside: KeyFrameParts | None
    lanes: ScanLanes


class ThumbnailSources:
    """Makes small pictures and puts them on the shelf. Engine thread only; drawn in a worker.

    Nothing here fails: what cannot be had, or read, is no picture.
    """

    def __init__(self, parts: SourceParts, shelf: ThumbnailShelf) -> None:
        """Fill `shelf`."""
        self._parts = parts
        self._shelf = shelf
        self._store = parts.near.store
        self._under_way: Segment | None = None

    def is_coming(self, position: Micros) -> bool:
        """Whether a picture of this moment comes with what is being fetched."""
        coming = self._under_way
        return coming is not None and coming.start <= position < coming.end

    async def best(self, position: Micros) -> Made | None:
        """From a sheet of tiles, else a list of key frames, fetched; else what is at hand."""
        period = period_at(self._store.presentation, position)
        if self._parts.aside is not None:
            for lane in (_sheets(period), self._key_frames(period)):
                spot = await self._spot(lane, position) if lane is not None else None
                made = await self._fetch(spot, position) if spot is not None else None
                if made is not None:
                    return made
        found = await self.at_hand(position)
        if found is not None:
            self._shelf.put(found)
        return found

    async def at_hand(self, position: Micros) -> Made | None:
        """From a segment that was fetched to be played, and is still here; not kept."""
        for spot in self._kept(position):
            made = await self._try(spot, self._parts.near)
            if made is not None:
                return made
        return None

    # ---- where ------------------------------------------------------------------------------

    def _key_frames(self, period: Period) -> Lane | None:
        lane = self._parts.lanes.inside(period)
        return lane if lane is not None and lane.track not in period.tracks else None

    async def _spot(self, lane: Lane, position: Micros) -> Spot | None:
        index = await self._parts.lanes.index(lane)
        if index is None:
            return None
        segment = covering(index, position, self._store.surely_now())
        if segment is None:
            return None
        lane = self._store.current(lane)
        if lane.track.kind is not TrackKind.IMAGE:
            return Spot(segment=segment, lane=lane)
        if self._store.live and lane.representation.source and segment.program_date_time is None:
            return None  # nothing ties a live list of its own to the others' times
        return Spot(segment=segment, lane=lane, grid=lane.representation.tiles or _WHOLE)

    def _kept(self, position: Micros) -> Iterator[Spot]:
        """The cheapest to decode first; behind a live window what is stored."""
        lane = self._parts.lanes.at(position, whole=True)
        if lane is None:
            return
        now = self._store.surely_now()
        for rung in lane.track.representations:
            own = lane.on(rung)
            loaded = self._store.index(own)
            segment = loaded.index.find(position, now) if loaded else None
            if segment and segment.start <= position < segment.end and self._is_here(segment, own):
                yield Spot(segment=segment, lane=own)
        stored = self._parts.near.loader.tape.at(lane.key[:2], position)
        if stored is not None and stored.segment.start <= position:
            own = lane.on(stored.lineage.rung)
            if self._is_opened(stored.segment, own):
                yield Spot(segment=stored.segment, lane=own)

    def _is_here(self, segment: Segment, lane: Lane) -> bool:
        near = self._parts.near
        if not self._is_opened(segment, lane):
            return False
        if near.loader.tape.find(segment) is not None:
            return True
        if segment.making or segment.resource not in near.engine.cache:
            return False
        entry = near.engine.cache.get(segment.resource)
        mark = (segment.number, segment.discontinuity) if self._store.live else None
        return entry is not None and entry.complete and (entry.streamed or entry.mark == mark)

    def _is_opened(self, segment: Segment, lane: Lane) -> bool:
        """Whether what a segment takes besides its own bytes is here, too."""
        near, key = self._parts.near, identity_key(segment.protection)
        needed = [init_of(segment, lane), Resource(uri=key.licence_uri) if key else None]
        return all(
            one is None or one in near.engine.cache or near.loader.tape.small(one) is not None
            for one in needed
        )

    # ---- having -----------------------------------------------------------------------------

    async def _fetch(self, spot: Spot, position: Micros) -> Made | None:
        """Again each time the line was needed for what plays; the door says when."""
        parts, self._under_way = self._parts.aside, spot.segment
        try:
            while parts is not None:
                with suppress(DisplacedError):
                    return await self._have(spot, position, parts)
            return None
        finally:
            self._under_way = None

    async def _have(self, spot: Spot, position: Micros, parts: KeyFrameParts) -> Made | None:
        if spot.grid is not None:
            return await self._cut(spot, spot.grid, position, parts)
        made = await self._try(spot, parts)
        if made is not None:
            self._shelf.put(made)
        return made

    async def _try(self, spot: Spot, parts: KeyFrameParts) -> Made | None:
        try:
            picture = await fetch_key_frame(spot.segment, spot.lane, parts)
        except PlayerError as failed:
            _passed(spot, failed)
            return None
        image = await parts.engine.worker(lambda: draw_key_frame(picture.head, picture.sample))
        if image is None:
            return None
        return Made(start=spot.segment.start, until=spot.segment.end, image=image)

    async def _cut(
        self, spot: Spot, grid: TileGrid, position: Micros, parts: KeyFrameParts
    ) -> Made | None:
        try:
            sheet = await _fetch_sheet(spot, parts)
        except PlayerError as failed:
            _passed(spot, failed)
            return None
        tiles = await parts.engine.worker(lambda: cut_sheet(sheet, grid))
        wanted: Made | None = None
        for one in stretches(spot.segment, grid) if tiles else ():
            made = Made(start=one.start, until=one.until, image=tiles[one.number])
            self._shelf.put(made)
            wanted = made if made.covers(position) else wanted
        if wanted is not None:
            self._shelf.put(wanted)  # whatever else the sheet had, this one stays
        return wanted


def _sheets(period: Period) -> Lane | None:
    """The lane of the period's small pictures, None where the manifest has none."""
    track: Track | None = next(iter(period.of(TrackKind.IMAGE)), None)
    if track is None or not track.representations:
        return None
    return Lane(period=period, track=track, representation=smallest(track.representations))


async def _fetch_sheet(spot: Spot, parts: KeyFrameParts) -> bytes:
    """All bytes of a sheet; raises PlayerError (network.*, media.*), DisplacedError."""
    loader, errand = parts.loader, parts.store.errand(spot.lane, segment=spot.segment)
    entry = loader.entry(spot.segment, live=parts.store.live)
    with parts.engine.cache.pinned(entry):
        if not entry.complete:
            await loader.fill(entry, _bounded, errand)
        return entry.body()


def _bounded(_started: Micros, received: int) -> None:
    if received > LARGEST_SHEET:
        raise error(
            ErrorCode.MEDIA_INVALID,
            "A preview picture of this channel is too large; Farol goes on without it.",
            cause=f"a sheet of more than {LARGEST_SHEET} bytes",
        )


def _passed(spot: Spot, failed: PlayerError) -> None:
    at = seconds(spot.segment.start)
    LOG.info("no thumbnail at=%.3f code=%s", at, failed.failure.code)
