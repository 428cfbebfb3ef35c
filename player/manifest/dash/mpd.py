"""A Media Presentation Description as a Presentation (ISO/IEC 23009-1 5.3.1)."""

import copy
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property

from player.errors import PlayerError
from player.manifest import failures
from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.dash import service
from player.manifest.dash.alternatives import interstitials_of
from player.manifest.dash.events import events_of
from player.manifest.dash.levels import Scope
from player.manifest.dash.nodes import Node, read_root
from player.manifest.dash.patch import Document, keepable, patched
from player.manifest.dash.periods import Span, spans_of
from player.manifest.dash.places import Place, places_below
from player.manifest.dash.remote import Links, has_links
from player.manifest.dash.template_index import Availability
from player.manifest.dash.tracks import TrackReader
from player.manifest.dash.validity import SCHEME as VALIDITY_SCHEME
from player.model.notes import Notes
from player.model.presentation import (
    LatencyRange,
    ManifestFormat,
    Period,
    Presentation,
    PresentationType,
)
from player.units import MICROS_PER_SECOND, Micros

SHORTEST_RELOAD = Micros(1_000_000)
"""A minimumUpdatePeriod of 0 means "at any time": once a second is often enough."""

CALLED_RELOAD = Micros(10_000_000)
"""Where events of the media call for the next MPD: for those that come to nobody's ears."""

_NOTHING: Mapping[str, bytes] = {}


def parse_mpd(body: bytes, *, url: str, remote: Mapping[str, bytes] = _NOTHING) -> Presentation:
    """Read an MPD; raises PlayerError (manifest.*, input.unsupported-scheme).

    `remote` holds what `Presentation.links` named, by address; empty bytes: not to be had.
    """
    notes = Notes()
    root = read_root(body, notes)
    return _read_whole(root, notes, url, remote)


def patch_mpd(document: object, body: bytes, *, url: str) -> Presentation:
    """Read the MPD that a patch makes of `document`; raises PlayerError (manifest.*).

    A server may answer with a whole MPD instead, which came from `url` then.
    """
    notes = Notes()
    root = read_root(body, notes)
    if root.name == "MPD":
        return _read_whole(root, notes, url, _NOTHING)
    if root.name != "Patch" or not isinstance(document, Document):
        raise failures.invalid("no MPD patch, or nothing that it could apply to")
    fresh = Node(patched(document, root), notes)
    return _read_whole(fresh, notes, document.url, document.remote)


def _read_whole(root: Node, notes: Notes, url: str, remote: Mapping[str, bytes]) -> Presentation:
    if root.name != "MPD":
        raise failures.not_a_manifest(f"the root element is {root.name[:40]!r}, not MPD")
    patchable = root.child("PatchLocation") is not None and keepable(root.element)
    document = Document(root.element, url, remote) if patchable else None
    links = Links(notes, url, remote)
    if has_links(root):
        root = Node(copy.deepcopy(root.element), notes) if patchable else root
        links.resolve(root.element)
        root = Node(root.element, notes)  # the children are others now
    return _Reader(root, notes, url, tuple(links.missing), document).read()


class _Reader:
    def __init__(
        self,
        root: Node,
        notes: Notes,
        url: str,
        links: tuple[str, ...],
        document: Document | None,
    ) -> None:
        self._root = root
        self._notes = notes
        self._url = url
        self._links = links
        self._document = document
        self._dynamic = root.text("type").lower() == "dynamic"
        self._duration = root.duration("mediaPresentationDuration")

    def read(self) -> Presentation:
        root = self._root
        spans = spans_of(root, dynamic=self._dynamic, total=self._duration)
        periods = tuple(self._periods(spans))
        if not periods and not self._links:
            raise self._nothing()
        addresses = self._locations()
        patch, until = self._patch()
        return Presentation(
            format=ManifestFormat.DASH,
            type=PresentationType.LIVE if self._dynamic else PresentationType.VOD,
            periods=periods,
            duration=self._total(periods),
            epoch=self._live.start if self._live else None,
            target_latency=service.target_latency(root) if self._dynamic else None,
            latency_range=service.latency_range(root) if self._dynamic else LatencyRange(),
            reload_after=self._reload_after(),
            location=next(iter(addresses), ""),
            other_locations=addresses[1:],
            published=self._published,
            utc_timing=service.utc_timing(root, self._url),
            patch=patch,
            patch_until=until,
            document=self._document if patch else None,
            links=self._links,
            events=events_of(spans),
            interstitials=interstitials_of(spans, self._base),
            steering=service.steering(root, self._url),
            reporting=service.reporting(root),
            warnings=self._notes.taken(),
        )

    def _total(self, periods: tuple[Period, ...]) -> Micros | None:
        if self._duration or self._dynamic or not periods:
            return self._duration or None
        return periods[-1].end

    def _nothing(self) -> PlayerError:
        told = self._notes.taken()
        why = "; ".join(f"line {one.line}: {one.text}" for one in told[:3])
        cause = f"no Period holds a usable AdaptationSet ({why})"
        if any("the scheme" in one.text for one in told):
            return failures.foreign_scheme(cause)
        return failures.no_tracks(cause)

    # ---- periods (5.3.2)

    def _periods(self, spans: tuple[Span, ...]) -> Iterator[Period]:
        top = self._top
        starts = sorted(one.start for one in spans if not one.early)
        for span in spans:
            scope = Scope(
                start=span.start,
                end=span.end,
                live=self._live,
                complete=not self._dynamic or self._is_over(span, starts),
            )
            places = places_below(top, span.node)
            tracks = TrackReader(span.node, places, scope, self._url).tracks()
            if not tracks.played:
                span.node.warn("a Period without usable tracks; left out")
                continue
            yield Period(
                id=span.name,
                start=span.start,
                duration=None if span.end is None else Micros(span.end - span.start),
                tracks=tracks.played,
                trick_play=tracks.trick_play,
                early=span.early,
            )

    @cached_property
    def _top(self) -> tuple[Place, ...]:
        return places_below((Place(base=Base(self._url)),), self._root)

    @property
    def _base(self) -> Base:
        return self._top[0].base

    def _is_over(self, span: Span, starts: list[Micros]) -> bool:
        """Whether another period has begun after it, not only been announced (5.3.2.1).

        What is listed grows until then; @publishTime tells when the list was made.
        """
        after = bisect_right(starts, span.start)
        if span.early or after == len(starts):
            return False
        published, live = self._published, self._live
        return published is None or live is None or live.start + starts[after] <= published

    @cached_property
    def _published(self) -> Micros | None:
        return self._root.date("publishTime")

    @cached_property
    def _live(self) -> Availability | None:
        if not self._dynamic:
            return None
        start = self._root.date("availabilityStartTime")
        if start is None:
            self._root.warn("a dynamic MPD without a readable availabilityStartTime; 1970 assumed")
        depth = self._root.duration("timeShiftBufferDepth")
        return Availability(start=start or Micros(0), depth=depth)

    # ---- where the next one comes from (5.4, 5.15)

    def _reload_after(self) -> Micros | None:
        """How often to come by oneself; seldom where events of the media call (5.10.4.2)."""
        told = self._root.duration("minimumUpdatePeriod") if self._dynamic else None
        if told is None:
            return None
        least = CALLED_RELOAD if told == 0 and self._calls() else SHORTEST_RELOAD
        return Micros(max(told, least))

    def _calls(self) -> bool:
        """Whether media bring events that tell when the MPD is out of date."""
        streams = self._root.element.iter("{*}InbandEventStream")
        return any(one.get("schemeIdUri") == VALIDITY_SCHEME for one in streams)

    def _locations(self) -> tuple[str, ...]:
        found = (self._address(one) for one in self._root.children("Location"))
        return tuple(dict.fromkeys(one for one in found if one))

    def _address(self, node: Node) -> str:
        try:
            address = Base(self._url).join(node.content) if node.content else ""
        except ForeignSchemeError:
            address = ""
        if not address:
            node.warn(f"a {node.name} that cannot be used")
        return address

    def _patch(self) -> tuple[str, Micros | None]:
        """The first PatchLocation, and the UTC time until which it is good."""
        for one in self._root.children("PatchLocation") if self._document else ():
            address = self._address(one)
            if address:
                lasts, published = one.number("ttl"), self._published
                if lasts is None or published is None or not 0 <= lasts < 10**9:
                    return address, None
                return address, Micros(published + round(lasts * MICROS_PER_SECOND))
        return "", None
