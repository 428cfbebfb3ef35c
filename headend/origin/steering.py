"""The steering server (RFC 8216bis section 7, ETSI TS 103 998), and lists of interstitials."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from headend.origin.context import OriginContext
from headend.origin.options import StreamOptions
from headend.origin.responses import NEVER_STORED

_CLONE = "d"


class SteeringEndpoints:
    """What tells players where to go."""

    def __init__(self, context: OriginContext) -> None:
        self._context = context

    def routes(self) -> list[BaseRoute]:
        """The routes at the root."""
        return [
            Route("/steering", self.steering),
            Route("/interstitials.json", self.interstitials),
        ]

    async def steering(self, request: Request) -> Response:
        """The steering manifest: the order that `steer` wants, the dead location last."""
        options = self._context.options(request)
        now_ms = self._context.now_ms(options)
        answer: dict[str, Any] = {
            "VERSION": 1,
            "TTL": options.ttl_s,
            "RELOAD-URI": f"/steering{options.query}",
            "PATHWAY-PRIORITY": steering_order(options, now_ms),
        }
        if options.clones:
            answer["PATHWAY-CLONES"] = [self._clone(request)]
        return JSONResponse(answer, headers={"Cache-Control": NEVER_STORED})

    def _clone(self, request: Request) -> dict[str, Any]:
        """Location a at the second port, or at the same with a mark in the query."""
        port = self._context.ports[0] if self._context.ports else request.url.port
        host = f"{request.url.hostname}:{port}" if port else str(request.url.hostname)
        replacement = {"HOST": host, "PARAMS": {"clone": _CLONE}}
        return {"BASE-ID": "a", "ID": _CLONE, "URI-REPLACEMENT": replacement}

    async def interstitials(self, request: Request) -> Response:
        """An asset list (RFC 8216bis annex D): `count` films of `length` seconds."""
        query = request.query_params
        numbers = [query.get(name, "1") for name in ("channel", "length", "count")]
        if not all(text.isdecimal() and len(text) < 4 for text in numbers):
            raise HTTPException(400, "channel, length and count are numbers.")
        channel, length, count = map(int, numbers)
        film = f"{request.base_url}channels/{channel}/vod/hls-cmaf/master.m3u8?length={length}"
        assets = [{"URI": film, "DURATION": length}] * min(count, 20)
        return JSONResponse({"ASSETS": assets}, headers={"Cache-Control": NEVER_STORED})


def steering_order(options: StreamOptions, now_ms: int) -> list[str]:
    """The locations, best first."""
    count = max(options.pathways, options.base_urls, 2)
    clones = [_CLONE] if options.clones else []
    order = list(options.steer) or [*"abc"[:count], *clones]
    if options.dead in order and options.from_ms <= now_ms < options.to_ms:
        order.remove(options.dead)
        order.append(options.dead)
    return order
