"""What loading an index adds to a Presentation, and when to load it again."""

from dataclasses import dataclass, field, replace

from player.model.event import Interstitial, TimedEvent
from player.model.presentation import (
    Container,
    ManifestFormat,
    ManifestWarning,
    Period,
    Presentation,
    PresentationType,
    Representation,
    Track,
    TrackKind,
)
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.units import Micros

ENOUGH = 200
"""Warnings kept: a live list may bring new ones with every reload, for days."""

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
    start_precise: bool = False
    events: tuple[TimedEvent, ...] = ()
    interstitials: tuple[Interstitial, ...] = ()


def next_reload(index: SegmentIndex, *, changed: bool) -> Micros | None:
    """Say how long after the last load began the next one may begin; None: never.

    RFC 8216 6.3.4: one target duration, half of it when the last load brought nothing new.
    """
    usual = index.reload_after
    if usual is None or changed:
        return usual
    return Micros(usual // UNCHANGED_FACTOR)


def adopt(
    presentation: Presentation,
    representation_id: str,
    resolved: ResolvedIndex,
    *,
    period_id: str | None = None,
) -> Presentation:
    """Put a loaded index into the representation of that id, and fold in what it tells.

    Ids are unique within a period; without `period_id` the first period that has the id is
    meant (HLS has only one). Unknown ids change nothing. An HLS media playlist of sound or
    picture also settles the presentation's type, duration, latency and epoch; an MPD has told
    those itself.
    """
    periods = list(presentation.periods)
    for place, period in enumerate(periods):
        if period_id not in (None, period.id):
            continue
        tracks = tuple(_with_index(track, representation_id, resolved) for track in period.tracks)
        if tracks != period.tracks:
            duration = period.duration if period.duration is not None else resolved.duration
            periods[place] = replace(period, tracks=tracks, duration=duration)
            whole = replace(presentation, periods=tuple(periods))
            decides = whole.format is ManifestFormat.HLS and _plays(period, representation_id)
            return _folded(whole, resolved) if decides else _warned(whole, resolved)
    return presentation


def _plays(period: Period, representation_id: str) -> bool:
    """Whether the representation holds sound or picture."""
    return any(
        one.id == representation_id and bool(one.kinds & {TrackKind.VIDEO, TrackKind.AUDIO})
        for track in period.tracks
        for one in track.representations
    )


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


def _warned(presentation: Presentation, resolved: ResolvedIndex) -> Presentation:
    told = presentation.warnings
    fresh = [one for one in resolved.warnings if one not in told] if len(told) < ENOUGH else ()
    return replace(presentation, warnings=(*told, *fresh)[:ENOUGH])


def _folded(presentation: Presentation, resolved: ResolvedIndex) -> Presentation:
    def first(old: Micros | None, new: Micros | None) -> Micros | None:
        return new if old is None else old

    return replace(
        _warned(presentation, resolved),
        type=resolved.type,
        duration=first(resolved.duration, presentation.duration),
        target_latency=first(presentation.target_latency, resolved.target_latency),
        start_at=first(presentation.start_at, resolved.start_at),
        epoch=first(presentation.epoch, resolved.epoch),
    )
