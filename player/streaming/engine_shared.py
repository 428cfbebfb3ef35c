"""Shared: what all parts of one engine share: its programme, its loader, its tracks."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from player.model.presentation import Presentation
from player.streaming.choice.engine_options import EngineOptions
from player.streaming.feed.timeline import MediaTimeline
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.low_latency import impatient, low_latency
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.lane_finder import LaneFinder
from player.streaming.presentation.latency_keeper import held_at
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.store.tape import Tape

if TYPE_CHECKING:
    from player.streaming.feed.lacking import Lacks


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all parts of one engine share.

    `usual` are the goals of a channel of which no latency is held; `exact`: playback begins at
    a moment, not at the segment that has it.
    """

    engine: EngineParts
    source: Source
    reporter: Reporter
    options: EngineOptions
    store: PresentationStore
    loader: SegmentLoader
    lanes: LaneFinder
    usual: LoadControl
    exact: bool
    timeline: MediaTimeline = field(default_factory=MediaTimeline)
    lacks: "Lacks" = field(default_factory=dict)


def share(
    presentation: Presentation,
    url: str,
    options: EngineOptions,
    parts: EngineParts,
    source: Source,
    reporter: Reporter,
) -> Shared:
    """Make them for a parsed manifest that came from `url`; a held latency shrinks the goals."""
    held = held_at(presentation, options.target_latency)
    eager = replace(
        parts,
        control=low_latency(parts.control, held),
        recovery=impatient(parts.recovery, held),
    )
    store = PresentationStore(presentation, url, eager, source, reporter)
    if options.target_latency is not None:
        store.aim(options.target_latency)
    tape = parts.store.tape(reporter.error) if parts.store else Tape()
    if options.keys:
        tape.protect()
    return Shared(
        engine=eager,
        source=source,
        reporter=reporter,
        options=options,
        store=store,
        loader=SegmentLoader(eager, source, tape),
        lanes=LaneFinder(store, options.choosers, options.preference),
        usual=parts.control,
        exact=options.start is not None or held is not None,
    )
