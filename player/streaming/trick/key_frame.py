"""One key frame: fetched with what it takes, and taken out of its container."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from player.errors import ErrorCode, PlayerError, error
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.model.segment import Segment
from player.ports import Demuxed, Demuxer
from player.streaming.feed.equipment import fetch_init, fetch_key
from player.streaming.feed.track_buffer import BufferedSegment
from player.streaming.feed.unlock import KeyFor, Unlock, identity_key
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.segment_loader import SegmentLoader
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.trick.cut_key_frame import is_cut, opened, with_blocks
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFrame:
    """A picture that needs no other one, and when it is shown in presentation time."""

    head: StreamHead
    sample: Sample = field(repr=False)
    at: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFrameParts:
    """What it takes to get one."""

    engine: EngineParts
    store: PresentationStore
    loader: SegmentLoader
    key_for: KeyFor = field(repr=False)


async def fetch_key_frame(
    segment: Segment, lane: Lane, parts: KeyFrameParts, speed: float = 1.0
) -> KeyFrame:
    """The first key frame of a segment; raises PlayerError (network.*, media.*, drm.*)."""
    loader, errand = parts.loader, parts.store.errand(lane, segment=segment, speed=speed)
    init = await fetch_init(segment, lane, loader, errand)
    key = await fetch_key(segment.protection, loader)
    blocks = with_blocks(segment.resource) if is_cut(segment, lane) else segment.resource
    entry = loader.entry(replace(segment, resource=blocks), live=parts.store.live)
    with parts.engine.cache.pinned(entry):
        if not entry.complete:
            await loader.fill(entry, _unwatched, errand)
        chosen = BufferedSegment(segment=segment, lane=lane, entry=entry, init=init, key=key)
        return await parts.engine.worker(
            lambda: read_key_frame(chosen, parts.key_for, parts.engine.open_demuxer)
        )


def read_key_frame(
    chosen: BufferedSegment, key_for: KeyFor, open_demuxer: Callable[[Container], Demuxer]
) -> KeyFrame:
    """The first key frame of a segment that is here; a worker's. Raises PlayerError (media.*)."""
    container = chosen.lane.representation.container
    unlock, demuxer = Unlock(container, key_for), open_demuxer(container)
    try:
        clear = unlock.feed(chosen.init) if chosen.init else b""
        clear += _in_the_clear(chosen, unlock)
        heads: dict[int, StreamHead] = {}
        found = _first_key(demuxer.feed(clear), heads) or _first_key(demuxer.flush(), heads)
    finally:
        demuxer.close()
    if found is None:
        raise _no_picture()
    head, sample = found
    return KeyFrame(head=head, sample=sample, at=_place(chosen.segment, sample))


def _in_the_clear(chosen: BufferedSegment, unlock: Unlock) -> bytes:
    """The segment's bytes; of a range of an encrypted file what was asked for of it."""
    data, segment = b"".join(chosen.entry.chunks), chosen.segment
    key, wanted = identity_key(segment.protection), segment.resource.byte_range
    if key is not None and wanted is not None and is_cut(segment, chosen.lane):
        return opened(data, wanted, chosen.key, key.iv)
    unlock.begin(chosen)
    return unlock.feed(data) + unlock.end()


def _first_key(
    batches: tuple[Demuxed, ...], heads: dict[int, StreamHead]
) -> tuple[StreamHead, Sample] | None:
    for batch in batches:
        heads.update({head.stream: head for head in batch.heads})
        for sample in batch.samples:
            if sample.key and heads[sample.stream].kind is TrackKind.VIDEO:
                return heads[sample.stream], sample
    return None


def _place(segment: Segment, sample: Sample) -> Micros:
    """When it is shown: as the manifest leads there, else where its segment begins."""
    if segment.media_offset is not None:
        told = Micros(sample.pts + segment.media_offset)
        if abs(told - segment.start) <= segment.duration:
            return told
    return segment.start


def _unwatched(_started: Micros, _received: int) -> None:
    """A picture is small: nobody gives it up half way."""


def _no_picture() -> PlayerError:
    return error(
        ErrorCode.MEDIA_INVALID,
        "A piece of this channel has no picture to stop at; Farol goes on after it.",
        cause="no key frame in a segment",
    )
