"""A survey: a manifest with every index loaded, for those who ask what an address offers."""

from dataclasses import dataclass, replace

from player.api import PlayRequest
from player.clock import Clock
from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import adopt, resolve_index
from player.manifest.resolved import ResolvedIndex
from player.manifest.transport_presentation import transport_presentation
from player.model.presentation import (
    ManifestWarning,
    Period,
    Presentation,
    Representation,
    Track,
)
from player.model.segment import SegmentIndex
from player.ports import ByteFetcher, RequestKind, WorkerRunner
from player.session.opening import Opened, open_address, source_of
from player.session.stream_survey import described, listen
from player.streaming.fetch.parts import Source, read_all

MOST_INDEXES = 100
"""Playlists that are asked for; no service has as many, and each is a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyParts:
    """The neighbours of a survey: no sink, no cache."""

    fetcher: ByteFetcher
    clock: Clock
    worker: WorkerRunner


async def survey(request: PlayRequest, parts: SurveyParts) -> Presentation:
    """Load what `request` names and all its indexes; raises PlayerError.

    An index that cannot be had is a warning: the rest is still told.
    """
    async with open_address(request, parts, look=True) as opened:
        presentation = opened.presentation or await _plain(opened, parts)
    source = source_of(request)
    wanted = _unresolved(presentation)
    if len(wanted) > MOST_INDEXES:
        presentation = _with_warning(
            presentation,
            f"only the first {MOST_INDEXES} of {len(wanted)} playlists were asked for",
        )
    for period_id, one in wanted[:MOST_INDEXES]:
        presentation = await _resolve(presentation, period_id, one, source, parts)
    return presentation


async def _plain(opened: Opened, parts: SurveyParts) -> Presentation:
    if opened.stream is None:
        raise error(
            ErrorCode.MANIFEST_NOT_A_MANIFEST,
            "This address is a plain media file or a stream that libmpv reads by itself; "
            "there is no manifest to look into.",
        )
    heard = await listen(opened.head, opened.stream, parts.worker)
    found = transport_presentation(url=opened.url, epoch=parts.clock.utc())
    return described(found, heard, film=opened.stream.length is not None)


def _with_warning(presentation: Presentation, text: str) -> Presentation:
    warning = ManifestWarning(line=0, text=text)
    return replace(presentation, warnings=(*presentation.warnings, warning))


async def _resolve(
    presentation: Presentation,
    period_id: str,
    one: Representation,
    source: Source,
    parts: SurveyParts,
) -> Presentation:
    try:
        resolved = await _load(presentation, one, source, parts)
    except PlayerError as failed:
        return _with_warning(presentation, f"{one.id}: {failed.failure.sentence}")
    return adopt(presentation, one.id, resolved, period_id=period_id)


async def _load(
    presentation: Presentation, one: Representation, source: Source, parts: SurveyParts
) -> ResolvedIndex:
    """An index with all that it names as parts of itself (a `sidx` of `sidx`)."""
    wanted, now = one.source, parts.clock.utc()
    resolved: ResolvedIndex | None = None
    while wanted is not None:
        request = source.request(wanted.resource, RequestKind.MANIFEST)
        url, body = await read_all(parts, request)
        sibling = _sibling(presentation, one)
        resolved = resolve_index(one, body, url=url, now=now, sibling=sibling, source=wanted)
        wanted = resolved.more
    if resolved is None:
        raise error(ErrorCode.MANIFEST_INVALID, "This channel's playlist leads nowhere.")
    return resolved


def _tracks(period: Period) -> tuple[Track, ...]:
    return (*period.tracks, *period.trick_play)


def _unresolved(presentation: Presentation) -> list[tuple[str, Representation]]:
    return [
        (period.id, one)
        for period in presentation.periods
        for track in _tracks(period)
        for one in track.representations
        if one.index is None and one.source
    ]


def _sibling(presentation: Presentation, wanted: Representation) -> SegmentIndex | None:
    """Another index of the same period, to align one without dates with."""
    for period in presentation.periods:
        own = [one for track in _tracks(period) for one in track.representations]
        if any(one is wanted for one in own):
            return next((one.index for one in own if one.index), None)
    return None
