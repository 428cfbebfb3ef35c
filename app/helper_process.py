"""Processes of ours beside the window."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import catalog


def helper_environment() -> dict[str, str]:
    """This process's environment, in which Python finds our rooms, wherever they are installed."""
    rooms = str(Path(catalog.__file__).parents[1])
    path = os.pathsep.join(part for part in (rooms, os.environ.get("PYTHONPATH", "")) if part)
    return os.environ | {"PYTHONPATH": path}


def start_recorder(options: argparse.Namespace) -> "subprocess.Popen[bytes]":
    """Start `farol recorder` so that it outlives this process; raises OSError.

    It reaches servers as this process does. Where one is at work already, it ends by itself.
    """
    command = [sys.executable, "-m", "app", "recorder"]
    command += ["--proxy", options.proxy] if options.proxy else []
    if options.accept_certificate:
        command += ["--accept-certificate", options.accept_certificate]
    if options.max_connections:
        command += ["--max-connections", str(options.max_connections)]
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=helper_environment(),
    )
