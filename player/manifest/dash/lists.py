"""SegmentList (ISO/IEC 23009-1 5.3.9.3): addresses written out."""

from collections.abc import Iterator

from player.manifest.dash.levels import Addressed, Chain, byte_range
from player.manifest.dash.nodes import Node
from player.manifest.dash.template_index import Run
from player.model.resource import Resource
from player.model.segment import ListedIndex, Segment
from player.units import Micros


def by_list(chain: Chain) -> Addressed | None:
    """Read a SegmentList; None (and a note) where it is empty. Raises ForeignSchemeError."""
    urls = _urls(chain)
    times = _times(chain, len(urls))
    init = chain.init()
    segments = tuple(
        _segment(number, url, ticks, chain, init)
        for number, (url, ticks) in enumerate(zip(urls, times, strict=False), chain.first)
    )
    if not segments:
        chain.subject.warn("a SegmentList without segments; left out")
        return None
    return Addressed(
        index=ListedIndex(segments=segments, ended=chain.subject.scope.complete), init=init
    )


def _urls(chain: Chain) -> list[Node]:
    """The nearest addresses, which many representations may inherit."""
    holder = next((one for one in chain.nodes if one.child("SegmentURL")), None)
    urls = list(holder.children("SegmentURL")) if holder else []
    if holder and chain.subject.timelines.too_often(holder, len(urls)):
        return []
    return urls


def _times(chain: Chain, count: int) -> Iterator[tuple[int, int]]:
    """Media time and duration in ticks of up to `count` segments."""
    limits = chain.limits
    duration = chain.positive("duration", None)
    if chain.child("SegmentTimeline") is not None:
        runs = chain.runs() or ()
    elif duration is not None:
        runs = (Run(limits.first, limits.start + limits.delta, duration, count),)
    else:
        whole = (limits.end or limits.start + chain.timescale) - limits.start
        runs = (Run(limits.first, limits.start, max(whole // max(count, 1), 1), count),)
    for run in runs:
        for step in range(count if run.size is None else min(run.size, count)):
            yield run.time + step * run.duration, run.duration


def _segment(
    number: int, url: Node, ticks: tuple[int, int], chain: Chain, init: Resource | None
) -> Segment:
    subject = chain.subject
    start, end = chain.placed(ticks[0]), chain.placed(ticks[0] + ticks[1])
    if subject.scope.end is not None:
        end = max(min(end, subject.scope.end), start)
    named = url.text("media")
    uri = subject.base.join(named) if named else subject.base.url
    return Segment(
        number=number,
        start=start,
        duration=Micros(end - start),
        resource=Resource(uri=uri, byte_range=byte_range(url, "mediaRange")),
        init=init,
        media_offset=chain.placed(0),
        protection=subject.protection,
    )
