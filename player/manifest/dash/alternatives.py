"""Alternative MPD events as interstitials (ISO/IEC 23009-1 5.16, sixth edition)."""

from collections.abc import Iterator, Sequence

from player.manifest.addresses import Base, ForeignSchemeError
from player.manifest.bounds import MOST_MPD_EVENTS
from player.manifest.dash.nodes import Node
from player.manifest.dash.periods import Span
from player.model.event import Interstitial, SkipControl
from player.model.notes import quoted
from player.units import Micros, scaled

_FAMILY = "urn:mpeg:dash:event:alternativeMPD:"
_INSERT, _REPLACE = f"{_FAMILY}insert:2025", f"{_FAMILY}replace:2025"
_ELEMENTS = {_INSERT: "InsertPresentation", _REPLACE: "ReplacePresentation"}
_JUMP_MODES = (1, 2)


def interstitials_of(spans: Sequence[Span], base: Base) -> tuple[Interstitial, ...]:
    """What other presentations the events of all periods name, sorted by start, each once.

    An insertion goes on where it began, a replacement @returnOffset later, else after as long as
    it lasted. @startWithOffset and other editions' schemes are noted, and left out.
    """
    found: dict[str, Interstitial] = {}
    for span in spans:
        for stream in () if span.early else span.node.children("EventStream"):
            for one in _of(stream, span, base):
                if len(found) < MOST_MPD_EVENTS:
                    found.setdefault(one.id, one)
    return tuple(sorted(found.values(), key=lambda one: one.start))


def _of(stream: Node, span: Span, base: Base) -> Iterator[Interstitial]:
    scheme = stream.text("schemeIdUri")
    if scheme not in _ELEMENTS:
        if scheme.startswith(_FAMILY):
            stream.warn(f"alternative MPD events of another edition: {quoted(scheme)}")
        return
    for event in stream.children("Event"):
        told = event.child(_ELEMENTS[scheme])
        one = _interstitial(event, told, stream, span, base) if told is not None else None
        if one is None:
            event.warn("an alternative MPD event without a usable address; left out")
        else:
            yield one


def _interstitial(
    event: Node, told: Node, stream: Node, span: Span, base: Base
) -> Interstitial | None:
    uri = _address(told, base)
    if not uri:
        return None
    if told.yes("startWithOffset"):
        told.warn("@startWithOffset: who comes late sees it from its beginning all the same")
    timescale = max(stream.integer("timescale", 1) or 1, 1)
    ticks = event.integer("presentationTime", 0) or 0
    offset = stream.integer("presentationTimeOffset", 0) or 0
    inserts = told.name == _ELEMENTS[_INSERT]
    resume = Micros(0) if inserts else _ticks(told, "returnOffset", timescale)
    after = _after(told, timescale)
    forbids = {"SKIP"} if after else set()
    if told.integer("noJump") in _JUMP_MODES:
        forbids.add("JUMP")
    return Interstitial(
        id=event.text("id") or f"{span.name}/{ticks}",
        start=Micros(span.start + scaled(ticks - offset, timescale)),
        duration=_ticks(event, "duration", timescale),
        asset_uri=uri,
        resume_offset=resume,
        playout_limit=_ticks(told, "maxDuration", timescale) or None,
        cue=frozenset({"ONCE"}) if told.yes("executeOnce") else frozenset(),
        restrict=frozenset(forbids),
        skip=SkipControl(offset=after) if after else None,
    )


def _address(told: Node, base: Base) -> str:
    uri = told.text("uri") or told.text("url")  # the schema says the one, the text the other
    try:
        return base.join(uri) if uri else ""
    except ForeignSchemeError:
        return ""


def _ticks(node: Node, name: str, timescale: int) -> Micros | None:
    found = node.integer(name)
    return None if found is None or found < 0 else scaled(found, timescale)


def _after(told: Node, timescale: int) -> Micros | None:
    """@skipAfter, as a duration or in ticks."""
    if told.text("skipAfter").startswith("P"):
        return told.duration("skipAfter")
    return _ticks(told, "skipAfter", timescale)
