"""Flash and beep at libmpv's own outputs: together, whatever came before.

`test_joints` judges to the millisecond what libmpv is given; this is what it makes of it, on a
screen and at the pace of a sound card. A busy machine shows single pictures late: each stretch
is judged by its median.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from app.player_host import HostOptions, PlayerHost
from player.api import ErrorOccurred, Play, PlayRequest, Seek, SelectAudio, Stop
from player.units import micros
from tests.strip import beep_onsets
from tests.system.farol_process import until
from tests.system.mpv.outputs import LED, RATE, Ear, Eye, outputs
from tests.system.mpv_door import ask
from tests.system.published import Published

pytestmark = [pytest.mark.system, pytest.mark.display, pytest.mark.timeout(120)]

TOGETHER = 0.040
"""Seconds that a flash and its beep may be apart."""

SETTLED = 0.7
"""Seconds after a joint from which on flashes count: the beep at a joint fades in."""

JUMP = 25
"""Pictures that a busy machine does not leave out."""


@dataclass
class Theatre(Published):
    """A player whose outputs are watched. `joints`: when a command broke the programme off."""

    folder: Path
    ear: Ear
    eye: Eye
    joints: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        door = self.folder / "mpv.sock"
        options = HostOptions(video="null", audio="auto", hardware=False, ipc_socket=door)
        self.host = PlayerHost(options, self.take)
        for name, value in LED.items():
            assert ask(door, "set_property", name, value)["error"] == "success", name

    def play(self, url: str, seconds: float) -> None:
        """Watch so much of a programme from its beginning."""
        request = PlayRequest(url=url, tag="t", max_height=240, audio_language="en")
        self.host.submit(Play(request=request))
        self.watch(seconds)

    def watch(self, second: float) -> None:
        """Go on until a second of the programme."""
        assert until(lambda: self.now.position > second * 1e6 or self.of(ErrorOccurred), 40)

    def speak(self, language: str) -> None:
        """Choose the sound."""
        track = next(one.id for one in self.now.audio if one.language == language)
        self._break_off(SelectAudio(track=track))

    def seek(self, second: float) -> None:
        """Go elsewhere."""
        self._break_off(Seek(position=micros(second)))
        assert until(lambda: abs(self.now.position - second * 1e6) < 1e6, 10)

    def _break_off(self, command: SelectAudio | Seek) -> None:
        self.joints.append(time.perf_counter())
        self.host.submit(command)

    def stretches(self) -> list[list[float]]:
        """For each stretch between joints: by how much each flash came behind its beep."""
        pictures = self.eye.pictures()
        times, sound = self.ear.samples()
        beeps = [float(times[round(at * RATE)]) for at in beep_onsets(sound, RATE)]
        jumps = [b[0] for a, b in pairwise(pictures) if _is_joint(a, b)]
        edges = sorted([pictures[0][0], *self.joints, *jumps, pictures[-1][0] + 1])
        flashes = [at for at, _, frame in pictures if frame % 25 == 0]
        found = [
            [_behind(at, beeps) for at in flashes if begin + SETTLED < at < end]
            for begin, end in pairwise(edges)
        ]
        return [stretch for stretch in found if stretch]


def _is_joint(before: tuple[float, int, int], after: tuple[float, int, int]) -> bool:
    return before[1] != after[1] or not 0 <= (after[2] - before[2]) % 600 < JUMP


def _behind(flash: float, beeps: list[float]) -> float:
    return min((flash - beep for beep in beeps), key=abs)


@pytest.fixture
def theatre(tmp_path: Path) -> Iterator[Theatre]:
    """A theatre of its own."""
    with outputs(tmp_path) as (ear, eye):
        made = Theatre(tmp_path, ear, eye)
        yield made
        made.host.submit(Stop())
        made.host.close()


def _plain(path: str, seconds: float) -> Callable[[Theatre, str], None]:
    return lambda theatre, root: theatre.play(f"{root}/{path}", seconds)


def _track_and_seek(theatre: Theatre, root: str) -> None:
    theatre.play(f"{root}/hls-cmaf/master.m3u8?length=40", 5.3)
    theatre.speak("pt")
    theatre.watch(11.3)
    theatre.seek(23.4)
    theatre.watch(29.3)


WAYS: dict[str, tuple[int, Callable[[Theatre, str], None]]] = {
    "HLS discontinuities": (2, _plain("hls-ts/master.m3u8?ads=1&length=16", 15.3)),
    "DASH periods": (2, _plain("dash/manifest.mpd?periods=10&bumper=1&length=18", 17.3)),
    "another language, a seek": (3, _track_and_seek),
}
"""How many stretches there are to be judged, and how they come about."""


@pytest.mark.parametrize("name", WAYS)
def test_flash_and_beep_come_together_after_a_joint(
    theatre: Theatre, headend_url: str, name: str
) -> None:
    least, way = WAYS[name]
    way(theatre, f"{headend_url}/channels/3/vod")
    assert theatre.of(ErrorOccurred) == []
    long = [one for one in theatre.stretches() if len(one) >= 3]
    assert len(long) >= least
    for stretch in long:
        assert abs(median(stretch)) < TOGETHER, stretch
