"""Small models for the tests of this room."""

from collections.abc import Sequence

from player.model.presentation import (
    ManifestFormat,
    Period,
    Presentation,
    PresentationType,
    Representation,
    Track,
    TrackKind,
)
from player.model.resource import Resource
from player.model.segment import ListedIndex, Segment
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.fetch.cache import CacheEntry
from player.streaming.fetch.lane import Lane
from player.units import BitsPerSecond, Micros, micros


def segment(
    number: int, start: float | None = None, duration: float = 6, **more: object
) -> Segment:
    """Segment `number`, by default at number times six seconds."""
    values: dict[str, object] = {
        "number": number,
        "start": micros(number * 6 if start is None else start),
        "duration": micros(duration),
        "resource": Resource(uri=f"http://h/{number}.seg"),
    } | more
    return Segment(**values)  # type: ignore[arg-type]


def index(
    *segments: Segment, ended: bool = True, reload_after: float | None = None
) -> ListedIndex:
    """An index of these segments."""
    pause = None if reload_after is None else micros(reload_after)
    return ListedIndex(segments=segments, ended=ended, reload_after=pause)


def representation(name: str = "v1", bandwidth: int = 1_000_000, **more: object) -> Representation:
    """A rung."""
    return Representation(id=name, bandwidth=BitsPerSecond(bandwidth), **more)  # type: ignore[arg-type]


def track(
    name: str,
    kind: TrackKind = TrackKind.VIDEO,
    rungs: Sequence[Representation] = (),
    **more: object,
) -> Track:
    """A track."""
    return Track(id=name, kind=kind, representations=tuple(rungs), **more)  # type: ignore[arg-type]


def lane(rung: Representation | None = None, kind: TrackKind = TrackKind.VIDEO) -> Lane:
    """A lane of one rung in one endless period."""
    rung = rung or representation()
    whole = track("t", kind, (rung,))
    return Lane(period=period(whole), track=whole, representation=rung)


def period(*tracks: Track, start: float = 0, duration: float | None = None) -> Period:
    """A period of these tracks, named by its start."""
    length = None if duration is None else micros(duration)
    return Period(id=f"p{start}", start=micros(start), duration=length, tracks=tracks)


def presentation(
    *periods: Period,
    type: PresentationType = PresentationType.VOD,  # noqa: A002 - the field's name
    **more: object,
) -> Presentation:
    """A presentation of these periods."""
    found = periods or (period(),)
    return Presentation(format=ManifestFormat.HLS, type=type, periods=found, **more)  # type: ignore[arg-type]


def buffered(one: Segment, *bodies: bytes, whole: bool = True, **more: object) -> BufferedSegment:
    """A chosen segment with these chunks in its entry."""
    entry = CacheEntry(one.resource)
    entry.chunks = list(bodies)
    entry.size = sum(map(len, bodies))
    entry.complete = whole
    values: dict[str, object] = {"segment": one, "lane": lane(), "entry": entry} | more
    return BufferedSegment(**values)  # type: ignore[arg-type]


NEVER = Micros(1 << 50)
