"""Endpoints of one channel: its manifests, and the endless stream."""

from email.utils import formatdate

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from headend.dash.mpd import LiveTiming, to_bytes
from headend.dash.patch import mpd_patch
from headend.dash.xlink import looping, period_document, with_remote_periods
from headend.live.window import SegmentRange
from headend.origin.blocking import held
from headend.origin.context import OriginContext, rendition_named
from headend.origin.holding import AskedClock
from headend.origin.manifests import DashRequest, dash_element
from headend.origin.media_playlists import hls_media, image_playlist
from headend.origin.moments import seen_ms, with_moment
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from headend.origin.parts import check_parts, target_ms
from headend.origin.playlists import Locations, hls_master
from headend.origin.responses import FILM_MANIFEST, HALF_A_SEGMENT, NEVER_STORED, send_bytes
from headend.origin.segments import TS, SegmentEndpoints
from headend.origin.shapes import DASH_FORMATS, HLS_FORMATS, check_in_form, form_of
from headend.origin.sources import stream_of
from headend.origin.stream import endless

M3U8, MPD = "application/vnd.apple.mpegurl", "application/dash+xml"
MPP, XML = "application/dash-patch+xml", "application/xml"
_MOST_PERIODS = 2_000
_KEY_FRAMES, _THUMBNAILS = "-iframes", "thumbnails"


class MediaEndpoints:
    """All that lies under one channel's path.

    Args:
        context: the channels and the clock.
        cut_segment: index in the loop of a segment that breaks off in its middle (a test aid).
    """

    def __init__(self, context: OriginContext, *, cut_segment: int | None = None) -> None:
        self._context = context
        self._segments = SegmentEndpoints(context, cut_segment=cut_segment)

    def routes(self, prefix: str) -> list[BaseRoute]:
        """The routes under `prefix`, which ends with the channel's number."""
        channel = f"{prefix}/{{channel:number}}"
        form = f"{channel}/{{mode}}/{{form}}"
        return [
            Route(f"{channel}/live/stream.ts", self.stream),
            Route(f"{form}/master.m3u8", self.master),
            Route(f"{form}/manifest.mpd", self.manifest),
            Route(f"{form}/patch.mpp", self.patch),
            Route(f"{form}/periods/{{period}}.xml", self.period),
            Route(f"{form}/about.json", self.about),
            Route(f"{form}/{{rendition}}.m3u8", self.playlist),
            *self._segments.routes(form),
        ]

    def _offer(
        self, request: Request, options: StreamOptions
    ) -> tuple[ChannelPackager, SegmentRange]:
        packager = self._context.packager(request, options)
        return packager, self._context.listed(request, packager, options)

    def _options(self, request: Request) -> StreamOptions:
        options = self._context.options(request)
        return with_moment(options, self._context.now_ms(options))

    async def master(self, request: Request) -> Response:
        """The HLS multivariant playlist."""
        form, options = form_of(request, HLS_FORMATS), self._options(request)
        check_parts(options, request.path_params["mode"], form)
        if answer := await self._context.trouble(request, options, "playlist"):
            return answer
        packager, segments = self._offer(request, options)
        folders = self._context.folders(request, options.pathways)
        text = hls_master(packager, form, options, Locations(folders))
        return send_bytes(request, text, M3U8, _caching(segments, options))

    async def playlist(self, request: Request) -> Response:
        """An HLS media playlist; of key frames and of thumbnails too."""
        form, options = form_of(request, HLS_FORMATS), self._context.options(request)
        check_parts(options, request.path_params["mode"], form)
        if answer := await self._context.trouble(request, options, "playlist"):
            return answer
        name = request.path_params["rendition"]
        if options.parts_ms and name != _THUMBNAILS:
            options = await self._held(request, options, name)
        packager, segments = self._offer(request, options)
        if not segments.numbers:
            raise HTTPException(404, "Nothing has been broadcast yet at that time.")
        if name == _THUMBNAILS:
            text = image_playlist(segments, packager.asset.duration_s, options)
        else:
            text = self._of_rendition(request, packager, form, segments, options, name)
        return send_bytes(request, text, M3U8, _caching(segments, options))

    async def _held(self, request: Request, options: StreamOptions, name: str) -> StreamOptions:
        """The options for the moment at which a blocking reload is answered."""
        clock = AskedClock(self._context.clock, options)
        packager, segments = self._offer(request, options)
        rendition = rendition_named(packager, name)
        stream = stream_of(packager, options, live=True, ads=self._context.neighbour(packager))
        target = target_ms(packager, options)
        await held(request, clock, stream, rendition, segments, target)
        return options.at(clock.now_ms() - options.skew_s * 1000)

    def _of_rendition(
        self,
        request: Request,
        packager: ChannelPackager,
        form: str,
        segments: SegmentRange,
        options: StreamOptions,
        name: str,
    ) -> str:
        rendition = rendition_named(packager, name.removesuffix(_KEY_FRAMES))
        check_in_form(rendition, form)
        key_frames = name.endswith(_KEY_FRAMES)
        if key_frames and rendition.kind != "video":
            raise HTTPException(404, f"{rendition.id} has no key frames; video has.")
        return hls_media(
            packager,
            form,
            rendition,
            segments,
            options,
            ads=self._context.neighbour(packager),
            key_frames=key_frames,
            skip=request.query_params.get("_HLS_skip") in {"YES", "v2"},
            shown_ms=seen_ms(options, self._context.now_ms(options)),
        )

    async def manifest(self, request: Request) -> Response:
        """The DASH manifest."""
        options = self._options(request)
        if answer := await self._context.trouble(request, options, "manifest"):
            return answer
        asked = self._asked(request, options)
        root = dash_element(asked)
        if options.xlink:
            folder = str(request.url.replace(query="")).rpartition("/")[0] + "/"
            with_remote_periods(root, options.query, how=options.xlink, folder=folder)
        answer = send_bytes(request, to_bytes(root), MPD, _caching(asked.segments, options))
        return self._dated(answer, options)

    def _asked(self, request: Request, options: StreamOptions) -> DashRequest:
        form = form_of(request, DASH_FORMATS)
        check_parts(options, request.path_params["mode"], form)
        packager, segments = self._offer(request, options)
        _check_periods(options, segments)
        chunk_ms = target_ms(packager, options)
        live = LiveTiming(
            now_ms=seen_ms(options, self._context.now_ms(options)),
            window_s=options.window_s,
            time_url=f"{request.base_url}time",
            time_query=options.query,
            timing=options.timing,
            by_events=options.expire,
            chunk_ms=chunk_ms,
        )
        return DashRequest(
            packager=packager,
            form=form,
            segments=segments,
            options=options,
            live=live if segments.live and not segments.ended else None,
            other=self._other(packager, options),
            folders=self._context.folders(request, options.base_urls)
            if options.base_urls > 1
            else (),
            chunk_ms=chunk_ms,
        )

    def _other(self, packager: ChannelPackager, options: StreamOptions) -> ChannelPackager | None:
        """The channel of bumpers and advertisements, where any were asked for."""
        if not (options.bumper or options.ads or options.breaks_s):
            return None
        return self._context.neighbour_in(packager, options)

    def _dated(self, answer: Response, options: StreamOptions) -> Response:
        """A server whose clock is wrong says so in all that it says."""
        if options.skew_s:
            now_s = self._context.now_ms(options) // 1000
            answer.headers["Date"] = formatdate(now_s, usegmt=True)
        return answer

    async def patch(self, request: Request) -> Response:
        """What has changed since the MPD that was published at `since`."""
        options = self._options(request)
        since = request.query_params.get("since", "")
        if not since.isdecimal() or len(since) > 15:
            raise HTTPException(400, "A patch is asked for with since=, in milliseconds.")
        new = self._asked(request, options)
        old_options = _at(options, self._context, int(since))
        if new.live is None or old_options is None:
            raise HTTPException(410, "That manifest is too old or not there yet.")
        old = self._asked(request, old_options)
        root = mpd_patch(dash_element(old), dash_element(new))
        return self._dated(send_bytes(request, to_bytes(root), MPP, HALF_A_SEGMENT), options)

    async def period(self, request: Request) -> Response:
        """One period of the MPD by itself, for xlink."""
        options, name = self._options(request), request.path_params["period"]
        if name == "loop":
            loop = to_bytes(looping(str(request.url)), declared=False)
            return send_bytes(request, loop, XML, HALF_A_SEGMENT)
        found = period_document(dash_element(self._asked(request, options)), name)
        if found is None:
            raise HTTPException(404, f"There is no period {name} now.")
        return send_bytes(request, to_bytes(found, declared=False), XML, HALF_A_SEGMENT)

    async def about(self, request: Request) -> Response:
        """What EXT-X-SESSION-DATA points at."""
        packager = self._context.packager(request, self._context.options(request))
        about = {"channel": packager.asset.number, "name": packager.asset.name}
        return JSONResponse(about, headers={"Cache-Control": FILM_MANIFEST})

    async def stream(self, request: Request) -> Response:
        """The endless transport stream of one rung: `?rung=v480`; of a radio, of its audio."""
        options = self._context.options(request)
        check_parts(options, "live", "stream.ts")
        packager = self._context.packager(request, options)
        rungs = [row.id for row in packager.videos(transport=True)]
        if not rungs and packager.default_audio:
            rungs = [packager.default_audio.id]
        if not rungs:
            raise HTTPException(404, "Nothing of that channel fits into a transport stream.")
        rung = request.query_params.get("rung", rungs[min(2, len(rungs) - 1)])
        if rung not in rungs:
            raise HTTPException(404, f"There is no rung {rung}; there are {', '.join(rungs)}.")
        headers = {"Cache-Control": NEVER_STORED}
        if request.method == "HEAD":
            return StreamingResponse(iter(()), headers=headers, media_type=TS)  # no length
        muxer = packager.muxer(rung, titles=options.id3)
        body = endless(muxer, self._context.clock, packager.asset.segment_s)
        return StreamingResponse(body, headers=headers, media_type=TS)


def truncated(context: OriginContext) -> MediaEndpoints:
    """The same channels with the third segment of each loop cut in its middle."""
    return MediaEndpoints(context, cut_segment=2)


def _check_periods(options: StreamOptions, segments: SegmentRange) -> None:
    """Refuses what would keep all others waiting while it is written."""
    shortest = len(segments.numbers) * segments.segment_s / _MOST_PERIODS
    if 0 < (options.period_s or options.breaks_s) < shortest:
        sentence = f"That would be more than {_MOST_PERIODS} periods; make them longer."
        raise HTTPException(400, sentence)


def _caching(segments: SegmentRange, options: StreamOptions) -> str:
    if options.parts_ms and segments.live:
        return NEVER_STORED  # half a segment is longer than a part
    return HALF_A_SEGMENT if segments.live else FILM_MANIFEST


def _at(options: StreamOptions, context: OriginContext, since_ms: int) -> StreamOptions | None:
    """The options as they were at an earlier moment; None for one too far off."""
    now_ms = context.now_ms(options)
    if not now_ms - options.window_s * 1000 <= since_ms <= now_ms:
        return None
    return options.at(since_ms - options.skew_s * 1000)
