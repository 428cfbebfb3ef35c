"""What a worker hands back: one rendition's bytes before they are in the cache."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from headend.asset.ladder import SEGMENT_SECONDS
from headend.asset.model import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One access unit with its bytes; times in ticks."""

    pts: int
    dts: int
    duration: int
    key: bool
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A rendition in memory; the fields are those of ``model.Rendition``."""

    id: str
    kind: Literal["video", "audio", "text"]
    codecs: str
    codec_config: bytes
    timescale: int
    bandwidth: int
    average_bandwidth: int
    language: str
    name: str
    width: int
    height: int
    frame_rate: int
    sample_rate: int
    channels: int
    samples: tuple[Sample, ...] = field(repr=False)
    payload: bytes = field(repr=False)
    sar: str = "1:1"
    interlaced: bool = False


def encoded(
    units: Sequence[Unit],
    *,
    id: str,  # noqa: A002 the field's name in the model
    kind: Literal["video", "audio", "text"],
    codecs: str,
    codec_config: bytes,
    timescale: int,
    name: str,
    language: str = "",
    width: int = 0,
    height: int = 0,
    frame_rate: int = 0,
    sample_rate: int = 0,
    channels: int = 0,
    sar: str = "1:1",
    interlaced: bool = False,
    segment_s: int = SEGMENT_SECONDS,
) -> Encoded:
    """Lays units out one after another and measures their rates, by segments so long."""
    peak, average = _rates(units, timescale, segment_s)
    return Encoded(
        id=id,
        kind=kind,
        codecs=codecs,
        codec_config=codec_config,
        timescale=timescale,
        bandwidth=peak,
        average_bandwidth=average,
        language=language,
        name=name,
        width=width,
        height=height,
        frame_rate=frame_rate,
        sample_rate=sample_rate,
        channels=channels,
        samples=_samples(units),
        payload=b"".join(unit.payload for unit in units),
        sar=sar,
        interlaced=interlaced,
    )


def _samples(units: Sequence[Unit]) -> tuple[Sample, ...]:
    samples, offset = [], 0
    for unit in units:
        size = len(unit.payload)
        samples.append(
            Sample(
                pts=unit.pts,
                dts=unit.dts,
                duration=unit.duration,
                key=unit.key,
                offset=offset,
                size=size,
            )
        )
        offset += size
    return tuple(samples)


def _rates(units: Sequence[Unit], timescale: int, segment_s: int) -> tuple[int, int]:
    """Bits/s of the largest segment and of the whole (RFC 8216 4.3.4.2: payload only)."""
    segments: dict[int, int] = defaultdict(int)
    for unit in units:
        segments[unit.pts // (timescale * segment_s)] += len(unit.payload) * 8
    length = sum(unit.duration for unit in units)
    total = sum(segments.values())
    return -(-max(segments.values()) // segment_s), -(-total * timescale // length)
