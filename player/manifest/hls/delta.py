"""How a playlist is asked for again: by what changed, and once it has changed.

RFC 8216bis 6.2.5 (delivery directives), 6.3.7.
"""

from collections.abc import Iterable
from dataclasses import replace

from player.manifest.hls.playlist import Report
from player.manifest.hls.playlist_index import PlaylistIndex
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.units import Micros


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
    return _asking(resource, f"_HLS_skip={'v2' if index.can_skip_dates else 'YES'}")


def blocking_resource(resource: Resource, index: SegmentIndex | None) -> Resource:
    """What to fetch to be answered once a playlist has more than `index` (6.2.5.2).

    The same resource where its server does not offer that.
    """
    if not isinstance(index, PlaylistIndex) or not index.blocking or not index.segments:
        return resource
    last = index.segments[-1]
    number = last.number - index.shift + (not last.making)
    part = len(last.parts) if last.making else 0
    return _asking(resource, f"_HLS_msn={number}", _part(index, part))


def reported_resource(resource: Resource, reports: Iterable[Report]) -> Resource:
    """What to fetch to have at least as much of a playlist as other ones say that it has.

    RFC 8216bis 4.4.5.4: so that no cache answers with an older copy.
    """
    found = next((one for one in reports if _bare(one.uri) == _bare(resource.uri)), None)
    if found is None:
        return resource
    part = "" if found.part is None else f"_HLS_part={found.part}"
    return _asking(resource, f"_HLS_msn={found.sequence}", part)


def _part(index: PlaylistIndex, part: int) -> str:
    return "" if index.part_target is None else f"_HLS_part={part}"


def _bare(uri: str) -> str:
    return uri.partition("#")[0].partition("?")[0]


def _asking(resource: Resource, *directives: str) -> Resource:
    address, mark, fragment = resource.uri.partition("#")
    told = "&".join(one for one in directives if one)
    joint = "&" if "?" in address else "?"
    return replace(resource, uri=f"{address}{joint}{told}{mark}{fragment}")
