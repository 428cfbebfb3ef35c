"""Steps: commands that are run quietly, side by side on two cores, and how they went."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from door.children import Children
from door.show import note, table
from door.venv import ROOT, program

CORES = 2

_LOOK_S = 0.1


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
    """Run them two at a time, the first first; say each as it ends, give them in order.

    What still runs is ended when an exception ends this (Ctrl+C, a signal).
    """
    waiting, running = deque(steps), list[_Running]()
    results: dict[str, Result] = {}
    with TemporaryDirectory(prefix="farol-") as folder, Children() as children:
        while waiting or running:
            while waiting and len(running) < CORES:
                running.append(_Running(waiting.popleft(), children, Path(folder)))
            for one in [one for one in running if one.is_over()]:
                running.remove(one)
                result = results[one.step.name] = one.result()
                note(f"  {'ok    ' if result.status == 0 else 'FAILED'} {result.name}")
            time.sleep(_LOOK_S)
    return [results[step.name] for step in steps]


class _Running:
    """A step on its way; what it says goes into a file, so that it never waits for us."""

    def __init__(self, step: Step, children: Children, folder: Path) -> None:
        self.step = step
        self._said = folder / f"{step.name}.log"
        self._started = time.monotonic()
        with self._said.open("wb") as said:
            self._process = children.start(
                step.command,
                cwd=ROOT,
                stdout=said.fileno(),
                stderr=subprocess.STDOUT,
                asked=signal.SIGINT,
            )

    def is_over(self) -> bool:
        return self._process.poll() is not None

    def result(self) -> Result:
        return Result(
            name=self.step.name,
            status=self._process.returncode,
            seconds=time.monotonic() - self._started,
            text=self._said.read_text("utf-8", "replace"),
        )


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
