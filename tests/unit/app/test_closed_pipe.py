"""Whoever reads a command's words may stop when it has read enough."""

import os
import subprocess
import sys

import pytest

from tests.system.farol_process import ROOT, environment


@pytest.mark.parametrize("words", [("recordings",), ("recordings", "--json")])
def test_a_closed_pipe_ends_it_quietly(words, tmp_path):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        ran = subprocess.run(
            [sys.executable, "-m", "app", *words],
            cwd=ROOT,
            env=environment(tmp_path),
            stdout=closed,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert ran.stderr == b""
    assert ran.returncode == 141
