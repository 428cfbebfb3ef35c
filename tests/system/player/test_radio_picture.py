"""`--screenshot` of a radio: the window's picture, or a sentence."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.system.farol_process import farol, run_farol
from tests.system.x_display import x_display

pytestmark = pytest.mark.system

RADIO = "/channels/104/vod/hls-ts/master.m3u8?codecs=aac"


def test_without_a_window_a_radio_has_none_and_says_so(lab_url: str, tmp_path: Path) -> None:
    picture = tmp_path / "radio.png"
    outputs = ("--duration", "1", "--screenshot", str(picture))
    ran = run_farol("play", "--headless", *outputs, lab_url + RADIO, home=tmp_path)
    assert ran.status == 0
    said = "farol: Only sound was played, and no picture of it can be written to"
    assert ran.sentences == [f"{said} {str(picture)!r}."]
    assert not picture.exists()


@pytest.mark.display
def test_a_window_shows_which_channel_is_heard(lab_url: str, tmp_path: Path) -> None:
    picture = tmp_path / "radio.png"
    outputs = ("--duration", "1", "--screenshot", str(picture))
    with (
        x_display(tmp_path) as display,
        farol("play", *outputs, lab_url + RADIO, home=tmp_path, display=display.name) as process,
    ):
        assert process.wait(40) == 0
    image = QImage(str(picture)).convertToFormat(QImage.Format.Format_Grayscale8)
    assert (image.width(), image.height()) == (1280, 720)
    bright = np.frombuffer(image.constBits(), np.uint8).reshape(720, -1)[:, :1280] > 180
    assert bright[500:, :700].sum() > 1000, "the banner's words"
    assert not bright[200:450].any(), "and nothing where a picture would be"
