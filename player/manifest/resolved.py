"""What loading an index adds to a Presentation, and when to load it again."""

from dataclasses import dataclass, field, replace

from player.model.presentation import (
    Container,
    ManifestWarning,
    Period,
    Presentation,
    PresentationType,
    Representation,
    Track,
)
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.units import Micros

UNCHANGED_FACTOR = 2
"""RFC 8216 6.3.4: an unchanged playlist is asked for again after half the usual time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedIndex:
    """The index of one representation and what its bytes tell about the whole presentation.

    `index` is immutable; `type`, `duration`, `target_latency`, `start_at` and `epoch` mean what
    they mean in `Presentation`, with None where the bytes do not tell. `init` is the first
    segment's. `changed` is False when a reload brought nothing new.
    """

    index: SegmentIndex = field(repr=False)
    type: PresentationType
    duration: Micros | None = None
    target_latency: Micros | None = None
    start_at: Micros | None = None
    epoch: Micros | None = None
    container: Container = Container.UNKNOWN
    init: Resource | None = None
    changed: bool = True
    warnings: tuple[ManifestWarning, ...] = ()


def next_reload(index: SegmentIndex, *, changed: bool) -> Micros | None:
    """Say how long after the last load began the next one may begin; None: never.

    RFC 8216 6.3.4: one target duration, half of it when the last load brought nothing new.
    """
    usual = index.reload_after
    if usual is None or changed:
        return usual
    return Micros(usual // UNCHANGED_FACTOR)


def adopt(
    presentation: Presentation, representation_id: str, resolved: ResolvedIndex
) -> Presentation:
    """Put a loaded index into the representation of that id, and fold in what it tells.

    Ids are unique within the presentation for HLS; for multi-period DASH the first period that
    holds an unresolved representation of the id is meant. Unknown ids change nothing.
    """
    periods = list(presentation.periods)
    for place, period in enumerate(periods):
        tracks = tuple(_with_index(track, representation_id, resolved) for track in period.tracks)
        if tracks != period.tracks:
            duration = period.duration if period.duration is not None else resolved.duration
            periods[place] = replace(period, tracks=tracks, duration=duration)
            return _folded(presentation, tuple(periods), resolved)
    return presentation


def _with_index(track: Track, wanted: str, resolved: ResolvedIndex) -> Track:
    if all(one.id != wanted for one in track.representations):
        return track
    return replace(
        track,
        representations=tuple(
            _filled(one, resolved) if one.id == wanted else one for one in track.representations
        ),
    )


def _filled(one: Representation, resolved: ResolvedIndex) -> Representation:
    known = one.container is not Container.UNKNOWN
    return replace(
        one,
        index=resolved.index,
        container=one.container if known else resolved.container,
        init=one.init or resolved.init,
    )


def _folded(
    presentation: Presentation, periods: tuple[Period, ...], resolved: ResolvedIndex
) -> Presentation:
    def first(old: Micros | None, new: Micros | None) -> Micros | None:
        return new if old is None else old

    fresh = [one for one in resolved.warnings if one not in presentation.warnings]
    return replace(
        presentation,
        type=resolved.type,
        periods=periods,
        duration=first(resolved.duration, presentation.duration),
        target_latency=first(presentation.target_latency, resolved.target_latency),
        start_at=first(presentation.start_at, resolved.start_at),
        epoch=first(presentation.epoch, resolved.epoch),
        warnings=(*presentation.warnings, *fresh),
    )
