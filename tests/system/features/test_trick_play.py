"""Other speeds and single pictures, on the real engine and a real libmpv, told by the strip."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from player.api import PlayerState, RebufferStarted, Seek, SetPaused, SetSpeed, StepFrame
from player.units import micros
from tests.strip import unwrap
from tests.system.farol_process import until
from tests.system.mpv_screen import Screen

pytestmark = pytest.mark.system

FILMS = [
    "vod/hls-ts/master.m3u8?loops=5",
    "vod/hls-cmaf/master.m3u8?loops=5",
    "vod/dash/manifest.mpd?loops=5",
]
LOOP = 600


@pytest.fixture
def screen(headend_url: str, tmp_path: Path) -> Iterator[Screen]:
    made = Screen(door=tmp_path / "mpv.sock", url=headend_url)
    yield made
    made.close()


def _frame(screen: Screen) -> int | None:
    strip = screen.strip()
    return None if strip is None else strip.frame


def _pause_at(screen: Screen, place: float) -> int:
    """Pause on exactly that picture, and give its number."""
    screen.host.submit(SetPaused(paused=True))
    screen.host.submit(Seek(position=micros(place)))
    wanted = round(place * 25) % LOOP
    assert until(lambda: _frame(screen) == wanted, 15, 0.03), _frame(screen)
    return wanted


def _step(screen: Screen, before: int, *, forward: bool) -> int:
    """Press once, and give what is shown when it is another picture and stays it."""
    screen.host.submit(StepFrame(forward=forward))
    assert until(lambda: _frame(screen) not in (None, before), 10, 0.03), before
    seen = _frame(screen)
    assert not until(lambda: _frame(screen) not in (None, seen), 0.25, 0.05), "it went on"
    assert seen is not None
    return seen


@pytest.mark.parametrize("form", FILMS)
def test_a_step_is_exactly_one_picture_both_ways(screen: Screen, form: str) -> None:
    screen.play(f"4/{form}", max_height=360)
    at = _pause_at(screen, 11.84)  # and so over the joint of two segments, at 12
    there = [at]
    for _ in range(8):
        there.append(_step(screen, there[-1], forward=True))
    assert there == list(range(at, at + 9))
    back = [there[-1]]
    for _ in range(12):
        back.append(_step(screen, back[-1], forward=False))
    assert back == list(range(at + 8, at - 5, -1))
    assert _step(screen, back[-1], forward=True) == at - 3
    assert screen.now.state is PlayerState.PAUSED
    screen.host.submit(SetPaused(paused=False))
    assert until(lambda: screen.now.position > micros(14), 10, 0.05)
    assert screen.told("audio-pts") is not None, "sound goes on with it"
    assert abs(float(screen.told("avsync"))) < 0.1


def test_back_into_what_was_never_fed(screen: Screen) -> None:
    screen.play(f"4/{FILMS[1]}", max_height=360)
    at = _pause_at(screen, 60.0)
    assert _step(screen, at, forward=False) == at - 1
    assert _step(screen, at - 1, forward=False) == at - 2


@pytest.mark.parametrize("form", FILMS)
@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_a_film_goes_on_at_the_speed_without_a_break(
    screen: Screen, form: str, speed: float
) -> None:
    screen.play(f"4/{form}", max_height=240)
    screen.host.submit(SetSpeed(speed=speed))
    assert until(lambda: screen.told("speed") == speed, 5, 0.02)
    seen = list[tuple[float, int]]()

    def look() -> bool:
        place, frame = screen.told("time-pos"), _frame(screen)
        if place is not None and frame is not None:
            seen.append((float(place), frame))
        return len(seen) > 12

    first = screen.now.position
    assert until(look, 40, 0.1)
    assert until(lambda: screen.now.position > first + micros(4 * speed), 20, 0.05)
    counted = unwrap([frame for _, frame in seen])
    assert counted == sorted(counted)
    media = seen[-1][0] - seen[0][0]
    assert (counted[-1] - counted[0]) / 25 == pytest.approx(media, abs=0.3)
    assert abs(float(screen.told("avsync"))) < 0.1
    assert screen.now.speed == speed
    assert screen.of(RebufferStarted) == []
    screen.host.submit(SetSpeed(speed=1.0))
    assert until(lambda: screen.told("speed") == 1.0, 5, 0.02)
