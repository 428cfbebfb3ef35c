"""FFmpeg decodes every laboratory channel: the strip, the beep, the captions."""

import shutil
import subprocess
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.strip import beep_onsets, read_strip

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed"),
]


def _ffmpeg(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["ffmpeg", "-nostdin", "-v", "error", *arguments]
    return subprocess.run(command, capture_output=True, timeout=90, check=False)


@pytest.mark.parametrize(
    ("path", "width", "channel", "rung"),
    [
        ("101/vod/hls-cmaf/hevc240.m3u8", 426, 101, 5),
        ("101/vod/hls-ts/hevc240.m3u8", 426, 101, 5),
        ("101/vod/hls-cmaf/vp9240.m3u8", 426, 101, 6),
        ("101/vod/hls-cmaf/av1240.m3u8", 426, 101, 7),
        ("101/vod/dash/manifest.mpd?container=webm&codecs=vp9,opus", 426, 101, 6),
        ("101/vod/dash/manifest.mpd?container=webm&codecs=av1,opus", 426, 101, 7),
        ("102/vod/hls-ts/v240-interlaced.m3u8", 426, 102, 8),
        ("103/vod/hls-cmaf/v240-anamorphic.m3u8", 320, 103, 9),
        ("105/vod/hls-ts/v240-cc.m3u8", 426, 105, 11),
        ("105/vod/hls-cmaf/v240-cc.m3u8", 426, 105, 11),
    ],
)
def test_every_codec_shows_its_frames(
    lab_url: str, path: str, width: int, channel: int, rung: int
) -> None:
    run = _ffmpeg(
        *("-i", f"{lab_url}/channels/{path}", "-map", "0:v:0", "-frames:v", "120"),
        *("-vf", f"crop={width}:24:0:0", "-fps_mode", "passthrough"),
        *("-f", "rawvideo", "-pix_fmt", "gray", "-"),
    )
    pictures = np.frombuffer(run.stdout, np.uint8).reshape(-1, 24, width)
    readings = [read_strip(picture) for picture in pictures]
    assert {(r.channel, r.rung) for r in readings if r} == {(channel, rung)}
    assert [r.frame for r in readings if r] == list(range(120))


@pytest.mark.parametrize(
    "path",
    [
        *(f"101/vod/hls-cmaf/a-{codec}-en.m3u8" for codec in ("ac3", "eac3", "flac", "mp3")),
        *(f"101/vod/hls-ts/a-{codec}-en.m3u8" for codec in ("ac3", "eac3", "mp3", "mp2")),
        *(f"104/vod/hls-ts/a-{name}.m3u8?audio=packed" for name in ("en", "mp3-en", "ac3-en")),
        "101/vod/hls-cmaf/a-opus-en.m3u8",
    ],
)
def test_every_codec_is_in_time(lab_url: str, path: str) -> None:
    url = f"{lab_url}/channels/{path}"
    run = _ffmpeg("-i", url, "-t", "5", "-ac", "2", "-ar", "48000", "-f", "f32le", "-")
    wave = np.frombuffer(run.stdout, np.float32).reshape(-1, 2).T
    # FFmpeg takes the pre-skip off Opus, which a raw file cannot tell.
    skipped = 312 / 48_000 if "opus" in path else 0
    beeps = [beep + skipped for beep in beep_onsets(wave, 48_000)][1:]
    assert beeps == pytest.approx([1.0, 2.0, 3.0, 4.0][: len(beeps)], abs=0.001)
    assert len(beeps) >= 3


@pytest.fixture(scope="module")
def captioned(lab_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of the channel with every kind of text in its transport stream."""
    path = tmp_path_factory.mktemp("lab") / "text.ts"
    base = f"{lab_url}/channels/105/vod/hls-ts/v240-cc"
    path.write_bytes(b"".join(httpx.get(f"{base}/{n}.ts").content for n in range(6)))
    return path


def test_captions_in_the_pictures_come_at_their_second(captioned: Path) -> None:
    run = _ffmpeg(
        "-f", "lavfi", "-i", f"movie={captioned}[out+subcc]", "-map", "0:1", "-f", "srt", "-"
    )
    text = run.stdout.decode()
    assert "00:00:04,000 --> 00:00:06,000" in text
    assert "CC1 CHANNEL 105 00:04" in text


def test_dvb_subtitles_are_drawn(captioned: Path) -> None:
    with_text = _ffmpeg(
        *("-i", str(captioned), "-filter_complex", "[0:v]scale=720:576[v];[v][0:s:0]overlay"),
        *("-ss", "5", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"),
    )
    assert with_text.stderr == b""
    low = np.frombuffer(with_text.stdout, np.uint8).reshape(576, 720)[500:548, 120:600]
    assert np.mean(low < 40) > 0.6
    assert 0.02 < np.mean(low > 200) < 0.3


def test_teletext_is_read_where_ffmpeg_can(captioned: Path) -> None:
    decoders = subprocess.run(
        ["ffmpeg", "-v", "error", "-decoders"], capture_output=True, check=True
    )
    if b"libzvbi_teletext" not in decoders.stdout:
        pytest.skip("this ffmpeg reads no teletext")
    run = _ffmpeg("-txt_format", "text", "-i", str(captioned), "-map", "0:s:1", "-f", "srt", "-")
    assert "TELETEXT 105 00:04" in run.stdout.decode()
