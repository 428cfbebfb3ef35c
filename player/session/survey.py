"""A survey: a manifest with every index loaded, for those who ask what an address offers."""

from dataclasses import dataclass, replace

from player.api import PlayRequest
from player.clock import Clock
from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import adopt, resolve_index
from player.manifest.transport import transport_presentation
from player.model.presentation import ManifestWarning, Presentation, Representation
from player.model.segment import SegmentIndex
from player.ports import ByteFetcher, RequestKind, WorkerRunner
from player.session.opening import Opened, open_address, source_of
from player.streaming.parts import Source, read_all


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
    async with open_address(request, parts) as opened:
        presentation = opened.presentation or _plain(opened, parts)
    source = source_of(request)
    for one in _unresolved(presentation):
        presentation = await _resolve(presentation, one, source, parts)
    return presentation


def _plain(opened: Opened, parts: SurveyParts) -> Presentation:
    if opened.stream is None:
        raise error(
            ErrorCode.MANIFEST_NOT_A_MANIFEST,
            "This address is a plain media file or a stream that libmpv reads by itself; "
            "there is no manifest to look into.",
        )
    return transport_presentation(url=opened.url, epoch=parts.clock.utc())


async def _resolve(
    presentation: Presentation, one: Representation, source: Source, parts: SurveyParts
) -> Presentation:
    if one.source is None:
        return presentation
    resource, now = one.source.resource, parts.clock.utc()
    try:
        url, body = await read_all(parts, source.request(resource, RequestKind.MANIFEST))
        resolved = resolve_index(one, body, url=url, now=now, sibling=_sibling(presentation, one))
    except PlayerError as failed:
        warning = ManifestWarning(line=0, text=f"{one.id}: {failed.failure.sentence}")
        return replace(presentation, warnings=(*presentation.warnings, warning))
    return adopt(presentation, one.id, resolved)


def _representations(presentation: Presentation) -> list[Representation]:
    return [
        one
        for period in presentation.periods
        for track in period.tracks
        for one in track.representations
    ]


def _unresolved(presentation: Presentation) -> list[Representation]:
    return [one for one in _representations(presentation) if one.index is None and one.source]


def _sibling(presentation: Presentation, wanted: Representation) -> SegmentIndex | None:
    """Another index of the same period, to align one without dates with."""
    for period in presentation.periods:
        own = [one for track in period.tracks for one in track.representations]
        if any(one is wanted for one in own):
            return next((one.index for one in own if one.index), None)
    return None
