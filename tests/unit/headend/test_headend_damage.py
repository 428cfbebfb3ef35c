"""Media that no decoder takes: spoilt where it was asked for, and nothing else about it."""

from typing import Any

import av
import httpx
import pytest

from headend.asset.encoded import Encoded
from headend.asset.lab_audio import SOUNDS, encode_sound
from headend.asset.lab_video import PICTURES, encode_picture
from headend.asset.lineup import channel_spec
from headend.asset.model import Asset, Rendition
from headend.live.timeline import RenditionTimeline
from headend.origin.damage import spoilt
from tests.unit.headend.origin_client import FILM, NOW_MS

pytestmark = pytest.mark.anyio

_DECODERS = {"av1": "libdav1d", "mp3": "mp3float", "mp2": "mp2float"}
_FRAMES = 4
_SOUNDS = ("aac", "ac3", "eac3", "opus", "flac", "mp3", "mp2")


def _made(name: str) -> Encoded:
    if name in _SOUNDS:
        return encode_sound(101, "en", SOUNDS[name])
    spec, picture = channel_spec(101), PICTURES[name]
    return encode_picture(spec, picture, frames=_FRAMES, step=lambda _: None)


def _timeline(name: str) -> tuple[Asset, RenditionTimeline]:
    made = _made(name)
    facts = {name: getattr(made, name) for name in Rendition.__slots__ if hasattr(made, name)}
    row = Rendition(data=memoryview(made.payload), **facts)
    spec = channel_spec(101)
    asset = Asset(
        number=101,
        name=spec.name,
        duration_s=24,
        segment_s=2,
        renditions=(row,),
        colours=spec.colours,
    )
    return asset, RenditionTimeline(row, duration_s=24, segment_s=2)


def _outcome(line: RenditionTimeline) -> tuple[int, int]:
    """How many frames a decoder gives, and how many samples it refuses."""
    codec = line.rendition.codec
    context: Any = av.CodecContext.create(_DECODERS.get(codec, codec), "r")
    if codec in {"h264", "hevc", "aac", "flac"}:
        context.extradata = line.rendition.codec_config
    context.thread_count = 1  # threads tell of errors later
    if line.rendition.kind == "audio":
        context.sample_rate, context.layout = 48_000, "stereo"
    frames = errors = 0
    for sample in line.rendition.samples[:_FRAMES]:
        try:
            frames += len(context.decode(av.Packet(bytes(line.payload(sample)))))
        except av.FFmpegError:
            errors += 1
    return frames, errors


@pytest.mark.parametrize("name", ["v240", "hevc240", "vp9240", "av1240", *_SOUNDS])
def test_no_decoder_takes_a_sample(name: str) -> None:
    """All refuse them but HEVC's, which since FFmpeg 7.1 passes over bad slices in silence."""
    asset, line = _timeline(name)
    (bad,) = spoilt({"x": line}, asset, (line.rendition.codec,)).values()
    assert _outcome(bad) in [(0, _FRAMES), (0, 0)][: 1 + (name == "hevc240")]
    assert _outcome(line)[1] == 0
    sizes = {len(bad.payload(sample)) - sample.size for sample in line.rendition.samples}
    assert sizes == {0}
    assert bad.segment(3) == line.segment(3)


@pytest.mark.parametrize(
    "path", ["hls-ts/v90/{}.ts", "hls-cmaf/v180/{}.m4s", "dash/v90/{}.m4s", "dash/a-en/{}.m4s"]
)
async def test_only_what_was_named_is_spoilt(client: httpx.AsyncClient, path: str) -> None:
    mine, other = ("aac", "h264") if "a-en" in path else ("h264", "hevc")
    for query, changed in (
        (f"broken={mine}", [0, 1, 2, 3, 4, 5]),
        (f"broken={mine},hevc&every=3", [2, 5]),
        (f"broken={mine}&from_ms={NOW_MS + 1}", []),
        (f"broken={other}&muxed=0", []),
    ):
        found = []
        for number in range(6):
            address = f"{FILM}/{path.format(number)}"
            muxed = "muxed=0" if "muxed" in query else ""
            whole = (await client.get(f"{address}?{muxed}")).content
            given = (await client.get(f"{address}?{query}")).content
            assert len(given) == len(whole)
            found += [number] * (given != whole)
        assert found == changed, query


async def test_a_film_in_one_file_is_spoilt_behind_its_index(client: httpx.AsyncClient) -> None:
    whole, given = [
        (await client.get(f"{FILM}/dash-range/v90.mp4?length=8{more}")).content
        for more in ("", "&broken=h264&every=2")
    ]
    assert len(given) == len(whole)
    for number in range(4):
        first, second = (f"{FILM}/dash/v90/{number}.m4s", "?broken=h264&every=2")
        assert (await client.get(first)).content in whole
        assert (await client.get(first + second)).content in given


async def test_heads_and_manifests_stay_as_they_are(client: httpx.AsyncClient) -> None:
    for path in ("hls-cmaf/v90/init.mp4", "dash/manifest.mpd", "hls-ts/master.m3u8"):
        whole, given = [
            (await client.get(f"{FILM}/{path}?{query}")).text
            for query in ("loops=2", "loops=2&broken=h264,hevc")
        ]
        assert given.replace("&amp;", "&").replace("&broken=h264,hevc", "") == whole
