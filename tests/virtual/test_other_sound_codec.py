"""A decoder of sound that fails: the sound of another codec, where there is one."""

import anyio

from player.api import PlayerState, RebufferStarted, Recovered, SelectAudio
from player.errors import ErrorCode, Failure
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

MUTE = Failure(code=ErrorCode.DECODE_FAILED, sentence="No.", cause="audio: no frame")


def _group(name: str, sound: str) -> str:
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{name}",NAME="English",LANGUAGE="en",DEFAULT=YES,'
        f'AUTOSELECT=YES,URI="/{sound}.m3u8"\n'
    )


def _variant(rung: str, group: str, codec: str) -> str:
    return (
        f"#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=640x360,"
        f'CODECS="avc1.64001f,{codec}",AUDIO="{group}"\n/{rung}.m3u8\n'
    )


MASTER = (
    "#EXTM3U\n"
    + _group("g1", "a1")
    + _group("g2", "a2")
    + _variant("v1", "g1", "mp4a.40.2")
    + _variant("v1", "g2", "ac-3")
)


def test_the_sound_of_another_codec_is_played_instead() -> None:
    async def scenario() -> None:
        async with tuned(vod=50, samples=24, extra={"/master.m3u8": MASTER}) as (rig, origin):
            await anyio.sleep(20)
            assert {name for name, _ in origin.segments()} == {"v1", "a1"}
            rig.sink.trouble(rig.sink.opened[-1].epoch, MUTE)
            await anyio.sleep(20)
            assert rig.now.state is PlayerState.PLAYING
            assert {name for name, _ in origin.segments()} == {"v1", "a1", "a2"}
            assert rig.sink.hardware, "pictures are not to blame"
        assert [one.decision for one in rig.of(Recovered)] == ["another codec than aac"]
        assert rig.of(RebufferStarted) == []
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_a_sound_that_was_chosen_by_hand_gives_way_too() -> None:
    async def scenario() -> None:
        async with tuned(vod=50, samples=24, extra={"/master.m3u8": MASTER}) as (rig, origin):
            await anyio.sleep(20)
            rig.do(SelectAudio(track=rig.now.audio_track))
            await anyio.sleep(1)
            rig.sink.trouble(rig.sink.opened[-1].epoch, MUTE)
            await anyio.sleep(20)
            assert rig.now.state is PlayerState.PLAYING
            assert {name for name, _ in origin.segments()} == {"v1", "a1", "a2"}
            assert rig.sink.hardware
        assert [one.decision for one in rig.of(Recovered)] == ["another codec than aac"]

    at_virtual_time(scenario)
