"""Keeps what players say about themselves (CTA-5004), for tests to read."""

import json
from collections import deque
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headend.origin.responses import NEVER_STORED

_HEADERS = ("cmcd-request", "cmcd-object", "cmcd-status", "cmcd-session")
_LONGEST = 65_536
_MANIFESTS = (".m3u8", ".mpd")

ASKS = "Farol-CMCD"
"""Header by which Farol's player is asked for reports of that version, as request headers."""


class CmcdLog:
    """The last `kept` reports, in the order in which they came; none where nobody may read."""

    def __init__(self, *, kept: int) -> None:
        self._reports: deque[dict[str, str]] = deque(maxlen=kept)

    def note(self, scope: Scope) -> None:
        """Keeps what a request carries, if anything: path, mode and the text as it came."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if "CMCD" in query:
            self.add(scope["path"], "query", query["CMCD"][-1])
        headers = Headers(scope=scope)
        said = [headers[name] for name in _HEADERS if name in headers]
        if said:
            self.add(scope["path"], "header", ",".join(said))

    def add(self, path: str, mode: str, text: str) -> None:
        """Keeps one report."""
        self._reports.append({"path": path, "mode": mode, "cmcd": text})

    def routes(self, *, test_mode: bool) -> list[BaseRoute]:
        """Where event reports are posted, and where tests read all."""
        read = [Route("/test/cmcd", self._read)] if test_mode else []
        return [Route("/cmcd", self._post, methods=["POST"]), *read]

    async def _read(self, request: Request) -> Response:
        """All that is kept; `?clear=1` forgets it afterwards."""
        found = list(self._reports)
        if request.query_params.get("clear") == "1":
            self._reports.clear()
        return Response(json.dumps(found), media_type="application/json")

    async def _post(self, request: Request) -> Response:
        """Event reports of version 2: one a line."""
        body = await _beginning(request)
        for line in body.decode("utf-8", "replace").splitlines():
            if line:
                self.add("/cmcd", "event", line)
        return JSONResponse({}, headers={"Cache-Control": NEVER_STORED})


async def _beginning(request: Request) -> bytes:
    """As much of a body as anybody reports; the rest is let go as it comes."""
    kept = b""
    async for piece in request.stream():
        kept = (kept + piece)[:_LONGEST]
    return kept


class CmcdListener:
    """Passes calls on, tells the log of them, and asks for reports with each manifest."""

    def __init__(self, app: ASGIApp, log: CmcdLog) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] == "http":
            self._log.note(scope)
        asking = _asking(send) if scope.get("path", "").endswith(_MANIFESTS) else send
        await self._app(scope, receive, asking)


def _asking(send: Send) -> Send:
    async def send_asking(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)[ASKS] = "v=1"
        await send(message)

    return send_asking
