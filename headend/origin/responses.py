"""Answers with bodies: HEAD, byte ranges (RFC 9110 section 14) and bodies at a chosen rate."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

IMMUTABLE = "public, max-age=31536000, immutable"
HALF_A_SEGMENT = "public, max-age=1"
FILM_MANIFEST = "public, max-age=60"
NEVER_STORED = "no-store"

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})\Z", re.ASCII)
_PIECES_PER_SECOND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Something that can be sent in part.

    Attributes:
        size: bytes of the whole.
        pieces: makes the bytes from one position to another, both included.
    """

    size: int
    pieces: Callable[[int, int], Iterator[bytes]]


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
    request: Request, body: Body, media_type: str, cache: str, *, rate_kbps: int | None = None
) -> Response:
    """The answer to GET or HEAD for `body`; with `rate_kbps` it flows that fast."""
    headers = {"Cache-Control": cache, "Accept-Ranges": "bytes"}
    try:
        asked = asked_range(request.headers.get("range"), body.size)
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
    pieces = body.pieces(first, last)
    stream = _shaped(pieces, rate_kbps) if rate_kbps else _plain(pieces)
    return StreamingResponse(stream, status, headers, media_type)


def send_bytes(request: Request, data: bytes | str, media_type: str, cache: str) -> Response:
    """The answer for a small text or file."""
    raw = data.encode() if isinstance(data, str) else data
    if request.method != "GET" or "range" in request.headers:
        return send(request, whole(raw), media_type, cache)
    return Response(raw, headers={"Cache-Control": cache}, media_type=media_type)


async def _plain(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _shaped(pieces: Iterator[bytes], rate_kbps: int) -> AsyncIterator[bytes]:
    """Evenly, `_PIECES_PER_SECOND` pieces a second, the first one at once."""
    step = max(rate_kbps * 125 // _PIECES_PER_SECOND, 1)
    due = anyio.current_time()
    for piece in pieces:
        for offset in range(0, len(piece), step):
            await anyio.sleep_until(due)
            part = piece[offset : offset + step]
            yield part
            due += len(part) / (rate_kbps * 125)
    await anyio.sleep_until(due)
