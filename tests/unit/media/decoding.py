"""The oracle: what libav decodes of a file, and what it decodes of the samples that we give it."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from player.media.demux import open_demuxer
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import Demuxed
from player.units import Micros

_DECODERS = {"av1": "libdav1d", "vp9": "vp9", "mp3": "mp3float", "mp2": "mp2float"}


def demux(pieces: Iterable[bytes], container: Container = Container.UNKNOWN) -> list[Demuxed]:
    """Demux `pieces` as one run."""
    demuxer = open_demuxer(container)
    out: list[Demuxed] = []
    try:
        for piece in pieces:
            out.extend(demuxer.feed(piece))
        out.extend(demuxer.flush())
    finally:
        demuxer.close()
    return out


def heads(out: list[Demuxed], kind: TrackKind | None = None) -> list[StreamHead]:
    """Give the heads, in order."""
    return [head for part in out for head in part.heads if kind in (None, head.kind)]


def runs(out: list[Demuxed], kind: TrackKind) -> list[tuple[StreamHead, list[Sample]]]:
    """Give (head, its samples) for each head of a kind, as they follow each other."""
    found: dict[int, list[tuple[StreamHead, list[Sample]]]] = {}
    for part in out:
        for head in part.heads:
            if head.kind is kind:
                found.setdefault(head.stream, []).append((head, []))
        for sample in part.samples:
            if sample.stream in found:
                found[sample.stream][-1][1].append(sample)
    return [run for stream in found.values() for run in stream]


def decoded(head: StreamHead, samples: list[Sample]) -> list[np.ndarray]:
    """Decode our samples under our head; sound without what is to be skipped and discarded."""
    context = CodecContext.create(_DECODERS.get(head.codec, head.codec), "r")
    assert isinstance(context, AudioCodecContext | VideoCodecContext)
    context.thread_count = 1
    if head.config:
        # libav's own form of the record is Matroska's.
        context.extradata = head.config
    if isinstance(context, AudioCodecContext) and head.channels:
        context.layout = {1: "mono", 2: "stereo", 6: "5.1"}[head.channels]
        context.sample_rate = head.sample_rate
    # A decoder of Opus takes the pre-skip off by itself.
    delay = head.codec_delay
    frames = []
    for sample in samples:
        frames += _frames(context, replace(sample, skip=Micros(max(sample.skip - delay, 0))))
        delay = Micros(max(delay - sample.skip, 0))
    return frames + [frame.to_ndarray() for frame in context.decode(None)]


def _frames(
    context: AudioCodecContext | VideoCodecContext, sample: Sample
) -> Iterator[np.ndarray]:
    packet = Packet(sample.data)
    packet.pts, packet.dts = sample.pts, sample.dts
    for frame in context.decode(packet):
        array = frame.to_ndarray()
        if isinstance(context, AudioCodecContext):
            rate = frame.sample_rate
            skip, discard = (round(t * rate / 1e6) for t in (sample.skip, sample.discard))
            width = array.shape[1] // (1 if frame.format.is_planar else frame.layout.nb_channels)
            step = array.shape[1] // width
            array = array[:, skip * step : (width - discard) * step]
        yield array


def reference(data: bytes, kind: str, **options: str) -> list[np.ndarray]:
    """Decode the first stream of a kind as libav does by itself; nothing from before time 0.

    libav takes priming off for some codecs and only dates it before 0 for others.
    """
    with av.open(io.BytesIO(data), options=options) as container:
        streams = container.streams.video if kind == "video" else container.streams.audio
        frames = container.decode(streams[0])
        return [_from_zero(f) for f in frames if isinstance(f, av.AudioFrame | av.VideoFrame)]


def _from_zero(frame: av.AudioFrame | av.VideoFrame) -> np.ndarray:
    array = frame.to_ndarray()
    if isinstance(frame, av.VideoFrame) or not frame.pts or frame.pts >= 0:
        return array
    assert frame.time_base is not None
    early = round(-frame.pts * frame.time_base * frame.sample_rate)
    return array[:, early * (1 if frame.format.is_planar else frame.layout.nb_channels) :]


def same_pictures(mine: list[np.ndarray], theirs: list[np.ndarray]) -> bool:
    """Whether all pictures are equal."""
    return len(mine) == len(theirs) and all(map(np.array_equal, mine, theirs))


def same_sound(mine: list[np.ndarray], theirs: list[np.ndarray]) -> bool:
    """Whether the sound is the same, however it is cut into frames."""
    return np.array_equal(np.concatenate(mine, axis=1), np.concatenate(theirs, axis=1))
