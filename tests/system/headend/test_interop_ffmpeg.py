"""FFmpeg and mpv, as they come, play what the headend serves."""

import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from tests.strip import read_strip, unwrap

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed"),
]

# FFmpeg knows no WebVTT renditions and no `wvtt`, and says so.
_KNOWN = ("Can't support the subtitle", "Unsupported codec with id 0")
# Its DASH demuxer asks for one numbered segment more than a static presentation has.
_ONE_TOO_FAR = (
    "404 Not Found",
    "Failed to open fragment of playlist",
    "Error when loading first fragment of playlist",
    "Invalid data found when processing input",
    "times",
)


def _run(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=90, check=False)


def _complaints(run: subprocess.CompletedProcess[bytes]) -> list[str]:
    lines = run.stderr.decode(errors="replace").splitlines()
    return [line for line in lines if line and not any(known in line for known in _KNOWN)]


def _strips(
    url: str, *options: str, start: Sequence[str] = ()
) -> tuple[list[tuple[int, int, int]], list[str]]:
    """Every picture's (channel, rung, frame) in the order of decoding, and the log.

    Only the part of the picture that holds the strip is looked at.
    """
    run = _run(
        *("ffmpeg", "-nostdin", "-v", "warning", *start, "-i", url, "-map", "0:v:0", *options),
        *("-vf", "crop=426:24:0:0", "-fps_mode", "passthrough"),
        *("-f", "rawvideo", "-pix_fmt", "gray", "-"),
    )
    pictures = np.frombuffer(run.stdout, np.uint8).reshape(-1, 24, 426)
    readings = [read_strip(picture) for picture in pictures]
    assert None not in readings
    return [(r.channel, r.rung, r.frame) for r in readings if r is not None], _complaints(run)


@pytest.mark.parametrize(
    "path",
    [
        "hls-ts/v240.m3u8",
        "hls-cmaf/v240.m3u8",
        "hls-range/v240.m3u8",
        "dash-range/v240.mp4",
        "dash/manifest.mpd",
    ],
)
def test_ffmpeg_decodes_every_frame_once_and_says_nothing(headend_url: str, path: str) -> None:
    strips, complaints = _strips(f"{headend_url}/channels/2/vod/{path}?loops=2")
    if path.endswith(".mpd"):
        complaints = [line for line in complaints if not line.endswith(_ONE_TOO_FAR)]
    assert complaints == []
    assert [frame for _, _, frame in strips] == [*range(600), *range(600)]
    assert {(channel, rung) for channel, rung, _ in strips} == {(2, 0)}


def test_a_transport_stream_across_the_33_bit_wrap_decodes_whole(headend_url: str) -> None:
    wrap = (1 << 33) // 180_000
    playlist = (
        f"{headend_url}/channels/1/live/hls-ts/v240.m3u8?window=24&now_ms={(wrap + 6) * 2000}"
    )
    text = httpx.get(playlist).text
    assert f"v240/{wrap}.ts" in text
    strips, complaints = _strips(playlist, "-frames:v", "500", start=("-live_start_index", "0"))
    assert complaints == []
    frames = unwrap([frame for _, _, frame in strips])
    assert frames == list(range(frames[0], frames[0] + len(frames)))


def test_the_endless_stream_begins_at_a_key_frame_and_misses_nothing(headend_url: str) -> None:
    url = f"{headend_url}/channels/4/live/stream.ts?rung=v240"
    strips, complaints = _strips(url, "-t", "5")
    assert complaints == []
    frames = unwrap([frame for _, _, frame in strips])
    assert frames[0] % 50 == 0
    assert frames == list(range(frames[0], frames[0] + len(frames)))
    assert len(frames) >= 120


def test_ffmpeg_hears_both_languages_without_a_gap(headend_url: str) -> None:
    for form in ("hls-ts", "hls-cmaf"):
        url = f"{headend_url}/channels/1/vod/{form}/a-pt.m3u8?loops=2"
        run = _run(
            *("ffmpeg", "-nostdin", "-v", "warning", "-i", url, "-f", "s16le", "-ac", "1", "-")
        )
        assert _complaints(run) == []
        assert len(run.stdout) // 2 == 48 * 48_000


def test_ffprobe_finds_every_rung_and_language(headend_url: str) -> None:
    for path in ("hls-ts/master.m3u8", "hls-cmaf/master.m3u8", "dash/manifest.mpd"):
        for mode in ("vod", "live"):
            run = _run(
                *("ffprobe", "-v", "warning", "-of", "csv=p=0"),
                *("-show_entries", "stream=codec_name,height:stream_tags=language"),
                f"{headend_url}/channels/3/{mode}/{path}",
            )
            found = run.stdout.decode()
            assert run.returncode == 0, run.stderr
            for rung in (240, 360, 480, 720):
                assert f"h264,{rung}" in found
            assert "aac,en" in found
            assert "aac,pt" in found


@pytest.mark.skipif(shutil.which("mpv") is None, reason="mpv is not installed")
def test_plain_mpv_plays_every_format(headend_url: str) -> None:
    """FFmpeg's DASH demuxer cannot follow a live manifest that mixes numbers and timelines."""
    paths = (
        "live/hls-ts/master.m3u8",
        "live/hls-cmaf/master.m3u8",
        "live/stream.ts",
        "vod/hls-ts/master.m3u8",
        "vod/hls-range/master.m3u8",
        "vod/dash/manifest.mpd",
    )

    def play(path: str) -> subprocess.CompletedProcess[bytes]:
        return _run(
            *("mpv", "--no-config", "--vo=null", "--ao=null", "--length=2", "--hls-bitrate=min"),
            *(
                "--term-playing-msg=PLAYS ${video-codec} ${audio-codec-name}",
                "--no-input-terminal",
            ),
            f"{headend_url}/channels/5/{path}",
        )

    with ThreadPoolExecutor(len(paths)) as pool:
        for path, run in zip(paths, pool.map(play, paths), strict=True):
            said = run.stdout.decode(errors="replace")
            assert run.returncode == 0, (path, said)
            assert "PLAYS h264" in said, (path, said)
            assert "(End of file)" in said, (path, said)
