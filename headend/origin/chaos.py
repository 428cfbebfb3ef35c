"""Test aids: addresses that answer as broken servers do.

Each takes any further path, so that a player may be given the ending it expects:
`/chaos/html/master.m3u8`.
"""

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from headend.origin.responses import NEVER_STORED

_HANG_S = 3600.0


async def not_found(_request: Request) -> Response:
    """404, whatever is asked for."""
    raise HTTPException(404, "This address never finds anything.")


async def html(_request: Request) -> Response:
    """A web page where a manifest should be, as captive portals and expired accounts send it."""
    page = "<!doctype html><title>Sign in</title><h1>Please sign in to this network</h1>\n"
    return HTMLResponse(page, headers={"Cache-Control": NEVER_STORED})


async def empty(_request: Request) -> Response:
    """Success, with nothing in it."""
    return Response(
        b"", headers={"Cache-Control": NEVER_STORED}, media_type="application/vnd.apple.mpegurl"
    )


async def hang(_request: Request) -> Response:
    """Accepts and never answers (within an hour)."""
    await anyio.sleep(_HANG_S)
    return PlainTextResponse("Nobody waits this long.\n")


def chaos_routes() -> list[BaseRoute]:
    """The addresses under /chaos/ but for the truncated channels."""
    endings = {"404": not_found, "html": html, "empty": empty, "hang": hang}
    return [
        Route(f"/chaos/{name}{rest}", endpoint)
        for name, endpoint in endings.items()
        for rest in ("", "/{rest:path}")
    ]
