"""PresentationStore: the newest manifest, and the newest index of each rung asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import parse, refresh, resolve_index
from player.manifest.resolved import ResolvedIndex
from player.model.presentation import (
    Period,
    Presentation,
    PresentationType,
    Representation,
    Track,
    TrackKind,
)
from player.model.resource import Resource
from player.model.segment import SegmentIndex
from player.ports import RequestKind
from player.streaming.parts import EngineParts, Source, read_all
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One rung of one track of one period: where a track stream is fetching."""

    period: Period
    track: Track
    representation: Representation

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the lane across reloads of the manifest."""
        return self.period.id, self.track.id, self.representation.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedIndex:
    """An index with its history on the monotonic clock."""

    index: SegmentIndex
    loaded_at: Micros
    changed_at: Micros

    @property
    def changed(self) -> bool:
        """Whether the last load brought anything new."""
        return self.changed_at == self.loaded_at


class PresentationStore:
    """Owns what the manifests say. Engine thread only; parsing runs in a worker."""

    def __init__(
        self, presentation: Presentation, url: str, parts: EngineParts, source: Source
    ) -> None:
        """Begin with a parsed manifest that was loaded from `url`."""
        self.presentation = presentation
        self.skew = Micros(0)
        self._url = url
        self._parts = parts
        self._source = source
        self._loaded: dict[tuple[str, str, str], LoadedIndex] = {}
        self._manifest_at = parts.clock.monotonic()

    @property
    def live(self) -> bool:
        """Whether the end is not known yet."""
        return self.presentation.type is not PresentationType.VOD

    def now(self) -> Micros:
        """The server's UTC time, as well as it is known."""
        return Micros(self._parts.clock.utc() + self.skew)

    def index(self, lane: Lane) -> LoadedIndex | None:
        """The newest index of a lane, None where it was not loaded yet."""
        loaded = self._loaded.get(lane.key)
        if loaded is not None:
            return loaded
        index = self._current(lane).index
        if index is None:
            return None
        return LoadedIndex(index=index, loaded_at=self._manifest_at, changed_at=self._manifest_at)

    def age(self, loaded: LoadedIndex) -> Micros:
        """Time since an index was loaded."""
        return Micros(self._parts.clock.monotonic() - loaded.loaded_at)

    def stale_for(self, loaded: LoadedIndex | None) -> Micros:
        """Time since an index last brought anything new."""
        if loaded is None:
            return Micros(0)
        return Micros(self._parts.clock.monotonic() - loaded.changed_at)

    def take(self, presentation: Presentation) -> None:
        """Take a newer presentation that somebody else made (a plain transport stream's)."""
        self.presentation = presentation
        self._manifest_at = self._parts.clock.monotonic()
        self._source.wake.notify()

    async def load_index(self, lane: Lane) -> None:
        """Load a lane's index, or load it again; raises PlayerError (network.*, manifest.*)."""
        representation = self._current(lane)
        if representation.source is None:
            await self.reload()
            return
        asked = self._parts.clock.monotonic()
        url, body = await read_all(
            self._parts,
            self._source.request(representation.source.resource, RequestKind.MANIFEST),
        )
        known, sibling, now = self.index(lane), self._sibling(lane), self.now()
        resolved = await self._parts.worker(
            lambda: resolve_index(
                representation,
                body,
                url=url,
                now=now,
                known=known.index if known else None,
                sibling=sibling,
            )
        )
        self._take(lane, resolved, asked)

    async def reload(self) -> None:
        """Load the manifest itself again (ISO/IEC 23009-1 5.4)."""
        resource = Resource(uri=self.presentation.location or self._url)
        url, body = await read_all(
            self._parts, self._source.request(resource, RequestKind.MANIFEST)
        )
        now, previous = self.now(), self.presentation
        fresh = await self._parts.worker(
            lambda: parse(body, url=url, now=now, format=previous.format)
        )
        self.take(refresh(previous, fresh))

    def _take(self, lane: Lane, resolved: ResolvedIndex, asked: Micros) -> None:
        known = self._loaded.get(lane.key)
        changed = known is None or resolved.index != known.index
        self._loaded[lane.key] = LoadedIndex(
            index=resolved.index,
            loaded_at=asked,
            changed_at=asked if known is None or changed else known.changed_at,
        )
        self.presentation = _with_facts(self.presentation, resolved)
        self._source.wake.notify()

    def _current(self, lane: Lane) -> Representation:
        """The lane's representation in the newest manifest, else as it was."""
        period_id, track_id, representation_id = lane.key
        for period in self.presentation.periods:
            if period.id == period_id:
                for track in period.tracks:
                    if track.id == track_id:
                        for one in track.representations:
                            if one.id == representation_id:
                                return one
        return lane.representation

    def _sibling(self, lane: Lane) -> SegmentIndex | None:
        """Some other index of the same period, to align a playlist without dates with."""
        for key, loaded in self._loaded.items():
            if key[0] == lane.period.id and key != lane.key:
                return loaded.index
        return None


def _with_facts(presentation: Presentation, resolved: ResolvedIndex) -> Presentation:
    """Presentation with what only its media playlists tell (RFC 8216 4.4.3)."""
    return replace(
        presentation,
        type=resolved.type,
        duration=resolved.duration,
        epoch=presentation.epoch if presentation.epoch is not None else resolved.epoch,
        target_latency=presentation.target_latency or resolved.target_latency,
        start_at=(
            presentation.start_at if presentation.start_at is not None else resolved.start_at
        ),
    )


def first_lanes(presentation: Presentation, chosen: Mapping[TrackKind, Track]) -> tuple[Lane, ...]:
    """The lowest lane of each chosen track in the first period."""
    period = presentation.periods[0]
    return tuple(
        Lane(period=period, track=track, representation=track.representations[0])
        for track in chosen.values()
        if track.representations
    )


def nothing_to_play() -> PlayerError:
    """The error of a manifest that offers neither picture nor sound."""
    return error(
        ErrorCode.MANIFEST_NO_TRACKS,
        "This channel offers neither picture nor sound that Farol can play.",
    )
