"""The laboratory's channels on a real libmpv: codec, strip, shape, fields, radio."""

from collections.abc import Iterator

import pytest

from player.api import ErrorOccurred
from tests.system.farol_process import until
from tests.system.mpv_screen import Screen

pytestmark = pytest.mark.system

DASH, TS = "vod/dash/manifest.mpd", "vod/hls-ts/master.m3u8"


@pytest.fixture(scope="module")
def screen(lab_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """One player for all: it is zapped from channel to channel."""
    made = Screen(door=tmp_path_factory.mktemp("mpv") / "mpv.sock", url=lab_url)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("path", "channel", "rung", "codec", "sound"),
    [
        (f"101/{DASH}?codecs=h264,flac", 101, 0, "h264", "flac"),
        (f"101/{DASH}?codecs=hevc,ac3", 101, 5, "hevc", "ac3"),
        (f"101/{DASH}?codecs=vp9,eac3", 101, 6, "vp9", "eac3"),
        (f"101/{DASH}?codecs=av1,opus", 101, 7, "av1", "opus"),
        (f"101/{TS}?codecs=h264,mp2", 101, 0, "h264", "mp2"),
        (f"101/{DASH}?codecs=h264,mp3", 101, 0, "h264", "mp3"),
        (f"102/{DASH}", 102, 8, "h264", "aac"),
        (f"103/{DASH}?rungs=v240-anamorphic", 103, 9, "h264", "aac"),
        (f"103/{DASH}?rungs=v360", 103, 1, "h264", "aac"),
    ],
)
def test_libmpv_decodes_it_and_shows_it_in_its_shape(
    screen: Screen, path: str, channel: int, rung: int, codec: str, sound: str
) -> None:
    screen.play(path)
    assert until(lambda: (strip := screen.strip()) is not None and strip.channel == channel, 10)
    strip = screen.strip()
    assert strip is not None
    assert (strip.channel, strip.rung) == (channel, rung)
    formats = (screen.told("video-format"), screen.told("audio-codec-name"))
    assert codec in formats[0].replace("av01", "av1")
    assert sound in formats[1].replace("mp3float", "mp3")
    assert screen.told("video-params")["aspect"] == pytest.approx(16 / 9, abs=0.01)
    assert screen.told("deinterlace") == (channel == 102)
    assert screen.of(ErrorOccurred) == []


@pytest.mark.parametrize("codec", ["aac", "mp3", "ac3"])
def test_a_radio_plays_without_a_picture(screen: Screen, codec: str) -> None:
    screen.play(f"104/{DASH}?codecs={codec}")
    assert codec in screen.told("audio-codec-name").replace("mp3float", "mp3")
    assert screen.told("vid") is False
    assert screen.of(ErrorOccurred) == []
