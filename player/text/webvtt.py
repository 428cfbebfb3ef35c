"""WebVTT files and segments (W3C WebVTT; RFC 8216 3.5 for HLS)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from player.model.cue import Cue, CueSpan
from player.model.notes import Notes, quoted
from player.text import webvtt_box, webvtt_text
from player.text.bounds import LARGEST_DOCUMENT
from player.text.failures import unreadable
from player.text.style import lines_of
from player.text.webvtt_box import Region
from player.text.webvtt_css import Rules
from player.text.webvtt_times import TimestampMap, timestamp_map, timing

_ARROW = "-->"


@dataclass(slots=True, kw_only=True)
class Document:
    """What has been read so far of one document (or of a `wvtt` track's head)."""

    notes: Notes = field(default_factory=Notes)
    rules: Rules = field(default_factory=Rules)
    regions: dict[str, Region] = field(default_factory=dict)
    timestamp_map: TimestampMap | None = None
    cues: list[Cue] = field(default_factory=list)


def read(data: bytes, notes: Notes) -> Document:
    """Read a whole document; raises PlayerError where it is no WebVTT.

    An empty one has no cues: servers send such segments while nobody speaks.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise unreadable(f"the WebVTT document has {len(data)} bytes")
    document = Document(notes=notes)
    text = decoded(data)
    if not text.strip():
        notes.warn(0, "an empty WebVTT segment")
        return document
    if not text.startswith("WEBVTT") or text[6:7] not in ("", " ", "\t", "\n"):
        raise unreadable(f"no WebVTT: begins with {quoted(text[:20])}")
    first, *blocks = _blocks(text.split("\n"))
    _header(document, first[1])
    for line, block in blocks:
        _block(document, line, block)
    document.cues.sort(key=lambda cue: (cue.start, cue.end))
    return document


def decoded(data: bytes) -> str:
    """Decode as WebVTT 6.1 asks: UTF-8 with mark, any line ends, no NUL."""
    text = data.decode("utf-8-sig", "replace")
    return (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def cue_lines(
    document: Document, text: str, identifier: str = ""
) -> tuple[tuple[CueSpan, ...], ...]:
    """Give the lines of a cue's text in the document's styles."""
    return lines_of(webvtt_text.runs(text, document.rules, identifier))


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Part lines at blank ones, and where a second arrow stands (WebVTT 6.1, "collect a block").

    The first one given is the file's header. Numbers count from 1.
    """
    block: list[str] = []
    begun, seen = 1, False
    for number, line in enumerate(lines, start=1):
        arrow = _ARROW in line
        if block and (not line.strip(" \t") or (arrow and (seen or len(block) > 1 or begun == 1))):
            yield begun, block
            block, seen = [], False
        if line.strip(" \t"):
            begun = begun if block else number
            block.append(line)
            seen = seen or arrow
    if block:
        yield begun, block


def _header(document: Document, lines: list[str]) -> None:
    for number, line in enumerate(lines[1:], start=2):
        if line.upper().startswith("X-TIMESTAMP-MAP"):
            document.timestamp_map = timestamp_map(line)
            if document.timestamp_map is None:
                document.notes.warn(number, f"unreadable: {quoted(line)}")


def _block(document: Document, number: int, lines: list[str]) -> None:
    first = lines[0].strip()
    if _ARROW in first:
        _cue(document, number, "", lines)
    elif len(lines) > 1 and _ARROW in lines[1]:
        _cue(document, number + 1, first, lines[1:])
    elif first == "STYLE":
        document.rules.read("\n".join(lines[1:]), number + 1, document.notes)
    elif first == "REGION":
        found = webvtt_box.region("\n".join(lines[1:]), number + 1, document.notes)
        document.regions[found.id] = found
    elif not first.startswith("NOTE"):
        document.notes.warn(number, f"neither cue nor note: {quoted(first)}")


def _cue(document: Document, number: int, identifier: str, lines: list[str]) -> None:
    found = timing(lines[0])
    if found is None:
        document.notes.warn(number, f"times not read: {quoted(lines[0])}")
        return
    if found.end <= found.start:
        document.notes.warn(number, f"a cue that ends before it begins: {quoted(lines[0])}")
        return
    made = cue_lines(document, "\n".join(lines[1:]), identifier)
    if made:
        words = "".join(span.text for line in made for span in line)
        box = webvtt_box.box(found.settings, document.regions, words, number, document.notes)
        document.cues.append(Cue(start=found.start, end=found.end, lines=made, box=box))
