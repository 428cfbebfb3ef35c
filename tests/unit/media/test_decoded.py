"""Every codec out of every container: what our samples decode to is what libav decodes."""

from collections.abc import Callable

import pytest

from player.model.presentation import TrackKind
from tests.unit.media.conftest import FRAGMENTED
from tests.unit.media.decoding import (
    decoded,
    demux,
    reference,
    runs,
    same_pictures,
    same_sound,
)

Made = Callable[..., bytes]
X265 = (("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1"))
AV1 = (("preset", "12"), ("svtav1-params", "lp=1"))
DELAYED = FRAGMENTED + "+delay_moov"


@pytest.mark.parametrize(
    ("container", "video", "options"),
    [
        ("mpegts", "libx264", ()),
        ("mpegts", "libx265", X265),
        ("mpegts", "mpeg2video", ()),
        ("mp4", "libx264", ()),
        ("mp4", "libx265", X265),
        ("mp4", "libvpx-vp9", ()),
        ("mp4", "libsvtav1", AV1),
        ("webm", "libvpx-vp9", ()),
        ("webm", "libsvtav1", AV1),
        ("matroska", "libx264", ()),
        ("matroska", "libx265", X265),
    ],
)
def test_pictures(
    made: Made, container: str, video: str, options: tuple[tuple[str, str], ...]
) -> None:
    data = made(container=container, video=video, options=options, frames=12, movflags=DELAYED)
    ((head, samples),) = runs(demux([data]), TrackKind.VIDEO)
    assert len(samples) == 12
    assert same_pictures(decoded(head, samples), reference(data, "video"))


@pytest.mark.parametrize(
    ("container", "audio"),
    [
        *(("mpegts", codec) for codec in ("aac", "ac3", "eac3", "libopus", "libmp3lame", "mp2")),
        *(("mp4", codec) for codec in ("aac", "ac3", "eac3", "libopus", "libmp3lame", "flac")),
        *(("matroska", codec) for codec in ("aac", "ac3", "libopus", "libmp3lame", "flac")),
        ("webm", "libopus"),
        ("adts", "aac"),
        ("ac3", "ac3"),
        ("eac3", "eac3"),
        ("mp3", "libmp3lame"),
    ],
)
def test_sound(made: Made, container: str, audio: str) -> None:
    muxing = (("write_xing", "0"),) if container == "mp3" else ()
    data = made(container=container, video="", audio=audio, movflags=DELAYED, muxing=muxing)
    ((head, samples),) = runs(demux([data]), TrackKind.AUDIO)
    assert (head.sample_rate, head.channels) == (48_000, 2)
    assert same_sound(decoded(head, samples), reference(data, "audio"))
