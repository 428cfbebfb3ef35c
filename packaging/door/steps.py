"""Steps: commands that are run quietly, side by side on two cores, and how they went."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from door.show import note, table
from door.venv import ROOT, program

CORES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command, and what it is called where it is told of."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a step went; `seconds` of real time, `text` all that it said."""

    name: str
    status: int
    seconds: float
    text: str


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """Write the command of a program in the environment."""
    return (str(program(name)), *arguments)


def run_step(step: Step, environment: Mapping[str, str] = os.environ) -> Result:
    """Run one step; blocks."""
    started = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    seconds = time.monotonic() - started
    return Result(name=step.name, status=done.returncode, seconds=seconds, text=done.stdout)


def run_steps(steps: Sequence[Step]) -> list[Result]:
    """Run them two at a time, the first first; say each as it ends, give them in order."""
    results: dict[str, Result] = {}
    with ThreadPoolExecutor(CORES) as pool:
        for future in as_completed([pool.submit(run_step, step) for step in steps]):
            result = future.result()
            results[result.name] = result
            note(f"  {'ok    ' if result.status == 0 else 'FAILED'} {result.name}")
    return [results[step.name] for step in steps]


def show_results(title: str, results: Sequence[Result]) -> int:
    """Show what failed in full, then the table; returns 1 where anything failed, else 0."""
    failed = [result for result in results if result.status]
    for result in failed:
        print(f"\n---- {result.name}\n{result.text.rstrip()}\n")
    rows = [
        (result.name, "ok" if result.status == 0 else "FAILED", f"{result.seconds:.1f} s")
        for result in results
    ]
    table(title, ("step", "result", "time"), rows)
    return 1 if failed else 0
