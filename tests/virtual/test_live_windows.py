"""Live windows and validity that change while they are played in."""

from datetime import UTC, datetime

import anyio
import pytest

from player.api import ErrorOccurred, EventReached, PlayerState, RebufferStarted, Seek
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.origin_manifests import mpd
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.virtual.rig import tuned

HLS, MPD = "http://origin.test/master.m3u8", "http://origin.test/manifest.mpd"


@pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])
def test_a_window_that_shrinks_over_the_picture_is_joined_again(url: str) -> None:
    async def scenario() -> None:
        async with tuned(url, window=40, samples=24) as (rig, origin):
            await anyio.sleep(40)
            window = rig.now.window
            assert window is not None
            rig.do(Seek(position=window[0]))
            await anyio.sleep(10)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) < seconds(window[0]) + 30
            origin.window = 10
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.window is not None
            assert rig.now.window[0] <= rig.now.position <= rig.now.window[1]
            before = rig.now.position
            await anyio.sleep(60)
            assert seconds(rig.now.position) == pytest.approx(seconds(before) + 60, abs=2)
            assert rig.now.window[0] <= rig.now.position
        assert rig.fatal == []
        assert len(rig.of(RebufferStarted)) <= 1

    at_virtual_time(scenario)


def test_an_mpd_that_names_no_time_to_come_again_is_not_loaded_again() -> None:
    async def scenario() -> None:
        told = mpd(live=True, segments=20).replace(' minimumUpdatePeriod="PT30S"', "")
        extra = {"/manifest.mpd": told}
        async with tuned(MPD, window=20, samples=24, extra=extra) as (rig, origin):
            await anyio.sleep(300)
            assert rig.now.state is PlayerState.PLAYING
        assert origin.asked.count("/manifest.mpd") <= 2, "once, and once for the time"
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def _range(name: str, at: float, more: str = "") -> str:
    when = datetime.fromtimestamp(EPOCH + at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f'#EXT-X-DATERANGE:ID="{name}",CLASS="x",START-DATE="{when}"{more}\n'


def test_date_ranges_of_a_live_list_are_told_once_and_late_ones_too() -> None:
    """They come and go with each reload; one is listed 20 s ahead of its moment."""

    async def scenario() -> None:
        async with tuned(HLS, window=10, samples=24, tags=_range("early", 30)) as (rig, origin):
            await anyio.sleep(20)
            origin.tags += _range("late", 50) + _range("past", -300)
            await anyio.sleep(60)
            origin.tags = _range("late", 50)
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
        told = [(one.event.id, seconds(one.event.start) - EPOCH) for one in rig.of(EventReached)]
        assert told == [("early", 30), ("late", 50)]
        at = [seconds(one.at) for one in rig.of(EventReached)]
        assert at == pytest.approx([30 + 3 * SEGMENT, 50 + 3 * SEGMENT], abs=SEGMENT)
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_the_back_of_a_window_has_sound_where_the_list_of_sounds_comes_late() -> None:
    """The window moves on between the pictures' list and the sound's: two seconds were silent."""

    async def scenario() -> None:
        late = {"/a1.m3u8": 1.2 * SEGMENT}
        async with tuned(
            HLS,
            wish={"start": micros(0)},
            window=20,
            samples=24,
            uplink=lambda path: late.get(path, 0.0),
        ) as (rig, origin):
            await anyio.sleep(20)
            assert rig.now.state is PlayerState.PLAYING
        sounds = [number for rung, number in origin.segments() if rung == "a1"]
        pictures = [number for rung, number in origin.segments() if rung in RUNGS]
        assert min(sounds) <= min(pictures)

    at_virtual_time(scenario)
