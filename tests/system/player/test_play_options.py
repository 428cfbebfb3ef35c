"""`farol play --headless`, option by option; runs go two at a time."""

import http.server
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.strip import StripReading
from tests.system.farol_process import Ran, farol, run_farol, until
from tests.system.mpv_door import ask
from tests.system.picture import strip_of

pytestmark = pytest.mark.system

REPORT_KEYS = {
    *("url", "started_at", "startup_s", "played_s", "rebuffers", "rebuffer_s", "mean_kbps"),
    *("switches", "timeline", "latency_s", "dropped_frames", "bytes", "requests", "errors"),
    *("recoveries", "replaced"),
}
FILM = "/channels/3/vod/hls-cmaf/master.m3u8?loops=3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A run of `farol play` that is over, its report and its last picture."""

    ran: Ran
    report: dict[str, Any]
    strip: StripReading | None


def play(home: Path, name: str, url: str, *options: str) -> Played:
    """Run `farol play --headless` with a report and a screenshot."""
    report, picture = home / f"{name}.json", home / f"{name}.png"
    outputs = ("--report", str(report), "--screenshot", str(picture))
    ran = run_farol("play", "--headless", *outputs, *options, url, home=home)
    assert ran.status == 0, ran.err
    strip = strip_of(picture) if picture.exists() else None
    return Played(ran=ran, report=json.loads(report.read_text()), strip=strip)


RUNS = {
    "start": (FILM, "--start", "9.5", "--duration", "1.5"),
    "max-height": (FILM, "--max-height", "400", "--duration", "3", "--abr", "cycle:2"),
    "cycle": (FILM, "--abr", "cycle:2", "--duration", "4"),
    "fixed": (FILM, "--abr", "fixed:480", "--duration", "2"),
    "live": ("/channels/2/live/hls-cmaf/master.m3u8", "--duration", "4"),
    "live-dash": ("/channels/6/live/dash/manifest.mpd", "--duration", "3"),
    "stream": ("/channels/4/live/stream.ts", "--duration", "3"),
    "to the end": ("/channels/5/vod/hls-ts/master.m3u8?loops=1", "--start", "22"),
}


@pytest.fixture(scope="module")
def runs(headend_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Every run of RUNS."""
    home = tmp_path_factory.mktemp("play")

    def run(name: str) -> Played:
        path, *options = RUNS[name]
        return play(home, name.replace(" ", "-"), headend_url + path, *options)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(RUNS, pool.map(run, RUNS), strict=True))


@pytest.mark.parametrize("name", RUNS)
def test_the_report_has_every_key_and_plausible_values(
    runs: dict[str, Played], headend_url: str, name: str
) -> None:
    report = runs[name].report
    assert report.keys() == REPORT_KEYS
    assert report["url"].startswith(headend_url + RUNS[name][0].partition("?")[0])
    assert datetime.fromisoformat(report["started_at"]).tzinfo is not None
    assert 0 < report["startup_s"] < 5
    assert report["played_s"] > 0
    assert report["rebuffer_s"] >= 0
    assert 100 < report["mean_kbps"] < 5000
    assert report["bytes"] > 50_000
    assert report["requests"] >= 1
    assert report["errors"] == []
    assert report["dropped_frames"] < 25
    assert all(len(entry) == 4 for entry in report["timeline"])
    times = [entry[0] for entry in report["timeline"]]
    assert len(times) >= 2
    assert times == sorted(times)
    assert (report["latency_s"] is not None) == ("/live/" in RUNS[name][0])


@pytest.mark.parametrize("name", RUNS)
def test_a_good_run_says_nothing(runs: dict[str, Played], name: str) -> None:
    assert runs[name].ran.sentences == []
    assert runs[name].ran.out == ""


@pytest.mark.parametrize("name", RUNS)
def test_the_screenshot_is_the_last_picture_of_the_right_channel(
    runs: dict[str, Played], name: str
) -> None:
    strip = runs[name].strip
    assert strip is not None
    assert f"/channels/{strip.channel}/" in RUNS[name][0]


def test_start_and_duration(runs: dict[str, Played]) -> None:
    played = runs["start"]
    assert 1.4 < played.report["played_s"] < played.ran.seconds  # it ends as soon as it can
    assert played.strip is not None
    assert played.strip.frame == pytest.approx((9.5 + played.report["played_s"]) * 25, abs=15)


def test_a_film_plays_to_its_end(runs: dict[str, Played]) -> None:
    played = runs["to the end"]
    assert 1.4 < played.report["played_s"] < played.ran.seconds
    assert played.strip is not None
    assert played.strip.frame >= 597


def test_no_rung_is_taller_than_max_height(runs: dict[str, Played]) -> None:
    report, strip = runs["max-height"].report, runs["max-height"].strip
    assert strip is not None
    assert strip.rung in {0, 1}
    assert {entry[2] for entry in report["timeline"]} <= {0, 240, 360}
    kbps = {rate for _, a, b, _ in report["switches"] for rate in (a, b)}
    assert len(kbps) == 2


def test_controllers_by_name(runs: dict[str, Played]) -> None:
    switches = runs["cycle"].report["switches"]
    assert len(switches) >= 3
    assert all("cycle" in reason for *_, reason in switches)
    rates = [rate for _, _, rate, _ in switches[:3]]
    assert rates == sorted(rates)
    strip = runs["fixed"].strip
    assert strip is not None
    assert strip.rung == 2


@pytest.mark.parametrize("name", ["live", "live-dash"])
def test_live_is_near_its_edge(runs: dict[str, Played], name: str) -> None:
    """Three segments of 2 s behind, or the manifest's own latency; never the window's start."""
    assert 2 < runs[name].report["latency_s"] < 14


# ---- the language, the headers, mpv's own door -------------------------------------------------


@pytest.mark.parametrize("form", ["hls-ts/master.m3u8", "dash/manifest.mpd"])
def test_audio_language_is_the_track_that_mpv_plays(
    headend_url: str, tmp_path: Path, form: str
) -> None:
    """By the report of the requests' side: only the Portuguese track was fetched."""
    with recorder(headend_url) as proxy:
        play(
            tmp_path,
            "pt",
            f"{proxy.url}/channels/3/vod/{form}?loops=1",
            *("--audio-language", "pt", "--duration", "1", "--max-height", "240"),
        )
    asked = [path for path, _ in proxy.asked]
    assert any("/a-pt/" in path for path in asked)
    assert not any("/a-en/" in path for path in asked)


def test_headers_arrive_with_every_request(headend_url: str, tmp_path: Path) -> None:
    with recorder(headend_url) as proxy:
        play(
            tmp_path,
            "headers",
            f"{proxy.url}{FILM}",
            *("--header", "X-Farol-Test: seven: 7", "--header", "User-Agent: Box/1"),
            *("--duration", "1", "--max-height", "240"),
        )
    assert len(proxy.asked) >= 5
    for _, headers in proxy.asked:
        assert headers["x-farol-test"] == "seven: 7"
        assert headers["user-agent"] == "Box/1"


def test_mpv_ipc_answers_while_playing(headend_url: str, tmp_path: Path) -> None:
    door = tmp_path / "mpv.sock"
    options = ("--headless", "--mpv-ipc", str(door), "--duration", "20")
    with farol("play", *options, headend_url + FILM, home=tmp_path) as process:
        assert until(door.exists)
        assert until(lambda: (ask(door, "get_property", "time-pos")["data"] or 0) > 0.2)
        assert ask(door, "get_property", "video-codec")["data"].startswith("h264")
        assert ask(door, "get_property", "no-such-thing")["error"] != "success"
        picture = tmp_path / "ipc.png"
        ask(door, "screenshot-to-file", str(picture), "video")
        strip = strip_of(picture)
        assert strip is not None
        assert strip.channel == 3
        process.terminate()
        assert process.wait(10) == 0


@dataclass
class Recorder:
    """A small proxy in front of the headend that keeps what it was asked."""

    url: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def recorder(upstream: str) -> Iterator[Recorder]:
    """Run the proxy for the block."""
    kept = Recorder(url="")

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kept.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            answer = httpx.get(upstream + self.path)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)  # noqa: TID251 - a test's server
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


# ---- bad arguments ------------------------------------------------------------------------------


WRONG = {
    "--start": "minus one",
    "--duration": "-3",
    "--max-height": "tall",
    "--abr": "clairvoyance",
    "--header": "no colon",
    "--key": "1234:5678",
}


def test_bad_arguments_give_2_and_a_sentence(tmp_path: Path) -> None:
    def run(option: str) -> Ran:
        value = WRONG[option]
        return run_farol("play", "--headless", f"{option}={value}", "x.m3u8", home=tmp_path)

    with ThreadPoolExecutor(2) as pool:
        for option, ran in zip(WRONG, pool.map(run, WRONG), strict=True):
            assert ran.status == 2, option
            last = ran.sentences[-1]
            assert ran.sentences == [last], option
            assert last.startswith("farol: Argument ")
            assert option in last
            assert ran.out == ""


def test_no_address_and_unknown_options_give_2(tmp_path: Path) -> None:
    for arguments in (("play", "--headless"), ("--colour", "blue"), ("dance",)):
        ran = run_farol(*arguments, home=tmp_path)
        assert ran.status == 2, arguments
        assert re.fullmatch(r"farol: .+\.", ran.sentences[-1])


@pytest.mark.parametrize("words", [("--help",), ("play", "--help"), ("probe", "--help")])
def test_help_is_worth_reading(tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = run_farol(*words, home=tmp_path)
    assert ran.status == 0
    assert "exit status: 0 played, 2 bad arguments, 3" in ran.out
    assert ran.err == ""
