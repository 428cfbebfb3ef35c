"""What the parts of one engine are given: their neighbours, by what the engine has."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from player.errors import Failure
from player.model.presentation import TrackKind
from player.streaming.choice.engine_options import EngineOptions
from player.streaming.companions import Companions
from player.streaming.engine_view import EngineView
from player.streaming.feed.timeline import MediaTimeline
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.feed.track_line import LineParts
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.interstitials import BreakView
from player.streaming.presentation.lane_finder import LaneFinder
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.rescue import RescueParts
from player.streaming.stream.stream_set import StreamSetParts
from player.streaming.supply import supply_of
from player.streaming.text.text_stream import TextParts
from player.streaming.trick.key_frame import KeyFrameParts
from player.streaming.trick.scan import ScanParts
from player.streaming.trick.scan_lanes import ScanLanes
from player.streaming.trick.stepper import StepParts
from player.units import Micros

if TYPE_CHECKING:
    from player.streaming.feed.lacking import Lacked, Lacks


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all parts of one engine share."""

    engine: EngineParts
    source: Source
    reporter: Reporter
    options: EngineOptions
    store: PresentationStore
    loader: SegmentLoader
    lanes: LaneFinder
    timeline: MediaTimeline = field(default_factory=MediaTimeline)
    lacks: "Lacks" = field(default_factory=dict)


def stream_parts(
    shared: Shared,
    failed: Callable[[Failure], None],
    arrived: Callable[[BufferedSegment], None],
    gives_way: Callable[[Lane], bool],
    latency: Callable[[], Micros | None],
) -> StreamSetParts:
    """What stream sets are given."""
    return StreamSetParts(
        engine=shared.engine,
        source=shared.source,
        store=shared.store,
        loader=shared.loader,
        reporter=shared.reporter,
        choosers=shared.options.choosers,
        match=shared.lanes.match,
        kinds=shared.lanes.kinds,
        supply=partial(supply_of, shared.engine),
        failed=failed,
        arrived=arrived,
        gives_way=gives_way,
        latency=latency,
    )


def line_parts(shared: Shared, companions: Companions, lacked: "Lacked") -> LineParts:
    """What track lines are given; `lacked` hears of kinds that were promised and do not come."""
    parts = shared.engine
    return LineParts(
        worker=parts.worker,
        open_demuxer=parts.open_demuxer,
        timeline=shared.timeline,
        recovery=parts.recovery,
        key_for=shared.options.keys.key_for,
        report=shared.reporter.error,
        lacked=lacked,
        on_text=companions.subtitles.on_text,
        on_event=companions.on_event,
        lacks=shared.lacks,
    )


def text_parts(shared: Shared, view: EngineView, redraw: Callable[[], None]) -> TextParts:
    """What subtitles are given; `redraw` gives libmpv what it has once more."""
    return TextParts(
        engine=shared.engine,
        source=shared.source,
        store=shared.store,
        loader=shared.loader,
        timeline=shared.timeline,
        key_for=shared.options.keys.key_for,
        report=shared.reporter.error,
        position=lambda: view.position,
        fed=lambda: view.fed_until,
        leading=lambda: view.leading_lane,
        spare=lambda: view.spare,
        redraw=redraw,
        match=lambda period: shared.lanes.match(period, TrackKind.TEXT),
    )


def break_view(view: EngineView, woven: Callable[[Micros], None]) -> BreakView:
    """What breaks look at."""
    return BreakView(
        position=lambda: view.position,
        taken=lambda: view.taken,
        leading=lambda: view.leading_lane,
        woven=woven,
    )


def step_parts(
    view: EngineView,
    *,
    step: Callable[[], None],
    rewind: Callable[[Micros], None],
    enter: Callable[[Micros], None],
) -> StepParts:
    """What a stepper is given."""
    return StepParts(
        frames=lambda: view.playing.feeder.frames if view.playing else None,
        position=lambda: view.position,
        complete=lambda: view.playing is not None and view.playing.fed,
        settled=lambda: view.settled,
        step=step,
        rewind=rewind,
        enter=enter,
    )


def scan_parts(shared: Shared, until: Callable[[], Micros | None]) -> ScanParts:
    """What fast play is given; `until` tells how far forward one may go."""
    engine, store = shared.engine, shared.store
    frames = KeyFrameParts(
        engine=engine,
        store=store,
        loader=shared.loader,
        key_for=shared.options.keys.key_for,
    )
    pictures = partial(shared.lanes.match, kind=TrackKind.VIDEO)
    return ScanParts(
        frames=frames,
        lanes=ScanLanes(store, pictures, lambda: engine.estimator.estimate),
        sink=engine.sink,
        clock=engine.clock,
        wake=shared.source.wake,
        epochs=shared.options.epochs,
        until=until,
    )


def rescue_parts(
    shared: Shared,
    view: EngineView,
    *,
    rewind: Callable[[Micros], None],
    restart: Callable[[Micros], None],
    fail: Callable[[Failure], None],
) -> RescueParts:
    """What a rescue is given."""
    return RescueParts(
        parts=shared.engine,
        reporter=shared.reporter,
        choosers=shared.options.choosers,
        lacks=shared.lacks,
        playing=lambda: view.playing,
        running=lambda: not view.holding.held and not view.ended,
        shown=lambda: view.started,
        preference=lambda: view.preference,
        prefer=shared.lanes.prefer,
        rewind=rewind,
        restart=restart,
        fail=fail,
    )
