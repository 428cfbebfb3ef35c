"""Endpoints of one channel: manifests, segments, files, the endless stream."""

import re
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from headend.asset.model import Rendition
from headend.dash.mpd import LiveTiming
from headend.live.window import SegmentRange
from headend.origin.context import OriginContext, is_lost, rendition_named
from headend.origin.manifests import DASH_FORMATS, dash_manifest
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.playlists import HLS_FORMATS, hls_master, hls_media
from headend.origin.responses import (
    FILM_MANIFEST,
    HALF_A_SEGMENT,
    IMMUTABLE,
    NEVER_STORED,
    Body,
    send,
    send_bytes,
    whole,
)
from headend.origin.stream import endless

M3U8, MPD, TS = "application/vnd.apple.mpegurl", "application/dash+xml", "video/mp2t"
_SEGMENT = re.compile(r"(t?)(\d{1,18})\.(ts|m4s|vtt)\Z", re.ASCII)
# What the segments of video and audio are called, and those of text; ranges have none.
_EXTENSIONS = {
    "hls-ts": ("ts", "vtt"),
    "hls-cmaf": ("m4s", "vtt"),
    "hls-range": ("", "vtt"),
    "dash": ("m4s", "m4s"),
}
_RANGED = ("hls-range", "dash-range")


class MediaEndpoints:
    """All that lies under one channel's path.

    Args:
        context: the channels and the clock.
        cut_segment: index in the loop of a segment that breaks off in its middle (a test aid).
    """

    def __init__(self, context: OriginContext, *, cut_segment: int | None = None) -> None:
        self._context = context
        self._cut = cut_segment

    def routes(self, prefix: str) -> list[BaseRoute]:
        """The routes under `prefix`, which ends with the channel's number."""
        channel = f"{prefix}/{{channel:int}}"
        form = f"{channel}/{{mode}}/{{form}}"
        return [
            Route(f"{channel}/live/stream.ts", self.stream),
            Route(f"{form}/master.m3u8", self.master),
            Route(f"{form}/manifest.mpd", self.manifest),
            Route(f"{form}/{{rendition}}.m3u8", self.playlist),
            Route(f"{form}/{{rendition}}.mp4", self.file),
            Route(f"{form}/{{rendition}}/init.mp4", self.init),
            Route(f"{form}/{{rendition}}/{{segment}}", self.segment),
        ]

    def _form(self, request: Request, known: tuple[str, ...]) -> str:
        """The packaging that the path names, if it exists for this mode."""
        form, mode = request.path_params["form"], request.path_params["mode"]
        if mode not in {"live", "vod"} or form not in known:
            raise HTTPException(404, f"There is no {mode}/{form} here.")
        if mode == "live" and form in _RANGED:
            raise HTTPException(404, "One file with an index is for films: use vod.")
        return str(form)

    def _offer(self, request: Request) -> tuple[ChannelPackager, SegmentRange, StreamOptions]:
        packager = self._context.packager(request)
        options = self._context.options(request)
        return packager, self._context.segments(request, packager, options), options

    async def master(self, request: Request) -> Response:
        """The HLS multivariant playlist."""
        form = self._form(request, HLS_FORMATS)
        packager, segments, options = self._offer(request)
        return send_bytes(request, hls_master(packager, form, options), M3U8, _caching(segments))

    async def playlist(self, request: Request) -> Response:
        """An HLS media playlist."""
        form = self._form(request, HLS_FORMATS)
        packager, segments, options = self._offer(request)
        rendition = rendition_named(packager, request.path_params["rendition"])
        if not segments.numbers:
            raise HTTPException(404, "Nothing has been broadcast yet at that time.")
        text = hls_media(packager, form, rendition, segments, options)
        return send_bytes(request, text, M3U8, _caching(segments))

    async def manifest(self, request: Request) -> Response:
        """The DASH manifest."""
        form = self._form(request, DASH_FORMATS)
        packager, segments, options = self._offer(request)
        live = LiveTiming(
            now_ms=self._context.now_ms(options),
            window_s=options.window_s,
            time_url=f"{request.base_url}time{options.query}",
        )
        mpd = dash_manifest(packager, form, segments, options, live if segments.live else None)
        return send_bytes(request, mpd, MPD, _caching(segments))

    async def init(self, request: Request) -> Response:
        """An initialisation segment."""
        self._form(request, ("hls-cmaf", "hls-range", "dash"))
        packager = self._context.packager(request)
        rendition = rendition_named(packager, request.path_params["rendition"])
        return send_bytes(request, packager.init(rendition.id), _mp4_type(rendition), IMMUTABLE)

    async def segment(self, request: Request) -> Response:
        """A media segment; one of the future or long gone is not found."""
        form = self._form(request, tuple(_EXTENSIONS))
        packager, segments, options = self._offer(request)
        rendition = rendition_named(packager, request.path_params["rendition"])
        number, extension = self._number(request, packager, rendition)
        _check_extension(form, extension, rendition)
        if not segments.serves(number) or is_lost(rendition, number, options.loss_percent):
            raise HTTPException(404, _why_not(segments, number), {"Cache-Control": HALF_A_SEGMENT})
        data = _make(packager, rendition, form, extension)(number)
        if number % packager.segments_per_loop == self._cut:
            data = data[: len(data) // 2]
        kind = _segment_type(extension, rendition)
        return send(request, whole(data), kind, IMMUTABLE, rate_kbps=options.rate_kbps)

    def _number(
        self, request: Request, packager: ChannelPackager, rendition: Rendition
    ) -> tuple[int, str]:
        match = _SEGMENT.match(request.path_params["segment"])
        if match is None:
            raise HTTPException(404, "Segments are named by their number: 123.m4s, 123.ts.")
        by_time, digits, extension = match.groups()
        number: int | None = int(digits)
        if by_time:
            number = packager.timelines[rendition.id].number_at(int(digits))
        if number is None:
            raise HTTPException(404, "No segment starts at that time.")
        return number, extension

    async def file(self, request: Request) -> Response:
        """A whole film in one file, made as it is read."""
        self._form(request, _RANGED)
        packager, segments, options = self._offer(request)
        rendition = rendition_named(packager, request.path_params["rendition"])
        film = packager.indexed_file(rendition.id, segments)
        body = Body(
            size=film.size,
            pieces=lambda first, last: film.pieces(
                first, last, lambda number: packager.cmaf(rendition.id, number)
            ),
        )
        kind = _mp4_type(rendition)
        return send(request, body, kind, IMMUTABLE, rate_kbps=options.rate_kbps)

    async def stream(self, request: Request) -> Response:
        """The endless transport stream of one rung: `?rung=v480`."""
        packager = self._context.packager(request)
        rungs = [rendition.id for rendition in packager.renditions("video")]
        rung = request.query_params.get("rung", rungs[min(2, len(rungs) - 1)])
        if rung not in rungs:
            raise HTTPException(404, f"There is no rung {rung}; there are {', '.join(rungs)}.")
        headers = {"Cache-Control": NEVER_STORED}
        if request.method == "HEAD":
            return StreamingResponse(iter(()), headers=headers, media_type=TS)  # no length
        muxer = packager.muxer(rung)
        body = endless(muxer, self._context.clock, packager.asset.segment_s)
        return StreamingResponse(body, headers=headers, media_type=TS)


def truncated(context: OriginContext) -> MediaEndpoints:
    """The same channels with the third segment of each loop cut in its middle."""
    return MediaEndpoints(context, cut_segment=2)


def _caching(segments: SegmentRange) -> str:
    return HALF_A_SEGMENT if segments.live else FILM_MANIFEST


def _mp4_type(rendition: Rendition) -> str:
    return "application/mp4" if rendition.kind == "text" else f"{rendition.kind}/mp4"


def _segment_type(extension: str, rendition: Rendition) -> str:
    return {"ts": TS, "vtt": "text/vtt"}.get(extension) or _mp4_type(rendition)


def _check_extension(form: str, extension: str, rendition: Rendition) -> None:
    media, text = _EXTENSIONS[form]
    if extension != (text if rendition.kind == "text" else media):
        raise HTTPException(404, f"{rendition.id} does not come as .{extension} in {form}.")


def _why_not(segments: SegmentRange, number: int) -> str:
    if number >= segments.end:
        return f"Segment {number} is not there yet; the last one is {segments.end - 1}."
    if number < segments.oldest:
        return f"Segment {number} is gone; the oldest one is {segments.oldest}."
    return f"Segment {number} is lost, as asked for."


def _make(
    packager: ChannelPackager, rendition: Rendition, form: str, extension: str
) -> Callable[[int], bytes]:
    if extension == "ts":
        return lambda number: packager.ts(rendition.id, number)
    if extension == "vtt":
        transport = form == "hls-ts"
        return lambda number: packager.webvtt(rendition.id, number, transport=transport)
    return lambda number: packager.cmaf(rendition.id, number)
