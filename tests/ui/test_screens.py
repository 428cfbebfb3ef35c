"""Every screen at several sizes, scales and languages: drawn, without one Qt warning."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.ui.ui_fakes import FakeCatalog
from tests.ui.ui_scenes import SCENES, settle

pytestmark = [pytest.mark.system, pytest.mark.display]

_LOOKS: dict[str, dict[str, Any]] = {
    "720-en": {"size": (1280, 720), "language": "en"},
    "1080-pt": {"size": (1920, 1080), "language": "pt"},
    "360-en": {"size": (640, 360), "language": "en"},
    "240-en": {"size": (320, 240), "language": "en"},
    "720-pt-150": {"size": (1280, 720), "language": "pt", "font_scale": 1.5},
    "360-pt-150": {"size": (640, 360), "language": "pt", "font_scale": 1.5},
}


def _shots(tmp_path: Path) -> Path:
    return Path(os.environ.get("FAROL_SHOTS", tmp_path))


@pytest.mark.parametrize("look", _LOOKS)
def test_every_screen(stage, look, tmp_path):
    for name, scene in SCENES.items():
        opened = stage(reduce_motion=True, **_LOOKS[look])
        settle(100)
        scene(opened)
        settle(150)
        image = opened.window.grab()
        assert (image.width(), image.height()) == _LOOKS[look]["size"]
        image.save(str(_shots(tmp_path) / f"{name}-{look}.png"))
        opened.window.close()


@pytest.mark.parametrize("look", ["720-en", "720-pt-150", "360-en"])
def test_empty(stage, look, tmp_path):
    opened = stage(FakeCatalog(line_up=()), reduce_motion=True, **_LOOKS[look])
    settle(200)
    image = opened.window.grab()
    image.save(str(_shots(tmp_path) / f"empty-{look}.png"))
    assert image.pixelColor(5, image.height() - 5).name() == "#0a0d14"
