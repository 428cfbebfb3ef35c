"""What a recording's folder holds, read by our own HLS reader. Worker threads."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from player.errors import ErrorCode, PlayerError, error
from player.manifest.face import parse, resolve_index
from player.model.presentation import ManifestFormat, Representation, Track, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment, SegmentIndex
from player.recording.protection import is_sealed
from player.units import Micros

_PROTECTED = (
    "This recording is protected: its channel allows it to be watched, and not to be exported."
)
_PICTURES, _SOUND = frozenset({TrackKind.VIDEO}), frozenset({TrackKind.AUDIO})
_TEXT = frozenset({TrackKind.TEXT})
_LARGEST_PLAYLIST = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTrack:
    """One track with its segments; `kinds` are what is taken out of its bytes."""

    track: Track
    kinds: frozenset[TrackKind]
    representation: Representation
    index: SegmentIndex
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTracks:
    """Pictures and sounds, the leading track first; subtitles."""

    media: tuple[RecordedTrack, ...]
    text: tuple[RecordedTrack, ...]
    inside: tuple[Track, ...]
    """Those that lie inside the pictures' bytes and have none of their own."""


class RecordedFolder:
    """Reads below one folder, and nowhere else; PlayerError (media.*, manifest.*, drm.*)."""

    def __init__(self, playlist: Path, now: Micros) -> None:
        """Open the recording whose HLS text is `playlist`; `now` is UTC."""
        self._playlist = playlist.resolve()
        self._base = self._playlist.parent
        self._now = now

    def tracks(self) -> RecordedTracks:
        """All that can be exported; drm.unsupported where it is protected."""
        body = self._playlist_body(self._playlist)
        found = parse(body, url=self._playlist.as_uri(), now=self._now, format=ManifestFormat.HLS)
        period = found.periods[0]
        own = [one for one in period.tracks if one.representations and not one.in_video]
        pictures = [one for one in own if one.kind is TrackKind.VIDEO][:1]
        sounds = [one for one in own if one.kind is TrackKind.AUDIO]
        held = tuple(one for one in period.tracks if one.in_video)
        sound_inside = not sounds or any(one.kind is TrackKind.AUDIO for one in held)
        inside = _PICTURES | _SOUND if sound_inside else _PICTURES
        media: list[RecordedTrack] = []
        for track in (*pictures, *sounds):
            kinds = inside if track.kind is TrackKind.VIDEO else _SOUND
            media.append(self._track(track, kinds, media[0].index if media else None))
        leading = media[0].index if media else None
        text = [self._track(one, _TEXT, leading) for one in own if one.kind is TrackKind.TEXT]
        return RecordedTracks(media=tuple(media), text=tuple(text), inside=held)

    def bytes_of(self, resource: Resource) -> bytes:
        """What a resource holds; FileNotFoundError and other OSErrors where it cannot be read."""
        path = self._path(resource.uri)
        where = resource.byte_range
        if where is None:
            return path.read_bytes()
        with path.open("rb") as file:
            file.seek(where.offset)
            return file.read(where.length)

    def _track(
        self, track: Track, kinds: frozenset[TrackKind], leading: SegmentIndex | None
    ) -> RecordedTrack:
        best = max(track.representations, key=lambda one: one.bandwidth)
        index = best.index or self._index(best, leading)
        segments = tuple(_segments(index, self._now))
        told = best.protection or any(one.protection or one.init_protection for one in segments)
        first = [one for one in segments if not one.gap][:1]
        if told or any(is_sealed(self._head(best, one)) for one in first):
            raise error(ErrorCode.DRM_UNSUPPORTED, _PROTECTED)
        return RecordedTrack(
            track=track, kinds=kinds, representation=best, index=index, segments=segments
        )

    def _head(self, representation: Representation, segment: Segment) -> bytes:
        """Where sample entries stand: an init section, or what is before the first sample."""
        where = segment.init or representation.init
        try:
            return self.bytes_of(where or segment.resource).partition(b"mdat")[0]
        except OSError:
            return b""  # what lacks is left out, and told

    def _index(self, representation: Representation, leading: SegmentIndex | None) -> SegmentIndex:
        source = representation.source
        if source is None:
            raise _damaged("a track without a playlist")
        path = self._path(source.resource.uri)
        body = self._playlist_body(path)
        return resolve_index(
            representation, body, url=path.as_uri(), now=self._now, sibling=leading
        ).index

    def _playlist_body(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(_LARGEST_PLAYLIST)
        except OSError as failed:
            raise _damaged(failed.strerror or "unreadable") from failed

    def _path(self, uri: str) -> Path:
        parts = urlsplit(uri)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or not path.is_relative_to(self._base):
            raise _damaged("an address outside of the recording's folder")
        return path


def _segments(index: SegmentIndex, now: Micros) -> Iterator[Segment]:
    return (index.segment(number) for number in index.numbers(now))


def _damaged(cause: str) -> PlayerError:
    return error(ErrorCode.MEDIA_INVALID, "This recording is damaged.", cause=cause)
