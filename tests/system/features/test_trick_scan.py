"""Fast play on the real engine and a real libmpv: the strip says which pictures were shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from player.api import Command, PlayerState, Scan, Seek, SegmentFetched, SetPaused
from player.clock import SystemClock
from player.model.presentation import TrackKind
from player.units import micros
from tests.system.farol_process import until
from tests.system.features.played import Notes, is_fatal, play
from tests.system.mpv_screen import Screen
from tests.system.recording import RecordedPlayer

pytestmark = pytest.mark.system

LOOP, GROUP = 600, 50
"""Frames of a loop, and from one key frame to the next: 24 s and 2 s."""

LOOKS = 9

FORMS = {
    "HLS TS, a list of key frames": "vod/hls-ts/master.m3u8?loops=40&iframes=1",
    "HLS CMAF, a list of key frames": "vod/hls-cmaf/master.m3u8?loops=40&iframes=1",
    "HLS TS under AES-128, a list of key frames": (
        "vod/hls-ts/master.m3u8?loops=40&iframes=1&aes=1"
    ),
    "HLS CMAF under AES-128, a list of key frames": (
        "vod/hls-cmaf/master.m3u8?loops=40&iframes=1&aes=1"
    ),
    "DASH, a trick mode set": "vod/dash/manifest.mpd?loops=40&trick=1",
    "HLS TS, whole segments": "vod/hls-ts/master.m3u8?loops=40",
    "DASH, whole segments": "vod/dash/manifest.mpd?loops=40",
}


@pytest.fixture
def screen(headend_url: str, tmp_path: Path) -> Iterator[Screen]:
    made = Screen(door=tmp_path / "mpv.sock", url=headend_url)
    yield made
    made.close()


def _do(screen: Screen, *commands: Command) -> None:
    for command in commands:
        screen.host.submit(command)


def _winds(screen: Screen, rate: int) -> bool:
    return screen.now.scan == rate


def _has_moved(screen: Screen, rate: int) -> Callable[[], bool]:
    """Whether the place has gone on by two seconds of the rate's direction."""
    before = screen.now.position

    def look() -> bool:
        return (screen.now.position - before) * rate > micros(2) * abs(rate)

    return look


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A picture, and between which places, told in seconds, it was asked for and had."""

    at: float
    before: float
    after: float
    frame: int

    @property
    def off(self) -> float:
        """How far the picture lies from the middle of those places, in seconds."""
        return (self.frame / 25 - self.middle + 12) % 24 - 12

    @property
    def middle(self) -> float:
        """Between the two."""
        return (self.before + self.after) / 2

    @property
    def spans(self) -> float:
        """How far the place moved while the picture was being had."""
        return abs(self.after - self.before)


def _watch(screen: Screen) -> list[Look]:
    """Some looks; those for which a busy machine took too long say nothing."""
    seen, clock = list[Look](), SystemClock()

    def look() -> bool:
        at, before, strip = clock.monotonic() / 1e6, screen.now.position / 1e6, screen.strip()
        after = screen.now.position / 1e6
        if strip is not None and abs(after - before) < 10:
            seen.append(Look(at=at, before=before, after=after, frame=strip.frame))
        return len(seen) >= LOOKS

    assert until(look, 90, 0.8)
    return seen


def _judge(seen: list[Look], rate: int) -> None:
    """Key frames alone, near the place that is told, in order, and the place at the rate."""
    first, last = seen[0], seen[-1]
    assert (last.before - first.before) / (last.at - first.at) == pytest.approx(rate, rel=0.3)
    assert [one.frame % GROUP for one in seen] == [0] * LOOKS, "key frames"
    for one in seen:
        assert abs(one.off) <= one.spans / 2 + 2.1 + abs(rate) * 0.5, one
    shown = [one.middle + one.off for one in seen]
    assert shown == pytest.approx(sorted(shown, reverse=rate < 0), abs=0.05)
    assert len({round(one) for one in shown}) >= 4


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("HLS TS, a list of key frames", "-iframes.m3u8"),
        ("HLS CMAF, a list of key frames", "-iframes.m3u8"),
        ("HLS TS under AES-128, a list of key frames", "-iframes.m3u8"),
        ("HLS CMAF under AES-128, a list of key frames", "-iframes.m3u8"),
        ("DASH, a trick mode set", "/trick-"),
    ],
)
def test_where_there_are_key_frames_by_themselves_nothing_else_is_fetched(
    headend_url: str, form: str, word: str
) -> None:
    sizes = list[int]()

    async def script(rig: RecordedPlayer, notes: Notes) -> None:
        del notes
        await rig.until(lambda: rig.now.position > micros(1), 30)
        rig.do(Scan(rate=16))
        await rig.until(lambda: rig.now.scan == 16, 10)
        begun = rig.now.requests, rig.now.downloaded
        await rig.until(lambda: rig.now.position > micros(90), 60)
        sizes.append((rig.now.downloaded - begun[1]) // (rig.now.requests - begun[0]))
        rig.do(Scan(rate=0))
        await rig.until(lambda: rig.now.scan == 0, 10)

    played = play(f"{headend_url}/channels/5/{FORMS[form]}", script, 1.0)
    assert not is_fatal(played)
    assert played.fetched(word)
    whole = max(one.size for one in played.of(SegmentFetched) if one.kind is TrackKind.VIDEO)
    assert sizes[0] < whole / 2


@pytest.mark.timeout(400)
@pytest.mark.parametrize("form", FORMS)
def test_pictures_go_on_at_the_rate_both_ways_and_playback_goes_on_with_sound(
    screen: Screen, form: str
) -> None:
    screen.play(f"5/{FORMS[form]}", max_height=240)
    _do(screen, Seek(position=micros(400)))
    assert until(lambda: screen.now.position > micros(400.3), 20, 0.05)
    for rate in (8, -8, 2):
        _do(screen, Scan(rate=rate))
        assert until(partial(_winds, screen, rate), 5, 0.02)
        assert until(_has_moved(screen, rate), 20, 0.02)
        _judge(_watch(screen), rate)
        assert screen.now.state is PlayerState.PLAYING
    _do(screen, SetPaused(paused=False))
    assert until(lambda: screen.now.scan == 0, 5, 0.02)
    where = screen.now.position
    assert until(lambda: screen.now.position > where + micros(2), 20, 0.05)
    strip = screen.strip()
    assert strip is not None
    off = (strip.frame / 25 - screen.now.position / 1e6 + 12) % 24 - 12
    assert abs(off) < 1.0
    assert screen.told("current-tracks/audio/codec") is not None
    assert abs(float(screen.told("avsync"))) < 0.1
