"""What belongs to a film besides its segments: chapters, discontinuities, protected outputs."""

import json
import re

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, QualityChanged, RebufferStarted, Seek
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.origin_manifests import multivariant
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

CHAPTERS = [
    {"start-time": 30, "titles": [{"language": "en", "title": "Two"}]},
    {"start-time": 0, "titles": [{"language": "en", "title": "One"}]},
]


def _with_chapters(address: str) -> str:
    tag = f'#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.chapters",URI="{address}"'
    return multivariant(("a1",)).replace("#EXTM3U", f"#EXTM3U\n{tag}")


def test_chapters_are_fetched_beside_the_film_and_told() -> None:
    async def scenario() -> None:
        extra = {"/master.m3u8": _with_chapters("/chapters.json")}
        extra["/chapters.json"] = json.dumps(CHAPTERS)
        async with tuned(vod=8, extra=extra) as (rig, origin):
            await anyio.sleep(3)
            assert rig.now.state is PlayerState.PLAYING
            told = [(seconds(one.start), one.title) for one in rig.now.chapters]
            assert told == [(0, "One"), (30, "Two")]
            rig.do(Seek(position=rig.now.chapters[1].start))
            await anyio.sleep(3)
            assert seconds(rig.now.position) == pytest.approx(33, abs=1.6)
            assert origin.asked.count("/chapters.json") == 1

    at_virtual_time(scenario)


@pytest.mark.parametrize("body", [None, "", "[", '{"a": 1}'])
def test_chapters_that_cannot_be_had_cost_nothing(body: str | None) -> None:
    async def scenario() -> None:
        extra = {"/master.m3u8": _with_chapters("/chapters.json")}
        extra |= {"/chapters.json": body} if body is not None else {}
        async with tuned(vod=8, extra=extra) as (rig, _):
            await anyio.sleep(3)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.chapters == ()
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("abr", ["cycle:2", "cycle:7", "throughput"])
@pytest.mark.parametrize("joints", [frozenset({5, 10}), frozenset(range(1, 16))])
def test_rungs_change_across_discontinuities(joints: frozenset[int], abr: str) -> None:
    async def scenario() -> None:
        async with tuned(vod=16, samples=24, joints=joints, wish={"abr": abr}) as (rig, origin):
            await anyio.sleep(40)
            assert seconds(rig.now.position) == pytest.approx(39.5, abs=1)
            await anyio.sleep(16 * SEGMENT - 30)
            assert rig.now.state is PlayerState.ENDED
            assert seconds(rig.now.position) == pytest.approx(16 * SEGMENT, abs=0.5)
        pictures = [number for rung, number in origin.segments() if rung in RUNGS]
        assert pictures == list(range(16))
        assert rig.of(QualityChanged)
        assert len(rig.sink.opened) == 1
        shown = [one.position for one in rig.snapshots]
        assert shown == sorted(shown)
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_seek_back_over_discontinuities_finds_its_place() -> None:
    async def scenario() -> None:
        joints = frozenset({3, 6, 9})
        async with tuned(vod=12, samples=24, joints=joints) as (rig, _):
            for wanted in (50, 20, 64, 2, 37):
                await anyio.sleep(4)
                rig.do(Seek(position=micros(wanted)))
                await anyio.sleep(4)
                assert rig.now.state is PlayerState.PLAYING
                assert seconds(rig.now.position) == pytest.approx(wanted + 4, abs=1.6)
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def _protected() -> str:
    """The ladder with levels of protection: none, HDCP 1.4, HDCP 2.2."""
    levels = iter(("NONE", "TYPE-0", "TYPE-1"))
    return re.sub(
        "#EXT-X-STREAM-INF:",
        lambda found: f"{found[0]}HDCP-LEVEL={next(levels)},",
        multivariant(("a1",)),
    )


@pytest.mark.parametrize(
    ("level", "best"), [("NONE", "v1"), ("TYPE-0", "v2"), ("TYPE-1", "v3"), (None, "v3")]
)
def test_no_rung_is_taken_that_the_screen_is_not_allowed_to_show(
    level: str | None, best: str
) -> None:
    async def scenario() -> None:
        extra = {"/master.m3u8": _protected()}
        wish: dict[str, object] = {} if level is None else {"hdcp": level}
        async with tuned(vod=12, samples=24, extra=extra, wish=wish) as (rig, origin):
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.bandwidth == RUNGS[best]
        asked = {rung for rung, _ in origin.segments() if rung in RUNGS}
        assert max(asked) == best

    at_virtual_time(scenario)
