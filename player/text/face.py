"""The face of the room: readers for samples, and for whole documents."""

from dataclasses import dataclass
from typing import Protocol

from player.model.cue import Cue
from player.model.notes import Notes
from player.model.presentation import Container, ManifestWarning
from player.model.sample import Sample, StreamHead
from player.text import cea, ttml, webvtt
from player.text.cea import CeaReader
from player.text.failures import unsupported
from player.text.stpp import StppReader
from player.text.teletext import TeletextReader
from player.text.webvtt_times import TimestampMap
from player.text.wvtt import WvttReader

__all__ = [
    "TextDocument",
    "TextReader",
    "TimestampMap",
    "open_reader",
    "read_document",
    "services",
]

services = cea.services


class TextReader(Protocol):
    """Makes cues of one stream's samples, in the order of a demuxer's output.

    Times of cues are the container's, as those of the samples. One caller at a time; pure.
    """

    def feed(self, sample: Sample) -> tuple[Cue, ...]:
        """Take a sample and give the cues that are certain now; raises PlayerError (media.*).

        After an error the reader goes on with the next sample.
        """
        ...

    def flush(self) -> tuple[Cue, ...]:
        """The run is over: give what was held back. The reader may be fed a new run then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDocument:
    """A whole WebVTT or TTML file, sorted by start; times are the document's own.

    `timestamp_map` tells which MPEG time a cue time is (HLS); None where the document is silent.
    """

    cues: tuple[Cue, ...]
    timestamp_map: TimestampMap | None = None
    warnings: tuple[ManifestWarning, ...] = ()


def open_reader(head: StreamHead) -> TextReader | None:
    """Open a reader for a stream by its codec; None for bitmaps and what nobody here reads."""
    if head.codec == "wvtt":
        return WvttReader(head.config)
    if head.codec == "stpp":
        return StppReader()
    if head.codec in ("cea", "cea608", "cea708"):
        return CeaReader(head.service or "CC1")
    if head.codec == "teletext":
        return TeletextReader(head.service, head.language)
    return None


def read_document(data: bytes, container: Container) -> TextDocument:
    """Read a file or segment of `container` (WEBVTT, TTML; UNKNOWN: told by its first bytes).

    Raises PlayerError: media.invalid for what is neither, media.unsupported-codec for other
    containers. Broken cues are left out, each with a warning that names its line.
    """
    notes = Notes()
    if container is Container.UNKNOWN:
        container = Container.TTML if _looks_like_xml(data) else Container.WEBVTT
    if container is Container.WEBVTT:
        read = webvtt.read(data, notes)
        return TextDocument(
            cues=tuple(read.cues), timestamp_map=read.timestamp_map, warnings=notes.taken()
        )
    if container is Container.TTML:
        return TextDocument(cues=ttml.read(data, notes), warnings=notes.taken())
    raise unsupported(f"text in {container.value}")


def _looks_like_xml(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")
