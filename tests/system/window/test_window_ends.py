"""The real window ends in the order written down: what plays, then the picture, then libmpv."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system.farol_process import environment, run_module
from tests.system.x_display import x_display

pytestmark = [
    pytest.mark.system,
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb"),
]


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of pictures without any sound: libmpv has nothing else to go on with."""
    film = tmp_path_factory.mktemp("silent") / "silent.mp4"
    picture = "testsrc=d=3:s=320x240"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-pix_fmt", "yuv420p"]
    subprocess.run([*command, str(film)], check=True, timeout=60)
    return film


@pytest.mark.parametrize("duration", ["1", "30"])
def test_pictures_without_sound_end_well(duration: str, silent: Path, tmp_path: Path) -> None:
    """By the run's own duration, and at the film's end."""
    with x_display(tmp_path) as display:
        env = environment(tmp_path, display.name)
        ran = run_module("app", ["play", str(silent), "--duration", duration], env, timeout=60)
    assert (ran.status, ran.sentences) == (0, [])
