"""How a representation's segments are found: SegmentTemplate, SegmentList, SegmentBase.

ISO/IEC 23009-1 5.3.9: what the representation does not say, its adaptation set says, and what
that does not say, the period says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.dash.nodes import Node
from player.manifest.dash.sidx import SidxContext
from player.manifest.dash.template_index import Availability, Run, TemplateIndex
from player.manifest.dash.timeline import Limits, even_run, timeline_runs
from player.manifest.dash.urls import UrlTemplate, template
from player.manifest.notes import quoted
from player.model.location import IndexSource
from player.model.resource import ByteRange, Protection, Resource
from player.model.segment import ListedIndex, Segment, SegmentIndex
from player.units import MICROS_PER_SECOND, ByteCount, Micros, micros, scaled

_KINDS = ("SegmentTemplate", "SegmentList", "SegmentBase")
GRACES_A_SECOND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the presentation and the period tell to each representation.

    `live` is None for a static MPD. `complete` is True where no segment will be added (static,
    or a period that another one follows).
    """

    start: Micros
    end: Micros | None
    live: Availability | None
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Where the segments lie: an index, or a source of one."""

    index: SegmentIndex | None = field(default=None, repr=False)
    source: IndexSource | None = None
    init: Resource | None = None


class _Chain:
    """Segment information of one kind, most specific level first."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes

    def text(self, name: str) -> str:
        return next((found for one in self.nodes if (found := one.text(name))), "")

    def integer(self, name: str, default: int | None = None) -> int | None:
        return next((one.integer(name, default) for one in self.nodes if one.text(name)), default)

    @cached_property
    def timescale(self) -> int:
        return self.positive("timescale", 1) or 1

    @cached_property
    def offset(self) -> int:
        """@presentationTimeOffset: the media time at which the period begins."""
        return self.integer("presentationTimeOffset", 0) or 0

    @cached_property
    def first(self) -> int:
        return self.integer("startNumber", 1) or 0

    def child(self, name: str) -> Node | None:
        return next((found for one in self.nodes if (found := one.child(name))), None)

    def positive(self, name: str, default: int | None) -> int | None:
        """An integer that must be above 0."""
        value = self.integer(name, default)
        if value is not None and value <= 0:
            self.nodes[0].warn(f"{name} must be above 0, not {value}")
            return default
        return value


@dataclass(slots=True, kw_only=True)
class Addressing:
    """One representation's way to its segments; `levels` go from the most specific up."""

    levels: Sequence[Node]
    base: Base
    scope: Scope
    representation_id: str
    bandwidth: int
    protection: tuple[Protection, ...] = ()

    def find(self) -> Addressed | None:
        """Read the segment information; None (and a note) where it is unusable."""
        kind = self._kind()
        chain = _Chain([node for level in self.levels for node in level.children(kind)])
        try:
            if kind == "SegmentTemplate":
                return self._template(chain)
            if kind == "SegmentList":
                return self._list(chain)
            return self._single(chain)
        except ForeignSchemeError as refused:
            self.levels[0].warn(f"a representation was left out: {refused}")
            return None

    def _kind(self) -> str:
        told = (kind for level in self.levels for kind in _KINDS if level.child(kind))
        return next(told, "SegmentBase")

    # ---- SegmentTemplate (5.3.9.4)

    def _template(self, chain: _Chain) -> Addressed | None:
        media = chain.text("media")
        runs = self._runs(chain)
        if not media or runs is None:
            self.levels[0].warn("a SegmentTemplate without media, duration or end; left out")
            return None
        timeline = chain.child("SegmentTimeline") is not None
        endless = bool(runs) and runs[-1].size is None
        init = self._init(chain)
        index = TemplateIndex(
            media=self._url(media),
            runs=runs,
            timescale=chain.timescale,
            offset=chain.offset,
            period_start=self.scope.start,
            period_end=self.scope.end,
            availability=self._availability(chain) if endless or not timeline else None,
            ended=self.scope.complete,
            init=init,
            protection=self.protection,
        )
        return Addressed(index=index, init=init)

    def _runs(self, chain: _Chain) -> tuple[Run, ...] | None:
        limits = self._limits(chain)
        timeline = chain.child("SegmentTimeline")
        if timeline is not None:
            runs = timeline_runs(timeline, limits)
        else:
            duration = chain.positive("duration", None)
            if duration is None:
                return None
            runs = even_run(duration, limits)
        static = self.scope.live is None
        return None if static and runs and runs[-1].size is None else runs

    def _limits(self, chain: _Chain) -> Limits:
        end = None
        if self.scope.end is not None:
            span = max(self.scope.end - self.scope.start, 0)
            end = chain.offset + -(-span * chain.timescale // MICROS_PER_SECOND)
        return Limits(
            start=chain.offset,
            end=end,
            first=chain.first,
            last=chain.integer("endNumber"),
            grace=chain.timescale // GRACES_A_SECOND,
        )

    def _availability(self, chain: _Chain) -> Availability | None:
        live = self.scope.live
        if live is None:
            return None
        told = _time_offset(chain.text("availabilityTimeOffset"))
        return Availability(start=live.start, offset=Micros(live.offset + told), depth=live.depth)

    def _url(self, text: str) -> UrlTemplate:
        return template(
            text, self.base, representation_id=self.representation_id, bandwidth=self.bandwidth
        )

    def _init(self, chain: _Chain) -> Resource | None:
        named = chain.text("initialization")
        if named:
            return Resource(uri=self._url(named).expand(0, 0))
        node = chain.child("Initialization") or chain.child("Initialisation")
        if node is None:
            return None
        return Resource(
            uri=self.base.join(node.text("sourceURL")), byte_range=_range(node, "range")
        )

    # ---- SegmentList (5.3.9.3)

    def _list(self, chain: _Chain) -> Addressed | None:
        urls = next(
            (found for one in chain.nodes if (found := list(one.children("SegmentURL")))), []
        )
        times = self._times(chain, len(urls))
        init = self._init(chain)
        segments = tuple(
            self._listed(number, url, ticks, chain, init)
            for number, (url, ticks) in enumerate(zip(urls, times, strict=False), chain.first)
        )
        if not segments:
            self.levels[0].warn("a SegmentList without segments; left out")
            return None
        return Addressed(
            index=ListedIndex(segments=segments, ended=self.scope.complete), init=init
        )

    def _times(self, chain: _Chain, count: int) -> Iterator[tuple[int, int]]:
        """Media time and duration in ticks of up to `count` segments."""
        limits = self._limits(chain)
        timeline = chain.child("SegmentTimeline")
        duration = chain.positive("duration", None)
        if timeline is not None:
            runs: tuple[Run, ...] = timeline_runs(timeline, limits)
        elif duration is not None:
            runs = (Run(limits.first, limits.start, duration, count),)
        else:
            whole = (limits.end or limits.start + chain.timescale) - limits.start
            runs = (Run(limits.first, limits.start, max(whole // max(count, 1), 1), count),)
        for run in runs:
            left = count if run.size is None else min(run.size, count)
            for step in range(left):
                yield run.time + step * run.duration, run.duration

    def _listed(
        self,
        number: int,
        url: Node,
        ticks: tuple[int, int],
        chain: _Chain,
        init: Resource | None,
    ) -> Segment:
        start = self._placed(ticks[0], chain)
        end = self._placed(ticks[0] + ticks[1], chain)
        if self.scope.end is not None:
            end = max(min(end, self.scope.end), start)
        uri = self.base.join(url.text("media")) if url.text("media") else self.base.url
        return Segment(
            number=number,
            start=start,
            duration=Micros(end - start),
            resource=Resource(uri=uri, byte_range=_range(url, "mediaRange")),
            init=init,
            media_offset=self._placed(0, chain),
            protection=self.protection,
        )

    def _placed(self, ticks: int, chain: _Chain) -> Micros:
        """Presentation time of a media time."""
        return Micros(self.scope.start + scaled(ticks - chain.offset, chain.timescale))

    # ---- SegmentBase (5.3.9.2), and a file without any segment information

    def _single(self, chain: _Chain) -> Addressed | None:
        media_offset = self._placed(0, chain)
        whole = Resource(uri=self.base.url)
        ranged = next((one for one in chain.nodes if one.text("indexRange")), None)
        told = _range(ranged, "indexRange") if ranged else None
        apart = chain.child("RepresentationIndex")
        init = self._init(chain)
        if told is None and apart is None:
            return self._whole_file(whole, media_offset)
        if init is None and told is not None and told.offset > 0:
            init = Resource(
                uri=whole.uri,
                byte_range=ByteRange(offset=ByteCount(0), length=ByteCount(told.offset)),
            )
        where = Resource(uri=whole.uri, byte_range=self._to_read(told))
        if apart is not None:
            where = Resource(
                uri=self.base.join(apart.text("sourceURL")), byte_range=_range(apart, "range")
            )
        context = SidxContext(
            media=whole.uri,
            apart=apart is not None,
            init=init,
            start=self.scope.start,
            end=self.scope.end,
            media_offset=media_offset,
            protection=self.protection,
        )
        return Addressed(source=IndexSource(resource=where, context=context), init=init)

    def _to_read(self, told: ByteRange | None) -> ByteRange | None:
        """What holds the index: a WebM file's Cues mean nothing without the head above them."""
        if told is None or not any("webm" in one.text("mimeType") for one in self.levels):
            return told
        return ByteRange(offset=ByteCount(0), length=ByteCount(told.last + 1))

    def _whole_file(self, whole: Resource, media_offset: Micros) -> Addressed | None:
        """A side-car file, subtitles above all: one segment as long as the period."""
        if self.scope.end is None:
            self.levels[0].warn("a single file in a period without an end; left out")
            return None
        only = Segment(
            number=1,
            start=self.scope.start,
            duration=Micros(max(self.scope.end - self.scope.start, 0)),
            resource=whole,
            media_offset=media_offset,
            protection=self.protection,
        )
        return Addressed(index=ListedIndex(segments=(only,)))


def _time_offset(text: str) -> Micros:
    """@availabilityTimeOffset in seconds; INF and nonsense count as 0."""
    try:
        value = float(text) if text else 0.0
    except ValueError:
        return Micros(0)
    return micros(value) if 0 <= value < 86_400 else Micros(0)


def _range(node: Node, name: str) -> ByteRange | None:
    """A byte range as `first-last`, both inclusive."""
    text = node.text(name)
    first, dash, last = text.partition("-")
    good = dash and first.isascii() and last.isascii() and first.isdigit() and last.isdigit()
    if text and good and len(text) < 40 and int(last) >= int(first):
        length = int(last) - int(first) + 1
        return ByteRange(offset=ByteCount(int(first)), length=ByteCount(length))
    if text:
        node.warn(f"{name} is unreadable: {quoted(text)}")
    return None
