"""Each reader of strangers' bytes against atheris, for as long as a test run can afford."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

RUNS = 4000

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None, reason="atheris is for Linux on x86-64 alone"
    ),
]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("target", ["hls", "dash", "demux", "text", "splice", "stream"])
def test_no_bytes_break_a_reader(target: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"tests.fuzz.{target}_fuzz", f"-runs={RUNS}"]
    done = subprocess.run(
        [*command, "-timeout=20", "-rss_limit_mb=1024", f"-artifact_prefix={tmp_path}/"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
