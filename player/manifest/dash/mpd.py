"""A Media Presentation Description as a Presentation (ISO/IEC 23009-1 5.3.1, 5.3.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from player.manifest import failures
from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.dash.addressing import Scope
from player.manifest.dash.nodes import Node, read_root
from player.manifest.dash.template_index import Availability
from player.manifest.dash.tracks import TrackReader, base_below
from player.manifest.notes import Notes
from player.manifest.times import date_time
from player.model.presentation import (
    ManifestFormat,
    Period,
    Presentation,
    PresentationType,
    UtcTiming,
)
from player.units import Micros

SHORTEST_RELOAD = Micros(1_000_000)
"""A minimumUpdatePeriod of 0 means "at any time": once a second is often enough."""


def parse_mpd(body: bytes, *, url: str) -> Presentation:
    """Read an MPD; raises PlayerError (manifest.*)."""
    notes = Notes()
    root = read_root(body, notes)
    if root.name != "MPD":
        raise failures.not_a_manifest(f"the root element is {root.name[:40]!r}, not MPD")
    return _Reader(root, notes, url).read()


@dataclass(frozen=True, slots=True)
class _Span:
    """A Period element and its place in the presentation."""

    node: Node
    start: Micros
    end: Micros | None


class _Reader:
    def __init__(self, root: Node, notes: Notes, url: str) -> None:
        self._root = root
        self._notes = notes
        self._url = url
        self._dynamic = root.text("type").lower() == "dynamic"
        self._duration = root.duration("mediaPresentationDuration")

    def read(self) -> Presentation:
        root = self._root
        periods = tuple(self._periods())
        if not periods:
            why = "; ".join(f"line {one.line}: {one.text}" for one in self._notes.taken()[:3])
            raise failures.no_tracks(f"no Period holds a usable AdaptationSet ({why})")
        return Presentation(
            format=ManifestFormat.DASH,
            type=PresentationType.LIVE if self._dynamic else PresentationType.VOD,
            periods=periods,
            duration=self._duration or (None if self._dynamic else periods[-1].end),
            epoch=self._live.start if self._live else None,
            target_latency=self._latency() if self._dynamic else None,
            reload_after=self._reload_after(),
            location=self._location(),
            utc_timing=tuple(
                UtcTiming(scheme=one.text("schemeIdUri"), value=one.text("value") or one.content)
                for one in root.children("UTCTiming")
            ),
            warnings=self._notes.taken(),
        )

    # ---- periods (5.3.2.1)

    def _periods(self) -> Iterator[Period]:
        base = base_below(Base(self._url), self._root)
        spans = self._spans()
        live = self._live
        for place, span in enumerate(spans):
            scope = Scope(
                start=span.start,
                end=span.end,
                live=live,
                complete=not self._dynamic or place + 1 < len(spans),
            )
            tracks = TrackReader(span.node, base_below(base, span.node), scope).tracks()
            if not tracks:
                span.node.warn("a Period without usable tracks; left out")
                continue
            yield Period(
                id=span.node.text("id") or f"@{span.start}",
                start=span.start,
                duration=None if span.end is None else Micros(span.end - span.start),
                tracks=tracks,
            )

    def _spans(self) -> list[_Span]:
        nodes = [one for one in self._root.children("Period") if self._is_here(one)]
        starts = self._starts(nodes)
        return [
            _Span(node, start, self._end(node, start, starts[place + 1 :]))
            for place, (node, start) in enumerate(zip(nodes, starts, strict=True))
        ]

    def _is_here(self, node: Node) -> bool:
        """Remote periods (xlink) are not fetched."""
        remote = node.text("href")
        if remote and next(node.children("AdaptationSet"), None) is None:
            node.warn("a remote Period (xlink:href) was left out")
            return False
        return True

    def _starts(self, nodes: Sequence[Node]) -> list[Micros]:
        starts: list[Micros] = []
        following = Micros(0)
        for node in nodes:
            told = node.duration("start")
            start = following if told is None else told
            if starts and start < starts[-1]:
                node.warn("a Period begins before the one above it")
                start = max(following, starts[-1])
            starts.append(start)
            following = Micros(start + (node.duration("duration") or 0))
        return starts

    def _end(self, node: Node, start: Micros, following: Sequence[Micros]) -> Micros | None:
        """The next period's start, else the period's own duration, else the whole's end."""
        if following:
            return following[0]
        told = node.duration("duration")
        if told is not None and told > 0:
            return Micros(start + told)
        return Micros(max(self._duration, start)) if self._duration else None

    # ---- the whole

    @cached_property
    def _live(self) -> Availability | None:
        if not self._dynamic:
            return None
        text = self._root.text("availabilityStartTime")
        start = date_time(text) if text else None
        if start is None:
            self._root.warn("a dynamic MPD without a readable availabilityStartTime; 1970 assumed")
        depth = self._root.duration("timeShiftBufferDepth")
        return Availability(start=start or Micros(0), depth=depth)

    def _latency(self) -> Micros | None:
        """ServiceDescription's target (Annex K), else suggestedPresentationDelay."""
        for service in self._root.children("ServiceDescription"):
            for latency in service.children("Latency"):
                target = latency.integer("target")
                if target is not None and 0 < target < 10**9:
                    return Micros(target * 1_000)
        return self._root.duration("suggestedPresentationDelay")

    def _reload_after(self) -> Micros | None:
        told = self._root.duration("minimumUpdatePeriod") if self._dynamic else None
        return None if told is None else Micros(max(told, SHORTEST_RELOAD))

    def _location(self) -> str:
        base = Base(self._url)
        for one in self._root.children("Location"):
            try:
                address = base.join(one.content) if one.content else ""
            except ForeignSchemeError:
                address = ""
            if address:
                return address
            one.warn("a Location that cannot be used")
        return ""
