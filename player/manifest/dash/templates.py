"""SegmentTemplate (ISO/IEC 23009-1 5.3.9.4): addresses by number or time."""

from player.manifest.bounds import MOST_A_SECOND, MOST_REPEATS
from player.manifest.dash.levels import Addressed, Chain
from player.manifest.dash.places import is_complete, time_offset
from player.manifest.dash.template_index import Availability, Making, TemplateIndex
from player.manifest.times import LONGEST
from player.units import Micros, scaled


def by_template(chain: Chain) -> Addressed | None:
    """Read a SegmentTemplate; None (and a note) where it leads nowhere.

    Raises ForeignSchemeError.
    """
    subject, scope, media = chain.subject, chain.subject.scope, chain.text("media")
    if "$SubNumber" in media:
        subject.warn("segment sequences ($SubNumber$) are not read; left out")
        return None
    runs = chain.runs()
    endless = bool(runs) and runs is not None and runs[-1].size is None
    if not media or runs is None or (endless and scope.live is None):
        subject.warn("a SegmentTemplate without media, duration or end; left out")
        return None
    if endless and runs[-1].duration * MOST_A_SECOND < chain.timescale:
        subject.warn(f"more than {MOST_A_SECOND} segments a second, without an end; left out")
        return None
    if any(one.size == MOST_REPEATS for one in runs):
        subject.warn("more segments than any programme has; cut short")
    timeline = chain.child("SegmentTimeline") is not None
    early = _early(chain)
    making = _making(chain, scaled(runs[-1].duration, chain.timescale), early) if runs else None
    if making is not None:
        early = making.early
    elif early >= LONGEST and endless:  # "all at any time" of what has no end: only time tells
        early = Micros(0)
    availability = _availability(chain, early) if endless or not timeline else None
    init = chain.init()
    index = TemplateIndex(
        media=chain.url(media),
        runs=runs,
        timescale=chain.timescale,
        offset=chain.offset,
        period_start=scope.start,
        period_end=scope.end,
        availability=availability,
        ended=scope.complete and availability is None,
        init=init,
        protection=subject.protection,
        making=making,
    )
    return Addressed(index=index, init=init)


def _early(chain: Chain) -> Micros:
    """@availabilityTimeOffset of the addresses and of the nearest template, added up."""
    told = (
        time_offset(one, "availabilityTimeOffset")
        for one in chain.nodes
        if one.text("availabilityTimeOffset")
    )
    return Micros(min(chain.subject.early + next(told, Micros(0)), LONGEST))


def _making(chain: Chain, duration: int, early: Micros) -> Making | None:
    """How segments are offered in pieces, before they are whole; None: they are not.

    Nothing of a segment can be there before it begins, whatever is told (INF). Who asks at its
    very beginning is answered with the first piece, once that is made.
    """
    live, told = chain.subject.scope.live, (chain.subject.complete, *map(is_complete, chain.nodes))
    if live is None or early <= 0 or all(told):
        return None
    return Making(start=live.start, early=Micros(min(early, duration)))


def _availability(chain: Chain, early: Micros) -> Availability | None:
    live = chain.subject.scope.live
    if live is None:
        return None
    return Availability(start=live.start, offset=Micros(live.offset + early), depth=live.depth)
