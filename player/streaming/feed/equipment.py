"""What a segment takes besides its own bytes: its init section, and the keys named in the open."""

from player.model.resource import Protection, Resource
from player.model.segment import Segment
from player.ports import RequestKind
from player.streaming.feed.unlock import clear_init, identity_key
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.segment_loader import Errand, SegmentLoader


def init_of(segment: Segment, lane: Lane) -> Resource | None:
    """Where the init section lies, the segment's own or its rung's; None: it has none."""
    return segment.init or lane.representation.init


async def fetch_init(segment: Segment, lane: Lane, loader: SegmentLoader, errand: Errand) -> bytes:
    """The init section in the clear, b"" without one; raises PlayerError (network.*, drm.*)."""
    resource, own = init_of(segment, lane), segment.init_protection
    if resource is None:
        return b""
    data = await loader.whole(resource, RequestKind.INIT, errand)
    protections = () if own is None else (own,)
    return clear_init(data, identity_key(protections), await fetch_key(protections, loader))


async def fetch_key(protections: tuple[Protection, ...], loader: SegmentLoader) -> bytes:
    """The key that a playlist names (RFC 8216 4.3.2.4 KEYFORMAT identity), b"" without one."""
    protection = identity_key(protections)
    if protection is None:
        return b""
    return await loader.whole(Resource(uri=protection.licence_uri), RequestKind.KEY)
