"""The recorder's unit is one that systemd takes, and it runs a command that there is."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from app.arguments import parse

UNIT = Path(__file__).parents[3] / "packaging" / "systemd" / "farol-recorder.service"


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=True)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(UNIT.read_text())
    return read


def test_it_runs_a_command_of_ours_and_comes_back_after_a_failure():
    service = unit()["Service"]
    env, program, *words = service["ExecStart"].split()
    assert (env, program) == ("/usr/bin/env", "farol")
    assert parse(words).stay
    assert service["Restart"] == "on-failure"
    assert service["NoNewPrivileges"] == "yes"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
def test_systemd_takes_it(tmp_path):
    copy = tmp_path / UNIT.name
    copy.write_bytes(UNIT.read_bytes())
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert UNIT.name not in done.stderr
    assert done.returncode == 0, done.stderr
