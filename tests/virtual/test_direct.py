"""What libmpv reads by itself, behind the same face; and addresses that are no channel."""

import anyio
import httpx
import pytest

from player.api import ErrorOccurred, FirstPicture, PlaybackEnded, PlayerState, Seek, SetPaused
from player.errors import ErrorCode, Failure, Severity
from player.units import micros, seconds
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import player_rig

RTSP = "rtsp://camera.test/1"


def _nowhere(_clock: VirtualClock) -> httpx.AsyncBaseTransport:
    return httpx.MockTransport(lambda _: httpx.Response(404))


def _answering(body: bytes, status: int = 200):  # type: ignore[no-untyped-def]
    return lambda _clock: httpx.MockTransport(lambda _: httpx.Response(status, content=body))


def test_a_camera_is_libmpvs_and_obeys_all_the_same() -> None:
    async def scenario() -> None:
        async with player_rig(_nowhere, keep=999) as rig:
            rig.play(RTSP, headers={"A": "b"})
            await rig.until(PlayerState.PLAYING)
            assert rig.sink.urls == [(RTSP, {"A": "b"})]
            rig.do(SetPaused(paused=True))
            await rig.until(PlayerState.PAUSED)
            rig.do(SetPaused(paused=False), Seek(position=micros(30)))
            await anyio.sleep(2)
            assert seconds(rig.now.position) == pytest.approx(32, abs=0.6)
            rig.sink.finish(rig.sink.opened[-1].epoch)
            await rig.until(PlayerState.ENDED)
        assert len(rig.of(FirstPicture)) == 1
        assert len(rig.of(PlaybackEnded)) == 1
        assert rig.states[0] is PlayerState.LOADING

    at_virtual_time(scenario)


def test_each_seek_is_an_epoch_of_its_own() -> None:
    async def scenario() -> None:
        broken = Failure(code=ErrorCode.DECODE_FAILED, sentence="It cannot be decoded.")
        async with player_rig(_nowhere) as rig:
            rig.play(RTSP)
            await rig.until(PlayerState.PLAYING)
            for target in (30, 60):
                rig.do(Seek(position=micros(target)))
                await anyio.sleep(0.15)
                assert seconds(rig.now.position) == pytest.approx(target, abs=0.3)
            epochs = [one.epoch for one in rig.sink.opened]
            assert len(set(epochs)) == len(epochs) == 3
            rig.sink.fail(epochs[0], broken)
            await anyio.sleep(2)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) == pytest.approx(62, abs=0.6)

    at_virtual_time(scenario)


def test_what_libmpv_cannot_open_is_told() -> None:
    async def scenario() -> None:
        broken = Failure(code=ErrorCode.DECODE_FAILED, sentence="It cannot be decoded.")
        async with player_rig(_nowhere) as rig:
            rig.play(RTSP)
            await anyio.sleep(0.5)
            rig.sink.fail(99, broken)
            await anyio.sleep(0.5)
            assert rig.now.state is PlayerState.PLAYING
            rig.play(RTSP)
            await anyio.sleep(0.1)
            rig.sink.fail(rig.sink.opened[-1].epoch, broken)
            await rig.until(PlayerState.FAILED)
            assert rig.now.failure == broken
            assert rig.sink.stops == 1

    at_virtual_time(scenario)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 200, ErrorCode.MANIFEST_EMPTY),
        (b"<html>", 200, ErrorCode.MANIFEST_NOT_A_MANIFEST),
        (b"", 404, ErrorCode.NETWORK_HTTP_STATUS),
        (b"", 503, ErrorCode.NETWORK_HTTP_STATUS),
        (b"#EXTM3U\n#EXT-X-ENDLIST\n", 200, ErrorCode.MANIFEST_NO_TRACKS),
    ],
)
def test_an_address_that_is_no_channel_fails_and_the_next_zap_works(
    body: bytes, status: int, code: ErrorCode
) -> None:
    async def scenario() -> None:
        async with player_rig(_answering(body, status)) as rig:
            rig.play("http://origin.test/a.m3u8")
            await rig.until(PlayerState.FAILED)
            fatal = rig.of(ErrorOccurred)
            assert [one.failure.code for one in fatal] == [code]
            assert fatal[0].failure.severity is Severity.FATAL
            assert fatal[0].failure.sentence.endswith((".", ")."))
            rig.play(RTSP)
            await rig.until(PlayerState.PLAYING)
            assert rig.now.failure is None

    at_virtual_time(scenario)
