"""The face of this room: from bytes to Presentations and indexes. Pure; run it in a worker."""

from collections.abc import Mapping
from types import MappingProxyType

from player.manifest import failures
from player.manifest.dash.clock import least_skew
from player.manifest.dash.mpd import parse_mpd, patch_mpd
from player.manifest.dash.refresh import refresh
from player.manifest.dash.sidx import SidxContext, resolve_sidx
from player.manifest.dash.validity import MpdValidity, mpd_validity
from player.manifest.hls.read import parse_hls
from player.manifest.hls.resolve import PlaylistContext, resolve_playlist
from player.manifest.resolved import ResolvedIndex, adopt, next_reload
from player.manifest.sniff import sniff
from player.manifest.transport_presentation import transport_presentation
from player.model.location import IndexSource
from player.model.presentation import ManifestFormat, Presentation, Representation
from player.model.segment import SegmentIndex
from player.units import Micros

__all__ = [
    "MpdValidity",
    "adopt",
    "least_skew",
    "mpd_validity",
    "next_reload",
    "parse",
    "patch",
    "refresh",
    "resolve_index",
    "sniff",
]


def parse(
    body: bytes,
    *,
    url: str,
    now: Micros,
    format: ManifestFormat,  # noqa: A002
    remote: Mapping[str, bytes] = MappingProxyType({}),
) -> Presentation:
    """Read a whole manifest that came from `url` (after redirects) at UTC time `now`.

    DASH: `remote` holds the remote elements that a first reading named in `Presentation.links`,
    by address, empty where one could not be had; what those name in turn is in `links` again.

    HLS multivariant: representations carry a `source` still to be loaded by `resolve_index`,
    and the type is provisional until `adopt`. A media playlist given directly: one track with
    its index. TS: the empty live Presentation that `transport_presentation` grows. Raises
    PlayerError: manifest.empty, not-a-manifest, invalid, no-tracks; input.unsupported-scheme.
    """
    if format is ManifestFormat.TS:
        return transport_presentation(url=url, epoch=Micros(0))
    if not body:
        raise failures.empty()
    if format is ManifestFormat.DASH:
        return parse_mpd(body, url=url, remote=remote)
    return parse_hls(body, url=url, now=now)


def patch(previous: Presentation, body: bytes, *, url: str) -> Presentation:
    """Read what `previous.patch` led to: the whole presentation, to be given to `refresh`.

    ISO/IEC 23009-1 5.15. Raises PlayerError: manifest.invalid where the patch does not fit, and
    the manifest must be loaded whole. A whole MPD in its place is taken too.
    """
    if not body:
        raise failures.empty()
    return patch_mpd(previous.document, body, url=url)


def resolve_index(
    representation: Representation,
    body: bytes,
    *,
    url: str,
    now: Micros,
    known: SegmentIndex | None = None,
    sibling: SegmentIndex | None = None,
    source: IndexSource | None = None,
) -> ResolvedIndex:
    """Read the index that `representation.source` led to; `url` is where it came from.

    `source` is given instead of the representation's where it was a location's, or what a
    former result had as `more`. `known` is the former index of the same representation: times
    and numbers stay with their media sequence. `sibling` is an index of another rendition, to
    align live playlists without dates. Raises PlayerError like `parse`.
    """
    if not body:
        raise failures.empty()
    source = source or representation.source
    context = source.context if source else None
    if source and isinstance(context, SidxContext):
        return resolve_sidx(body, source.resource, context)
    if not body.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"#"):
        raise failures.not_a_manifest("the media playlist does not begin with #EXTM3U")
    if b"#EXT-X-STREAM-INF" in body and b"#EXTINF" not in body:
        raise failures.invalid("a multivariant playlist where a media playlist should be")
    return resolve_playlist(
        body,
        url=url,
        context=context if isinstance(context, PlaylistContext) else PlaylistContext(),
        now=now,
        known=known,
        sibling=sibling,
    )
