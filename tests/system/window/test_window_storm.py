"""Resize, hide, fullscreen, grab, zap and close while playing, in random orders: no deadlock."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.system.farol_process import Ran
from tests.system.script_process import run_script

pytestmark = [pytest.mark.system, pytest.mark.display]

SEEDS = range(5)
"""One for each way of closing; each has an order of its own."""

STEPS = 55
WATCHDOG = 60
ZAPS = 15
"""Of fifty in all storms at least, or the keys do not arrive: a hidden window hears none."""


@pytest.fixture(scope="module")
def storms(headend_url: str, tmp_path_factory: pytest.TempPathFactory) -> list[Ran]:
    """All of them, two at a time, each with a display and a home of its own."""

    def run(seed: int) -> Ran:
        home = tmp_path_factory.mktemp(f"storm-{seed}")
        source = ("--source", f"{headend_url}/lineup.m3u")
        return run_script(home, ("storm", seed), *source, watchdog=WATCHDOG)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, SEEDS))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_locks_up_and_the_picture_goes_on(storms: list[Ran], seed: int) -> None:
    run = storms[seed]
    assert run.status == 0, run.err[-4000:]
    told = json.loads(run.out)
    assert "stuck" not in told, told
    assert told["steps"] == STEPS
    assert told["errors"] == []
    assert "Traceback" not in run.err


@pytest.mark.timeout(300)
def test_the_keys_arrive(storms: list[Ran]) -> None:
    assert sum(json.loads(run.out)["zaps"] for run in storms) >= ZAPS
