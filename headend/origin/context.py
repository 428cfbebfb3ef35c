"""What the origin's endpoints share, and how they read a request."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from headend.asset.model import Rendition
from headend.clock import Clock
from headend.lineup.channel import Channel
from headend.live.window import LiveSettings, SegmentRange, on_demand, window
from headend.origin.options import BadOptionError, StreamOptions, stream_options
from headend.origin.packager import ChannelPackager


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginContext:
    """The channels by number, the clock, and whether tests may set the time."""

    packagers: Mapping[int, ChannelPackager]
    channels: Mapping[int, Channel]
    clock: Clock
    test_mode: bool

    def options(self, request: Request) -> StreamOptions:
        """The request's options; a bad one is answered with status 400 and its sentence."""
        try:
            return stream_options(request.query_params, test_mode=self.test_mode)
        except BadOptionError as error:
            raise HTTPException(400, str(error)) from error

    def now_ms(self, options: StreamOptions) -> int:
        """The moment to answer for."""
        return self.clock.now_ms() if options.now_ms is None else options.now_ms

    def packager(self, request: Request) -> ChannelPackager:
        """The channel that the path names."""
        number = request.path_params["channel"]
        if number not in self.packagers:
            last = max(self.packagers, default=0)
            raise HTTPException(404, f"There is no channel {number}; they go from 1 to {last}.")
        return self.packagers[number]

    def segments(
        self, request: Request, packager: ChannelPackager, options: StreamOptions
    ) -> SegmentRange:
        """The segments that the path's mode, live or vod, has to offer."""
        if request.path_params["mode"] == "vod":
            return on_demand(packager.asset, options.loops)
        settings = LiveSettings(window_s=options.window_s)
        return window(packager.asset, settings, self.now_ms(options))


def rendition_named(packager: ChannelPackager, name: str) -> Rendition:
    """The rendition with this id."""
    timeline = packager.timelines.get(name)
    if timeline is None:
        known = ", ".join(packager.timelines)
        raise HTTPException(404, f"There is no rendition {name}; there are {known}.")
    return timeline.rendition


def is_lost(rendition: Rendition, number: int, percent: int) -> bool:
    """Whether `?loss=` takes this segment; the same answer for ever."""
    return zlib.crc32(f"{rendition.id}/{number}".encode()) % 100 < percent
