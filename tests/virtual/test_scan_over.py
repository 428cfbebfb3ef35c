"""Winding over several periods and over lists of key frames under AES-128, both ways."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from player.api import PlaybackEnded, PlayerState, Scan, Seek
from player.model.presentation import Container
from player.ports import Demuxer
from player.units import micros, seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.origin_manifests import RUNGS
from tests.fakes.virtual import VIDEO, FakeDemuxer, VirtualClock, at_virtual_time, fake_segment
from tests.virtual.low_latency_parts import BoxedDemuxer
from tests.virtual.rig import Rig, player_rig, tuned

MPD, HLS = "http://origin.test/manifest.mpd", "http://origin.test/master.m3u8"
KINDS = "video audio"


@asynccontextmanager
async def film(
    make: Callable[..., FakeOrigin],
    url: str,
    demuxer: Callable[[Container], Demuxer] = FakeDemuxer,
    **channel: object,
) -> AsyncIterator[tuple[Rig, FakeOrigin]]:
    """A film at an origin of another make."""
    origins: list[FakeOrigin] = []

    def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
        origins.append(make(clock, **channel))
        return origins[0].transport()

    async with player_rig(network, keep=4, demuxer=demuxer) as rig:
        rig.play(url)
        yield rig, origins[0]


def _at(rig: Rig) -> float:
    return seconds(rig.now.position)


async def _wound(rig: Rig, rate: int, span: float) -> tuple[float, list[float]]:
    """The rate at which the place moved, and all places that were told."""
    rig.do(Scan(rate=rate))
    await anyio.sleep(2)
    places, since = [_at(rig)], seconds(rig.clock.monotonic())
    while seconds(rig.clock.monotonic()) - since < span:
        await anyio.sleep(0.25)
        places.append(_at(rig))
    moved = places[-1] - places[0]
    return moved / (seconds(rig.clock.monotonic()) - since), places


async def _plays_on(rig: Rig) -> None:
    """From the place that was told last, and that moves between two snapshots."""
    where, off = _at(rig), abs(rig.now.scan) / 3
    rig.do(Scan(rate=0))
    await anyio.sleep(6)
    assert (rig.now.scan, rig.now.state) == (0, PlayerState.PLAYING)
    assert where - 1 - off < _at(rig) < where + 7 + off
    assert rig.fatal == []


def _runs_one_way(places: list[float], rate: int) -> bool:
    return places == sorted(places, reverse=rate < 0)


# ---- several periods ------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [4, 16, 32])
def test_the_place_moves_over_the_borders_of_periods_both_ways(rate: int) -> None:
    async def scenario() -> None:
        periods = ((7, KINDS),) * 14
        async with tuned(MPD, vod=98, periods=periods, keep=4) as (rig, _):
            await anyio.sleep(5)
            rig.do(Seek(position=micros(150)))
            await anyio.sleep(3)
            span = min(300 / rate, 25)
            for way in (rate, -rate):
                speed, places = await _wound(rig, way, span)
                assert speed == pytest.approx(way, rel=0.15)
                assert _runs_one_way(places, way)
                assert abs(places[-1] - places[0]) > 42, "a border lies between"
            await _plays_on(rig)

    at_virtual_time(scenario)


def test_the_last_period_and_the_first_end_it() -> None:
    async def scenario() -> None:
        async with tuned(MPD, vod=30, periods=((10, KINDS),) * 3, keep=4) as (rig, _):
            await anyio.sleep(3)
            rig.do(Scan(rate=32))
            await anyio.sleep(20)
            assert (rig.now.scan, len(rig.of(PlaybackEnded))) == (0, 1)
            rig.do(Scan(rate=-32))
            await anyio.sleep(20)
            assert (rig.now.scan, rig.now.state) == (0, PlayerState.PLAYING)
            assert _at(rig) < 30
            assert rig.fatal == []

    at_virtual_time(scenario)


def test_where_few_pictures_are_left_they_are_shown_all_the_same() -> None:
    """They are all here before the first one is on the screen."""

    async def scenario() -> None:
        async with tuned(vod=30, keep=4, line=lambda _: 2e9) as (rig, _):
            await anyio.sleep(40)
            rig.do(Scan(rate=-2))
            await anyio.sleep(3)
            assert rig.now.scan == -2
            assert _at(rig) < 38
            await anyio.sleep(30)
            assert (rig.now.scan, rig.now.state) == (0, PlayerState.PLAYING)
            assert _at(rig) < 20

    at_virtual_time(scenario)


def test_a_period_without_pictures_is_passed_over() -> None:
    async def scenario() -> None:
        periods = (12, KINDS), (6, "audio"), (12, KINDS), (1, KINDS), (12, KINDS)
        async with tuned(MPD, vod=43, periods=periods, keep=4) as (rig, _):
            await anyio.sleep(5)
            _, places = await _wound(rig, 8, 22)
            assert _runs_one_way(places, 8)
            assert places[-1] > 43 * SEGMENT * 0.7
            _, places = await _wound(rig, -8, 18)
            assert _runs_one_way(places, -8)
            assert places[-1] < 12 * SEGMENT
            await _plays_on(rig)

    at_virtual_time(scenario)


class TrickOrigin(FakeOrigin):
    """An MPD whose second and fourth period have a trick mode set, a tenth as large."""

    def _mpd(self) -> str:
        head, *periods = super()._mpd().split("<Period")
        return "<Period".join(
            [head, *(_with_trick(one) if place % 2 else one for place, one in enumerate(periods))]
        )

    def _body(self, rung: str, number: int) -> bytes:
        body = super()._body("v1" if rung == "key" else rung, number)
        return body.rstrip() + b"\n" if rung == "key" else body


def _with_trick(period: str) -> str:
    video = period[period.index("<AdaptationSet") : period.index("</AdaptationSet>")]
    trick = re.sub(r'id="v\d"', 'id="key"', video[: video.index("/>", video.index("v1")) + 2])
    told = '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode" value="0"/>'
    trick = trick.replace("<SegmentTemplate", told + "<SegmentTemplate", 1)
    return period.replace("</Period>", trick + "</AdaptationSet></Period>")


def test_each_period_gives_what_pictures_it_has() -> None:
    async def scenario() -> None:
        periods = ((10, KINDS),) * 4
        async with film(TrickOrigin, MPD, vod=40, periods=periods) as (rig, origin):
            await anyio.sleep(3)
            before = len(origin.asked)
            speed, places = await _wound(rig, 8, 22)
            assert speed == pytest.approx(8, rel=0.15)
            assert _runs_one_way(places, 8)
            found = origin.segments()[before - len(origin.asked) :]
            keys = {number // 10 for name, number in found if name == "key"}
            whole = {number // 10 for name, number in found if name == "v1"}
            assert (keys, whole - keys) == ({1, 3}, {0, 2})
            await _plays_on(rig)

    at_virtual_time(scenario)


def test_over_discontinuities_the_place_moves_as_elsewhere() -> None:
    async def scenario() -> None:
        joints = frozenset(range(10, 100, 10))
        async with tuned(vod=100, joints=joints, keep=4) as (rig, _):
            await anyio.sleep(5)
            for way in (16, -8):
                speed, places = await _wound(rig, way, 20)
                assert speed == pytest.approx(way, rel=0.15)
                assert _runs_one_way(places, way)
            await _plays_on(rig)

    at_virtual_time(scenario)


# ---- lists of key frames under AES-128 -------------------------------------------------------

KEY, IV = b"k" * 16, b"\x09" * 16
PICTURE = 1600
"""Bytes of a key frame, with the boxes around it."""

MIDDLE = 80_000


def encrypted(data: bytes) -> bytes:
    padder, cipher = PKCS7(128).padder(), Cipher(AES(KEY), CBC(IV)).encryptor()
    return cipher.update(padder.update(data) + padder.finalize()) + cipher.finalize()


def box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def picture(seconds_in: int) -> bytes:
    start, lasts = micros(seconds_in), micros(SEGMENT / 2)
    size = PICTURE - 16
    sample = fake_segment(stream=VIDEO, start=start, duration=lasts, samples=1, size=size)
    return box(b"moof", b"") + box(b"mdat", sample)


@dataclass
class KeyFrameOrigin(FakeOrigin):
    """A film under AES-128 with a list of key frames, two of each segment, and a few bytes more.

    The second one lies `off` bytes off the middle; `restarts`: the encryption begins anew there
    (RFC 8216bis 6.2.3), else it goes on through the segment.
    """

    restarts: bool = False
    off: int = 0

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/film.key":
            return httpx.Response(200, content=KEY)
        return await super()._answer(request)

    def _text(self, path: str) -> str | None:
        tag = f'#EXT-X-KEY:METHOD=AES-128,URI="/film.key",IV=0x{IV.hex()}\n'
        if path == "/keys.m3u8":
            return self._keys(tag)
        found = super()._text(path)
        if found is not None and path == "/master.m3u8":
            return found + (
                "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=40000,RESOLUTION=320x180,"
                'CODECS="vp09.00.10.08",URI="/keys.m3u8"\n'
            )
        return None if found is None else found.replace("#EXTINF", f"{tag}#EXTINF", 1)

    def _keys(self, tag: str) -> str:
        lines = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:3\n#EXT-X-I-FRAMES-ONLY\n" + tag
        return (
            lines
            + "".join(
                f"#EXTINF:3.0,\n#EXT-X-BYTERANGE:{PICTURE + 5}@{offset}\n/v1/{number}.seg\n"
                for number in range(self.vod or 0)
                for offset in (0, MIDDLE + self.off)
            )
            + "#EXT-X-ENDLIST\n"
        )

    def _body(self, rung: str, number: int) -> bytes:
        if rung not in RUNGS:
            plain = super()._body(rung, number)
            return encrypted(box(b"mdat", plain))
        start, middle = self.media_start + number * SEGMENT, MIDDLE + self.off
        first = picture(start)
        first += box(b"free", bytes(middle - len(first) - 8))
        second = picture(start + SEGMENT // 2)
        second += box(b"free", bytes(RUNGS[rung] * SEGMENT // 8 - middle - len(second)))
        if self.restarts:
            return encrypted(first)[: len(first)] + encrypted(second)
        return encrypted(first + second)


FORMS = {
    "encryption that begins anew": {"restarts": True},
    "encryption that goes on": {},
    "ranges off the blocks": {"off": 7},
}


@pytest.mark.parametrize("form", FORMS)
def test_encrypted_key_frames_are_shown_both_ways_and_nothing_else_is_fetched(form: str) -> None:
    async def scenario() -> None:
        made = film(KeyFrameOrigin, HLS, BoxedDemuxer, vod=100, **FORMS[form])  # type: ignore[arg-type]
        async with made as (rig, origin):
            await anyio.sleep(5)
            assert rig.now.state is PlayerState.PLAYING
            for way in (4, 16, -8):
                before = len(origin.segments()), len(origin.ranges)
                speed, places = await _wound(rig, way, 15)
                assert speed == pytest.approx(way, rel=0.15)
                assert _runs_one_way(places, way)
                asked, ranged = len(origin.segments()) - before[0], len(origin.ranges) - before[1]
                assert asked == ranged, "key frames alone"
            assert len(origin.ranges) > 30
            assert any(int(one[6:].partition("-")[0]) > 0 for one in origin.ranges)
            await _plays_on(rig)

    at_virtual_time(scenario)
