"""Prefetched: a channel as it was found ahead of its time, for the session that plays it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from player.api import PlayRequest
from player.model.presentation import Presentation, TrackKind
from player.streaming.presentation.presentation_store import Known

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefetched:
    """A manifest that came from `url`, with the indexes that are still true.

    `known` is what is known of them and of the server's time; `rungs` are those whose first
    segments lie in the cache, by kind.
    """

    url: str = field(repr=False)
    presentation: Presentation
    known: Known
    rungs: Mapping[TrackKind, str]


def key_of(request: PlayRequest) -> Key:
    """What makes two requests ask for the same bytes."""
    headers = tuple(sorted(request.headers.items()))
    way = request.proxy, request.accepted_certificate
    return request.url, headers, request.start, request.target_latency, *way


def may_be_fetched_ahead(request: PlayRequest) -> bool:
    """Whether a look at a channel that nobody watches harms nobody.

    A source of one connection has none to spare. An address that does not say that it leads to a
    manifest may be a transport stream: to open one is to watch it, and where the account allows
    one stream the server would end the one that is watched.
    """
    path = request.url.partition("?")[0].partition("#")[0].lower()
    web = path.startswith(("http://", "https://"))
    return web and path.endswith((".m3u8", ".mpd")) and request.max_connections != 1
