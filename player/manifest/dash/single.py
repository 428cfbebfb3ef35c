"""SegmentBase (ISO/IEC 23009-1 5.3.9.2), and a file without any segment information."""

from player.manifest.dash.levels import Addressed, Chain, Subject, byte_range
from player.manifest.dash.sidx import SidxContext
from player.model.location import IndexSource
from player.model.resource import ByteRange, Resource
from player.model.segment import ListedIndex, Segment
from player.units import ByteCount, Micros


def by_index(chain: Chain) -> Addressed | None:
    """Say where the index of a single file lies; raises ForeignSchemeError."""
    subject, media_offset = chain.subject, chain.placed(0)
    whole = Resource(uri=subject.base.url)
    ranged = next((one for one in chain.nodes if one.text("indexRange")), None)
    told = byte_range(ranged, "indexRange") if ranged else None
    apart = chain.child("RepresentationIndex")
    init = chain.init()
    if told is None and apart is None:
        return _whole_file(subject, whole, media_offset)
    if init is None and told is not None and told.offset > 0:
        head = ByteRange(offset=ByteCount(0), length=ByteCount(told.offset))
        init = Resource(uri=whole.uri, byte_range=head)
    where = Resource(uri=whole.uri, byte_range=_to_read(subject, told))
    if apart is not None:
        where = Resource(
            uri=subject.base.join(apart.text("sourceURL")), byte_range=byte_range(apart, "range")
        )
    context = SidxContext(
        media=whole.uri,
        apart=apart is not None,
        init=init,
        start=subject.scope.start,
        end=subject.scope.end,
        media_offset=media_offset,
        protection=subject.protection,
    )
    return Addressed(source=IndexSource(resource=where, context=context), init=init)


def _to_read(subject: Subject, told: ByteRange | None) -> ByteRange | None:
    """What holds the index: a WebM file's Cues mean nothing without the head above them."""
    if told is None or not any("webm" in one.text("mimeType") for one in subject.levels):
        return told
    return ByteRange(offset=ByteCount(0), length=ByteCount(told.last + 1))


def _whole_file(subject: Subject, whole: Resource, media_offset: Micros) -> Addressed | None:
    """A side-car file, subtitles above all: one segment as long as the period."""
    scope = subject.scope
    if scope.end is None:
        subject.warn("a single file in a period without an end; left out")
        return None
    only = Segment(
        number=1,
        start=scope.start,
        duration=Micros(max(scope.end - scope.start, 0)),
        resource=whole,
        media_offset=media_offset,
        protection=subject.protection,
    )
    return Addressed(index=ListedIndex(segments=(only,)))
