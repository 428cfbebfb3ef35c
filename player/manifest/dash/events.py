"""EventStreams of periods as events in presentation time (ISO/IEC 23009-1 5.10.2)."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from player.manifest.bounds import MOST_MPD_EVENTS
from player.manifest.dash.nodes import Node
from player.manifest.dash.periods import Span
from player.model.event import TimedEvent
from player.units import Micros, scaled

_OWN = frozenset({"presentationTime", "duration", "id", "contentEncoding", "messageData"})


def events_of(spans: Sequence[Span]) -> tuple[TimedEvent, ...]:
    """The events of all periods, sorted by start, each once."""
    found: dict[tuple[str, str, str], TimedEvent] = {}
    told = (event for span in spans if not span.early for event in _period(span))
    for count, event in enumerate(told):
        if count >= MOST_MPD_EVENTS:
            spans[0].node.warn(f"more than {MOST_MPD_EVENTS} events; the first ones are kept")
            break
        key = (event.scheme, event.value, event.id)
        before = found.get(key)
        if before is not None and before.start != event.start:
            event = replace(event, id=f"{event.id}@{event.start}")  # noqa: PLW2901
        found.setdefault((event.scheme, event.value, event.id), event)
    return tuple(sorted(found.values(), key=lambda one: one.start))


def _period(span: Span) -> Iterator[TimedEvent]:
    for stream in span.node.children("EventStream"):
        if not stream.text("schemeIdUri"):
            stream.warn("an EventStream without a scheme; left out")
            continue
        for one in stream.children("Event"):
            yield _event(one, stream, span)


def _event(node: Node, stream: Node, span: Span) -> TimedEvent:
    timescale = max(stream.integer("timescale", 1) or 1, 1)
    offset = stream.integer("presentationTimeOffset", 0) or 0
    ticks = node.integer("presentationTime", 0) or 0
    lasts = node.integer("duration")
    return TimedEvent(
        scheme=stream.text("schemeIdUri"),
        value=stream.text("value"),
        id=node.text("id") or f"{span.name}/{ticks}",
        start=Micros(span.start + scaled(ticks - offset, timescale)),
        duration=None if lasts is None else scaled(lasts, timescale),
        data=_message(node),
        attributes=tuple(sorted(_others(node))),
    )


def _others(node: Node) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in node.attributes().items() if name not in _OWN)


def _message(node: Node) -> bytes:
    """The message's own bytes: a SCTE 35 section, decoded text, or the XML as it stands."""
    binary = next(
        (one for signal in node.children("Signal") for one in signal.children("Binary")), None
    )
    if binary is not None:
        return _decoded(binary, binary.content)
    if len(node.element):
        return b"".join(etree.tostring(one, with_tail=False) for one in node.element)
    text = node.text("messageData") or node.content
    if node.text("contentEncoding").lower() == "base64":
        return _decoded(node, text)
    return text.encode()


def _decoded(node: Node, text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        node.warn("an event's message is no Base64; kept as text")
        return text.encode()
