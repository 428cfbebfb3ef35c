"""Where else the same bytes lie: servers to choose from, and who steers the choice."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from player.model.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSource:
    """Where the index of a representation must still be loaded from.

    A media playlist (HLS) or a `sidx` (SegmentBase, ISO/IEC 23009-1 5.3.9.2). `context` is the
    parser's own and opaque to everybody else.
    """

    resource: Resource
    context: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """One place of a representation (BaseURL, ISO/IEC 23009-1 5.6; pathway, RFC 8216bis 7).

    `name` is the serviceLocation or PATHWAY-ID; the same name in two representations is the same
    server. DASH: `base` is the resolved BaseURL, and `relocate` leads there. HLS: `source` is
    the media playlist there, and its own addresses follow from it. Lower `priority` is tried
    first, among equals in the manifest's order (`weight`: DVB A168 10.8.2.1).
    """

    name: str
    base: str = field(default="", repr=False)
    source: IndexSource | None = None
    priority: int = 1
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """Who tells which location to prefer (RFC 8216bis 7; DASH: ETSI TS 103 998).

    `default` are the locations to begin with, best first; `query_before_start` whether to ask
    before the first segment.
    """

    uri: str = field(repr=False)
    default: tuple[str, ...] = ()
    query_before_start: bool = False


def relocate(resource: Resource, origin: Location, to: Location) -> Resource:
    """The same bytes at another location.

    What does not lie below `origin.base` keeps its path and changes the server only; where it is
    on another server than `origin`'s, it stays as it is.
    """
    uri, old, new = resource.uri, origin.base, to.base
    if not old or not new or old == new:
        return resource
    folder, there = _folder(old), _folder(new)
    if uri == old:
        return Resource(uri=new, byte_range=resource.byte_range)
    if uri.startswith(folder):
        return Resource(uri=there + uri[len(folder) :], byte_range=resource.byte_range)
    here, target, path = urlsplit(old), urlsplit(new), urlsplit(uri)
    if (here.scheme, here.netloc) != (path.scheme, path.netloc):
        return resource
    moved = path._replace(scheme=target.scheme, netloc=target.netloc).geturl()
    return Resource(uri=moved, byte_range=resource.byte_range)


def _folder(base: str) -> str:
    """What relative addresses are put behind (RFC 3986 5.2.3): a query is no part of it."""
    return base.partition("#")[0].partition("?")[0].rpartition("/")[0] + "/"
