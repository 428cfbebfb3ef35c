"""A headend with the laboratory channels and a second port, in test mode."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.conftest import stop_headend


def start(data: Path, *options: str) -> "tuple[subprocess.Popen[str], str]":
    """A headend of two ordinary channels with further options; the caller ends it."""
    command = [sys.executable, "-m", "headend", "demo", "--port", "0", "--test-mode"]
    command += ["--channels", "2", "--data", str(data), *options]
    with tempfile.TemporaryFile("w+") as messages:
        process = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            stderr=messages,
            text=True,
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("READY "):
            stop_headend(process)
            messages.seek(0)
            pytest.fail(f"The headend did not come up: {line}{messages.read()[-2000:]}")
    return process, line.removeprefix("READY ").strip()


@pytest.fixture(scope="session")
def lab_url(headend_data: Path) -> Iterator[str]:
    """The URL of a headend with two channels and the laboratory's, without a slash at its end."""
    process, url = start(headend_data, "--lab", "--second-port", "0")
    yield url
    stop_headend(process)
