"""What libmpv demuxes by itself goes by the viewer's proxy and certificate all the same."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.system.farol_process import Ran, environment, run_module
from tests.system.player.web_doors import PASSWORD, USER, Door, folder, own_certificate, proxy

pytestmark = pytest.mark.system

FILMS = {"film.mp4": (), "fast.mp4": ("-movflags", "+faststart"), "film.avi": ()}
SECONDS = 8
_CANNOT = ["#EXTM3U", "#EXT-X-TARGETDURATION:8", "#EXTINF:8,", "film.avi", "#EXT-X-ENDLIST", ""]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Films of some megabytes, and a playlist of one that our engine cannot read."""
    root = tmp_path_factory.mktemp("films")
    source = ("-f", "lavfi", "-i", f"testsrc=d={SECONDS}:s=1280x720:r=25,noise=alls=60:allf=t")
    for name, more in FILMS.items():
        made = ["ffmpeg", "-v", "error", *source, "-c:v", "mpeg4", "-b:v", "20M", *more]
        subprocess.run([*made, str(root / name)], check=True)
    (root / "index.m3u8").write_text("\n".join(_CANNOT))
    return root


def _play(url: str, home: Path, *more: str, env: dict[str, str] | None = None) -> Ran:
    report = ("--report", str(home / "r.json"))
    everything = ("play", url, "--headless", *report, *more)
    own = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    return run_module("app", everything, own | environment(home) | (env or {}), timeout=90)


def _told(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "r.json").read_text())
    return found


def _address(door: Door) -> str:
    return f"http://{USER}:{PASSWORD}@127.0.0.1:{door.port}"


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_played_to_its_end_and_sought_in(films: Path, tmp_path: Path, name: str) -> None:
    with folder(films) as server:
        ran = _play(f"http://127.0.0.1:{server.port}/{name}", tmp_path, "--start", "5")
    assert ran.status == 0, ran.err
    assert 2 <= _told(tmp_path)["played_s"] <= 4, "what lies before the start was left out"
    if name != "fast.mp4":
        assert any(not line.endswith((" ", "=0-")) for line in server.asked), "it went about"


@pytest.mark.parametrize("name", FILMS)
def test_a_film_goes_through_the_proxy_and_nowhere_else(
    films: Path, tmp_path: Path, name: str
) -> None:
    with folder(films) as server, proxy({"tv.invalid": server.port}) as way:
        ran = _play(
            *(f"http://tv.invalid/{name}", tmp_path, "-vv", "--proxy", _address(way)),
            *("--duration", "2"),
        )
    told = (
        tmp_path / "r.json"
    ).read_text()  # the proxy knows no ranges: it goes about all the same
    assert ran.status == 0, ran.err
    assert way.asked
    assert PASSWORD not in ran.err + ran.out + told


def test_https_goes_through_the_proxy_by_the_accepted_certificate(
    films: Path, tmp_path: Path
) -> None:
    context, fingerprint = own_certificate(tmp_path)
    with folder(films, context) as server, proxy({"tv.invalid": server.port}) as way:
        ran = _play(
            *("https://tv.invalid/film.mp4", tmp_path, "--duration", "2"),
            *("--proxy", _address(way), "--accept-certificate", fingerprint),
        )
    assert ran.status == 0, ran.err
    assert {line.split()[1] for line in way.asked} == {"tv.invalid:443"}


@pytest.mark.parametrize("name", ["film.mp4", "film.avi"])
def test_the_accepted_certificate_counts_for_films(films: Path, tmp_path: Path, name: str) -> None:
    context, fingerprint = own_certificate(tmp_path)
    with folder(films, context) as server:
        url = f"https://127.0.0.1:{server.port}/{name}"
        refused = _play(url, tmp_path)
        code = _told(tmp_path)["errors"][-1]["code"]
        played = _play(url, tmp_path, "--accept-certificate", fingerprint, "--duration", "2")
        other = _play(url, tmp_path, "--accept-certificate", "ab" * 32)
    assert (refused.status, code) == (3, "network.tls"), refused.err
    assert played.status == 0, played.err
    assert other.status == 3


def test_libmpv_itself_takes_no_certificate_that_nobody_vouches_for(
    films: Path, tmp_path: Path
) -> None:
    """It would, by default: a playlist that falls to it must not be the way around."""
    context, fingerprint = own_certificate(tmp_path)
    with folder(films, context) as server:
        url = f"https://127.0.0.1:{server.port}/index.m3u8"
        ran = _play(url, tmp_path, "--accept-certificate", fingerprint)
        before = [line for line in server.asked if "film.avi" in line]
    assert ran.status == 4, ran.err
    assert len(before) == 1, "our own engine's look at it; nobody else got anything"


def test_what_libmpv_would_take_around_the_proxy_is_refused(films: Path, tmp_path: Path) -> None:
    with folder(films) as server, proxy({"tv.invalid": server.port}) as way:
        told = ("-v", "--proxy", _address(way))
        fallen = _play("http://tv.invalid/index.m3u8", tmp_path, *told)
        camera = _play("rtsp://camera.invalid/1", tmp_path, "--proxy", _address(way))
    assert fallen.status == 4, fallen.err
    assert "fallback over code=input.unsupported-scheme" in fallen.err
    assert PASSWORD not in fallen.err
    assert camera.status == 2, camera.err
    assert "proxy" in camera.err
    assert len(camera.sentences) == 1
