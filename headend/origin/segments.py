"""Endpoints of one channel's media: initialisation, segments, whole files, thumbnails."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from headend.asset.model import Rendition
from headend.hls.aes import KEYS, encrypt, key_of
from headend.live.window import SegmentRange
from headend.origin.context import OriginContext, is_lost, rendition_named
from headend.origin.events import segment_events
from headend.origin.faults import delivery
from headend.origin.making import Asked, PartAnswers
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.parts import has_parts
from headend.origin.responses import HALF_A_SEGMENT, IMMUTABLE, Body, send, send_bytes, whole
from headend.origin.shapes import IN_WEBM, RANGED_FORMATS, check_in_form, check_suffix, form_of
from headend.origin.sources import Source, stream_of
from headend.origin.thumbnails import thumbnail_sheet
from headend.ts.packed import TYPES

TS = "video/mp2t"
_SEGMENT = re.compile(
    r"(t?)(\d{1,18})(?:\.(\d{1,3}))?\.(ts|m4s|vtt|webm|aac|mp3|ac3|ec3)\Z", re.ASCII
)
_SEGMENTED = ("hls-ts", "hls-cmaf", "hls-range", "dash")  # subtitles, in `hls-range`
_ENCRYPTED = ("hls-ts", "hls-cmaf")
_WITH_INIT = ("hls-cmaf", "hls-range", "dash")


class SegmentEndpoints:
    """What manifests point at."""

    def __init__(self, context: OriginContext, *, cut_segment: int | None = None) -> None:
        self._context = context
        self._cut = cut_segment
        self._parts = PartAnswers(context)

    def routes(self, form: str) -> list[BaseRoute]:
        """The routes under `form`, the path of a channel in one mode and packaging."""
        return [
            Route(f"{form}/thumbnails/{{origin:number}}-{{sheet:number}}.jpg", self.thumbnails),
            Route(f"{form}/{{rendition}}.mp4", self.file),
            Route(f"{form}/{{rendition}}/init.mp4", self.init),
            Route(f"{form}/{{rendition}}/init.webm", self.webm_init),
            Route(f"{form}/{{rendition}}/init-{{place:number}}.mp4", self.init),
            Route(f"{form}/{{key}}.key", self.key),
            Route(f"{form}/{{rendition}}/{{segment}}", self.segment),
        ]

    async def init(self, request: Request) -> Response:
        """An initialisation segment; `init-N` is that of the media which stands at place N."""
        form = form_of(request, _WITH_INIT)
        options = self._context.options(request)
        if answer := await self._context.trouble(request, options, "init"):
            return answer
        packager = self._context.packager(request, options)
        rendition = rendition_named(packager, request.path_params["rendition"])
        check_in_form(rendition, form)
        source = self._source(request, packager, rendition, options)
        data = source.packager.init(source.rendition.id, primed=options.priming)
        if _is_encrypted(request, options):
            data = encrypt(data, "init")
        return send_bytes(request, data, _mp4_type(rendition), IMMUTABLE)

    def _source(
        self,
        request: Request,
        packager: ChannelPackager,
        rendition: Rendition,
        options: StreamOptions,
        place: int | None = None,
    ) -> Source:
        """What stands at a place; only HLS streams have joints, DASH has periods for them."""
        place = request.path_params.get("place", 0) if place is None else place
        if request.path_params["form"] not in {"hls-ts", "hls-cmaf"} or (
            "segment" not in request.path_params and "place" not in request.path_params
        ):
            return Source(
                packager=packager, rendition=rendition, number=place, shift_s=0, ad=False
            )
        ads = self._context.neighbour(packager)
        live = self._context.is_live(request)
        return stream_of(packager, options, live=live, ads=ads).source(rendition, place)

    async def key(self, request: Request) -> Response:
        """A key of HLS's AES-128, for whoever asks: it is a test aid."""
        form_of(request, _ENCRYPTED)
        name = request.path_params["key"]
        if name not in KEYS:
            raise HTTPException(404, f"There is no key {name}; there are {', '.join(KEYS)}.")
        return send_bytes(request, key_of(name), "application/octet-stream", IMMUTABLE)

    async def webm_init(self, request: Request) -> Response:
        """The head of a WebM stream."""
        form_of(request, ("dash",))
        options = self._context.options(request)
        if answer := await self._context.trouble(request, options, "init"):
            return answer
        packager = self._context.packager(request, options)
        rendition = rendition_named(packager, request.path_params["rendition"])
        if rendition.codec not in IN_WEBM:
            raise HTTPException(404, f"{rendition.id} does not come in WebM.")
        data = packager.webm_init(rendition.id)
        return send_bytes(request, data, f"{rendition.kind}/webm", IMMUTABLE)

    async def segment(self, request: Request) -> Response:
        """A media segment, or a part of one; one of the future or long gone is not found."""
        form = form_of(request, _SEGMENTED)
        options = self._context.options(request)
        packager = self._context.packager(request, options)
        rendition = rendition_named(packager, request.path_params["rendition"])
        place, index, extension = _place(request, packager, rendition)
        check_in_form(rendition, form)
        check_suffix(form, extension, rendition, options)
        in_parts = extension == "m4s" and has_parts(
            options, request.path_params["mode"], form, rendition
        )
        if index is not None and not in_parts:
            raise HTTPException(404, f"{rendition.id} has no parts there; live/hls-cmaf has.")
        if answer := await self._context.trouble(request, options, rendition.kind, place):
            return answer
        kind = _segment_type(extension, rendition)
        if in_parts:
            asked = Asked(
                packager=packager,
                rendition=rendition,
                options=options,
                form=form,
                place=place,
                index=index,
            )
            return await self._parts.answer(request, asked, kind)
        self._check_there(request, packager, rendition, options, place)
        source = self._source(request, packager, rendition, options, place)
        spoilt = self._context.damaged(source.packager, options, place)
        source = replace(source, packager=spoilt)
        data = self._made(request, source, rendition, options, place, extension)
        if place % packager.segments_per_loop == self._cut:
            data = data[: len(data) // 2]
        if _is_encrypted(request, options):
            data = encrypt(data, "segments")
        how = delivery(options, place, self._context.now_ms(options))
        return send(request, whole(data), kind, IMMUTABLE, how)

    def _check_there(
        self,
        request: Request,
        packager: ChannelPackager,
        rendition: Rendition,
        options: StreamOptions,
        place: int,
    ) -> None:
        offered = self._context.served(request, packager, options)
        missing = stream_of(packager, options, live=offered.live).is_missing(place)
        lost = missing or is_lost(rendition, place, options.loss_percent)
        if not offered.serves(place) or lost:
            raise HTTPException(404, _why_not(offered, place), {"Cache-Control": HALF_A_SEGMENT})

    def _made(
        self,
        request: Request,
        source: Source,
        rendition: Rendition,
        options: StreamOptions,
        place: int,
        extension: str,
    ) -> bytes:
        data = _maker(request.path_params["form"], source, options, extension)()
        if extension != "m4s":
            return data
        segment_s = source.packager.asset.segment_s
        return segment_events(data, rendition, options, place, segment_s, source.shift_s)

    async def file(self, request: Request) -> Response:
        """A whole film in one file, made as it is read."""
        form = form_of(request, RANGED_FORMATS)
        options = self._context.options(request)
        packager = self._context.packager(request, options)
        rendition = rendition_named(packager, request.path_params["rendition"])
        check_in_form(rendition, form)
        if answer := await self._context.trouble(request, options, rendition.kind):
            return answer
        segments = self._context.served(request, packager, options)
        film = packager.indexed_file(rendition.id, segments, levels=options.sidx)

        def segment(number: int) -> bytes:
            spoilt = self._context.damaged(packager, options, number)
            return spoilt.cmaf(rendition.id, number)

        body = Body(size=film.size, pieces=lambda first, last: film.pieces(first, last, segment))
        how = delivery(options, None, self._context.now_ms(options))
        return send(request, body, _mp4_type(rendition), IMMUTABLE, how)

    async def thumbnails(self, request: Request) -> Response:
        """Sheet N of 4 by 3 pictures, counted from a second of the presentation's timeline."""
        options = self._context.options(request)
        packager = self._context.packager(request, options)
        begin_s = (
            request.path_params["origin"]
            + request.path_params["sheet"] * packager.asset.duration_s
        )
        sheet = self._context.cache.get(
            (packager.asset.number, "thumbnails", begin_s % packager.asset.duration_s),
            lambda: thumbnail_sheet(packager, begin_s),
        )
        return send_bytes(request, sheet, "image/jpeg", IMMUTABLE)


def _place(
    request: Request, packager: ChannelPackager, rendition: Rendition
) -> tuple[int, int | None, str]:
    """Number of the segment, index of the part or None, and how the name ends."""
    match = _SEGMENT.match(request.path_params["segment"])
    if match is None:
        raise HTTPException(404, "Segments are named by their number: 123.m4s, 123.ts.")
    by_time, digits, index, extension = match.groups()
    number: int | None = int(digits)
    if by_time:
        timeline = packager.timelines[rendition.id]
        number = (
            int(digits) // timeline.segment_ticks
            if rendition.kind == "text"
            else timeline.number_at(int(digits))
        )
    if number is None:
        raise HTTPException(404, "No segment starts at that time.")
    return number, None if index is None else int(index), extension


def _is_encrypted(request: Request, options: StreamOptions) -> bool:
    return options.aes and request.path_params["form"] in _ENCRYPTED


def _maker(
    form: str, source: Source, options: StreamOptions, extension: str
) -> Callable[[], bytes]:
    packager, name, number = source.packager, source.rendition.id, source.number
    shift = source.shift_s
    title = f"{packager.asset.name} {number:012}" if options.id3 else ""
    makers: Mapping[str, Callable[[], bytes]] = {
        "ts": lambda: packager.ts(
            name, number, shift_s=shift, muxed=options.muxed, titles=options.id3
        ),
        "vtt": lambda: packager.webvtt(name, number, transport=form == "hls-ts", shift_s=shift),
        "webm": lambda: packager.webm(name, number),
        "m4s": lambda: packager.cmaf(name, number, shift_s=shift, primed=options.priming),
    }
    packed = lambda: packager.packed(name, number, shift_s=shift, title=title)  # noqa: E731
    return makers.get(extension, packed)


def _mp4_type(rendition: Rendition) -> str:
    return "application/mp4" if rendition.kind == "text" else f"{rendition.kind}/mp4"


def _segment_type(extension: str, rendition: Rendition) -> str:
    if extension == "webm":
        return f"{rendition.kind}/webm"
    known = {"ts": TS, "vtt": "text/vtt", **TYPES}
    return known.get(extension) or _mp4_type(rendition)


def _why_not(segments: SegmentRange, number: int) -> str:
    if number >= segments.end:
        return f"Segment {number} is not there yet; the last one is {segments.end - 1}."
    if number < segments.oldest:
        return f"Segment {number} is gone; the oldest one is {segments.oldest}."
    return f"Segment {number} is lost, as asked for."
