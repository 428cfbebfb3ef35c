"""The live Presentation of a plain transport stream, which grows by the pieces it is cut into."""

from dataclasses import replace

from player.model.presentation import (
    Container,
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
from player.units import BitsPerSecond, Micros

KEPT = Micros(4 * 3_600 * 1_000_000)


def transport_presentation(*, url: str, epoch: Micros | None) -> Presentation:
    """Make the live Presentation of a plain transport stream, with no segment yet.

    `epoch` is 0 where its pieces' times are UTC.
    """
    only = Representation(
        id="0",
        bandwidth=BitsPerSecond(0),
        container=Container.TS,
        kinds=frozenset({TrackKind.VIDEO, TrackKind.AUDIO}),
        index=ListedIndex(segments=(), ended=False),
    )
    track = Track(id="main", kind=TrackKind.VIDEO, default=True, representations=(only,))
    return Presentation(
        format=ManifestFormat.TS,
        type=PresentationType.LIVE,
        periods=(Period(id="0", start=Micros(0), duration=None, tracks=(track,)),),
        epoch=epoch,
        location=url,
    )


def piece_segment(
    *, url: str, number: int, start: Micros, duration: Micros, discontinuity: int = 0
) -> Segment:
    """Make the Segment of a piece; its URI is unique and cannot be fetched again."""
    return Segment(
        number=number,
        start=start,
        duration=duration,
        resource=Resource(uri=f"{url.partition('#')[0]}#piece={number}"),
        discontinuity=discontinuity,
    )


def with_segment(
    presentation: Presentation, segment: Segment, *, budget: Micros = KEPT, ended: bool = False
) -> Presentation:
    """Give the presentation with one more segment; those older than `budget` are dropped.

    A number that does not follow on the last one begins the index anew.
    """
    period = presentation.periods[0]
    track = period.tracks[0]
    only = track.representations[0]
    old = only.index.segments if isinstance(only.index, ListedIndex) else ()
    follows = not old or old[-1].number + 1 == segment.number
    kept = (*old, segment) if follows else (segment,)
    drop = 0
    while drop < len(kept) - 1 and kept[drop].end < segment.end - budget:
        drop += 1
    index = ListedIndex(segments=kept[drop:], ended=ended)
    rung = replace(only, index=index)
    grown = replace(period, tracks=(replace(track, representations=(rung,)),))
    return replace(presentation, periods=(grown,))
