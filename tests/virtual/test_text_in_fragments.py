"""Subtitles in MP4 fragments (ISO/IEC 14496-30: wvtt, stpp), at their moments and over a seek."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio
import httpx
import pytest

from player.api import (
    CuesChanged,
    ErrorOccurred,
    PlayerSnapshot,
    PlayerState,
    RebufferStarted,
    Seek,
)
from player.media.demux import open_demuxer
from player.model.presentation import Container
from player.ports import Demuxer
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT, FakeOrigin
from tests.fakes.origin_manifests import playlist
from tests.fakes.virtual import FakeDemuxer, VirtualClock, at_virtual_time
from tests.unit.media.boxes_made import box, fragment, init, text_entry, track
from tests.virtual.rig import URL, player_rig

MPD = "http://origin.test/manifest.mpd"
COUNT, MEDIA_START, SCALE = 40, 1000, 1000
LATE = 0.3
"""A sink tells where it is four times a second here."""

CODECS = {"wvtt": "wvtt", "stpp": "stpp.ttml.im1t"}
HEADS = {
    "wvtt": track(1, b"text", text_entry(b"wvtt", box(b"vttC", b"WEBVTT")), timescale=SCALE),
    "stpp": track(
        1, b"subt", text_entry(b"stpp", b"http://www.w3.org/ns/ttml\0\0\0"), timescale=SCALE
    ),
}


def _samples(codec: str, number: int, media_time: int) -> Sequence[bytes]:
    """One cue, from a second after the segment's beginning to a second before its end."""
    if codec == "wvtt":
        cue = box(b"vttc", box(b"payl", f"{codec}-{number}".encode()))
        return [box(b"vtte"), *([cue] * (SEGMENT - 2)), box(b"vtte")]
    return [
        f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="{media_time + 1}s" '
        f'end="{media_time + SEGMENT - 1}s">{codec}-{number}</p></div></body></tt>'.encode()
    ]


def _fragment(codec: str, number: int) -> bytes:
    media_time = number * SEGMENT + MEDIA_START
    samples = _samples(codec, number, media_time)
    return fragment(1, media_time * SCALE, samples, SEGMENT * SCALE // len(samples))


@dataclass
class _TextOrigin(FakeOrigin):
    """A film with one subtitle track in fragments."""

    codec: str = "wvtt"

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/t/init.mp4":
            return httpx.Response(200, content=init(HEADS[self.codec]))
        return await super().answer(request)

    def _body(self, rung: str, number: int) -> bytes:
        return _fragment(self.codec, number) if rung == "t" else super()._body(rung, number)


def _set(kind: str, more: str, rung: str, codec: str) -> str:
    rate = RUNGS.get(rung, 64_000)
    size = ' width="320" height="180"' if kind == "video" else ""
    return (
        f'<AdaptationSet contentType="{kind}" lang="en" {more} startNumber="0" timescale="1" '
        f'presentationTimeOffset="{MEDIA_START}" duration="{SEGMENT}"/><Representation '
        f'id="{rung}" bandwidth="{rate}" codecs="{codec}"{size}/></AdaptationSet>'
    )


def _manifests(codec: str) -> dict[str, str]:
    """Of both kinds; HLS tells no media time, there the pictures teach it."""
    media = '<SegmentTemplate media="/$RepresentationID$/$Number$.seg"'
    sets = (
        _set("video", f'mimeType="video/webm">{media}', "v1", "vp09.00.10.08")
        + _set("audio", f'mimeType="audio/webm">{media}', "a1", "opus")
        + _set(
            "text",
            f'mimeType="application/mp4">{media} initialization="/t/init.mp4"',
            "t",
            CODECS[codec],
        )
    )
    listed = playlist("t", range(COUNT), ended=True)
    return {
        "/manifest.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
        'profiles="urn:mpeg:dash:profile:isoff-live:2011" minBufferTime="PT2S" type="static" '
        f'mediaPresentationDuration="PT{COUNT * SEGMENT}S"><Period id="p">{sets}</Period></MPD>',
        "/t.m3u8": listed.replace("#EXTINF", '#EXT-X-MAP:URI="/t/init.mp4"\n#EXTINF', 1),
    }


def _demuxer(container: Container) -> Demuxer:
    return open_demuxer(container) if container is Container.FMP4 else FakeDemuxer(container)


def _wrong(shown: PlayerSnapshot, codec: str) -> bool:
    """Whether another text is on the picture than should be; too near to a change: never."""
    number, offset = divmod(seconds(shown.position), SEGMENT)
    if any(abs(offset - edge) <= LATE for edge in (1, SEGMENT - 1)):
        return False
    wanted = f"{codec}-{int(number)}" if 1 < offset < SEGMENT - 1 else ""
    return {cue.text for cue in shown.cues} != ({wanted} if wanted else set())


@pytest.mark.parametrize("url", [URL, MPD])
@pytest.mark.parametrize("codec", CODECS)
def test_fragments_of_text_are_shown_at_their_moments_and_over_a_seek(
    codec: str, url: str
) -> None:
    origins: list[_TextOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origin = _TextOrigin(
            clock,
            vod=COUNT,
            media_start=MEDIA_START,
            samples=24,
            texts=("t",),
            extra=_manifests(codec),
            codec=codec,
        )
        origins.append(origin)
        return origin.transport()

    async def scenario() -> None:
        async with player_rig(network, keep=1 << 20, demuxer=_demuxer) as rig:
            rig.play(url, text_language="en")
            await anyio.sleep(10)
            for where in (25 * SEGMENT + 2, SEGMENT + 2, 12 * SEGMENT + 0.5):
                since = len(rig.snapshots)
                rig.do(Seek(position=micros(where)))
                await anyio.sleep(2.5)
                found = len(rig.snapshots)
                await anyio.sleep(2 * SEGMENT)
                told = [one for one in rig.snapshots[found:] if one.state is PlayerState.PLAYING]
                assert len(told) > 20
                assert not [one for one in told if _wrong(one, codec)]
                numbers = {int(c.text[5:]) for s in rig.snapshots[since:] for c in s.cues}
                begun = int(where) // SEGMENT
                assert numbers >= {begun, begun + 1}
            assert len(rig.of(CuesChanged)) >= 12
            asked = [number for rung, number in origins[0].segments() if rung == "t"]
            assert not set(range(20, 25)) & set(asked), "what a seek leaps over is not fetched"
            assert len(asked) == len(set(asked))
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)
