"""Blocking playlist reload: `_HLS_msn` and `_HLS_part` (RFC 8216bis section 6.2.5.2)."""

from collections.abc import Mapping
from math import ceil

from starlette.exceptions import HTTPException
from starlette.requests import Request

from headend.asset.model import Rendition
from headend.live.parts import Edge
from headend.live.window import SegmentRange
from headend.origin.holding import AskedClock, hold
from headend.origin.moments import seen_ms, shown_at_ms
from headend.origin.parts import StreamParts
from headend.origin.responses import NEVER_STORED
from headend.origin.sources import Stream

_MSN, _PART = "_HLS_msn", "_HLS_part"
_SEGMENTS_AHEAD, _TARGETS = 2, 3
_PART_LIMIT_MS = 3000


async def held(
    request: Request,
    clock: AskedClock,
    stream: Stream,
    rendition: Rendition,
    segments: SegmentRange,
    target_ms: int,
) -> None:
    """Returns when the playlist has what was asked for, at once where nothing was.

    Args:
        request: `_HLS_msn` and `_HLS_part` are in its query.
        clock: the request's.
        stream: what the options make of the channel.
        rendition: the playlist's.
        segments: what the playlist would list now.
        target_ms: the part target.

    Raises:
        HTTPException: 400 for a wrong or far question, 503 where it takes too long.
    """
    asked = _asked(request.query_params)
    if asked is None or segments.ended:
        return
    parts = StreamParts(stream=stream, rendition=rendition, target_ms=target_ms)
    place, part = asked[0] + segments.sequence_base, asked[1]
    shown_ms = seen_ms(stream.options, clock.now_ms())
    reached = _edge(parts, segments, shown_ms)
    _check_near(reached, place, part, target_ms)
    due_ms = shown_at_ms(stream.options, _made_ms(parts, segments, place, part))
    patience_ms = clock.now_ms() + _TARGETS * segments.segment_s * 1000
    await hold(request, clock, min(due_ms, patience_ms))
    if due_ms > patience_ms:
        sentence = "Nothing has been added for three target durations."
        raise HTTPException(503, sentence, {"Cache-Control": NEVER_STORED})


def _asked(query: Mapping[str, str]) -> tuple[int, int | None] | None:
    """The media sequence number and the part."""
    msn, part = query.get(_MSN), query.get(_PART)
    if msn is None:
        if part is not None:
            raise HTTPException(400, f"{_PART} needs {_MSN} beside it.")
        return None
    return _whole(_MSN, msn), None if part is None else _whole(_PART, part)


def _whole(name: str, text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 18:
        return int(text)
    raise HTTPException(400, f"{name} is a whole number.")


def _edge(parts: StreamParts, segments: SegmentRange, now_ms: int) -> Edge:
    if parts.rendition.kind == "text":
        return Edge(number=now_ms // (segments.segment_s * 1000), made=0)
    return parts.edge(now_ms)


def _check_near(reached: Edge, place: int, part: int | None, target_ms: int) -> None:
    """Two segments and three seconds of parts may be asked for in advance."""
    far = place > reached.number - 1 + _SEGMENTS_AHEAD
    if place == reached.number and part is not None:
        far = part > reached.made - 1 + ceil(_PART_LIMIT_MS / target_ms)
    if far:
        sentence = f"That is too far ahead; the segment being made is {reached.number}."
        raise HTTPException(400, sentence, {"Cache-Control": NEVER_STORED})


def _made_ms(parts: StreamParts, segments: SegmentRange, place: int, part: int | None) -> int:
    """When it is there; a part beyond a segment's last is the first of the next one."""
    if parts.rendition.kind == "text":
        return (place + 1) * segments.segment_s * 1000
    moments = parts.made_ms(place)
    if part is None:
        return moments[-1]
    return moments[part] if part < len(moments) else parts.made_ms(place + 1)[0]
