"""A recording's folder becomes one Matroska file: nothing is encoded anew, nothing is lost."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from pathlib import Path

from player.abr.languages import three_letters
from player.errors import ErrorCode, PlayerError, error
from player.media.remux import FileTrack, MatroskaFile, MediaTrack
from player.model.cue import Cue
from player.model.presentation import Track, TrackKind
from player.model.sample import StreamHead
from player.recording.export_line import Lost, MediaLine, TextLine
from player.recording.export_source import RecordedFolder, RecordedTracks
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.timeline import MediaTimeline
from player.units import ByteCount, Micros

_Key = tuple[int, int]
"""A line's place and the number of a stream in it."""

_Timed = tuple[Micros, int, TimedSample]


class ExportCancelledError(Exception):
    """Whoever asked for the file wants it no more; nothing is left of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What became of it: `left_out` is what could not be read, or not go on in the same file."""

    duration: Micros
    size: ByteCount
    tracks: int
    left_out: Micros


def export(
    playlist: Path,
    target: Path,
    *,
    now: Micros,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ExportReport:
    """Write the recording of `playlist` to `target`, all sounds and subtitles in it. A worker's.

    Gaps stay as time in which nothing is shown. `now` is UTC: of one that still grows, what
    there is by then. `progress` hears 0..1. `target` is there only once it is whole; what was
    there before is not touched. Raises PlayerError: drm.unsupported where the recording is
    protected, media.* where nothing in it can be read, output.failed; ExportCancelledError.
    """
    if target.exists():
        raise _unwritten(f"there is already something at {str(target)!r}")
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch()  # a place that takes nothing is told before all is read
        report = _Export(RecordedFolder(playlist, now), part, progress, cancelled).run()
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as failed:
        raise _unwritten((failed.strerror or "the system refuses").lower()) from failed
    finally:
        part.unlink(missing_ok=True)
    return report


@dataclass(slots=True, kw_only=True)
class _FileStream:
    """One stream on its way: its number in the file, and how far it has come."""

    number: int
    head: StreamHead
    run: int
    last: Micros = Micros(-(1 << 62))
    waits: bool = False


@dataclass(slots=True, kw_only=True)
class _Ahead:
    """A line's batches, the first ones of which were looked at already."""

    line: MediaLine
    rest: Iterator[list[TimedSample]]
    first: list[TimedSample] = field(default_factory=list)


class _Export:
    """One export."""

    def __init__(
        self,
        folder: RecordedFolder,
        part: Path,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._folder, self._part = folder, part
        self._progress, self._cancelled = progress, cancelled
        self._timeline, self._lost = MediaTimeline(), Lost()
        self._streams: dict[_Key, _FileStream] = {}
        self._base = self._end = Micros(0)
        self._told = 0.0

    def run(self) -> ExportReport:
        tracks = self._folder.tracks()
        lines = self._opened(tracks)
        texts = [TextLine(one, self._folder.bytes_of, self._timeline) for one in tracks.text]
        file = self._file(lines, tracks)
        try:
            self._write(file, lines, texts, _span(tracks))
            file.finish()
        finally:
            file.close()
        return ExportReport(
            duration=Micros(self._end - self._base),
            size=ByteCount(self._part.stat().st_size),
            tracks=len(self._streams) + len(texts),
            left_out=self._lost.media,
        )

    def _opened(self, tracks: RecordedTracks) -> list[_Ahead]:
        """Each line with what shows its streams; the leading one first, which teaches the rest."""
        lines: list[_Ahead] = []
        for place, track in enumerate(tracks.media):
            read = self._folder.bytes_of
            line = MediaLine(track, read, self._timeline, self._lost, leads=not place)
            ahead = _Ahead(line=line, rest=line.batches())
            ahead.first = next((batch for batch in ahead.rest if batch), [])
            if ahead.first:
                lines.append(ahead)
        if not lines:
            raise error(ErrorCode.MEDIA_INVALID, "There is nothing in this recording to export.")
        self._base = min(one.dts for ahead in lines for one in ahead.first)
        return lines

    def _file(self, lines: list[_Ahead], tracks: RecordedTracks) -> MatroskaFile:
        media: list[MediaTrack] = []
        for place, ahead in enumerate(lines):
            for one in ahead.first:
                key = (place, one.sample.stream)
                if key not in self._streams:
                    self._streams[key] = _FileStream(
                        number=len(media) + 1, head=one.head, run=one.run
                    )
                    told = _told(ahead.line.track.track, one.head, tracks.inside)
                    media.append(MediaTrack(head=one.head, first=one.sample, told=told))
        return MatroskaFile(self._part, media, [_called(one.track) for one in tracks.text])

    def _write(
        self, file: MatroskaFile, lines: list[_Ahead], texts: list[TextLine], whole: Micros
    ) -> None:
        for pts, place, one in merge(
            *(_timed(place, ahead) for place, ahead in enumerate(lines)),
            key=lambda timed: timed[:2],
        ):
            if self._cancelled():
                raise ExportCancelledError
            self._sample(file, place, one)
            self._cues(file, texts, pts)
            self._tell(min((pts - self._base) / max(whole, 1), 1.0))
        self._cues(file, texts, self._end)
        self._progress(1.0)

    def _tell(self, done: float) -> None:
        """Say how far it is, a hundred times in all."""
        if done >= self._told + 0.01:
            self._told = done
            self._progress(done)

    def _sample(self, file: MatroskaFile, place: int, one: TimedSample) -> None:
        stream = self._streams.get((place, one.sample.stream))
        if stream is None or not self._goes_on(file, stream, one):
            self._lost.media = Micros(self._lost.media + one.sample.duration * (stream is None))
            return
        stream.last, stream.waits = one.dts, False
        self._end = Micros(max(self._end, one.end))
        file.write(
            stream.number,
            one.sample,
            pts=Micros(one.pts - self._base),
            dts=Micros(one.dts - self._base),
        )

    def _goes_on(self, file: MatroskaFile, stream: _FileStream, one: TimedSample) -> bool:
        """Whether a sample can follow what is in the file: later, and of a kind that can.

        Pictures that follow one left out may need it; they go as well, up to the next key frame.
        """
        waits = stream.waits and not one.sample.key and one.kind is TrackKind.VIDEO
        if one.dts <= stream.last or waits or one.pts < self._base:
            stream.waits = True
            return False
        if one.head != stream.head or one.run != stream.run:
            if not file.accepts(stream.number, one.head):
                self._lost.media = Micros(self._lost.media + one.sample.duration)
                stream.waits = True
                return False
            file.begin_run(stream.number, one.head)
            stream.head, stream.run = one.head, one.run
        return True

    def _cues(self, file: MatroskaFile, texts: list[TextLine], time: Micros) -> None:
        for number, text in enumerate(texts):
            for cue in text.until(time):
                if cue.end > self._base:
                    file.write_cue(number, _moved(cue, self._base))


def _timed(place: int, ahead: _Ahead) -> Iterator[_Timed]:
    for one in ahead.first:
        yield one.dts, place, one
    for batch in ahead.rest:
        for one in batch:
            yield one.dts, place, one


def _moved(cue: Cue, base: Micros) -> Cue:
    start, end = Micros(max(cue.start - base, 0)), Micros(cue.end - base)
    return Cue(start=start, end=end, lines=cue.lines, box=cue.box, forced=cue.forced)


def _span(tracks: RecordedTracks) -> Micros:
    segments = tracks.media[0].segments if tracks.media else ()
    return Micros(segments[-1].end - segments[0].start) if segments else Micros(0)


def _told(track: Track, head: StreamHead, inside: tuple[Track, ...]) -> FileTrack:
    """What a stream is called: as its track, else as its own bytes or the list of what is inside.

    One sound inside the pictures is the one that the playlist tells of.
    """
    if head.kind is track.kind:
        called = _called(track)
        own = three_letters(head.language) if head.kind is TrackKind.AUDIO else ""
        return called if called.language else FileTrack(language=own, default=called.default)
    own = three_letters(head.language)
    listed = [one for one in inside if one.kind is head.kind]
    alone = _called(listed[0]) if len(listed) == 1 else FileTrack(language=own)
    return alone if own in {"", alone.language} else FileTrack(language=own)


def _called(track: Track) -> FileTrack:
    return FileTrack(
        language=three_letters(track.language),
        name=track.name,
        default=track.default,
        forced=track.forced,
    )


def _unwritten(reason: str) -> PlayerError:
    return error(ErrorCode.OUTPUT_FAILED, f"The file cannot be written: {reason}.")
