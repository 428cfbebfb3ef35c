"""What a plain transport stream holds, told from its tables and its first seconds."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

import anyio

from player.errors import PlayerError
from player.media.demux import open_demuxer
from player.media.ts_services import ServiceReader
from player.model.presentation import (
    Container,
    ManifestWarning,
    Presentation,
    PresentationType,
    Representation,
    Track,
    TrackKind,
)
from player.model.sample import StreamHead
from player.model.segment import ListedIndex
from player.ports import Demuxed, Demuxer, FetchResponse, WorkerRunner
from player.units import BitsPerSecond, ByteCount, Micros, micros, seconds

ENOUGH = micros(4)
"""Of the stream's own time: captions and subtitles show themselves late."""

LONGEST_LOOK = micros(8)
"""Of our own time."""

MOST_BYTES = ByteCount(16 << 20)
"""What is read at most of a stream whose own time stands still."""

_NAMES = {"ac3": "ac-3", "eac3": "ec-3"}
_ORDER = (TrackKind.VIDEO, TrackKind.AUDIO, TrackKind.TEXT)


@dataclass(slots=True)
class Heard:
    """What has come of a stream so far."""

    heads: dict[int, StreamHead] = field(default_factory=dict)
    services: ServiceReader = field(default_factory=ServiceReader)
    size: int = 0
    first: Micros | None = None
    last: Micros = Micros(0)
    fault: str = ""

    @property
    def span(self) -> Micros:
        """How much of the stream's own time it is."""
        return Micros(0 if self.first is None else self.last - self.first)

    @property
    def rate(self) -> BitsPerSecond:
        """Bits a second of all of it, 0 while too little came to say."""
        lasting = seconds(self.span)
        return BitsPerSecond(round(self.size * 8 / lasting) if lasting >= 1 else 0)

    def take(self, demuxed: Iterable[Demuxed]) -> None:
        """Take what the demuxer gave."""
        for one in demuxed:
            self.heads |= {head.stream: head for head in one.heads}
            for sample in one.samples:
                self.first = sample.dts if self.first is None else min(self.first, sample.dts)
                self.last = max(self.last, sample.dts)


async def listen(head: bytes, stream: FetchResponse, worker: WorkerRunner) -> Heard:
    """Read the first seconds of a stream, at most 16 MiB and 8 s of ours; never raises for them.

    `head` are its first bytes, which were read already.
    """
    heard, demuxer = Heard(), open_demuxer(Container.TS)
    try:
        with anyio.move_on_after(seconds(LONGEST_LOOK)):
            await _feed(heard, head, worker, demuxer)
            async for chunk in stream.chunks():
                await _feed(heard, chunk, worker, demuxer)
                if heard.span >= ENOUGH or heard.size >= MOST_BYTES:
                    break
            else:
                heard.take(await worker(demuxer.flush))
    except PlayerError as failed:
        heard.fault = failed.failure.sentence
    finally:
        demuxer.close()
    return heard


async def _feed(heard: Heard, data: bytes, worker: WorkerRunner, demuxer: Demuxer) -> None:
    heard.size += len(data)
    await worker(partial(heard.services.feed, data))
    heard.take(await worker(partial(demuxer.feed, data)))


def described(presentation: Presentation, heard: Heard, *, film: bool) -> Presentation:
    """Give a stream's presentation with what was `heard`; `film`: it has an end."""
    period = presentation.periods[0]
    heads = sorted(heard.heads.values(), key=lambda head: _ORDER.index(head.kind))
    whole = next(iter(heads), None)
    tracks = tuple(_track(head, heard.rate if head is whole else None) for head in heads)
    warnings = (ManifestWarning(line=0, text=heard.fault),) if heard.fault else ()
    known = replace(
        presentation,
        periods=(replace(period, tracks=tracks or period.tracks),),
        warnings=(*presentation.warnings, *warnings),
        services=heard.services.services,
    )
    return replace(known, type=PresentationType.VOD, epoch=None) if film else known


def _track(head: StreamHead, rate: BitsPerSecond | None) -> Track:
    only = Representation(
        id=str(head.stream),
        bandwidth=rate or BitsPerSecond(0),
        codecs=codec_name(head),
        width=head.width or None,
        height=head.height or None,
        container=Container.TS,
        kinds=frozenset({head.kind}),
        index=ListedIndex(segments=(), ended=False),
    )
    return Track(
        id=str(head.stream),
        kind=head.kind,
        language=head.language,
        name=head.service,
        channels=head.channels or None,
        in_video=rate is None,
        representations=(only,),
    )


def codec_name(head: StreamHead) -> str:
    """Name a stream's codec as manifests do (RFC 6381) where its record is short, else plainly."""
    if head.codec == "h264" and len(head.config) >= 4:
        return f"avc1.{head.config[1:4].hex()}"
    if head.codec == "aac" and head.config:
        return f"mp4a.40.{head.config[0] >> 3}"
    return _NAMES.get(head.codec, head.codec)
