"""What the origin's endpoints share, and how they read a request."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from headend.asset.model import Rendition
from headend.clock import Clock
from headend.lineup.channel import Channel
from headend.live.window import SegmentRange
from headend.origin.cache import SegmentCache
from headend.origin.faults import Faults, Kind, is_hit
from headend.origin.moments import listed, served
from headend.origin.options import BadOptionError, StreamOptions, stream_options
from headend.origin.packager import ChannelPackager

_CHOSEN_KEPT = 64
LAB = 100  # channels beyond are the laboratory's


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginContext:
    """The channels by number, the clock, and whether tests may set the time.

    Attributes:
        ports: further ports at which the same origin answers, for the locations b and c.
        faults: what has failed how often.
        chosen: channels cut down to some of their renditions, the last ones asked for.
    """

    packagers: Mapping[int, ChannelPackager]
    channels: Mapping[int, Channel]
    clock: Clock
    test_mode: bool
    cache: SegmentCache
    ports: Sequence[int] = ()
    faults: Faults = field(default_factory=Faults)
    chosen: dict[tuple[object, ...], ChannelPackager] = field(default_factory=dict)

    def options(self, request: Request) -> StreamOptions:
        """The request's options; a bad one is answered with status 400 and its sentence."""
        try:
            return stream_options(request.query_params, test_mode=self.test_mode)
        except BadOptionError as error:
            raise HTTPException(400, str(error)) from error

    def now_ms(self, options: StreamOptions) -> int:
        """The moment to answer for, on the clock that the options want to be wrong."""
        now = self.clock.now_ms() if options.now_ms is None else options.now_ms
        return max(now + options.skew_s * 1000, 0)

    async def trouble(
        self, request: Request, options: StreamOptions, kind: Kind, place: int | None = None
    ) -> Response | None:
        """What the options want answered instead; `place` is a segment's among its fellows."""
        return await self.faults.before(request, options, kind, self.now_ms(options), place)

    def packager(self, request: Request, options: StreamOptions) -> ChannelPackager:
        """The channel that the path names, with the renditions that the options want."""
        number = request.path_params["channel"]
        if number not in self.packagers:
            last = max((n for n in self.packagers if n < LAB), default=0)
            raise HTTPException(404, f"There is no channel {number}; they go from 1 to {last}.")
        return self._only(self.packagers[number], options)

    def _only(self, packager: ChannelPackager, options: StreamOptions) -> ChannelPackager:
        if not options.codecs and not options.rungs:
            return packager
        key = (packager.asset.number, options.codecs, options.rungs)
        return self._kept(key, lambda: _cut_down(packager, options, self.cache))

    def neighbour_in(self, packager: ChannelPackager, options: StreamOptions) -> ChannelPackager:
        """The neighbour with the renditions that the options want; its addresses carry them."""
        return self._only(self.neighbour(packager), options)

    def neighbour(self, packager: ChannelPackager) -> ChannelPackager:
        """The channel that advertisements and bumpers come from: the next number, or the first."""
        number = packager.asset.number
        lab = [row for row in self.packagers if (row < LAB) == (number < LAB)]
        ordinary = [row for row in self.packagers if row < LAB] or lab
        following = [row for row in ordinary if row > number]
        return self.packagers[min(following or ordinary)]

    def damaged(
        self, packager: ChannelPackager, options: StreamOptions, place: int
    ) -> ChannelPackager:
        """The packager of the media at `place`, spoilt where the options want that."""
        if not options.broken or not is_hit(options, place, self.now_ms(options)):
            return packager
        asset, broken = packager.asset, tuple(sorted({*options.broken}))
        key = (asset.number, tuple(row.id for row in asset.renditions), broken)
        return self._kept(key, lambda: ChannelPackager(asset, self.cache, broken=broken))

    def _kept(
        self, key: tuple[object, ...], make: Callable[[], ChannelPackager]
    ) -> ChannelPackager:
        if key not in self.chosen:
            while len(self.chosen) >= _CHOSEN_KEPT:
                del self.chosen[next(iter(self.chosen))]
            self.chosen[key] = make()
        return self.chosen[key]

    def is_live(self, request: Request) -> bool:
        """Whether the path's mode is live."""
        return bool(request.path_params["mode"] == "live")

    def listed(
        self, request: Request, packager: ChannelPackager, options: StreamOptions
    ) -> SegmentRange:
        """The segments that a manifest of the path's mode has to offer."""
        now_ms = self.now_ms(options)
        return listed(packager.asset, options, now_ms, live=self.is_live(request))

    def served(
        self, request: Request, packager: ChannelPackager, options: StreamOptions
    ) -> SegmentRange:
        """The segments that can be had."""
        now_ms = self.now_ms(options)
        return served(packager.asset, options, now_ms, live=self.is_live(request))

    def folders(self, request: Request, count: int) -> list[str]:
        """The absolute folder of the path at the first `count` locations."""
        path = request.path_params
        tail = f"channels/{path['channel']}/{path['mode']}/{path['form']}/"
        own = request.base_url
        bases = [own, *(own.replace(port=port) for port in self.ports), *[own] * count]
        letters = zip("abc"[:count], bases, strict=False)
        return [f"{base}at/{letter}/{tail}" for letter, base in letters]


def _cut_down(
    packager: ChannelPackager, options: StreamOptions, cache: SegmentCache
) -> ChannelPackager:
    """The channel with the codecs and rungs that were named; text always stays."""
    kept = tuple(
        row
        for row in packager.asset.renditions
        if (not options.codecs or row.kind == "text" or row.codec in options.codecs)
        and (not options.rungs or row.kind != "video" or row.id in options.rungs)
    )
    if not any(row.kind != "text" for row in kept):
        known = ", ".join(sorted({row.codec for row in packager.asset.renditions}))
        raise HTTPException(404, f"Nothing is left of that channel; its codecs are {known}.")
    return ChannelPackager(replace(packager.asset, renditions=kept), cache)


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
