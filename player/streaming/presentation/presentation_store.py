"""PresentationStore: the newest manifest, and the newest index of each rung asked for."""

import logging
from dataclasses import dataclass, replace

import anyio

from player.api import Recovered
from player.clock import SteadyClock
from player.errors import ErrorCategory, ErrorCode, PlayerError
from player.manifest.face import adopt, refresh, resolve_index
from player.manifest.hls.delta import reload_resource
from player.manifest.resolved import ResolvedIndex
from player.manifest.steering import PathwayClone, apply_clones
from player.model.location import IndexSource, Location, relocate
from player.model.presentation import Presentation, PresentationType, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment, SegmentIndex
from player.ports import AnswerHead, RequestKind
from player.streaming.fetch.clock_sync import keep_time
from player.streaming.fetch.content_steering import ContentSteering
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.locations import LocationChooser, key_of
from player.streaming.fetch.parts import Answer, EngineParts, Reporter, Source, read_answer
from player.streaming.fetch.segment_loader import Errand, facts_of
from player.streaming.fetch.server_clock import ServerClock
from player.streaming.presentation.manifest_keeper import ManifestKeeper
from player.streaming.presentation.manifest_loader import ManifestLoader
from player.streaming.presentation.programme import Programme
from player.streaming.presentation.weaving import Break
from player.units import Micros

LOG = logging.getLogger("farol.engine")

MOST_BOXES = 200
"""Pieces in which one index may come (hierarchical `sidx`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedIndex:
    """An index with its history on the monotonic clock.

    `usable`: it is of the place that is good now; another's tells times, but nothing to fetch.
    """

    index: SegmentIndex
    loaded_at: Micros
    changed_at: Micros
    usable: bool = True

    @property
    def changed(self) -> bool:
        """Whether the last load brought anything new."""
        return self.changed_at == self.loaded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """When an index was loaded, when it last changed, and of which place it is."""

    loaded_at: Micros
    changed_at: Micros
    place: str = ""


class PresentationStore:
    """Owns what the manifests say, and where things lie. Engine thread only.

    Parsing runs in a worker. Recoveries are told to `reporter`.
    """

    def __init__(
        self,
        presentation: Presentation,
        url: str,
        parts: EngineParts,
        source: Source,
        reporter: Reporter | None = None,
    ) -> None:
        """Begin with a parsed manifest that was loaded from `url`."""
        self._programme = Programme(presentation)
        self.clock = ServerClock()
        self.ours = SteadyClock(parts.clock)
        self.locations = LocationChooser(draw=parts.draw)
        self._parts = parts
        self._source = source
        self._reporter = reporter
        self._loads: dict[tuple[str, str, str], _Load] = {}
        self._manifest_at = parts.clock.monotonic()
        self._playing = ""
        self._clones: tuple[PathwayClone, ...] = ()
        self._steering: ContentSteering | None = None
        self._manifest = ManifestLoader(url, parts, source)
        self._reloading = anyio.Lock()
        if presentation.steering is not None:
            self.locations.prefer(presentation.steering.default)

    @property
    def presentation(self) -> Presentation:
        """The newest manifest, breaks of other programmes in their places."""
        return self._programme.presentation

    @property
    def live(self) -> bool:
        """Whether the end is not known yet."""
        return self.presentation.type is not PresentationType.VOD

    @property
    def skew(self) -> Micros:
        """Server's UTC time minus ours, as well as it is known."""
        return self.clock.skew

    def now(self) -> Micros:
        """The server's UTC time, as well as it is known."""
        return Micros(self.ours.utc() + self.clock.skew)

    def surely_now(self) -> Micros:
        """What the server's clock shows at least: what is due by it is there."""
        return Micros(self.now() - self.clock.doubt)

    # ---- indexes ----------------------------------------------------------------------------

    def index(self, lane: Lane) -> LoadedIndex | None:
        """The newest index of a lane, None where it was not loaded yet."""
        return self._loaded(self.current(lane))

    def _loaded(self, current: Lane) -> LoadedIndex | None:
        index = current.representation.index
        if index is None:
            return None
        load = self._loads.get(self._programme.own(current).key)
        if load is None:
            load = _Load(loaded_at=self._manifest_at, changed_at=self._manifest_at)
        chosen = self._place(current)
        own_index = chosen is not None and chosen.source is not None
        return LoadedIndex(
            index=index,
            loaded_at=load.loaded_at,
            changed_at=load.changed_at,
            usable=not own_index or chosen is None or load.place in ("", key_of(chosen)),
        )

    def age(self, loaded: LoadedIndex) -> Micros:
        """Time since an index was loaded."""
        return Micros(self._parts.clock.monotonic() - loaded.loaded_at)

    def stale_for(self, loaded: LoadedIndex | None) -> Micros:
        """Time since an index last brought anything new."""
        if loaded is None:
            return Micros(0)
        return Micros(self._parts.clock.monotonic() - loaded.changed_at)

    def take(self, presentation: Presentation) -> None:
        """Take a newer presentation that somebody else made (a plain transport stream's)."""
        self._manifest_at = self._parts.clock.monotonic()
        self._renew(presentation)

    def _renew(self, main: Presentation) -> None:
        self._programme.renew(main, self.breaks, self.now())
        self._source.wake.notify()

    # ---- breaks -----------------------------------------------------------------------------

    @property
    def main(self) -> Presentation:
        """The newest manifest by itself, in its own times."""
        return self._programme.main

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The breaks that were put in."""
        return self._programme.breaks

    def put(self, breaks: tuple[Break, ...]) -> None:
        """Weave these breaks in from now on, after each reload again."""
        self._programme.renew(self.main, breaks, self.now())
        self._source.wake.notify()

    def programme(self, kind: TrackKind) -> list[SegmentIndex]:
        """The programme's own indexes that reach farthest, one for each of its periods.

        Of a kind, else of whatever leads there.
        """
        return self._programme.indexes(kind, self.now())

    def is_break(self, lane: Lane) -> bool:
        """Whether a lane is of a break, not of the programme itself."""
        return self._programme.is_break(lane)

    async def load_index(self, lane: Lane) -> None:
        """Load a lane's index, or load it again; raises PlayerError (network.*, manifest.*)."""
        lane = current = self._programme.own(self.current(lane))
        place = self._place(current)
        source = place.source if place and place.source else current.representation.source
        if source is None:
            await self.reload()
            return
        asked = self._parts.clock.monotonic()
        resolved = await self._resolve(current, source)
        for _ in range(MOST_BOXES):
            if resolved.more is None:
                break
            resolved = await self._resolve(current, resolved.more)
        self._adopt(lane, resolved, asked, key_of(place) if place else "")

    async def _resolve(self, lane: Lane, source: IndexSource) -> ResolvedIndex:
        """Fetch and read an index, or a further piece of one.

        By what changed of it alone where the server offers that (RFC 8216bis 6.2.5.1), whole
        where that did not fit.
        """
        resource, loaded = self.place(lane, source.resource), self._loaded(lane)
        if loaded is not None and loaded.usable:
            changes = reload_resource(resource, loaded.index, age=self.age(loaded))
            if changes != resource:
                try:
                    return await self._read(lane, source, changes)
                except PlayerError as failed:
                    if failed.failure.category is not ErrorCategory.MANIFEST:
                        raise
                    LOG.info("delta update did not fit: the playlist is loaded whole")
        return await self._read(lane, source, resource)

    async def _read(self, lane: Lane, source: IndexSource, resource: Resource) -> ResolvedIndex:
        """Fetch `resource` and read it as a lane's index.

        The index of another place is a neighbour's: its numbers and times are aligned with, its
        addresses are not taken over.
        """
        answer = await self._ask(resource)
        loaded, representation = self._loaded(lane), lane.representation
        known = loaded.index if loaded and loaded.usable else None
        sibling = self._programme.sibling(lane) if known or loaded is None else loaded.index
        now = self.now()
        return await self._parts.worker(
            lambda: resolve_index(
                representation,
                answer.body,
                url=answer.url,
                now=now,
                known=known,
                sibling=sibling,
                source=replace(source, resource=resource),
            )
        )

    async def _ask(self, resource: Resource) -> Answer:
        before = self.ours.utc()
        request = self._source.request(resource, RequestKind.MANIFEST)
        answer = await read_answer(self._parts, request)
        self.hear(answer.head, before)
        return answer

    def hear(self, head: AnswerHead, before: Micros) -> None:
        """Learn the time from an answer to a question of `before` (by `ours`)."""
        if head.date is not None:
            after = self.ours.utc()
            middle, half = Micros((before + after) // 2), Micros((after - before) // 2)
            self.clock.date(head.date, middle, half)

    def _adopt(self, lane: Lane, resolved: ResolvedIndex, asked: Micros, place: str) -> None:
        former = self._loads.get(lane.key)
        unchanged = former is not None and not resolved.changed
        changed_at = former.changed_at if former and unchanged else asked
        self._loads[lane.key] = _Load(loaded_at=asked, changed_at=changed_at, place=place)
        self._renew(adopt(self.main, lane.representation.id, resolved, period_id=lane.period.id))

    # ---- the manifest itself ----------------------------------------------------------------

    async def complete(self) -> None:
        """Fetch what a manifest left to other addresses (xlink), where that was not done."""
        if self.presentation.links:
            await self.reload()

    async def reload(self) -> None:
        """Load the manifest again, or what changed of it (ISO/IEC 23009-1 5.4, 5.15).

        Who asks while somebody else is loading gets what that one brings. Raises PlayerError.
        """
        asked = self._parts.clock.monotonic()
        async with self._reloading:
            if self._manifest_at > asked:
                return
            before, previous = self.ours.utc(), self.main
            fresh, head = await self._manifest.load(previous, self.now())
            self.hear(head, before)
            self.take(apply_clones(refresh(previous, fresh), self._clones))
            if fresh.published is not None:
                self.clock.published(fresh.published, self.ours.utc())

    async def keep_fresh(self) -> None:
        """Load the manifest again as often as it asks for, and ask who steers. Never raises.

        The server's time is kept, too, while the programme is live.
        """
        async with anyio.create_task_group() as group:
            if self.live:
                group.start_soon(keep_time, self, self._parts, self._source)
            if self.presentation.steering is not None:
                group.start_soon(self._steered_by().run)
            await ManifestKeeper(self, self._manifest, self._parts).run()

    async def ask_who_steers(self) -> None:
        """Ask the steering server once, before anything is fetched. Never raises."""
        await self._steered_by().ask()

    def _steered_by(self) -> ContentSteering:
        if self._steering is None:
            self._steering = ContentSteering(self, self._parts, self._source)
        return self._steering

    # ---- locations --------------------------------------------------------------------------

    def place(self, lane: Lane, resource: Resource) -> Resource:
        """Where the bytes of `resource` lie now; the same where it lies at one place only.

        HLS: what a playlist names belongs to its own pathway, and is led nowhere else.
        """
        current = self.current(lane)
        places, chosen = current.representation.locations, self._place(current)
        if chosen is None or chosen.source is not None:
            return resource
        return relocate(resource, places[0], chosen)

    def location(self, lane: Lane) -> str:
        """The name of the place that a lane is fetched from, "" where it has none."""
        chosen = self._place(self.current(lane))
        return chosen.name if chosen else ""

    def playing_location(self) -> str:
        """The name of the place that was fetched from last."""
        return self._playing

    def other_locations(self, lane: Lane, *, fed: bool = False) -> bool:
        """Whether a lane can be had from elsewhere; `fed`: the rest of a segment begun here."""
        places, now = self.current(lane).representation.locations, self._parts.clock.monotonic()
        apart = any(one.source is not None for one in places)
        return not (fed and apart) and self.locations.others(places, now)

    def leave_location(self, lane: Lane) -> None:
        """The place that a lane is fetched from has failed: take another for a while."""
        chosen = self._place(self.current(lane))
        if chosen is None:
            return
        self.locations.exclude(chosen, self._parts.clock.monotonic())
        LOG.info("location %s left, now %s", chosen.name, self.location(lane))
        self._source.wake.notify()

    def steer(self, names: tuple[str, ...]) -> None:
        """Take another order of places, and wake who fetches."""
        if names != self.locations.steered:
            LOG.info("steered to %s", ", ".join(names))
            self.locations.prefer(names)
            self._source.wake.notify()

    def clone(self, clones: tuple[PathwayClone, ...]) -> None:
        """Take places in that are made of others (RFC 8216bis 7.3), now and after each reload."""
        self._clones = clones
        self._renew(apply_clones(self.main, clones))

    def _place(self, current: Lane) -> Location | None:
        places = current.representation.locations
        return self.locations.choose(places, self._parts.clock.monotonic())

    # ---- what requests tell, and what recoveries do -------------------------------------------

    def errand(
        self,
        lane: Lane,
        *,
        segment: Segment | None = None,
        buffered: Micros | None = None,
        speed: float = 1.0,
        latency: Micros | None = None,
    ) -> Errand:
        """All that a request for a lane's bytes takes: where from, and what is told."""
        self._playing = self.location(lane) or self._playing
        if self._source.client_data is None:
            return Errand(place=lambda resource: self.place(lane, resource))
        facts = replace(
            facts_of(lane, segment),
            buffered=buffered,
            throughput=self._parts.estimator.estimate,
            speed=speed,
            latency=latency,
            live=self.live,
            following=self._following(lane, segment) if segment else None,
            location=self.location(lane),
        )
        return Errand(place=lambda resource: self.place(lane, resource), facts=facts)

    def _following(self, lane: Lane, segment: Segment) -> Resource | None:
        loaded = self.index(lane)
        if loaded is None or segment.number + 1 not in loaded.index.numbers(self.now()):
            return None
        return loaded.index.segment(segment.number + 1).resource

    def chance(self) -> float:
        """A number of 0..1, drawn anew."""
        return self._parts.draw()

    def jumped(self, latency: Micros, ahead: Micros) -> None:
        """Tell that live television, `latency` behind, goes on so much further ahead."""
        late, on = latency / 1e6, ahead / 1e6
        LOG.info("live latency=%.1f jump=%.1f", late, on)
        self._tell(ErrorCode.NETWORK_TIMEOUT, f"live: {late:.0f} s behind, {on:.0f} s ahead")

    def recovered(self, failed: PlayerError, decision: str) -> None:
        """Tell that something failed and playback goes on, and how."""
        self._tell(failed.failure.code, decision)

    def _tell(self, code: ErrorCode, decision: str) -> None:
        if self._reporter is not None:
            self._reporter.emit(
                lambda at, tag: Recovered(at=at, tag=tag, code=code, decision=decision)
            )
        if self._source.client_data is not None:
            self._source.client_data.failed(code)

    # ---- the tree ---------------------------------------------------------------------------

    def current(self, lane: Lane) -> Lane:
        """The lane as the newest manifest has it, else as it was."""
        return self._programme.current(lane)
