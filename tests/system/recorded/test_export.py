"""A recording becomes one Matroska file, which another reader takes for whole."""

import json
import subprocess
from itertools import pairwise

import av
import pytest

from player.recording.export import ExportCancelledError, export
from player.units import Micros, micros
from tests.system.recorded.saved_hls import gap_at, save

pytestmark = pytest.mark.system

LANGUAGES = [None, "eng", "por", "eng", "por"]
CODECS = ["h264", "aac", "aac", "subrip", "subrip"]


@pytest.mark.parametrize(
    ("manifest", "options"),
    [
        ("hls-cmaf", "?loops=1"),
        ("hls-cmaf", "?loops=1&discontinuity=3&misalign=1"),
        ("hls-ts", "?loops=1&discontinuity=3"),
    ],
)
def test_all_tracks_lie_in_one_file_with_continuous_times(
    headend_url, tmp_path, manifest, options
):
    master = f"{headend_url}/channels/1/vod/{manifest}/master.m3u8{options}"
    playlist = save(master, tmp_path / "r", height=240, change=gap_at([4, 5]))
    heard: list[float] = []
    target = tmp_path / "out.mkv"
    report = export(playlist, target, now=Micros(0), progress=heard.append)
    assert report.left_out == 0
    assert abs(report.duration - micros(24)) < micros(0.1)
    assert report.size == target.stat().st_size
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    told = _probed(target)
    assert [one["codec_name"] for one in told["streams"]] == CODECS
    assert [one["tags"].get("language") for one in told["streams"]] == LANGUAGES
    assert abs(float(told["format"]["duration"]) - 24) < 0.1
    _continuous(target)
    assert not list(tmp_path.glob("*.part"))


def _probed(path):
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    return json.loads(done.stdout)


def _continuous(path):
    """The gap is four seconds of time in each track, and nothing else is missing or doubled."""
    shown: dict[int, list[float]] = {}
    texts: dict[int, list[str]] = {}
    with av.open(str(path)) as file:
        for packet in file.demux():
            if packet.pts is None:
                continue
            if packet.stream.type == "subtitle":
                texts.setdefault(packet.stream.index, []).append(bytes(packet).decode())
            else:
                shown.setdefault(packet.stream.index, []).append(
                    float(packet.pts * packet.time_base)
                )
    assert len(shown[0]) == 25 * 20
    for times in shown.values():
        jumps = [b - a for a, b in pairwise(sorted(times)) if b - a > 0.05]
        assert len(jumps) == 1
        assert abs(jumps[0] - 4) < 0.1
    assert [len(some) for some in texts.values()] == [10, 10]
    assert texts[3][1] == "Channel 1 · 00:02"
    assert texts[4][-1] == "Canal 1 · 00:22"


def test_a_cancelled_export_leaves_nothing(headend_url, tmp_path):
    master = f"{headend_url}/channels/1/vod/hls-cmaf/master.m3u8?loops=1"
    playlist = save(master, tmp_path / "r", height=240, change=gap_at([]))
    asked: list[None] = []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) > 50

    with pytest.raises(ExportCancelledError):
        export(playlist, tmp_path / "out.mkv", now=Micros(0), cancelled=cancelled)
    assert not list(tmp_path.glob("out.mkv*"))
