"""Playlist delta updates (RFC 8216bis 6.2.5.1, 6.3.7): when to ask for one, and how."""

from dataclasses import replace

from player.manifest.hls.playlist_index import PlaylistIndex
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.units import Micros

_SKIP = "_HLS_skip"


def reload_resource(resource: Resource, index: SegmentIndex | None, *, age: Micros) -> Resource:
    """What to fetch to load `index` again, `age` after it was loaded from `resource`.

    The same resource, or with `_HLS_skip` where the server offers delta updates and ours is no
    older than half its skip boundary. When `resolve_index` then refuses the answer
    (manifest.invalid), fetch `resource` itself.
    """
    if not isinstance(index, PlaylistIndex) or not index.segments or index.ended:
        return resource
    if index.can_skip_until is None or age > index.can_skip_until // 2:
        return resource
    wanted = "v2" if index.can_skip_dates else "YES"
    address, mark, fragment = resource.uri.partition("#")
    joint = "&" if "?" in address else "?"
    return replace(resource, uri=f"{address}{joint}{_SKIP}={wanted}{mark}{fragment}")
