"""When the pictures near the playing one are shown."""

import random

from player.streaming.feed.frame_times import MOST_FRAMES, SAME, FrameTimes
from player.units import Micros, micros


def _known(times: list[float]) -> FrameTimes:
    frames = FrameTimes()
    for time in times:
        frames.add(micros(time))
    return frames


def test_pictures_come_in_decoding_order_and_some_twice() -> None:
    frames = _known([0.0, 0.16, 0.08, 0.04, 0.12, 0.0401, 0.08])
    assert frames.after(micros(0.04)) == micros(0.08)
    assert frames.after(micros(0.0805)) == micros(0.12), "libmpv rounds"
    assert frames.before(micros(0.0795)) == micros(0.04)
    assert frames.before(micros(0.16)) == micros(0.12)


def test_nothing_is_after_the_last_nor_before_the_first() -> None:
    frames = _known([10.0, 10.02, 10.04])
    assert frames.after(micros(10.04)) is None
    assert frames.before(micros(10.0)) is None
    assert (frames.newest, FrameTimes().newest) == (micros(10.04), None)


def test_walking_back_and_forth_touches_each_picture_once_however_uneven_they_are() -> None:
    rng = random.Random(7)  # noqa: S311 - an order, no secret
    times, at = list[Micros](), 0
    for _ in range(300):
        at += rng.randint(SAME + 1000, 90_000)
        times.append(Micros(at))
    frames = FrameTimes()
    for start in range(0, 300, 30):
        group = times[start : start + 30]
        rng.shuffle(group)
        for one in group:
            frames.add(one)
    here, back = times[-1], [times[-1]]
    while here > times[0]:
        former = frames.before(here)
        assert former is not None
        here = former
        back.append(here)
    assert back == times[::-1]
    forth = [here]
    while (following := frames.after(here)) is not None:
        here = following
        forth.append(here)
    assert forth == times


def test_no_more_than_so_many_are_kept() -> None:
    frames = _known([number / 50 for number in range(3 * MOST_FRAMES)])
    newest = micros((3 * MOST_FRAMES - 1) / 50)
    assert frames.before(newest) == micros((3 * MOST_FRAMES - 2) / 50)
    assert len(frames) <= MOST_FRAMES
