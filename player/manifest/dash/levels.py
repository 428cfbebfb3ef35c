"""What the addressing schemes share: a representation's levels, and what it inherits.

ISO/IEC 23009-1 5.3.9.2: what the representation does not say, its adaptation set says, and what
that does not say, the period says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from player.manifest.addresses import Base
from player.manifest.bounds import MOST_INHERITED
from player.manifest.dash.nodes import Node
from player.manifest.dash.template_index import Availability, Run
from player.manifest.dash.timeline import Limits, even_run, timeline_runs
from player.manifest.dash.urls import UrlTemplate, template
from player.model.location import IndexSource
from player.model.notes import quoted
from player.model.resource import ByteRange, Protection, Resource
from player.model.segment import SegmentIndex
from player.units import MICROS_PER_SECOND, ByteCount, Micros, scaled

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


class Timelines:
    """The runs of one period's SegmentTimelines, each read once for all its representations."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[tuple[object, Limits], tuple[Run, ...]] = {}
        self._read: set[object] = set()
        self._again = 0

    def runs(self, timeline: Node, limits: Limits) -> tuple[Run, ...] | None:
        """The runs within `limits`; None where it was read too often already."""
        key = (timeline.element, limits)
        if key not in self._known:
            if self.too_often(timeline, len(timeline.element)):
                return None
            self._known[key] = timeline_runs(timeline, limits)
        return self._known[key]

    def too_often(self, node: Node, count: int) -> bool:
        """Whether `node`, of `count` segments, was read too often for those who inherit it."""
        if node.element not in self._read:
            self._read.add(node.element)
            return False
        self._again += count
        if self._again > MOST_INHERITED:
            node.warn(f"more than {MOST_INHERITED} segments are inherited; left out")
        return self._again > MOST_INHERITED


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The representation whose segments are looked for; `levels` go from the most specific up.

    `early` and `complete`: see `Place`.
    """

    levels: Sequence[Node]
    base: Base
    early: Micros
    scope: Scope
    representation_id: str
    bandwidth: int
    timelines: Timelines
    protection: tuple[Protection, ...] = ()
    complete: bool = True

    def warn(self, text: str) -> None:
        """Note something about the representation."""
        self.levels[0].warn(text)


class Chain:
    """Segment information of one kind for one subject, most specific level first."""

    def __init__(self, subject: Subject, kind: str) -> None:
        """Gather the elements called `kind`."""
        self.subject = subject
        self.nodes = [node for level in subject.levels for node in level.few(kind)]

    def text(self, name: str) -> str:
        """The nearest attribute of that name."""
        return next((found for one in self.nodes if (found := one.text(name))), "")

    def integer(self, name: str, default: int | None = None) -> int | None:
        """The nearest attribute of that name as an integer."""
        return next((one.integer(name, default) for one in self.nodes if one.text(name)), default)

    def positive(self, name: str, default: int | None) -> int | None:
        """An integer that must be above 0."""
        value = self.integer(name, default)
        if value is not None and value <= 0:
            self.nodes[0].warn(f"{name} must be above 0, not {value}")
            return default
        return value

    def child(self, name: str) -> Node | None:
        """The nearest child element of that name."""
        return next((found for one in self.nodes if (found := one.child(name))), None)

    @cached_property
    def timescale(self) -> int:
        """Ticks a second."""
        return self.positive("timescale", 1) or 1

    @cached_property
    def offset(self) -> int:
        """@presentationTimeOffset: the media time at which the period begins."""
        return self.integer("presentationTimeOffset", 0) or 0

    @cached_property
    def first(self) -> int:
        """@startNumber."""
        return self.integer("startNumber", 1) or 0

    @cached_property
    def limits(self) -> Limits:
        """Where the period begins and ends in ticks of media time."""
        scope, end = self.subject.scope, None
        if scope.end is not None:
            span = max(scope.end - scope.start, 0)
            end = self.offset + -(-span * self.timescale // MICROS_PER_SECOND)
        return Limits(
            start=self.offset,
            end=end,
            first=self.first,
            last=self.integer("endNumber"),
            grace=self.timescale // GRACES_A_SECOND,
            delta=self.integer("eptDelta", 0) or 0,
        )

    def placed(self, ticks: int) -> Micros:
        """Presentation time of a media time."""
        return Micros(self.subject.scope.start + scaled(ticks - self.offset, self.timescale))

    def runs(self) -> tuple[Run, ...] | None:
        """Runs by SegmentTimeline or @duration; None where neither stands."""
        timeline = self.child("SegmentTimeline")
        if timeline is not None:
            return self.subject.timelines.runs(timeline, self.limits)
        duration = self.positive("duration", None)
        return None if duration is None else even_run(duration, self.limits)

    def url(self, text: str) -> UrlTemplate:
        """An address template of this subject; raises ForeignSchemeError."""
        subject = self.subject
        return template(
            text,
            subject.base,
            representation_id=subject.representation_id,
            bandwidth=subject.bandwidth,
        )

    def init(self) -> Resource | None:
        """The initialization segment (5.3.9.2.2); raises ForeignSchemeError."""
        named = self.text("initialization")
        if named:
            return Resource(uri=self.url(named).expand(0, 0))
        node = self.child("Initialization") or self.child("Initialisation")
        if node is None:
            return None
        uri = self.subject.base.join(node.text("sourceURL"))
        return Resource(uri=uri, byte_range=byte_range(node, "range"))


def byte_range(node: Node, name: str) -> ByteRange | None:
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
