"""Headends for all system tests, as their users start them: processes of their own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_CHANNELS = 8


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test with the headend may have to wait until the channels are encoded."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "headend_data" in fixtures and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(400))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadendProcess:
    """A running `farol-headend demo` and the URL that it printed, without a slash at its end."""

    process: subprocess.Popen[str]
    url: str


def start_headend(data: Path, *options: str, channels: int = _CHANNELS) -> HeadendProcess:
    """Starts a headend on a free port and waits for its READY line; encodes what is missing.

    It is in test mode; further `options` are the command line's. The caller ends the process. Its
    own messages land in the text of the failure if it does not come up.
    """
    command = [sys.executable, "-m", "headend", "demo", "--port", "0", "--test-mode"]
    command += ["--channels", str(channels), "--data", str(data), *options]
    with tempfile.TemporaryFile("w+") as messages:
        process = subprocess.Popen(
            command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=messages, text=True
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("READY "):
            stop_headend(process)
            messages.seek(0)
            pytest.fail(f"The headend did not come up: {line}{messages.read()[-2000:]}")
    return HeadendProcess(process=process, url=line.removeprefix("READY ").strip())


def stop_headend(process: "subprocess.Popen[str]") -> int:
    """Asks the process to end, as systemd does; returns its exit status."""
    process.terminate()
    try:
        return process.wait(10)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def headend_data(request: pytest.FixtureRequest) -> Path:
    """Where the encoded channels are kept between runs: FAROL_HEADEND_DATA or pytest's cache."""
    given = os.environ.get("FAROL_HEADEND_DATA")
    if given:
        return Path(given)
    assert request.config.cache is not None
    return request.config.cache.mkdir("farol-headend")


@pytest.fixture(scope="session")
def headend_url(headend_data: Path) -> Iterator[str]:
    """The URL of a headend with eight channels in test mode, without a slash at its end."""
    headend = start_headend(headend_data)
    yield headend.url
    stop_headend(headend.process)


@pytest.fixture(scope="session")
def lab_url(headend_data: Path) -> Iterator[str]:
    """The URL of one with two channels, the laboratory's and a second port, in test mode."""
    headend = start_headend(headend_data, "--lab", "--second-port", "0", channels=2)
    yield headend.url
    stop_headend(headend.process)
