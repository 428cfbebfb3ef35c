"""Answers with bodies: HEAD, byte ranges (RFC 9110 section 14), rates, and broken deliveries."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

IMMUTABLE = "public, max-age=31536000, immutable"
HALF_A_SEGMENT = "public, max-age=1"
FILM_MANIFEST = "public, max-age=60"
NEVER_STORED = "no-store"

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})\Z", re.ASCII)
_PIECES_PER_SECOND = 20
_STALL_S = 3600.0
_FIRST_BYTES = 10_000
_AT_ONCE_KBPS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Something that can be sent in part.

    Attributes:
        size: bytes of the whole.
        pieces: makes the bytes from one position to another, both included.
    """

    size: int
    pieces: Callable[[int, int], Iterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a body goes out.

    Attributes:
        rate_kbps: that fast; None for as fast as it goes.
        then_kbps: the second half that fast, if not None.
        trouble: in its middle it stands still for an hour, or ends.
        ranges: whether a Range header is heeded.
    """

    rate_kbps: int | None = None
    then_kbps: int | None = None
    trouble: Literal["", "stall", "cut"] = ""
    ranges: bool = True


_PLAINLY = Delivery()


def whole(data: bytes) -> Body:
    """A body that is in memory."""
    return Body(size=len(data), pieces=lambda first, last: iter((data[first : last + 1],)))


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte asked for, or None for everything.

    Anything but one plain range of bytes is ignored, as RFC 9110 section 14.2 allows.

    Raises:
        IndexError: the range lies outside of the body (status 416).
    """
    match = _RANGE.match(header or "")
    if match is None or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        if int(last) == 0:
            raise IndexError(last)
        return max(size - int(last), 0), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise IndexError(first)
    return int(first), min(int(last), size - 1) if last else size - 1


def send(
    request: Request, body: Body, media_type: str, cache: str, delivery: Delivery = _PLAINLY
) -> Response:
    """The answer to GET or HEAD for `body`."""
    headers = {"Cache-Control": cache, "Accept-Ranges": "bytes" if delivery.ranges else "none"}
    header = request.headers.get("range") if delivery.ranges else None
    try:
        asked = asked_range(header, body.size)
    except IndexError:
        headers["Content-Range"] = f"bytes */{body.size}"
        return Response(status_code=416, headers=headers)
    first, last = asked or (0, body.size - 1)
    if asked:
        headers["Content-Range"] = f"bytes {first}-{last}/{body.size}"
    headers["Content-Length"] = str(last + 1 - first)
    status = 206 if asked else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type)
    stream = _delivered(_plain(body.pieces(first, last)), delivery, (last + 1 - first) // 2)
    return StreamingResponse(stream, status, headers, media_type)


def send_as_made(
    request: Request,
    pieces: AsyncIterator[bytes],
    media_type: str,
    cache: str,
    delivery: Delivery,
) -> Response:
    """The answer for what is being made: no length, no ranges, each piece as soon as it is there.

    A trouble comes after the first bytes; an end there looks like the end of the body.
    """
    headers = {"Cache-Control": cache, "Accept-Ranges": "none"}
    if request.method == "HEAD":
        return StreamingResponse(iter(()), headers=headers, media_type=media_type)  # no length
    stream = _delivered(pieces, delivery, _FIRST_BYTES)
    return StreamingResponse(stream, 200, headers, media_type)


def _delivered(
    pieces: AsyncIterator[bytes], delivery: Delivery, half: int
) -> AsyncIterator[bytes]:
    """The pieces at the delivery's rate; trouble and a second rate come after `half` the bytes."""
    if delivery.trouble:
        return _broken(pieces, half, stall=delivery.trouble == "stall")
    if delivery.rate_kbps or delivery.then_kbps:
        return _shaped(pieces, delivery, half)
    return pieces


def send_bytes(request: Request, data: bytes | str, media_type: str, cache: str) -> Response:
    """The answer for a small text or file."""
    raw = data.encode() if isinstance(data, str) else data
    if request.method != "GET" or "range" in request.headers:
        return send(request, whole(raw), media_type, cache)
    return Response(raw, headers={"Cache-Control": cache}, media_type=media_type)


async def _plain(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _broken(
    pieces: AsyncIterator[bytes], limit: int, *, stall: bool
) -> AsyncIterator[bytes]:
    """The first `limit` bytes; then nothing for an hour, or the end of the connection."""
    async for piece in pieces:
        yield piece[:limit]
        limit -= len(piece)
        if limit <= 0:
            break
    if stall:
        await anyio.sleep(_STALL_S)


async def _shaped(
    pieces: AsyncIterator[bytes], delivery: Delivery, half: int
) -> AsyncIterator[bytes]:
    """Evenly, `_PIECES_PER_SECOND` pieces a second, the first one at once."""
    due, sent = anyio.current_time(), 0
    async for piece in pieces:
        offset, due = 0, max(due, anyio.current_time() - 1 / _PIECES_PER_SECOND)
        while offset < len(piece):
            rate = _rate(delivery, sent >= half)
            size = max(rate // _PIECES_PER_SECOND, 1)
            part = piece[offset : offset + (size if sent >= half else min(size, half - sent))]
            await anyio.sleep_until(due)
            yield part
            offset, sent = offset + len(part), sent + len(part)
            due += len(part) / rate
    await anyio.sleep_until(due)


def _rate(delivery: Delivery, second_half: bool) -> int:  # noqa: FBT001  (which half it is)
    """Bytes a second; as good as at once where nothing was asked for."""
    kbps = delivery.rate_kbps
    if second_half and delivery.then_kbps:
        kbps = delivery.then_kbps
    return (kbps or _AT_ONCE_KBPS) * 125
