"""Seek, pause, stop, languages and a storm of zaps, on the real engine and a real libmpv."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest
from numpy.typing import NDArray

from app.player_host import HostOptions, PlayerHost
from player.api import (
    Command,
    ErrorOccurred,
    FirstPicture,
    Play,
    PlayerSnapshot,
    PlayerState,
    PlayRequest,
    Seek,
    SelectAudio,
    SetPaused,
    Stop,
)
from player.units import Micros, micros
from tests.strip import StripReading, drone_pitch, unwrap
from tests.system.farol_process import until
from tests.system.fed_stream import decode
from tests.system.mpv_door import ask
from tests.system.picture import strip_of
from tests.system.published import Published
from tests.system.recording import recorded_player

pytestmark = pytest.mark.system

FILM = "vod/hls-cmaf/master.m3u8?loops=5"
LIVE = "live/hls-cmaf/master.m3u8"
BOTH_LANGUAGES = ("hls-ts/master.m3u8", "hls-cmaf/master.m3u8", "dash/manifest.mpd")
LOOP = 600


@dataclass
class Booth(Published):
    """A player with a real libmpv and null outputs, and mpv's own door to look at pictures."""

    door: Path
    url: str

    def __post_init__(self) -> None:
        options = HostOptions(video="null", audio="null", ipc_socket=self.door)
        self.host = PlayerHost(options, self.take)

    def do(self, command: Command) -> None:
        self.host.submit(command)

    def play(self, channel: int, form: str = FILM, **wish: object) -> None:
        url = f"{self.url}/channels/{channel}/{form}"
        self.do(Play(request=PlayRequest(url=url, tag=str(channel), **wish)))  # type: ignore[arg-type]

    def await_(self, condition: Callable[[], object], patience: float = 20) -> None:
        assert until(condition, patience, 0.02), (self.now.state, self.now.position)

    def await_playing(self, channel: int) -> None:
        self.await_(lambda: self.now.tag == str(channel) and self.now.state == "playing")

    def picture(self) -> StripReading | None:
        """What the picture that libmpv holds says about itself."""
        file = self.door.with_suffix(".png")
        if ask(self.door, "screenshot-to-file", str(file), "video")["error"] != "success":
            return None
        return strip_of(file)


@pytest.fixture
def booth(headend_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A booth; closed afterwards."""
    made = Booth(tmp_path / "mpv.sock", headend_url)
    yield made
    made.do(Stop())
    made.host.close()


def shows_frame(booth: Booth, frame: int) -> Callable[[], bool]:
    """Whether the picture is of `frame`, give or take one."""

    def look() -> bool:
        strip = booth.picture()
        return strip is not None and abs(strip.frame - frame % LOOP) <= 1

    return look


@pytest.mark.parametrize("form", [FILM, "vod/hls-ts/master.m3u8", "vod/dash-range/manifest.mpd"])
def test_a_seek_shows_exactly_that_picture(booth: Booth, form: str) -> None:
    booth.play(3, form, max_height=360)
    booth.await_playing(3)
    booth.do(SetPaused(paused=True))
    for place in (61.0, 13.48, 100.0, 0.0, 33.32, 34.0):
        booth.do(Seek(position=micros(place)))
        booth.await_(shows_frame(booth, round(place * 25)))
        assert booth.now.state is PlayerState.PAUSED
        booth.await_(partial(_is_near, booth, place))
    booth.do(SetPaused(paused=False))
    booth.await_(lambda: booth.now.position > micros(35))
    assert not booth.of(ErrorOccurred)


def test_pause_holds_the_picture_and_going_on_misses_none(booth: Booth) -> None:
    booth.play(3, start=micros(5))
    booth.await_playing(3)
    booth.do(SetPaused(paused=True))
    booth.await_(lambda: booth.now.state is PlayerState.PAUSED)
    booth.await_(lambda: booth.picture() is not None and booth.picture() == booth.picture())
    held = booth.picture()
    assert held is not None
    threading.Event().wait(0.5)
    assert booth.picture() == held
    booth.do(SetPaused(paused=False))
    booth.await_(lambda: (strip := booth.picture()) is not None and strip.frame > held.frame + 10)


def test_a_seek_in_live_stays_within_its_window(booth: Booth) -> None:
    booth.play(3, LIVE)
    booth.await_playing(3)
    window = booth.now.window
    assert window is not None
    start, end = window
    behind = Micros(end - micros(30))
    booth.do(Seek(position=behind))
    booth.await_(lambda: abs(booth.now.position - behind) < micros(4))
    booth.await_playing(3)
    assert booth.now.latency is not None
    assert booth.now.latency > micros(24)
    before, strip, after = _frame(booth.now), booth.picture(), _frame(booth.now)
    assert strip is not None
    first, shown, last = unwrap([before, strip.frame, after], LOOP)
    assert first - 12 <= shown <= last + 12, "the picture is of the time that the snapshots say"
    booth.do(Seek(position=Micros(start - micros(500))))
    booth.await_(lambda: _is_playing_within(booth.now, lambda start, _: micros(8) + start))
    booth.do(Seek(position=Micros(end + micros(500))))
    booth.await_(lambda: _is_playing_within(booth.now, lambda _, end: end))
    booth.await_(lambda: (booth.now.latency or Micros(0)) < micros(14))
    assert not booth.of(ErrorOccurred)


def _frame(now: PlayerSnapshot) -> int:
    assert now.epoch is not None
    return round((now.epoch + now.position) * 25 / 1e6) % LOOP


def _is_playing_within(now: PlayerSnapshot, until_: Callable[[int, int], int]) -> bool:
    return (
        now.state is PlayerState.PLAYING
        and now.window is not None
        and now.window[0] <= now.position <= until_(*now.window)
    )


def test_stop_ends_everything_and_the_next_play_works(booth: Booth) -> None:
    booth.play(3)
    booth.await_playing(3)
    booth.do(Stop())
    booth.await_(lambda: booth.now.state is PlayerState.IDLE)
    assert ask(booth.door, "get_property", "idle-active")["data"] is True
    booth.play(4)
    booth.await_playing(4)
    booth.await_(lambda: (strip := booth.picture()) is not None and strip.channel == 4)


def test_a_storm_of_zaps_ends_on_the_last(booth: Booth) -> None:
    """30 in 5 s, over every kind of source: one plays, and nothing of the others is left."""
    booth.play(1, LIVE)
    booth.await_playing(1)
    threads = threading.active_count()
    tasks = booth.host.thread.call(_task_count)
    connections = _connections(booth.url)
    forms = (LIVE, "live/dash/manifest.mpd", "live/stream.ts", FILM, "live/hls-ts/master.m3u8")
    end = time.perf_counter()
    for zap in range(30):
        booth.play(zap % 8 + 1, forms[zap % len(forms)])
        end += 5 / 30
        threading.Event().wait(max(0, end - time.perf_counter()))
    booth.play(7, LIVE)
    booth.await_playing(7)
    booth.await_(lambda: (strip := booth.picture()) is not None and strip.channel == 7)
    before = booth.now.position
    booth.await_(lambda: booth.now.position > before + micros(1))
    assert booth.now.tag == "7"
    assert not booth.of(ErrorOccurred)
    booth.await_(lambda: booth.host.thread.call(_task_count) <= tasks + 1)
    booth.await_(lambda: threading.active_count() <= threads + 4)  # the worker pool may have grown
    booth.await_(lambda: _connections(booth.url) <= connections + 4)  # kept alive by the pool
    assert booth.of(FirstPicture)[-1].tag == "7"


def _task_count() -> int:
    """Tasks of the engine's loop; runs in it."""
    return len(anyio.get_running_tasks())


def _connections(url: str) -> int:
    """How many connections this process holds to the headend; 0 where /proc cannot tell."""
    table = Path("/proc/self/net/tcp")
    if not table.exists():
        return 0
    wanted = f":{urlsplit(url).port:04X}"
    rows = [line.split() for line in table.read_text().splitlines()[1:]]
    established = {row[9] for row in rows if row[2].endswith(wanted) and row[3] == "01"}
    return len(established & set(_own_sockets()))


def _is_near(booth: Booth, place: float) -> bool:
    return abs(booth.now.position - micros(place)) <= 40_000


def _own_sockets() -> Iterator[str]:
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            yield link.readlink().name.removeprefix("socket:[").removesuffix("]")


def test_the_other_language_follows_at_the_same_picture(headend_url: str) -> None:
    """Switched in the middle: the drone changes its pitch, pictures go on where they were."""
    urls = [f"{headend_url}/channels/3/vod/{form}?loops=2" for form in BOTH_LANGUAGES]
    with ThreadPoolExecutor(len(urls)) as pool:
        for _ in pool.map(_switch_in_a_loop_of_its_own, urls):
            pass


def _switch_in_a_loop_of_its_own(url: str) -> None:
    anyio.run(_switch_language, url)


async def _switch_language(url: str) -> None:
    async with recorded_player(6) as rig:
        rig.play(url, audio_language="en", max_height=240)
        await rig.until(lambda: rig.now.position > micros(8))
        portuguese = next(one for one in rig.now.audio if one.language == "pt")
        english = rig.now.audio_track
        assert english != portuguese.id
        rig.do(SelectAudio(track=portuguese.id))
        await rig.until(lambda: rig.now.audio_track == portuguese.id)
        await rig.until_over()
        starts = list(rig.sink.opened)
        streams = rig.streams
    first, second = (decode(stream) for stream in streams)
    assert first.sound is not None
    assert second.sound is not None
    low, high = (drone_pitch(_middle(one.sound.pcm), 48_000) for one in (first, second))
    assert low is not None
    assert high is not None
    assert high / low == pytest.approx(1.5, abs=0.02)
    begin = starts[1].start / 1e6 - 0.001
    pairs = zip(second.times, second.frames, strict=True)
    seen = [frame for at, frame in pairs if at > begin]
    assert seen == list(range(seen[0], 2 * LOOP))
    joined = second.frames[0] + math.ceil(begin * 25)
    assert joined == seen[0]
    assert 8 * 25 <= joined <= first.frames[-1] + 1, "it goes on inside what had been fed"


def _middle(pcm: NDArray[Any]) -> NDArray[Any]:
    return pcm[48_000 : min(len(pcm), 8 * 48_000)]
