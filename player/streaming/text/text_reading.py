"""One text segment's bytes become cues. A worker's."""

from collections.abc import Callable
from dataclasses import dataclass

from player.errors import PlayerError
from player.model.cue import Cue
from player.model.presentation import Container, TrackKind
from player.model.sample import StreamHead
from player.ports import Demuxed, Demuxer
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.feed.unlock import KeyFor, Unlock
from player.text.face import TextReader, TimestampMap, open_reader, read_document

_BOXES = frozenset({b"ftyp", b"styp", b"moof", b"moov", b"sidx", b"emsg", b"prft"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRead:
    """The cues of one segment in its own times; `timed` says that those are a container's."""

    cues: tuple[Cue, ...]
    timestamp_map: TimestampMap | None = None
    timed: bool = False


def read_text(
    chosen: BufferedSegment, key_for: KeyFor, open_demuxer: Callable[[Container], Demuxer]
) -> TextRead:
    """Decrypt and read a whole segment; raises PlayerError (media.*, drm.*)."""
    container = _container(chosen)
    body = _clear(chosen, container, key_for)
    if container is not Container.FMP4:
        document = read_document(body, container)
        return TextRead(cues=document.cues, timestamp_map=document.timestamp_map)
    return TextRead(cues=_from_samples(body, open_demuxer(container)), timed=True)


def _container(chosen: BufferedSegment) -> Container:
    """What the bytes are; they themselves know best."""
    head = (chosen.init or chosen.entry.body())[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if (chosen.init or chosen.entry.body())[4:8] in _BOXES:
        return Container.FMP4
    told = chosen.lane.representation.container
    if head.startswith(b"<"):
        return Container.TTML
    return told if told in {Container.TTML, Container.WEBVTT} else Container.WEBVTT


def _clear(chosen: BufferedSegment, container: Container, key_for: KeyFor) -> bytes:
    unlock = Unlock(container, key_for)
    clear = unlock.feed(chosen.init) if chosen.init else b""
    unlock.begin(chosen)
    return clear + unlock.feed(chosen.entry.body()) + unlock.end() + unlock.flush()


def _from_samples(data: bytes, demuxer: Demuxer) -> tuple[Cue, ...]:
    readers: dict[int, TextReader | None] = {}
    cues: list[Cue] = []
    try:
        for batch in (*demuxer.feed(data), *demuxer.flush()):
            readers.update(_readers(batch))
            for sample in batch.samples:
                reader = readers.get(sample.stream)
                cues += reader.feed(sample) if reader else ()
    finally:
        demuxer.close()
    for reader in readers.values():
        cues += reader.flush() if reader else ()
    return tuple(cues)


def _readers(batch: Demuxed) -> dict[int, TextReader | None]:
    return {head.stream: _reader(head) for head in batch.heads}


def _reader(head: StreamHead) -> TextReader | None:
    if head.kind is not TrackKind.TEXT:
        return None
    try:
        return open_reader(head)
    except PlayerError:
        return None
