"""Another speed keeps the pitch: the headend's own tone, heard at libmpv's output."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.player_host import HostOptions, PlayerHost
from player.api import Play, PlayRequest, SetSpeed, Stop
from tests.strip import drone_pitch
from tests.system.farol_process import until
from tests.system.mpv.outputs import LED, RATE, Ear, outputs
from tests.system.mpv_door import ask
from tests.system.published import Published

pytestmark = [pytest.mark.system, pytest.mark.display, pytest.mark.timeout(120)]

PITCH = 110 * 2 ** (2 / 12)
"""Channel 3 in English (docs/strip.md)."""


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    with outputs(tmp_path) as (made, _):
        yield made


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_the_tone_stays_the_tone(ear: Ear, headend_url: str, tmp_path: Path, speed: float) -> None:
    heard, door = Published(), tmp_path / "mpv.sock"
    options = HostOptions(video="null", audio="auto", hardware=False, ipc_socket=door)
    host = PlayerHost(options, heard.take)
    try:
        for name, value in LED.items():
            assert ask(door, "set_property", name, value)["error"] == "success", name
        url = f"{headend_url}/channels/3/vod/hls-cmaf/master.m3u8?length=60"
        request = PlayRequest(url=url, max_height=240, audio_language="en")
        host.submit(Play(request=request))
        host.submit(SetSpeed(speed=speed))
        assert until(lambda: heard.now.position > 1e6, 30)
        assert heard.now.speed == speed
        before, begun = heard.now.position, ear.samples()[1].size
        assert until(lambda: heard.now.position > before + 6e6 * speed, 40)
        sound, media = ear.samples()[1][begun:], (heard.now.position - before) / 1e6
    finally:
        host.submit(Stop())
        host.close()
    assert sound.size / RATE == pytest.approx(media / speed, rel=0.35), "it was that fast"
    pitch = drone_pitch(np.asarray(sound, float), RATE)
    assert pitch == pytest.approx(PITCH, rel=0.02)
