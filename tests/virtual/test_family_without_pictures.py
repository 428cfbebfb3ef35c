"""Two codec families in one playlist, and media of the better one that hold no picture at all."""

import anyio

from player.api import ErrorOccurred, PlayerState, RebufferStarted, Recovered
from player.units import seconds
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

SOUND = (
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,'
    'AUTOSELECT=YES,URI="/a1.m3u8"\n'
)


def multivariant(**codecs: str) -> str:
    """Variants of one size: each rung's codec; the first has the fewest bits."""
    rows = "".join(
        f'#EXT-X-STREAM-INF:BANDWIDTH={number}000000,RESOLUTION=640x360,AUDIO="a",'
        f'CODECS="{codec},mp4a.40.2"\n/{rung}.m3u8\n'
        for number, (rung, codec) in enumerate(codecs.items(), 1)
    )
    return f"#EXTM3U\n{SOUND}{rows}"


def played(master: str, *empty: str) -> tuple[Rig, list[str]]:
    """A film of five minutes, watched for one; which rungs were asked for, in order."""
    seen: list[Rig] = []
    asked: list[str] = []

    async def scenario() -> None:
        async with tuned(
            vod=50, samples=24, extra={"/master.m3u8": master}, empty=lambda one, _: one in empty
        ) as (rig, origin):
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            seen.append(rig)
            asked.extend(name for name, _ in origin.segments() if name.startswith("v"))

    at_virtual_time(scenario)
    return seen[0], list(dict.fromkeys(asked))


HEVC, H264 = "hvc1.1.6.L93.B0", "avc1.64001f"


def test_the_other_family_brings_the_pictures() -> None:
    rig, asked = played(multivariant(v1=HEVC, v2=H264), "v1")
    assert asked == ["v1", "v2"]
    assert [one.decision for one in rig.of(Recovered)] == ["another codec than hevc"]
    assert rig.of(ErrorOccurred) == []
    assert rig.of(RebufferStarted) == []
    assert seconds(rig.now.position) > 50
    heads = rig.sink.opened
    assert len(heads) <= 2, "one for sound alone at most, one with pictures"


def test_where_no_family_has_any_it_goes_on_without() -> None:
    rig, asked = played(multivariant(v1=HEVC, v2=H264), "v1", "v2")
    assert asked == ["v1", "v2"]
    assert [one.decision for one in rig.of(Recovered)] == ["another codec than hevc"]
    (told,) = {one.failure.sentence for one in rig.of(ErrorOccurred)}
    assert told == "This channel promises pictures but brings none; Farol goes on without."
    assert rig.fatal == []


def test_one_family_alone_goes_on_without_at_once() -> None:
    rig, asked = played(multivariant(v1=H264), "v1")
    assert asked == ["v1"]
    assert rig.of(Recovered) == []
    assert len(rig.of(ErrorOccurred)) == 1
