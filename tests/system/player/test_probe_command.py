"""`farol probe URL --json`: the issue's structure, exactly, for every format of the headend."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.system.farol_process import Ran, run_farol

pytestmark = pytest.mark.system

TOP = {"format", "type", "duration", "target_latency", "periods", "warnings"}
PERIOD = {"id", "start", "duration", "tracks"}
TRACK = {"kind", "language", "name", "roles", "representations"}
REPRESENTATION = {
    *("id", "bandwidth", "codecs", "width", "height", "frame_rate"),
    *("segments", "first", "last", "init", "protection"),
}
SEGMENT = {"number", "start", "duration", "uri", "byte_range"}

SOME = {
    "top": {
        *("epoch", "published", "reload_after", "location", "other_locations", "patch"),
        *("patch_until", "links", "utc_timing", "latency_range", "reporting", "start_at"),
        *("start_precise", "events", "events_count", "interstitials", "chapters"),
        *("session_data", "steering", "services"),
    },
    "period": {"trick_play", "early"},
    "track": {"id", "default", "forced", "channels", "in_video", "on_request"},
    "rung": {
        *("average_bandwidth", "container", "kinds", "score", "video_range", "hdcp_level"),
        *("tiles", "locations", "places", "index_uri", "index", "init_range"),
    },
    "segment": {"discontinuity", "gap", "media_offset", "program_date_time", "available_at"},
}
"""What is there only where the manifest has it, as the manual lists it."""

OFFERS = {
    "vod/hls-ts/master.m3u8?loops=2": ("hls", "vod"),
    "vod/hls-cmaf/master.m3u8?loops=2": ("hls", "vod"),
    "vod/hls-range/master.m3u8?loops=2": ("hls", "vod"),
    "vod/dash/manifest.mpd?loops=2": ("dash", "vod"),
    "vod/dash-range/manifest.mpd?loops=2": ("dash", "vod"),
    "live/hls-ts/master.m3u8": ("hls", "live"),
    "live/hls-cmaf/master.m3u8": ("hls", "live"),
    "live/dash/manifest.mpd": ("dash", "live"),
    "live/stream.ts": ("ts", "live"),
}
MANIFESTS = [path for path in OFFERS if not path.endswith(".ts")]


@pytest.fixture(scope="module")
def probes(headend_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """What probe says of each address of channel 1."""
    home = tmp_path_factory.mktemp("probe")

    def probe(path: str) -> Ran:
        return run_farol("probe", "--json", f"{headend_url}/channels/1/{path}", home=home)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(OFFERS, pool.map(probe, OFFERS), strict=True))


def offered(ran: Ran) -> dict[str, Any]:
    assert ran.status == 0, ran.err
    assert ran.err == ""
    told: dict[str, Any] = json.loads(ran.out)
    return told


def representations(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        one
        for period in told["periods"]
        for track in period["tracks"]
        if track["kind"] == kind
        for one in track["representations"]
    ]


@pytest.mark.parametrize("path", OFFERS)
def test_the_keys_are_those_promised_and_no_others(probes: dict[str, Ran], path: str) -> None:
    told = offered(probes[path])
    _has(told, TOP, "top")
    assert (told["format"], told["type"]) == OFFERS[path]
    assert len(told["periods"]) == 1
    for period in told["periods"]:
        _has(period, PERIOD, "period")
        for track in period["tracks"]:
            _has(track, TRACK, "track")
            assert track["kind"] in {"video", "audio", "text", "image"}
            assert isinstance(track["roles"], list)
            for one in track["representations"]:
                _check_representation(one)
    assert all(warning.keys() == {"line", "text"} for warning in told["warnings"])


def _has(told: dict[str, Any], always: set[str], kind: str) -> None:
    assert always <= told.keys()
    assert told.keys() - always <= SOME[kind]


def _check_representation(one: dict[str, Any]) -> None:
    _has(one, REPRESENTATION, "rung")
    assert one["protection"] == []
    for place in ("first", "last"):
        segment = one[place]
        assert (segment is None) == (one["segments"] == 0)
        if segment is not None:
            _has(segment, SEGMENT, "segment")
            assert segment["duration"] > 0
            assert segment["uri"].startswith("http://")


@pytest.mark.parametrize("path", MANIFESTS)
def test_the_ladder_and_the_languages_are_all_there(probes: dict[str, Ran], path: str) -> None:
    told = offered(probes[path])
    videos = representations(told, "video")
    assert sorted(one["height"] for one in videos) == [240, 360, 480, 720, 1080]
    assert all(one["frame_rate"] == 25 for one in videos)
    assert all(one["codecs"].startswith("avc1.") for one in videos)
    assert min(one["bandwidth"] for one in videos) > 200_000
    languages = {kind: set() for kind in ("audio", "text")}
    for track in told["periods"][0]["tracks"]:
        languages.get(track["kind"], set()).add(track["language"])
    assert languages == {"audio": {"en", "pt"}, "text": {"en", "pt"}}


def test_a_transport_stream_tells_what_its_first_seconds_hold(probes: dict[str, Ran]) -> None:
    told = offered(probes["live/stream.ts"])
    (picture,) = representations(told, "video")
    assert picture["codecs"].startswith("avc1.")
    assert picture["height"] in {240, 360, 480, 720, 1080}
    assert picture["bandwidth"] > 200_000
    sounds = [one for one in told["periods"][0]["tracks"] if one["kind"] == "audio"]
    assert sounds
    assert all(one["representations"][0]["codecs"] for one in sounds)


@pytest.mark.parametrize("path", [path for path in MANIFESTS if path.startswith("vod")])
def test_a_film_has_all_its_segments(probes: dict[str, Ran], path: str) -> None:
    told = offered(probes[path])
    assert told["duration"] == pytest.approx(48, abs=0.1)
    assert told["target_latency"] is None
    for one in representations(told, "video"):
        assert one["segments"] == 24
        assert one["first"]["start"] == pytest.approx(0, abs=0.001)
        assert one["last"]["start"] == pytest.approx(46, abs=0.001)
        assert one["last"]["duration"] == pytest.approx(2, abs=0.001)
        assert (one["first"]["byte_range"] is not None) == ("-range" in path)
        assert (one["init"] is None) == ("hls-ts" in path)
        assert one["first"]["number"] + 23 == one["last"]["number"]


@pytest.mark.parametrize("path", [path for path in MANIFESTS if path.startswith("live")])
def test_live_shows_its_window(probes: dict[str, Ran], path: str) -> None:
    told = offered(probes[path])
    assert told["duration"] is None
    for one in representations(told, "video"):
        assert 28 <= one["segments"] <= 32
        assert one["last"]["number"] - one["first"]["number"] == one["segments"] - 1


def test_what_cannot_be_probed_says_so(headend_url: str, tmp_path: Path) -> None:
    cases = {
        f"{headend_url}/chaos/html/x.mpd": (4, "web page"),
        f"{headend_url}/chaos/empty/x.mpd": (4, "nothing"),
        f"{headend_url}/chaos/404/x.mpd": (3, "404"),
        "http://farol-knows-no-such-host.invalid/x.mpd": (3, "reached"),
    }

    def probe(url: str) -> Ran:
        return run_farol("probe", url, home=tmp_path)

    with ThreadPoolExecutor(2) as pool:
        for ran, (status, word) in zip(pool.map(probe, cases), cases.values(), strict=True):
            assert ran.status == status, ran.err
            (line,) = ran.sentences
            assert word in line


def test_without_json_it_is_a_table_for_people(headend_url: str, tmp_path: Path) -> None:
    url = f"{headend_url}/channels/1/vod/dash/manifest.mpd?loops=1"
    ran = run_farol("probe", url, home=tmp_path)
    assert ran.status == 0
    for word in ("DASH", "vod", "24.0 s", "1920x1080", "pt"):
        assert word in ran.out


def test_a_manifest_of_this_machine(headend_url: str, tmp_path: Path) -> None:
    file = tmp_path / "my list of segments.m3u8"
    file.write_text(httpx.get(f"{headend_url}/channels/1/vod/hls-ts/v240.m3u8?loops=1").text)
    told = offered(run_farol("probe", "--json", str(file), home=tmp_path))
    (one,) = representations(told, "video")
    assert (told["format"], one["segments"]) == ("hls", 12)
    assert one["first"]["uri"].startswith(tmp_path.as_uri())
