"""Segments in their parts: a part by itself, and the segment that is being made as it is made."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from headend.asset.model import Rendition
from headend.live.parts import Part
from headend.live.splice import Splices
from headend.origin.context import OriginContext, is_lost
from headend.origin.events import segment_events
from headend.origin.faults import delivery
from headend.origin.holding import AskedClock, hold
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.parts import StreamParts, target_ms
from headend.origin.responses import HALF_A_SEGMENT, IMMUTABLE, send, send_as_made, whole
from headend.origin.sources import Stream, stream_of

_HELD_TARGETS = 2  # how far ahead a part may be asked for: the next one, by any clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The segment or part that a request names; `index` None for the whole segment."""

    packager: ChannelPackager
    rendition: Rendition
    options: StreamOptions
    form: str
    place: int
    index: int | None = None


class PartAnswers:
    """Answers for segments that have parts; live CMAF in HLS and DASH."""

    def __init__(self, context: OriginContext) -> None:
        self._context = context

    async def answer(self, request: Request, asked: Asked, media_type: str) -> Response:
        """A part, held until it is there; a segment, from its beginning on as it is made."""
        self._check_there(request, asked)
        clock = AskedClock(self._context.clock, asked.options)
        parts = StreamParts(
            stream=self._stream(asked),
            rendition=asked.rendition,
            target_ms=target_ms(asked.packager, asked.options),
        )
        if asked.index is not None:
            return await self._part(request, asked, parts, clock, media_type)
        return self._segment(request, asked, parts, clock, media_type)

    def _stream(self, asked: Asked) -> Stream:
        """DASH has periods where HLS has joints."""
        ads = self._context.neighbour(asked.packager)
        stream = stream_of(asked.packager, asked.options, live=True, ads=ads)
        if asked.form == "dash":
            return replace(stream, splices=Splices(segment_s=asked.packager.asset.segment_s))
        return stream

    def _check_there(self, request: Request, asked: Asked) -> None:
        """Refuses what is gone, or never comes."""
        offered = self._context.served(request, asked.packager, asked.options)
        stream = self._stream(asked)
        if asked.place < offered.oldest:
            raise _not_found(f"Segment {asked.place} is gone; the oldest is {offered.oldest}.")
        lost = is_lost(asked.rendition, asked.place, asked.options.loss_percent)
        if stream.is_missing(asked.place) or lost:
            raise _not_found(f"Segment {asked.place} is lost, as asked for.")
        if asked.place > offered.end + 1:
            raise _not_found(f"Segment {asked.place} is not there yet; {offered.end} is made now.")

    async def _part(
        self,
        request: Request,
        asked: Asked,
        parts: StreamParts,
        clock: AskedClock,
        media_type: str,
    ) -> Response:
        moments, index = parts.made_ms(asked.place), asked.index or 0
        if index >= len(moments):
            raise _not_found(f"Segment {asked.place} has {len(moments)} parts, from 0 on.")
        if moments[index] > clock.now_ms() + _HELD_TARGETS * parts.target_ms:
            raise _not_found(f"Part {index} of segment {asked.place} is not due yet.")
        await hold(request, clock, moments[index])
        data = self._chunk(asked, parts, parts.at(asked.place)[index])
        how = delivery(asked.options, asked.place, clock.now_ms())
        return send(request, whole(data), media_type, IMMUTABLE, how)

    def _segment(
        self,
        request: Request,
        asked: Asked,
        parts: StreamParts,
        clock: AskedClock,
        media_type: str,
    ) -> Response:
        now_ms, moments = clock.now_ms(), parts.made_ms(asked.place)
        if now_ms < asked.place * asked.packager.asset.segment_s * 1000:
            raise _not_found(f"Segment {asked.place} has not begun yet.")
        how = delivery(asked.options, asked.place, now_ms)
        rows = parts.at(asked.place)
        if moments[-1] <= now_ms:
            data = b"".join(self._chunk(asked, parts, row) for row in rows)
            return send(request, whole(data), media_type, IMMUTABLE, how)
        pieces = self._as_made(asked, parts, clock)
        return send_as_made(request, pieces, media_type, IMMUTABLE, how)

    async def _as_made(
        self, asked: Asked, parts: StreamParts, clock: AskedClock
    ) -> AsyncIterator[bytes]:
        """Each part when its moment has come."""
        rows = parts.at(asked.place)
        for moment, row in zip(parts.made_ms(asked.place), rows, strict=True):
            await clock.until(moment)
            yield self._chunk(asked, parts, row)

    def _chunk(self, asked: Asked, parts: StreamParts, part: Part) -> bytes:
        """The bytes of one part; events stand in a segment's first."""
        place, options = asked.place, asked.options
        source = parts.source(place)
        packager = self._context.damaged(source.packager, options, place)
        data = packager.part(source.rendition.id, source.number, part, shift_s=source.shift_s)
        if part.index:
            return data
        segment_s = source.packager.asset.segment_s
        return segment_events(data, asked.rendition, options, place, segment_s, source.shift_s)


def _not_found(sentence: str) -> HTTPException:
    return HTTPException(404, sentence, {"Cache-Control": HALF_A_SEGMENT})
