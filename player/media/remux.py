"""MatroskaFile: pictures, sounds and subtitles into one whole Matroska file, as they are.

Our own writer (`player.media.matroska`) is for a stream without an end. A file for keeps has a
duration, an index and a language on each track: those are libav's to write.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error
from av.container import InputContainer, OutputContainer
from av.stream import Disposition, Stream

from player.errors import ErrorCode, PlayerError, error
from player.media.matroska import MatroskaWriter
from player.model.cue import Cue, CueSpan
from player.model.sample import Sample, StreamHead
from player.units import MICROS_PER_SECOND, Micros

if TYPE_CHECKING:
    from av.packet import Packet

_MICROS = Fraction(1, MICROS_PER_SECOND)
_NO_SUBTITLES = b"1\n00:00:00,000 --> 00:00:01,000\n-\n\n"
_UNWRITTEN = "The file cannot be written: {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTrack:
    """What a track is called; `language` as Matroska has it (RFC 9559 5.1.4.1.19), "" unknown."""

    language: str = ""
    name: str = ""
    default: bool = False
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTrack:
    """Pictures or a sound; `first` is its first sample, by which libav knows it."""

    head: StreamHead
    first: Sample
    told: FileTrack


class MatroskaFile:
    """Writes one file; one worker at a time. All raise PlayerError (output.failed, media.*).

    Tracks are numbered from 1, as `MatroskaWriter` does. Time stamps are the file's own,
    microseconds from 0; decoding times of a track never go back.
    """

    def __init__(
        self, path: Path, media: Sequence[MediaTrack], subtitles: Sequence[FileTrack]
    ) -> None:
        """Begin the file at `path`, over what is there."""
        self._writer = MatroskaWriter([one.head for one in media])
        self._out: OutputContainer | None = None
        try:
            self._out = av.open(str(path), "w", format="matroska")
            self._streams = self._media_streams(self._out, media)
            self._texts = [_text_stream(self._out, one) for one in subtitles]
            self._last = [Micros(0) for _ in subtitles]
        except (av.error.FFmpegError, OSError, ValueError) as failed:
            self.close()
            raise _unwritten(failed) from failed

    def accepts(self, track: int, head: StreamHead) -> bool:
        """See `MatroskaWriter.accepts`."""
        return self._writer.accepts(track, head)

    def begin_run(self, track: int, head: StreamHead) -> None:
        """See `MatroskaWriter.begin_run`."""
        self._writer.begin_run(track, head)

    def write(self, track: int, sample: Sample, *, pts: Micros, dts: Micros) -> None:
        """Write a sample."""
        packet = av.Packet(self._writer.block(track, sample))
        packet.stream = self._streams[track - 1]
        packet.time_base = _MICROS
        packet.pts, packet.dts, packet.duration = pts, dts, sample.duration
        packet.is_keyframe = sample.key
        self._mux(packet)

    def write_cue(self, subtitles: int, cue: Cue) -> None:
        """Write a cue into the subtitles of this place, from 0; those of one come by start."""
        start = Micros(max(cue.start, self._last[subtitles]))
        self._last[subtitles] = start
        packet = av.Packet(subrip(cue).encode())
        packet.stream = self._texts[subtitles]
        packet.time_base = _MICROS
        packet.pts = packet.dts = start
        packet.duration = max(cue.end - start, 0)
        packet.is_keyframe = True
        self._mux(packet)

    def finish(self) -> None:
        """Write what makes it a whole file."""
        out, self._out = self._out, None
        if out is not None:
            try:
                out.close()
            except (av.error.FFmpegError, OSError) as failed:
                raise _unwritten(failed) from failed

    def close(self) -> None:
        """Give it up as it is; nothing after `finish`. Raises nothing."""
        out, self._out = self._out, None
        if out is not None:
            try:
                out.close()
            except (av.error.FFmpegError, OSError):
                return

    def _mux(self, packet: "Packet[Stream]") -> None:
        if self._out is None:
            raise _unwritten(ValueError("it is closed"))
        try:
            self._out.mux(packet)
        except (av.error.FFmpegError, OSError, ValueError) as failed:
            raise _unwritten(failed) from failed

    def _media_streams(self, out: OutputContainer, media: Sequence[MediaTrack]) -> list[Stream]:
        """Describe the tracks to libav in its own way: by a Matroska stream with their heads."""
        samples = MatroskaWriter([one.head for one in media])
        start = samples.head()
        for number, one in enumerate(media, 1):
            samples.begin_run(number, one.head)
            start += samples.write(number, one.first, Micros(0))
        with _opened(start, "matroska") as described:
            streams: list[Stream] = []
            for one, template in zip(media, described.streams, strict=True):
                stream = out.add_stream_from_template(template)
                _tell(stream, one.told)
                streams.append(stream)
            return streams


def subrip(cue: Cue) -> str:
    """A cue's lines as SubRip has them: what is bold, italic or underlined, and nothing else."""
    return "\n".join("".join(map(_span, line)) for line in cue.lines)


def _span(span: CueSpan) -> str:
    text = span.text
    for tag, on in (("u", span.underline), ("i", span.italic), ("b", span.bold)):
        text = f"<{tag}>{text}</{tag}>" if on and text.strip() else text
    return text


def _text_stream(out: OutputContainer, told: FileTrack) -> Stream:
    with _opened(_NO_SUBTITLES, "srt") as described:
        stream: Stream = out.add_stream_from_template(described.streams[0])
    _tell(stream, told)
    return stream


def _opened(data: bytes, name: str) -> InputContainer:
    return av.open(io.BytesIO(data), "r", format=name)


def _tell(stream: Stream, told: FileTrack) -> None:
    if told.language:
        stream.metadata["language"] = told.language
    if told.name:
        stream.metadata["title"] = told.name
    marks = Disposition(0)
    if told.default:
        marks |= Disposition.default
    if told.forced:
        marks |= Disposition.forced
    stream.disposition = marks


def _unwritten(failed: Exception) -> PlayerError:
    words = getattr(failed, "strerror", None) or str(failed) or "libav refuses"
    sentence = _UNWRITTEN.format(words[:1].lower() + words[1:].rstrip("."))
    return error(ErrorCode.OUTPUT_FAILED, sentence, cause=repr(failed))
