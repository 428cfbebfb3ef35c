"""What the engine cannot demux but libmpv can is played by libmpv alone, and that is said."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.farol_process import run_farol

pytestmark = pytest.mark.system


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """A playlist whose one segment is an AVI film, on a server of its own."""
    film = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=8:s=320x240"]
    subprocess.run([*film, "-c:v", "mpeg4", "-f", "avi", str(tmp_path / "b.ts")], check=True)
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:8", "#EXTINF:8,", "b.ts", "#EXT-X-ENDLIST", ""]
    (tmp_path / "index.m3u8").write_text("\n".join(lines))
    command = ["python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().split("port ")[1].split()[0]
        yield f"http://127.0.0.1:{port}"
        server.terminate()


def test_a_playlist_of_films_is_played_by_libmpv(served: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ran = run_farol(
        *("play", f"{served}/index.m3u8", "--headless", "--duration", "2"),
        *("--report", str(report)),
        home=tmp_path,
    )
    assert ran.status == 0, ran.err
    told = json.loads(report.read_text())
    assert "libmpv plays this address by itself" in str(told["recoveries"])


def test_a_playlist_may_lead_libmpv_to_the_web_alone(served: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.avi"
    secret.write_bytes((tmp_path / "b.ts").read_bytes())
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:8", "#EXTINF:8,", "b.ts", "#EXTINF:8,"]
    lines += [f"file://{secret}", "#EXT-X-ENDLIST", ""]
    (tmp_path / "index.m3u8").write_text("\n".join(lines))
    ran = run_farol(
        *("play", f"{served}/index.m3u8", "--headless", "--report", str(tmp_path / "r.json")),
        home=tmp_path,
    )
    played = json.loads((tmp_path / "r.json").read_text())["played_s"]
    assert played < 9, ran.err
