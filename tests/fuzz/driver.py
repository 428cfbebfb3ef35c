"""Runs a target under atheris, guided by what of `player` the bytes reach.

atheris is no dependency of the project: install it into the environment that runs this
(`pip install atheris`), and call `python -m tests.fuzz.dash_fuzz -runs=100000 [corpus folder]`.
Arguments are libFuzzer's. Without it, `tests/fuzz/test_fuzz_seeds.py` runs the seeds alone.
"""

import importlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOMS = [
    "player.manifest",
    "player.media",
    "player.text",
    "player.model",
    "player.formats",
    "player.recording.stream_cutter",
    "player.recording.stream_tables",
    "player.recording.stream_tail",
    "player.recording.stream_placing",
]


def fuzz(name: str) -> None:
    """Fuzz `tests.fuzz.targets.<name>`; returns only by leaving the process (libFuzzer's way)."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=ROOMS):
        target: Any = importlib.import_module(f"tests.fuzz.targets.{name}")
    with TemporaryDirectory() as folder:
        for place, seed in enumerate(target.SEEDS):
            (Path(folder) / f"seed-{place}").write_bytes(seed)
        atheris.Setup([*sys.argv, folder], target.take)
        atheris.Fuzz()
