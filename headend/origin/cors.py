"""Every page may read everything: `Access-Control-Allow-Origin: *` on each answer.

Starlette's own middleware adds the header only where the request names an origin, which poisons
shared caches with answers that lack it.
"""

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*, Range",
    "Access-Control-Max-Age": "86400",
}
_EXPOSED = "Content-Length, Content-Range, Date, Server-Timing, CMSD-Static, CMSD-Dynamic"


class OpenToAll:
    """Adds the CORS headers and answers preflights itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = _EXPOSED
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send_open)
            return
        await self._app(scope, receive, send_open)
