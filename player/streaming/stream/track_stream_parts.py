"""What a track stream is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from player.api import SegmentFetched
from player.model.presentation import Period, Track, TrackKind
from player.streaming.choice.rungs import RungChooser
from player.streaming.feed.tape_head import TapeHead
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.fetch.load_control import Supply
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.period_order import Kinds
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.stream.early_fetch import EarlyFetch, EarlyParts
from player.streaming.stream.patience import Patience
from player.streaming.stream.questions import QuestionParts, Questions
from player.streaming.stream.refetch import Refetch, RefetchParts
from player.streaming.stream.rung_asking import RungAsking
from player.streaming.stream.segment_fetch import FetchParts, SegmentFetch
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackStreamParts:
    """The neighbours of one track stream.

    `kinds` are those of a period, `together` those that are fetched beside one another;
    `arrived` is told of each segment once it is here; `latency` is how far the picture is behind
    the live edge, `speed` the viewer's.
    """

    engine: EngineParts
    source: Source
    store: PresentationStore
    loader: SegmentLoader
    chooser: RungChooser
    reporter: Reporter
    position: Callable[[], Micros]
    supply: Callable[[], Supply]
    match: Callable[[Period, TrackKind], Track | None]
    kinds: Kinds
    together: Callable[[], frozenset[TrackKind]]
    arrived: Callable[[BufferedSegment], None]
    latency: Callable[[], Micros | None]
    speed: Callable[[], float]

    def tell_whole(self, kind: TrackKind, chosen: BufferedSegment) -> None:
        """Tell everybody of a segment that is here."""
        self.source.wake.notify()
        self.arrived(chosen)
        self.reporter.emit(
            lambda at, tag: SegmentFetched(
                at=at,
                tag=tag,
                kind=kind,
                bandwidth=chosen.lane.representation.bandwidth,
                duration=chosen.segment.duration,
                size=chosen.entry.byte_count,
            )
        )

    def tape_head(self) -> TapeHead:
        """Who writes the tape and finds what is on it."""
        return TapeHead(self.engine, self.store, self.loader)

    def asking(self) -> RungAsking:
        """Who asks for rungs."""
        return RungAsking(chooser=self.chooser, reporter=self.reporter)

    def questions(self, kind: TrackKind, buffer: TrackBuffer) -> Questions:
        """Who says what there is to know about a segment's rung."""
        return Questions(
            QuestionParts(
                kind=kind,
                buffer=buffer,
                store=self.store,
                control=self.engine.control,
                position=self.position,
                supply=self.supply,
                together=self.together,
                latency=self.latency,
                speed=self.speed,
            )
        )

    def refetch(self, fetch: SegmentFetch, buffer: TrackBuffer) -> Refetch:
        """Who betters what is buffered."""
        return Refetch(
            RefetchParts(engine=self.engine, store=self.store, fetch=fetch, buffer=buffer)
        )

    def patience(self) -> Patience:
        """Who counts failures."""
        return Patience(
            policy=self.engine.recovery,
            store=self.store,
            chooser=self.chooser,
            clock=self.engine.clock,
        )

    def early(self, kind: TrackKind) -> EarlyFetch:
        """Who looks ahead to periods announced before their time."""
        return EarlyFetch(
            EarlyParts(
                engine=self.engine,
                store=self.store,
                loader=self.loader,
                match=lambda period: self.match(period, kind),
            )
        )

    def fetching(self) -> SegmentFetch:
        """Who fetches one segment after the other."""
        return SegmentFetch(
            FetchParts(
                engine=self.engine,
                source=self.source,
                store=self.store,
                loader=self.loader,
                chooser=self.chooser,
                position=self.position,
            )
        )
