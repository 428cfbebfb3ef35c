"""The fuzz targets on their own seeds, whole and cut short; no fuzzer is needed for that."""

import importlib
from typing import Any

import pytest


@pytest.mark.parametrize("name", ["hls", "dash", "demux", "text", "splice", "stream"])
def test_seeds(name: str) -> None:
    target: Any = importlib.import_module(f"tests.fuzz.targets.{name}")
    for seed in target.SEEDS:
        target.take(seed)
        target.take(seed[: len(seed) // 2])
    target.take(b"")
