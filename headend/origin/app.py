"""The origin as an ASGI application."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware

from headend.asset.model import Asset
from headend.clock import Clock
from headend.lineup.channel import channel_of
from headend.origin.cache import SegmentCache
from headend.origin.chaos import chaos_routes
from headend.origin.context import OriginContext
from headend.origin.cors import OpenToAll
from headend.origin.lineup import LineupEndpoints
from headend.origin.media import MediaEndpoints, truncated
from headend.origin.packager import ChannelPackager

CACHE_BYTES = 128 * 1024 * 1024


def origin_app(
    assets: Sequence[Asset],
    clock: Clock,
    *,
    test_mode: bool = False,
    cache_bytes: int = CACHE_BYTES,
) -> Starlette:
    """The origin of these channels; `test_mode` lets a URL set the time (`?now_ms=`)."""
    cache = SegmentCache(cache_bytes)
    context = OriginContext(
        packagers={asset.number: ChannelPackager(asset, cache) for asset in assets},
        channels={asset.number: channel_of(asset) for asset in assets},
        clock=clock,
        test_mode=test_mode,
    )
    routes = [
        *LineupEndpoints(context).routes(),
        *chaos_routes(),
        *truncated(context).routes("/chaos/truncated"),
        *MediaEndpoints(context).routes("/channels"),
    ]
    return Starlette(routes=routes, middleware=[Middleware(OpenToAll)])
