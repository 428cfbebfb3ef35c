"""A quality chosen while the buffer reaches over the end of a period."""

import re

import anyio
import pytest

from player.api import PlayerState, RebufferStarted, SelectQuality
from player.units import seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.origin_manifests import mpd
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

URL = "http://origin.test/manifest.mpd"
BORDER = 6
"""Segments of the first period."""

LATER = 7
"""The same, where what is buffered by the time that the line gets good reaches over the end."""


def _film(own_names: bool, border: int = BORDER) -> str:
    """Two periods; with `own_names` the second one's rungs are named otherwise."""
    told = mpd(
        live=False, segments=20, periods=((border, "video audio"), (20 - border, "video audio"))
    )
    if not own_names:
        return told
    _, second = re.findall(r"<Period .*?</Period>", told)
    renamed = re.sub(
        r'<Representation id="(v\d)"([^>]*)/>',
        r'<Representation id="two-\1"\2>'
        r'<SegmentTemplate media="/\1/$Number$.seg"/></Representation>',
        second,
    )
    return told.replace(second, renamed)


@pytest.mark.parametrize("own_names", [False, True])
def test_a_line_that_gets_good_betters_both_sides_of_the_border(own_names: bool) -> None:
    async def scenario() -> None:
        def line(at: float) -> float:
            return 0.9e6 if at < 24 else 40e6

        async with tuned(
            URL,
            vod=20,
            media_start=0,
            samples=60,
            extra={"/manifest.mpd": _film(own_names, LATER)},
            line=line,
            pieces=True,
        ) as (rig, origin):
            await anyio.sleep(24)
            at = seconds(rig.now.position)
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
        pictures = [(rung, number) for rung, number in origin.segments() if rung in RUNGS]
        low = {number for rung, number in pictures if rung == "v1"}
        again = {number for rung, number in pictures if rung != "v1"} & low
        assert min(again) < LATER <= max(again), "of both periods"
        assert min(again) * SEGMENT >= at + 4, "never what libmpv was fed already"
        assert len([n for _, n in pictures if n in again]) <= 3 * len(again), "no loop"
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("own_names", [False, True])
@pytest.mark.parametrize("place", [0, -1], ids=["down", "up"])
def test_what_is_not_fed_yet_is_replaced_on_both_sides_of_the_border(
    place: int, own_names: bool
) -> None:
    async def scenario() -> None:
        limit: dict[str, object] = {"max_height": 180} if place else {}
        wanted = RUNGS["v3"] if place else RUNGS["v1"]
        async with tuned(
            URL,
            vod=20,
            media_start=0,
            samples=24,
            extra={"/manifest.mpd": _film(own_names)},
            line=lambda _: 60e6,
            wish=limit,
        ) as (rig, origin):
            await anyio.sleep(12)
            assert seconds(rig.now.position) + seconds(rig.now.buffer) > BORDER * SEGMENT + 4
            before = len(origin.segments())
            rig.do(SelectQuality(representation=rig.now.rungs[place].id))
            await anyio.sleep(BORDER * SEGMENT - 14)
            assert seconds(rig.now.position) < BORDER * SEGMENT
            assert rig.now.bandwidth == wanted, "not only from the border on"
            await anyio.sleep(30)
            assert rig.now.bandwidth == wanted
            assert rig.now.state is PlayerState.PLAYING
        again = [number for rung, number in origin.segments()[before:] if rung in RUNGS]
        assert again == sorted(set(again)), "and nothing twice"
        assert len(rig.sink.opened) == 1
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)
