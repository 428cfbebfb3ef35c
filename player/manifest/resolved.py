"""What loading an index adds to a Presentation, and when to load it again."""

from dataclasses import dataclass, field, replace

from player.manifest.bounds import MOST_KEPT_EVENTS, MOST_KEPT_WARNINGS
from player.model.event import Interstitial, TimedEvent
from player.model.location import IndexSource
from player.model.presentation import (
    Container,
    ManifestFormat,
    ManifestWarning,
    Period,
    Presentation,
    PresentationType,
    Representation,
    TileGrid,
    Track,
    TrackKind,
)
from player.model.resource import Resource
from player.model.segment import ListedIndex, SegmentIndex
from player.units import BitsPerSecond, Micros

UNCHANGED_FACTOR = 2
"""RFC 8216 6.3.4: an unchanged playlist is asked for again after half the usual time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedIndex:
    """The index of one representation and what its bytes tell about the whole presentation.

    `index` is immutable; `type`, `duration`, `target_latency`, `start_at` and `epoch` mean what
    they mean in `Presentation`, with None where the bytes do not tell. `least_latency` is
    PART-HOLD-BACK: a list of parts is there to be played that near to its end. `init` is the first
    segment's. `changed` is False when a reload brought nothing new. `events` and `interstitials`
    are all that this list told so far, `removed` the ids it took back. `bandwidth` is what the
    segments tell of themselves (EXT-X-BITRATE, byte ranges), 0 where they do not. `more` names
    what must still be loaded, and given to `resolve_index` as its `source`, before the index is
    whole (a `sidx` that points to others); until then `index` ends where that would begin.
    """

    index: SegmentIndex = field(repr=False)
    type: PresentationType
    duration: Micros | None = None
    target_latency: Micros | None = None
    least_latency: Micros | None = None
    start_at: Micros | None = None
    epoch: Micros | None = None
    container: Container = Container.UNKNOWN
    init: Resource | None = None
    changed: bool = True
    warnings: tuple[ManifestWarning, ...] = ()
    start_precise: bool = False
    events: tuple[TimedEvent, ...] = ()
    interstitials: tuple[Interstitial, ...] = ()
    removed: tuple[str, ...] = ()
    bandwidth: BitsPerSecond = BitsPerSecond(0)
    tiles: TileGrid | None = None
    more: IndexSource | None = None


def next_reload(index: SegmentIndex, *, changed: bool) -> Micros | None:
    """Say how long after the last load began the next one may begin; None: never.

    RFC 8216bis 6.3.4: one target duration (of parts, where there are any), half of it when the
    last load brought nothing new.
    """
    usual = index.reload_after
    if usual is not None and isinstance(index, ListedIndex) and index.part_target is not None:
        if index.blocking and changed:
            return Micros(0)  # it is answered when there is something new
        usual = index.part_target
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
        tracks = _with_index(period.tracks, representation_id, resolved)
        trick_play = _with_index(period.trick_play, representation_id, resolved)
        if tracks is None and trick_play is None:
            continue
        fresh = replace(
            period, tracks=tracks or period.tracks, trick_play=trick_play or period.trick_play
        )
        if tracks and fresh.duration is None and _plays(period, representation_id):
            fresh = _bounded(fresh, resolved)
        periods[place] = fresh
        whole = _warned(replace(presentation, periods=tuple(periods)), resolved)
        if whole.format is not ManifestFormat.HLS or tracks is None:
            return whole
        whole = with_events(whole, resolved)
        return _folded(whole, resolved) if _plays(period, representation_id) else whole
    return presentation


def _plays(period: Period, representation_id: str) -> bool:
    """Whether the representation holds sound or picture."""
    return any(
        one.id == representation_id and bool(one.kinds & {TrackKind.VIDEO, TrackKind.AUDIO})
        for track in period.tracks
        for one in track.representations
    )


def _with_index(
    tracks: tuple[Track, ...], wanted: str, resolved: ResolvedIndex
) -> tuple[Track, ...] | None:
    """The tracks with the index put in; None where none has that representation."""
    for place, track in enumerate(tracks):
        if any(one.id == wanted for one in track.representations):
            rungs = tuple(
                _filled(one, resolved) if one.id == wanted else one
                for one in track.representations
            )
            fresh = replace(track, representations=rungs)
            return (*tracks[:place], fresh, *tracks[place + 1 :])
    return None


def _filled(one: Representation, resolved: ResolvedIndex) -> Representation:
    known = one.container is not Container.UNKNOWN
    return replace(
        one,
        index=resolved.index,
        container=one.container if known else resolved.container,
        init=one.init or resolved.init,
        bandwidth=one.bandwidth or resolved.bandwidth,
        tiles=one.tiles or resolved.tiles,
    )


def _warned(presentation: Presentation, resolved: ResolvedIndex) -> Presentation:
    told = presentation.warnings
    fresh = (
        [one for one in resolved.warnings if one not in told]
        if len(told) < MOST_KEPT_WARNINGS
        else ()
    )
    return replace(presentation, warnings=(*told, *fresh)[:MOST_KEPT_WARNINGS])


def with_events(presentation: Presentation, resolved: ResolvedIndex) -> Presentation:
    """Fold events and interstitials in: each once, sorted by start, the newest `MOST_KEPT_EVENTS`.

    Every rendition may tell the same; what is newer counts.
    """
    if not (resolved.events or resolved.interstitials or resolved.removed):
        return presentation
    gone = set(resolved.removed)
    events = {(one.scheme, one.value, one.id): one for one in presentation.events}
    events.update({(one.scheme, one.value, one.id): one for one in resolved.events})
    breaks = {one.id: one for one in (*presentation.interstitials, *resolved.interstitials)}
    kept = [one for one in events.values() if one.id not in gone]
    shown = [one for one in breaks.values() if one.id not in gone]
    return replace(
        presentation,
        events=tuple(sorted(kept, key=lambda one: one.start)[-MOST_KEPT_EVENTS:]),
        interstitials=tuple(sorted(shown, key=lambda one: one.start)[-MOST_KEPT_EVENTS:]),
    )


def _folded(presentation: Presentation, resolved: ResolvedIndex) -> Presentation:
    def first(old: Micros | None, new: Micros | None) -> Micros | None:
        return new if old is None else old

    return replace(
        presentation,
        type=resolved.type,
        duration=first(resolved.duration, presentation.duration),
        target_latency=first(presentation.target_latency, resolved.target_latency),
        latency_range=replace(
            presentation.latency_range,
            least=first(presentation.latency_range.least, resolved.least_latency),
        ),
        start_at=first(presentation.start_at, resolved.start_at),
        start_precise=presentation.start_precise
        or (presentation.start_at is None and resolved.start_precise),
        epoch=first(presentation.epoch, resolved.epoch),
    )


def _bounded(period: Period, resolved: ResolvedIndex) -> Period:
    """The period as long as its index; a broadcast that ended began with its oldest segment."""
    numbers = resolved.index.numbers(Micros(0))
    if resolved.duration is None or not numbers:
        return replace(period, duration=resolved.duration)
    begin = max(period.start, resolved.index.segment(numbers[0]).start)
    return replace(period, start=begin, duration=resolved.duration)
