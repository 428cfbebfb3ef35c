"""Live television at a small latency, on the real engine and a real libmpv."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.player_host import HostOptions, PlayerHost
from player.api import ErrorOccurred, Play, PlayerState, PlayRequest, RebufferStarted, Stop
from player.units import Micros, micros, seconds
from tests.system.farol_process import until
from tests.system.mpv_door import ask
from tests.system.published import Published

pytestmark = pytest.mark.system

TARGET = 4.0
"""What whole segments of two seconds can do."""

DASH = "live/dash/manifest.mpd?rungs=v240&addressing=number"
HLS = "live/hls-cmaf/master.m3u8?rungs=v240"


@contextmanager
def playing(url: str, door: Path, target: Micros | None) -> Iterator[Published]:
    heard = Published()
    host = PlayerHost(HostOptions(video="null", audio="null", ipc_socket=door), heard.take)
    try:
        host.submit(Play(request=PlayRequest(url=url, target_latency=target)))
        assert until(lambda: heard.now.state is PlayerState.PLAYING, 20, 0.02)
        yield heard
    finally:
        host.submit(Stop())
        host.close()


def _truly(heard: Published) -> float:
    """By the clock that this machine's headend goes by, too."""
    return datetime.now(UTC).timestamp() - heard.now.position / 1e6


def _number(door: Path, name: str) -> float:
    return float(ask(door, "get_property", name)["data"] or 0)


@pytest.mark.parametrize(
    ("form", "asked"),
    [(f"{DASH}&latency=4000", None), (DASH, TARGET - 1), (HLS, TARGET + 1)],
    ids=["the manifest asks", "the viewer asks, less", "hls"],
)
def test_libmpv_is_held_at_the_latency_that_is_asked_for(
    headend_url: str, tmp_path: Path, form: str, asked: float | None
) -> None:
    door, target = tmp_path / "mpv.sock", asked or TARGET
    wish = None if asked is None else micros(asked)
    with playing(f"{headend_url}/channels/2/{form}", door, wish) as heard:
        assert until(lambda: heard.now.rate != 1.0, 25, 0.05) or _near(heard, target)
        if heard.now.rate != 1.0:
            assert until(lambda: _number(door, "speed") == heard.now.rate, 5, 0.05)
            assert abs(_number(door, "avsync")) < 0.1
        assert until(lambda: heard.now.rate == 1.0 and _near(heard, target), 60, 0.05)
        assert _number(door, "speed") == 1.0
        assert abs(_number(door, "avsync")) < 0.1
        latency = heard.now.latency
        assert latency is not None
        assert seconds(latency) == pytest.approx(_truly(heard), abs=0.5)
    assert len(heard.of(RebufferStarted)) <= 1, "more than a busy machine's doing"
    assert all(0.95 <= one.rate <= 1.05 for one in heard.snapshots)


@pytest.mark.parametrize(
    "form",
    [
        "live/dash/manifest.mpd?rungs=v240&parts=400",
        "live/hls-cmaf/master.m3u8?rungs=v240&parts=400",
    ],
    ids=["ll-dash", "ll-hls"],
)
def test_segments_of_two_seconds_are_played_two_seconds_behind(
    headend_url: str, tmp_path: Path, form: str
) -> None:
    door = tmp_path / "mpv.sock"
    with playing(f"{headend_url}/channels/2/{form}", door, micros(2)) as heard:
        assert until(lambda: _near(heard, 2.0), 40, 0.05)
        assert until(lambda: heard.now.rate == 1.0 and _near(heard, 2.0), 40, 0.05)
        assert abs(_number(door, "avsync")) < 0.1
    assert not heard.of(ErrorOccurred)


def _near(heard: Published, target: float) -> bool:
    return abs(_truly(heard) - target) < 0.3
