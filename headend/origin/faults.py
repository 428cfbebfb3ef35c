"""Servers that fail: statuses, late first bytes, redirects, locations that die and come back.

All but `times` is a function of the request and the moment. `times` counts requests, so that a
second or third try of the same address finds what the first did not.
"""

from collections import OrderedDict
from typing import Literal

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from headend.live.splice import is_nth
from headend.origin.options import StreamOptions
from headend.origin.responses import NEVER_STORED, Delivery

Kind = Literal["video", "audio", "text", "init", "playlist", "manifest"]
_ADDRESSES_KEPT = 10_000
_DEAD = 503
_COLLAPSED_KBPS = 32


class Faults:
    """What goes wrong before a body is sent; one for the whole origin."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, int] = OrderedDict()

    async def before(
        self,
        request: Request,
        options: StreamOptions,
        kind: Kind,
        now_ms: int,
        place: int | None = None,
    ) -> Response | None:
        """The answer instead of the right one, or None; may take its time."""
        if options.hop < options.redirect:
            return RedirectResponse(
                _next_hop(request, options), 302, {"Cache-Control": "no-store"}
            )
        if not _in_time(options, now_ms):
            return None
        location = request.path_params.get("location", "")
        if options.dead and location == options.dead:
            return _failure(options, options.status or _DEAD)
        if kind not in options.on or not is_hit(options, place, now_ms):
            return None
        if options.slow_start_ms:
            await anyio.sleep(options.slow_start_ms / 1000)
        if options.status and not options.dead and self._still_fails(request, options):
            return _failure(options, options.status)
        return None

    def _still_fails(self, request: Request, options: StreamOptions) -> bool:
        """Whether this address has not failed often enough yet; always without `times`."""
        if not options.times:
            return True
        address = str(request.url)
        count = self._failed.pop(address, 0)
        self._failed[address] = count + 1
        if len(self._failed) > _ADDRESSES_KEPT:
            self._failed.popitem(last=False)
        return count < options.times


def is_hit(options: StreamOptions, place: int | None, now_ms: int) -> bool:
    """Whether the moment is one of trouble, and the place one that has it."""
    return _in_time(options, now_ms) and (place is None or is_nth(place, options.every))


def _in_time(options: StreamOptions, now_ms: int) -> bool:
    return options.from_ms <= now_ms < options.to_ms


def _next_hop(request: Request, options: StreamOptions) -> str:
    return str(request.url.include_query_params(hop=options.hop + 1))


def _failure(options: StreamOptions, status: int) -> Response:
    headers = {"Cache-Control": NEVER_STORED}
    if options.retry_after_s is not None:
        headers["Retry-After"] = str(options.retry_after_s)
    return PlainTextResponse("Failing as asked for.\n", status, headers)


def delivery(options: StreamOptions, place: int | None, now_ms: int) -> Delivery:
    """How the body of a segment, or of a file where `place` is None, goes out."""
    trouble: Literal["", "stall", "cut"] = ""
    rate, then = options.rate_kbps, None
    if _in_time(options, now_ms) and options.slow_kbps:
        rate = options.slow_kbps
    if place is not None and _in_time(options, now_ms):
        if is_nth(place, options.collapse):
            then = _COLLAPSED_KBPS
        if is_nth(place, options.stall):
            trouble = "stall"
        elif is_nth(place, options.cut):
            trouble = "cut"
    return Delivery(rate_kbps=rate, then_kbps=then, trouble=trouble, ranges=options.ranges)
