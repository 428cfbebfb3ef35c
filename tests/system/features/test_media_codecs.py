"""Every codec, container and shape of picture of the laboratory plays: frames, sound, aspect."""

import io
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import av
import pytest

from player.api import ErrorOccurred, PlaybackEnded, Recovered
from tests.system.features.played import (
    Played,
    beeps,
    check_even,
    check_in_time,
    check_unbroken,
    play,
    play_all,
    shown,
    stretch,
)

pytestmark = pytest.mark.system

SECONDS = 8
DASH, CMAF, TS = "vod/dash/manifest.mpd", "vod/hls-cmaf/master.m3u8", "vod/hls-ts/master.m3u8"
PACKED = f"{TS}?audio=packed"
SKIP = {"opus": 312 / 48_000}
"""What decoders take off the first frame of a codec, in seconds (Opus: RFC 7845 4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What is played: channel, format, codecs of picture ("" for a radio) and sound, its rung."""

    channel: int
    form: str
    video: str
    audio: str
    rung: int = 0

    @property
    def path(self) -> str:
        """The address below the channels."""
        codecs = ",".join(filter(None, [self.video, self.audio]))
        mark = "&" if "?" in self.form else "?"
        return f"{self.channel}/{self.form}{mark}codecs={codecs}&length={SECONDS}"


def _film(channel: int, form: str, codecs: str, rung: int = 0) -> Film:
    video, _, audio = codecs.rpartition("+")
    return Film(channel=channel, form=form, video=video, audio=audio, rung=rung)


FILMS = {
    f"{one.channel} {one.form} {one.video}+{one.audio}": one
    for one in (
        _film(101, DASH, "h264+aac"),
        _film(101, DASH, "h264+flac"),
        _film(101, DASH, "h264+mp3"),
        _film(101, DASH, "hevc+ac3", 5),
        _film(101, DASH, "vp9+eac3", 6),
        _film(101, DASH, "av1+opus", 7),
        _film(101, CMAF, "hevc+flac", 5),
        _film(101, CMAF, "vp9+opus", 6),
        _film(101, CMAF, "av1+mp3", 7),
        _film(101, CMAF, "h264+ac3"),
        _film(101, TS, "h264+mp2"),
        _film(101, TS, "hevc+ac3", 5),
        _film(101, TS, "h264+eac3"),
        _film(101, TS, "h264+mp3"),
        _film(102, DASH, "h264+aac", 8),
        _film(102, TS, "h264+mp2", 8),
        _film(103, DASH, "h264+aac", 9),
        _film(104, DASH, "+aac"),
        _film(104, DASH, "+mp3"),
        _film(104, CMAF, "+ac3"),
        _film(104, PACKED, "+aac"),
        _film(104, PACKED, "+mp3"),
        _film(104, PACKED, "+ac3"),
    )
}


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """Eight seconds of each; of the anamorphic channel the small rung alone."""
    return play_all(
        {
            name: partial(play, f"{lab_url}/channels/{film.path}", max_height=240)
            for name, film in FILMS.items()
        }
    )


@pytest.mark.parametrize("name", FILMS)
def test_it_plays_whole_and_in_time(films: dict[str, Played], name: str) -> None:
    played, film = films[name], FILMS[name]
    assert len(played.of(PlaybackEnded)) == 1
    for trouble in (ErrorOccurred, Recovered):
        assert played.of(trouble) == []
    fed = played.fed
    check_unbroken(fed, SECONDS - SKIP.get(film.audio, 0))
    if not film.video:
        assert fed.times == []
        assert beeps(fed)[1:] == pytest.approx(range(1, SECONDS), abs=0.001)
        return
    assert shown(fed) == stretch(film.channel, 0, SECONDS)
    assert {strip.rung for strip in fed.strips if strip} == {film.rung}
    check_even(fed)
    check_in_time(fed)


NAMES = {"h264": "h264", "hevc": "hevc", "vp9": "vp9", "av1": "av1"}
SOUNDS = {"aac": "aac", "mp2": "mp2", "mp3": "mp3", "ac3": "ac3", "eac3": "eac3", "flac": "flac"}


@pytest.mark.parametrize("name", FILMS)
def test_the_stream_says_what_is_in_it(films: dict[str, Played], name: str) -> None:
    """The Matroska that libmpv gets names the codecs that were asked for, and no others."""
    film = FILMS[name]
    with av.open(io.BytesIO(films[name].streams[0])) as container:
        found = [one.codec_context.name for one in container.streams]
    assert len(found) == (2 if film.video else 1)
    if film.video:
        assert NAMES[film.video] in found[0].replace("libdav1d", "av1")
    assert SOUNDS.get(film.audio, film.audio) in found[-1].replace("mp3float", "mp3")


def test_interlaced_pictures_are_to_be_deinterlaced(films: dict[str, Played]) -> None:
    for name, film in FILMS.items():
        if film.video:
            (start,) = films[name].starts
            assert start.interlaced == (film.channel == 102), name


def test_the_shape_of_pixels_comes_along(films: dict[str, Played]) -> None:
    for name, film in FILMS.items():
        if film.video:
            across = Fraction(4, 3) if film.channel == 103 else Fraction(1)
            assert abs(_pixel(films[name].streams[0]) - across) < 0.01, name


def _pixel(stream: bytes) -> Fraction:
    """The shape of the pictures' pixels, as the container tells it."""
    with av.open(io.BytesIO(stream)) as container:
        return container.streams.video[0].sample_aspect_ratio or Fraction(1)
