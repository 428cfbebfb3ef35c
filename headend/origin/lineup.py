"""Endpoints that are not media: home page, line-up, guide, logos, time, health."""

from email.utils import formatdate

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from headend.clock import iso_utc
from headend.lineup.channel import logo_svg
from headend.lineup.guide import guide_xml
from headend.lineup.m3u import FORMATS, lineup_m3u
from headend.origin.context import OriginContext
from headend.origin.home import home_page
from headend.origin.responses import NEVER_STORED, send_bytes

_AN_HOUR = "public, max-age=3600"
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_A_MINUTE = "public, max-age=60"


class LineupEndpoints:
    """What tells a player which channels there are and what is on."""

    def __init__(self, context: OriginContext) -> None:
        self._context = context

    def routes(self) -> list[BaseRoute]:
        """The routes at the root."""
        return [
            Route("/", self.home),
            Route("/lineup.m3u", self.lineup),
            Route("/guide.xml", self.guide),
            Route("/logo/{channel:number}.svg", self.logo),
            Route("/time", self.time),
            Route("/time/{form}", self.time),
            Route("/health", self.health),
        ]

    def _now_ms(self, request: Request) -> int:
        return self._context.now_ms(self._context.options(request))

    async def home(self, request: Request) -> Response:
        """The page for people."""
        channels = list(self._context.channels.values())
        page = home_page(channels, base=str(request.base_url), now_ms=self._now_ms(request))
        return send_bytes(request, page, "text/html; charset=utf-8", NEVER_STORED)

    async def lineup(self, request: Request) -> Response:
        """The M3U list; `?format=` picks how the channels are packaged."""
        form = request.query_params.get("format", "mixed")
        if form not in FORMATS:
            raise HTTPException(400, f"The formats are {', '.join(FORMATS)}.")
        channels = list(self._context.channels.values())
        text = lineup_m3u(channels, base=str(request.base_url), stream_format=form)
        return send_bytes(request, text, "audio/x-mpegurl; charset=utf-8", _A_MINUTE)

    async def guide(self, request: Request) -> Response:
        """The XMLTV guide."""
        channels = list(self._context.channels.values())
        xml = guide_xml(channels, base=str(request.base_url), now_ms=self._now_ms(request))
        return send_bytes(request, xml, "application/xml; charset=utf-8", _A_MINUTE)

    async def logo(self, request: Request) -> Response:
        """A channel's tile."""
        channel = self._context.channels.get(request.path_params["channel"])
        if channel is None:
            raise HTTPException(404, "There is no such channel.")
        return send_bytes(request, logo_svg(channel), "image/svg+xml", _AN_HOUR)

    async def time(self, request: Request) -> Response:
        """UTC for UTCTiming: in ISO form, as xs:dateTime with its zone, or as NTP's 64 bits.

        The header Date says the same to the second, for those who only ask for the head.
        """
        now_ms, form = self._now_ms(request), request.path_params.get("form")
        data: str | bytes = iso_utc(now_ms)
        if form == "xsdate":
            data = iso_utc(now_ms).replace("Z", "+00:00")
        elif form == "ntp":
            seconds, rest = divmod(now_ms, 1000)
            stamp = (seconds + _NTP_EPOCH) % (1 << 32) << 32 | (rest << 32) // 1000
            data = stamp.to_bytes(8, "big")
        answer = send_bytes(request, data, "text/plain; charset=utf-8", NEVER_STORED)
        answer.headers["Date"] = formatdate(now_ms // 1000, usegmt=True)
        return answer

    async def health(self, request: Request) -> Response:
        """What a balancer asks."""
        del request
        return JSONResponse(
            {"status": "ok", "role": "origin", "channels": len(self._context.channels)},
            headers={"Cache-Control": NEVER_STORED},
        )
