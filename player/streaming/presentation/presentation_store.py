"""PresentationStore: the newest manifest, what belongs to it, and what became of requests."""

import logging
from dataclasses import dataclass, replace

import anyio

from player.api import Recovered
from player.clock import SteadyClock
from player.errors import ErrorCode, PlayerError
from player.manifest.face import adopt, refresh
from player.manifest.resolved import ResolvedIndex
from player.manifest.steering import PathwayClone, apply_clones
from player.model.presentation import Period, Presentation, PresentationType, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment, SegmentIndex
from player.ports import AnswerHead
from player.streaming.fetch.clock_sync import keep_time
from player.streaming.fetch.content_steering import ContentSteering
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.locations import LocationChooser, key_of
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.segment_loader import Errand, facts_of
from player.streaming.fetch.server_clock import ServerClock
from player.streaming.fetch.wake import Wake
from player.streaming.presentation.break_times import BreakTimes
from player.streaming.presentation.index_loader import IndexLoader, IndexParts
from player.streaming.presentation.index_shelf import IndexShelf, LoadedIndex, Loads
from player.streaming.presentation.manifest_keeper import ManifestKeeper
from player.streaming.presentation.manifest_loader import ManifestLoader
from player.streaming.presentation.period_order import ending_at
from player.streaming.presentation.programme import Programme
from player.streaming.presentation.weaving import Break
from player.streaming.presentation.whereabouts import Whereabouts
from player.streaming.presentation.whole_segments import holdable, in_words, whole_alone
from player.units import Micros

LOG = logging.getLogger("farol.engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a store knows beside its tree: the loads of its indexes, and the server's time.

    `agreed`: the server was asked for the time, or needs not be.
    """

    loads: Loads
    clock: ServerClock
    ours: SteadyClock
    agreed: bool


class PresentationStore:
    """Owns what the manifests say, and where things lie. Engine thread only.

    Parsing runs in a worker. Recoveries are told to `reporter`. `renewed` rings after each change
    of the tree.
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
        self._whereabouts = Whereabouts(self.locations, parts.clock)
        self._shelf = IndexShelf(self._programme, self._whereabouts, parts.clock)
        self._indexes = IndexLoader(self._index_parts())
        self._playing = ""
        self._clones: tuple[PathwayClone, ...] = ()
        self._steering: ContentSteering | None = None
        self._manifest = ManifestLoader(url, parts, source)
        self._reloading = anyio.Lock()
        self._ends: Micros | None = None
        self.renewed = Wake()
        self.time_agreed = False
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

    @property
    def known(self) -> Known:
        """What another store can go on with, given the tree of `main`."""
        return Known(
            loads=self._shelf.loads, clock=self.clock, ours=self.ours, agreed=self.time_agreed
        )

    def resume(self, known: Known) -> None:
        """Go on where another store has left off; before anything is asked of this one."""
        self.clock, self.ours, self.time_agreed = known.clock, known.ours, known.agreed
        self._shelf.resume(known.loads)

    # ---- indexes ----------------------------------------------------------------------------

    def index(self, lane: Lane) -> LoadedIndex | None:
        """The newest index of a lane, None where it was not loaded yet."""
        return self._shelf.of(self.current(lane))

    def age(self, loaded: LoadedIndex) -> Micros:
        """Time since an index was loaded."""
        return self._shelf.age(loaded)

    def stale_for(self, loaded: LoadedIndex | None) -> Micros:
        """Time since an index last brought anything new."""
        return self._shelf.stale_for(loaded)

    def take(self, presentation: Presentation) -> None:
        """Take a newer presentation that somebody else made (a plain transport stream's)."""
        self._shelf.manifest_came()
        self._renew(presentation)

    def aim(self, latency: Micros) -> None:
        """Play live television so far behind, whatever its manifests say."""
        self._programme.aim = latency
        self._renew(self.main)

    def leave_parts(self, lane: Lane, failed: PlayerError) -> None:
        """A lane's list tells of parts that its server has not got: take whole segments alone.

        The whole channel is then played as far behind as those can hold, whoever wants it nearer.
        """
        lane, loaded = self._programme.own(self.current(lane)), self.index(lane)
        if loaded is None or not self._indexes.leave_parts(lane):
            return
        former = self._programme.least or Micros(0)
        self._programme.least = least = max(holdable(loaded.index) or Micros(0), former)
        rung, late = lane.representation.id, least / 1e6
        LOG.info("parts lost rung=%s: whole segments alone, %.1f s behind", rung, late)
        self.recovered(failed, f"parts: whole segments alone, {late:.1f} s behind")
        if self._reporter is not None and not former:
            self._reporter.error(in_words(failed.failure, least))
        found = ResolvedIndex(index=loaded.index, type=self.main.type)
        bare = whole_alone(found, loaded.index)
        self._renew(adopt(self.main, rung, bare, period_id=lane.period.id))

    def _renew(self, main: Presentation) -> None:
        self._weave(main, self.breaks)

    def end_at(self, moment: Micros) -> None:
        """Nothing of this programme comes after a moment, whatever manifests say."""
        self._ends = moment
        self._renew(self.main)

    def ends_with(self, period: Period) -> bool:
        """Whether it is known that nothing follows a period."""
        length, end = self.presentation.duration, period.end
        return not self.live or (length is not None and end is not None and end >= length)

    @property
    def over_for(self) -> Micros | None:
        """How long ago the programme ended by its own media's word, None where it has not."""
        epoch = self.presentation.epoch
        if self._ends is None or epoch is None:
            return None
        return Micros(max(self.now() - epoch - self._ends, 0))

    def _weave(self, main: Presentation, breaks: tuple[Break, ...]) -> None:
        if self._ends is not None:
            main = ending_at(main, self._ends)
        self._programme.renew(main, breaks, self.now())
        self._shelf.renewed()
        self.renewed.notify()
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

    @property
    def times(self) -> BreakTimes:
        """Where they stand, and from the programme's own time to the presentation's and back."""
        return self._programme.times

    def put(self, breaks: tuple[Break, ...]) -> None:
        """Weave these breaks in from now on, after each reload again."""
        self._weave(self.main, breaks)

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
        lane = self._programme.own(self.current(lane))
        place = self._whereabouts.chosen(lane)
        source = place.source if place and place.source else lane.representation.source
        if source is None:
            await self.reload()
            return
        asked = self._parts.clock.monotonic()
        resolved = await self._indexes.load(lane, source)
        name = key_of(place) if place else ""
        self._shelf.came(lane, changed=resolved.changed, asked=asked, place=name)
        self._renew(adopt(self.main, lane.representation.id, resolved, period_id=lane.period.id))

    def _index_parts(self) -> IndexParts:
        return IndexParts(
            engine=self._parts,
            source=self._source,
            programme=self._programme,
            shelf=self._shelf,
            whereabouts=self._whereabouts,
            times=self,
        )

    def hear(self, head: AnswerHead, before: Micros) -> None:
        """Learn the time from an answer to a question of `before` (by `ours`)."""
        if head.date is not None:
            after = self.ours.utc()
            middle, half = Micros((before + after) // 2), Micros((after - before) // 2)
            self.clock.date(head.date, middle, half)

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
            if self._shelf.manifest_at > asked:
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
        return self._whereabouts.lead(self.current(lane), resource)

    def location(self, lane: Lane) -> str:
        """The name of the place that a lane is fetched from, "" where it has none."""
        return self._whereabouts.name(self.current(lane))

    def playing_location(self) -> str:
        """The name of the place that was fetched from last."""
        return self._playing

    def other_locations(self, lane: Lane, *, fed: bool = False) -> bool:
        """Whether a lane can be had from elsewhere; `fed`: the rest of a segment begun here."""
        return self._whereabouts.others(self.current(lane), fed=fed)

    def leave_location(self, lane: Lane) -> None:
        """The place that a lane is fetched from has failed: take another for a while."""
        if self._whereabouts.leave(self.current(lane)):
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
