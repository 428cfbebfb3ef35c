"""Neighbour: one channel that is likely next: what a zap to it will ask for, in the cache."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import anyio

from player.abr.caps import allowed
from player.abr.controller import AbandonInput, AbrInput, Decision
from player.api import PlayRequest
from player.errors import ErrorCode, error
from player.manifest.face import next_reload
from player.model.presentation import ManifestFormat, Presentation, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment
from player.session.engine_setup import output_of, preference_of, sound_rungs
from player.session.opening import open_address, source_of
from player.session.prefetched import Prefetched
from player.streaming.choice.rung_limits import RungLimits
from player.streaming.choice.video_rungs import VideoRungs
from player.streaming.feed.equipment import fetch_init, fetch_key
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.clock_sync import agree_on_time
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.lane_finder import LaneFinder, Lanes
from player.streaming.presentation.manifest_due import due_after
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.window_finder import WindowFinder
from player.units import BitsPerSecond, ByteCount, Micros, micros

if TYPE_CHECKING:
    from player.streaming.choice.rungs import RungChooser

LOG = logging.getLogger("farol.prefetch")

SEGMENTS = 2
"""Segments from where a zap would begin: live, it begins one later by the next look."""

LEAST_PAUSE = micros(1)
"""A channel is not looked at more often."""

REST = micros(60)
"""How often a film is looked at: the cache may have lost what was fetched of it."""

TRUE_FOR = 3
"""Segments' times for which a live list that was not loaded again still tells where to begin."""

KEPT, CLIMBED = 1.5, 2.0
"""A rung is kept up to so much above the share, and left for a better one from so much below."""

LASTS = micros(60)
"""How long a live manifest by itself is taken for true: its addresses may be good for a time."""


Wanted = dict[TrackKind, list[Segment]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one channel may take: rungs of `rate` at the most, within `limits`."""

    rate: BitsPerSecond
    limits: RungLimits


class _Best:
    """Implements `AbrController`: the best rung that is allowed."""

    def choose(self, given: AbrInput) -> Decision:
        rung = allowed(given)[-1]
        return Decision(rung=rung, reason=f"{rung.name}: within the share of the line")

    def abandon(self, given: AbandonInput) -> Decision | None:  # noqa: ARG002 - the port's face
        return None


class Neighbour:
    """Opens a channel, keeps it fresh, hands it over. Engine thread only; one `look` at a time.

    `parts` lead to the network by the line's door; what it lets through may be displaced at any
    time, and goes on where it was with the next look.
    """

    def __init__(self, request: PlayRequest, parts: EngineParts) -> None:
        """Begin with nothing known."""
        self.request = request
        self._parts = parts
        self._source = source_of(request)
        self._loader = SegmentLoader(parts, self._source)
        self._url = ""
        self._opened: Presentation | None = None
        self._store: PresentationStore | None = None
        self._windows: WindowFinder | None = None
        self._entries: dict[Resource, CacheEntry] = {}
        self._newest = set[Resource]()
        self._rungs: dict[TrackKind, str] = {}
        self._rate = BitsPerSecond(0)
        self._looked_at = self._lasts = Micros(0)

    @property
    def held(self) -> ByteCount:
        """Bytes of media that are kept for it."""
        return ByteCount(sum(one.size for one in self._entries.values()))

    async def look(self, share: Share) -> Micros:
        """Fetch what lacks; gives how long that will do. Raises PlayerError, DisplacedError."""
        store = self._store or await self._open()
        lanes, target = await self._where(store, share)
        wanted = {kind: self._segments(store, lane, target) for kind, lane in lanes.items()}
        newest = {one.resource for segments in wanted.values() for one in segments}
        self._keep(newest | self._newest)  # the last look's, too: edges are told to a segment
        self._newest = newest
        self._lasts = _lasts(store, [one for segments in wanted.values() for one in segments])
        await self._fetch_all(store, lanes, wanted, 0)
        self._note(lanes)
        for place in range(1, SEGMENTS):
            await self._fetch_all(store, lanes, wanted, place)
        return self._lasts

    def hand_over(self) -> Prefetched | None:
        """What the session that plays it can begin with; None: nothing, or nothing true."""
        store, opened = self._store, self._opened
        if store is None or opened is None:
            return None
        age = self._parts.clock.monotonic() - self._looked_at
        presentation, rungs = store.main, self._rungs
        if store.live and age > TRUE_FOR * self._lasts:
            if store.presentation.format is ManifestFormat.DASH or age > LASTS:
                return None
            presentation, rungs = opened, {}  # its playlists are as good as never loaded
        return Prefetched(url=self._url, presentation=presentation, known=store.known, rungs=rungs)

    def forget(self) -> None:
        """Nobody expects it any more: its media make room."""
        self._keep(())

    # ---- opening, and staying fresh -----------------------------------------------------------

    async def _open(self) -> PresentationStore:
        async with open_address(self.request, self._parts) as opened:
            presentation, self._url = opened.presentation, opened.url
        if presentation is None or presentation.links:
            raise error(ErrorCode.MANIFEST_NOT_A_MANIFEST, "This cannot be fetched ahead.")
        store = PresentationStore(presentation, self._url, self._parts, self._source)
        if self.request.target_latency is not None:
            store.aim(self.request.target_latency)
        if store.live:
            await agree_on_time(store, self._parts, self._source)
        store.time_agreed = True
        self._opened, self._store, self._windows = presentation, store, WindowFinder(store)
        self._looked_at, self._lasts = self._parts.clock.monotonic(), LEAST_PAUSE
        return store

    async def _where(self, store: PresentationStore, share: Share) -> tuple[Lanes, Micros]:
        """The lanes that a zap would begin on, their indexes up to date, and from when."""
        finder = self._finder(store, share)
        start = self.request.start
        await self._refresh(store, finder.first(start).values())
        lanes = finder.first(start)
        assert self._windows is not None  # noqa: S101 - made with the store
        target = self._windows.join(next(iter(lanes.values())), start) or Micros(0)
        target, lanes = finder.again(target, lanes)
        await self._refresh(store, lanes.values())
        return {kind: store.current(lane) for kind, lane in lanes.items()}, target

    def _finder(self, store: PresentationStore, share: Share) -> LaneFinder:
        output = output_of(self.request, self._parts)
        rate = share.rate if self._rate > KEPT * share.rate else max(self._rate, share.rate)
        limits = replace(
            share.limits,
            max_height=self.request.max_height,
            max_bandwidth=min(self.request.max_bandwidth or rate, rate),
        )
        video = VideoRungs(controller=_Best(), parts=self._parts, limits=limits)
        video.limit(output)
        if CLIMBED * self._rate > share.rate:
            video.begin_with(self._rungs.get(TrackKind.VIDEO, ""))
        sound = sound_rungs(self._parts, output)
        sound.begin_with(self._rungs.get(TrackKind.AUDIO, ""))
        choosers: dict[TrackKind, RungChooser] = {TrackKind.VIDEO: video, TrackKind.AUDIO: sound}
        return LaneFinder(store, choosers, preference_of(self.request, output))

    async def _refresh(self, store: PresentationStore, lanes: Iterable[Lane]) -> None:
        """Load what lacks or is due; a manifest that holds its indexes once for all of them."""
        async with anyio.create_task_group() as group:
            for lane in lanes:
                if _due_in(store, lane) <= 0:
                    group.start_soon(store.load_index, lane)

    def _segments(self, store: PresentationStore, lane: Lane, target: Micros) -> list[Segment]:
        loaded = store.index(lane)
        now = store.surely_now()
        first = loaded.index.find(target, now) if loaded and loaded.usable else None
        if loaded is None or first is None:
            return []
        numbers = loaded.index.numbers(now)
        after = range(first.number + 1, min(first.number + SEGMENTS, numbers.stop))
        found = [first, *(loaded.index.segment(number) for number in after)]
        return [one for one in found if not one.gap and not one.making]

    def _note(self, lanes: Lanes) -> None:
        self._rungs = {kind: lane.representation.id for kind, lane in lanes.items()}
        self._looked_at = self._parts.clock.monotonic()
        video = lanes.get(TrackKind.VIDEO)
        self._rate = video.representation.bandwidth if video else BitsPerSecond(0)

    # ---- media --------------------------------------------------------------------------------

    async def _fetch_all(
        self, store: PresentationStore, lanes: Lanes, wanted: Wanted, place: int
    ) -> None:
        """The segment at one place of each kind: the first ones are what a picture takes."""
        async with anyio.create_task_group() as group:
            for kind, segments in wanted.items():
                for segment in segments[place : place + 1]:
                    group.start_soon(self._fetch, store, lanes[kind], segment)

    async def _fetch(self, store: PresentationStore, lane: Lane, segment: Segment) -> None:
        """A segment and what it takes, going on where a displaced one was left."""
        errand = store.errand(lane, segment=segment)
        await fetch_init(segment, lane, self._loader, errand)
        await fetch_key(segment.protection, self._loader)
        entry = self._entry(segment, store)
        if not entry.complete:
            with self._parts.cache.pinned(entry):
                await self._loader.fill(entry, lambda _started, _size: None, errand)

    def _entry(self, segment: Segment, store: PresentationStore) -> CacheEntry:
        """The entry that was begun, where the cache still has it; else a fresh one."""
        begun = self._entries.get(segment.resource)
        mark = (segment.number, segment.discontinuity) if store.live else None
        kept = self._parts.cache.get(segment.resource)
        if begun is not None and begun is kept and begun.mark == mark:
            return begun
        entry = self._loader.entry(segment, live=store.live)
        self._entries[segment.resource] = entry
        return entry

    def _keep(self, wanted: Iterable[Resource]) -> None:
        """Let go of what a zap would not ask for any more."""
        kept = set(wanted)
        for resource in [one for one in self._entries if one not in kept]:
            entry = self._entries.pop(resource)
            if self._parts.cache.get(entry.resource) is entry and not entry.pins:
                self._parts.cache.drop(entry.resource)


def _lasts(store: PresentationStore, segments: list[Segment]) -> Micros:
    """How long until a zap would begin elsewhere."""
    if not store.live:
        return REST
    return max(min((one.duration for one in segments), default=LEAST_PAUSE), LEAST_PAUSE)


def _due_in(store: PresentationStore, lane: Lane) -> Micros:
    """Time until a lane's index is worth loading again; 0: now."""
    loaded = store.index(lane)
    if loaded is None:
        return Micros(0)
    if not store.live:
        return REST
    if store.presentation.format is ManifestFormat.DASH:
        pause = due_after(store.presentation, store.now())
    else:
        pause = None if loaded.index.ended else next_reload(loaded.index, changed=loaded.changed)
    return REST if pause is None else Micros(pause - store.age(loaded))
