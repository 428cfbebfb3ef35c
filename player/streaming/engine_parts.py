"""What the parts of one engine are given: their neighbours, by what the engine has."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from player.api import ThumbnailReady
from player.errors import Failure
from player.model.presentation import TrackKind
from player.streaming.companions import Companions
from player.streaming.engine_shared import Shared
from player.streaming.engine_view import EngineView
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.feed.track_line import LineParts
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.interstitials import BreakView
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.rescue import RescueParts
from player.streaming.stream.stream_set import StreamSetParts
from player.streaming.supply import supply_of
from player.streaming.text.text_stream import TextParts
from player.streaming.trick.key_frame import KeyFrameParts
from player.streaming.trick.scan import ScanParts
from player.streaming.trick.scan_lanes import ScanLanes
from player.streaming.trick.stepper import StepParts
from player.streaming.trick.thumbnail_shelf import Made, ThumbnailShelf
from player.streaming.trick.thumbnail_sources import SourceParts, ThumbnailSources
from player.streaming.trick.thumbnails import Thumbnails, ThumbnailTimes
from player.units import BitsPerSecond, Micros

if TYPE_CHECKING:
    from player.streaming.feed.lacking import Lacked


def stream_parts(
    shared: Shared,
    failed: Callable[[Failure], None],
    arrived: Callable[[BufferedSegment], None],
    gives_way: Callable[[Lane], bool],
    latency: Callable[[], Micros | None],
    speed: Callable[[], float],
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
        speed=speed,
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
    engine = shared.engine
    return ScanParts(
        frames=_key_frame_parts(shared, engine, shared.loader),
        lanes=_scan_lanes(shared, lambda: engine.estimator.estimate),
        sink=engine.sink,
        clock=engine.clock,
        wake=shared.source.wake,
        epochs=shared.options.epochs,
        until=until,
    )


def thumbnails_of(shared: Shared) -> Thumbnails:
    """The small pictures of this presentation; told as they come."""
    engine, store, shelf = shared.engine, shared.store, ThumbnailShelf()
    aside: KeyFrameParts | None = None
    if engine.aside is not None and not shared.source.streamed:
        quiet = replace(engine, fetcher=engine.aside)
        loader = SegmentLoader(quiet, shared.source, shared.loader.tape)
        aside = _key_frame_parts(shared, quiet, loader)
    near = _key_frame_parts(shared, engine, shared.loader)
    lanes = _scan_lanes(shared, lambda: None)  # the smallest will do
    sources = ThumbnailSources(SourceParts(near=near, aside=aside, lanes=lanes), shelf)
    times = ThumbnailTimes(woven=partial(_woven, store), known=partial(_placed, store))
    return Thumbnails(sources, shelf, times, partial(_show, shared))


def _woven(store: PresentationStore, position: Micros) -> Micros:
    """The presentation's time for one of the programme, as it is now."""
    return store.times.woven(position)


def _placed(store: PresentationStore) -> object:
    """Where breaks are woven in: elsewhere times mean something else."""
    return [(one.told.id, one.start, one.end) for one in store.times.placed]


def _show(shared: Shared, made: Made) -> None:
    """Tell of a small picture, by the programme's own time."""
    times = shared.store.times
    since, until = times.programme(made.start), times.programme(made.until)
    shared.reporter.emit(
        lambda at, tag: ThumbnailReady(
            at=at, tag=tag, position=since, until=until, image=made.image
        )
    )


def _key_frame_parts(shared: Shared, engine: EngineParts, loader: SegmentLoader) -> KeyFrameParts:
    key_for = shared.options.keys.key_for
    return KeyFrameParts(engine=engine, store=shared.store, loader=loader, key_for=key_for)


def _scan_lanes(shared: Shared, line: Callable[[], BitsPerSecond | None]) -> ScanLanes:
    return ScanLanes(shared.store, partial(shared.lanes.match, kind=TrackKind.VIDEO), line)


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
