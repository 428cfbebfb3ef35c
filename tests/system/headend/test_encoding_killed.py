"""SIGKILL in the middle of real encoding, and the start after it."""

import subprocess
import sys
from pathlib import Path

import pytest

from headend.asset.store import ensure_assets

ROOT = Path(__file__).parents[3]


def files(directory: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in directory.rglob("*.loop")}


@pytest.mark.system
def test_a_killed_headend_goes_on_where_it_was(tmp_path: Path) -> None:
    """No orphan, nothing lost, nothing half."""
    command = [sys.executable, "-m", "headend.asset", "--out", str(tmp_path), "--channels", "1"]
    first = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    assert first.stderr is not None
    while not files(tmp_path):
        assert first.stderr.read(1)
    first.kill()
    first.stderr.read()  # ends when the workers, who hold the pipe too, have ended
    first.stderr.close()
    first.wait()
    kept = files(tmp_path)
    assets = ensure_assets(tmp_path, 1, progress=lambda _: None)
    assert kept.items() <= files(tmp_path).items()
    assert [rendition.id for rendition in assets[0].renditions] == [
        *("v240", "v360", "v480", "v720", "v1080"),
        *("a-en", "a-pt", "t-en", "t-pt"),
    ]
    rates = [rendition.bandwidth for rendition in assets[0].renditions[:5]]
    assert rates == sorted(rates)
