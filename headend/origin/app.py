"""The origin as an ASGI application."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware

from headend.asset.model import Asset
from headend.clock import Clock
from headend.lineup.channel import channel_of
from headend.origin.cache import SegmentCache
from headend.origin.chaos import chaos_routes
from headend.origin.cmcd import CmcdListener, CmcdLog
from headend.origin.context import OriginContext
from headend.origin.cors import OpenToAll
from headend.origin.lineup import LineupEndpoints
from headend.origin.media import MediaEndpoints, truncated
from headend.origin.numbers import know_numbers
from headend.origin.packager import ChannelPackager
from headend.origin.steering import SteeringEndpoints

CACHE_BYTES = 128 * 1024 * 1024
_CMCD_KEPT = 1_000


def origin_app(
    assets: Sequence[Asset],
    clock: Clock,
    *,
    test_mode: bool = False,
    cache_bytes: int = CACHE_BYTES,
    ports: Sequence[int] = (),
) -> Starlette:
    """The origin of these channels.

    Args:
        assets: the channels.
        clock: what time it is.
        test_mode: a URL may set the time (`?now_ms=`), and CMCD reports can be read.
        cache_bytes: how much of hot segments is kept.
        ports: further ports at which the same origin answers, for the locations b and c.
    """
    know_numbers()
    cache = SegmentCache(cache_bytes)
    context = OriginContext(
        packagers={asset.number: ChannelPackager(asset, cache) for asset in assets},
        channels={asset.number: channel_of(asset) for asset in assets},
        clock=clock,
        test_mode=test_mode,
        cache=cache,
        ports=ports,
    )
    log = CmcdLog(kept=_CMCD_KEPT if test_mode else 0)
    media = MediaEndpoints(context)
    routes = [
        *LineupEndpoints(context).routes(),
        *SteeringEndpoints(context).routes(),
        *log.routes(test_mode=test_mode),
        *chaos_routes(),
        *truncated(context).routes("/chaos/truncated"),
        *media.routes("/channels"),
        *media.routes("/at/{location}/channels"),
    ]
    middleware = [Middleware(OpenToAll), Middleware(CmcdListener, log=log)]
    return Starlette(routes=routes, middleware=middleware)
