"""A small channel of our own making, encoded once a test run: no pictures of the real ones."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from fractions import Fraction

import av
import httpx
import numpy as np
import pytest

from headend.asset.model import Asset, Colours, Rendition, Sample
from tests.unit.headend.origin_client import client_of

_COMMON = {
    "language": "",
    "name": "",
    "width": 0,
    "height": 0,
    "frame_rate": 0,
    "sample_rate": 0,
    "channels": 0,
    "codec_config": b"",
}


def _rendition(samples: list[tuple[int, int, int, bool, bytes]], **facts: object) -> Rendition:
    rows, offset = [], 0
    for pts, dts, duration, key, data in samples:
        rows.append(
            Sample(pts=pts, dts=dts, duration=duration, key=key, offset=offset, size=len(data))
        )
        offset += len(data)
    blob = b"".join(data for *_, data in samples)
    rate = len(blob) * 8 // 24
    facts = {**_COMMON, "bandwidth": 2 * rate, "average_bandwidth": rate, **facts}
    return Rendition(samples=tuple(rows), data=memoryview(blob), **facts)  # type: ignore[arg-type]


def _nals(annexb: bytes) -> Iterator[bytes]:
    yield from annexb.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]


def _avcc(extradata: bytes) -> bytes:
    sets = {nal[0] & 31: nal for nal in _nals(extradata)}
    sps, pps = sets[7], sets[8]
    head = bytes([1, sps[1], sps[2], sps[3], 0xFF, 0xE1])
    return head + len(sps).to_bytes(2, "big") + sps + b"\1" + len(pps).to_bytes(2, "big") + pps


def _video(rendition_id: str, width: int, height: int) -> Rendition:
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base, codec.framerate = Fraction(1, 25), Fraction(25)
    codec.options = {
        "preset": "ultrafast",
        "x264-params": "keyint=50:min-keyint=50:scenecut=0:open-gop=0:bframes=2:b-adapt=0",
    }
    codec.flags |= 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER
    samples = []
    ramp = np.arange(width * height * 3 // 2, dtype=np.uint32).reshape(-1, width)
    packets = []
    for number in range(600):
        picture = ((ramp + number * 3) % 251).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = number
        packets += codec.encode(frame)
    packets += codec.encode(None)
    for packet in packets:
        kept = [nal for nal in _nals(bytes(packet)) if nal[0] & 31 in (1, 5)]
        data = b"".join(len(nal).to_bytes(4, "big") + nal for nal in kept)
        assert packet.pts is not None
        assert packet.dts is not None
        samples.append((packet.pts * 3600, packet.dts * 3600, 3600, packet.is_keyframe, data))
    config = _avcc(bytes(codec.extradata or b""))
    return _rendition(
        samples,
        id=rendition_id,
        kind="video",
        codecs=f"avc1.{config[1:4].hex()}",
        timescale=90_000,
        width=width,
        height=height,
        frame_rate=25,
        codec_config=config,
    )


def _audio(rendition_id: str, language: str, name: str, pitch: float) -> Rendition:
    codec = av.CodecContext.create("aac", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout, codec.format = 48_000, "stereo", "fltp"
    codec.time_base = Fraction(1, 48_000)
    packets = []
    for number in range(1130):
        time = (np.arange(1024) + number * 1024) / 48_000
        wave = (0.1 * np.sin(2 * np.pi * pitch * time)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, number * 1024
        packets += codec.encode(frame)
    samples = [
        (number * 1024, number * 1024, 1024, True, bytes(packet))
        for number, packet in enumerate(packets[1:1126])
    ]
    return _rendition(
        samples,
        id=rendition_id,
        kind="audio",
        codecs="mp4a.40.2",
        timescale=48_000,
        language=language,
        name=name,
        sample_rate=48_000,
        channels=2,
        codec_config=bytes(codec.extradata or b""),
    )


def _text(rendition_id: str, language: str, name: str) -> Rendition:
    samples = [
        (start, start, 3_000, True, f"{name} {start // 1000}".encode())
        for start in range(500, 24_000, 4_000)
    ]
    return _rendition(
        samples,
        id=rendition_id,
        kind="text",
        codecs="wvtt",
        timescale=1_000,
        language=language,
        name=name,
    )


@pytest.fixture(scope="session")
def asset() -> Asset:
    """Channel 3, "Maré": two rungs with B-frames, two languages, 24 s in 2 s segments."""
    return Asset(
        number=3,
        name="Maré",
        duration_s=24,
        segment_s=2,
        renditions=(
            _video("v90", 160, 90),
            _video("v180", 320, 180),
            _audio("a-en", "en", "English", 440.0),
            _audio("a-pt", "pt", "Português", 660.0),
            _text("t-en", "en", "English"),
            _text("t-pt", "pt", "Português"),
        ),
        colours=Colours(night="#101010", deep="#202020", accent="#e8453c", light="#ffffff"),
    )


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The origin runs on asyncio, and so do its tests."""
    return "asyncio"


@pytest.fixture
async def client(asset: Asset) -> AsyncIterator[httpx.AsyncClient]:
    """Asks an origin in test mode: channel 3, its neighbour 4 "Norte", a second port."""
    neighbour = replace(asset, number=4, name="Norte")
    async with client_of([asset, neighbour], ports=[8001]) as made:
        yield made
