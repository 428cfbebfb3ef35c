"""A protected film: recorded with its viewer's keys alone, and never in the clear."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from player.recording.face import RecordingState, playlist_of, recordings
from tests.system.corpus.cases import CORPUS, MP4FF
from tests.system.farol_process import ROOT, environment, run_farol

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout"),
]

KID, KEY = "cd7eb9ff88f34caeb06185b00024e4c2", "63cb5f7184dd4b689a5c5ff11ee6a328"


def _film(folder: Path, name: str) -> Path:
    """A list over one file of the corpus that tells nothing of its encryption."""
    shutil.copy(CORPUS / MP4FF / f"prog_8s_{name}_dashinit.mp4", folder / f"{name}.mp4")
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:8", "#EXTINF:8.0,"]
    film = folder / f"{name}.m3u8"
    film.write_text("\n".join([*lines, f"{name}.mp4", "#EXT-X-ENDLIST", ""]))
    return film


def _record(base: Path, film: Path, keys: str) -> str:
    """Record it; gives how it stood at the end."""
    command = [sys.executable, "-m", "tests.system.record_script", str(base), "0", f"film={film}"]
    env = environment(base) | {"PYTHONPATH": str(ROOT), "KEYS": keys}
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=True, timeout=90, capture_output=True, text=True
    )
    return done.stdout


def _all_bytes(base: Path) -> bytes:
    return b"\n".join(one.read_bytes() for one in base.rglob("*") if one.is_file())


def _played(playlist: Path, home: Path, *more: str) -> float:
    """Seconds that were played."""
    report = home / "report.json"
    report.unlink(missing_ok=True)
    run_farol("play", "--headless", str(playlist), "--report", str(report), *more, home=home)
    return float(json.loads(report.read_text())["played_s"])


def test_a_protected_film_is_recorded_encrypted_with_its_keys_and_not_at_all_without(
    tmp_path: Path,
) -> None:
    clear, film = _film(tmp_path, "dec"), _film(tmp_path, "enc")
    encrypted = film.with_suffix(".mp4").read_bytes()
    samples = clear.with_suffix(".mp4").read_bytes().partition(b"mdat")[2]
    pieces = [samples[at : at + 48] for at in range(200, len(samples) - 48, 2_000)]
    pieces = [one for one in pieces if len(set(one)) > 24 and one not in encrypted]
    assert len(pieces) > 10

    _record(tmp_path / "clear", clear, "")
    held = _all_bytes(tmp_path / "clear")
    assert all(one in held for one in pieces), "the search finds what is there"

    assert _record(tmp_path / "without", film, "").split() == ["film", "failed", "drm.no-copy"]
    assert not list((tmp_path / "without").iterdir())

    _record(tmp_path / "with", film, f"{KID}:{KEY}")
    (status,) = recordings(tmp_path / "with")
    assert status.state is RecordingState.DONE
    held = _all_bytes(tmp_path / "with")
    assert encrypted in held, "as it came"
    assert not any(one in held for one in pieces)
    assert KEY.encode() not in held
    assert bytes.fromhex(KEY) not in held
    assert str(tmp_path).encode() not in held, "no address"

    playlist = playlist_of(tmp_path / "with", "film")
    key = ("--key", f"{KID}:{KEY}")
    assert _played(playlist, tmp_path, *key) == pytest.approx(8, abs=1)
    assert _played(playlist, tmp_path) < 1, "without its key there is nothing to see"
