"""`dev.py test`: the checks, then the groups of tests, each a process, two at a time."""

import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from door.checks import UNIT_PARTS, report_of, run_checks
from door.children import Children, signals_as_exit
from door.display import Screen
from door.show import Stop, note, table
from door.steps import show_results, tool
from door.venv import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tests that one pytest process runs: folders of tests/, and what of them."""

    name: str
    folders: tuple[str, ...]
    only: tuple[str, ...] = ()


LANES: tuple[tuple[Group, ...], ...] = (
    (
        Group(name="player", folders=("system/player",)),
        Group(name="mpv", folders=("system/mpv",)),
        Group(name="window", folders=("system/window",)),
        Group(name="ui", folders=("ui",)),
        Group(name="headend", folders=("system/headend",)),
        Group(name="contract", folders=("contract", "golden", "fuzz")),
    ),
    (
        Group(name="virtual", folders=("virtual",)),
        Group(name="programs", folders=("unit",), only=("-m", "system")),
        Group(name="corpus", folders=("system/corpus",)),
        Group(name="features", folders=("system/features",)),
        Group(name="recorded", folders=("system/recorded",)),
        Group(name="robustness", folders=("system/robustness",)),
    ),
)
"""Two lanes for two cores, each in its order; what needs the screen is all in the first.

Most of these tests wait for the clock. The first group of a lane that needs the headend encodes
its channels, the others find them. Of the unit tests only those that need outside programs are
here: the others are part of the checks.
"""

LOOK_S = 0.2

SCREEN = "1920x1080x24"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What pytest counted."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Add two counts."""
        return Count(
            passed=self.passed + other.passed,
            failed=self.failed + other.failed,
            skipped=self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """How one pytest process went; `status` is pytest's own (5: it found no test)."""

    name: str
    status: int
    seconds: float
    count: Count


def read_count(text: str) -> Count:
    """Read pytest's JUnit report; errors count as failed."""
    root = ET.fromstring(text)  # noqa: S314 - our own pytest wrote it
    total = failed = skipped = 0
    for suite in root.iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return Count(passed=total - failed - skipped, failed=failed, skipped=skipped)


def groups_in(tests: Path, lane: Sequence[Group]) -> list[Group]:
    """List the groups that hold any test."""
    return [
        group
        for group in lane
        if any(any((tests / folder).rglob("test_*.py")) for folder in group.folders)
    ]


def main() -> int:
    """Run everything; 0 when all of it passed."""
    started = time.monotonic()
    (ROOT / "out" / "tests").mkdir(parents=True, exist_ok=True)
    try:
        with signals_as_exit():
            status = show_results("check", run_checks())
            with Children() as children:
                groups = _run_groups(children)
    except Stop as stop:
        note(f"dev.py: {stop}")
        return stop.status
    except KeyboardInterrupt:
        return 130
    _show(groups)
    units = (count_of(report_of(part)) for part in UNIT_PARTS)
    total = total_of([*units, *(group.count for group in groups)])
    print(f"{time.monotonic() - started:.0f} s in all. With the unit tests:")
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if status or total.failed or any(group.status for group in groups) else 0


def _run_groups(children: Children) -> list[GroupResult]:
    """Run the lanes side by side; gives the results in the order of the lanes."""
    environment = Screen(children, SCREEN).environment(os.environ)
    lanes = [
        _Lane(deque(groups_in(ROOT / "tests", lane)), environment, children) for lane in LANES
    ]
    going = [True]
    while any(going):
        going = [lane.go_on() for lane in lanes]
        time.sleep(LOOK_S)
    return [result for lane in lanes for result in lane.results]


class _Lane:
    """Groups that run one after another; what each said is shown when it is over."""

    def __init__(
        self, waiting: deque[Group], environment: Mapping[str, str], children: Children
    ) -> None:
        self.results: list[GroupResult] = []
        self._waiting = waiting
        self._environment = environment
        self._children = children
        self._running: tuple[Group, subprocess.Popen[str], float] | None = None

    def go_on(self) -> bool:
        """Note what has ended and start what is next; tells whether there is more to come."""
        if self._running is not None:
            group, process, started = self._running
            if process.poll() is None:
                return True
            self._end(group, process.returncode, time.monotonic() - started)
        if not self._waiting:
            return False
        self._start(self._waiting.popleft())
        return True

    def _start(self, group: Group) -> None:
        report = report_of(group.name)
        report.unlink(missing_ok=True)
        folders = [f"tests/{folder}" for folder in group.folders]
        options = (*group.only, f"--junit-xml={report}", "--durations=5")
        with _log_of(group).open("w", encoding="utf-8") as log:
            process = self._children.start(
                tool("pytest", *folders, *options),
                env=self._environment,
                stdout=log.fileno(),
                stderr=subprocess.STDOUT,
                asked=signal.SIGINT,
            )
        self._running = (group, process, time.monotonic())

    def _end(self, group: Group, status: int, seconds: float) -> None:
        self._running = None
        note(f"\n==== {group.name}: {' '.join(group.folders)}")
        print(_log_of(group).read_text(encoding="utf-8", errors="replace"), flush=True)
        count = count_of(report_of(group.name))
        self.results.append(
            GroupResult(name=group.name, status=status, seconds=seconds, count=count)
        )


def _log_of(group: Group) -> Path:
    return report_of(group.name).with_suffix(".log")


def total_of(counts: Iterable[Count]) -> Count:
    """Add them up."""
    return sum(counts, Count())


def count_of(report: Path) -> Count:
    """Read a report; one that was never written means that pytest died, which is a failure."""
    if not report.is_file():
        return Count(failed=1)
    return read_count(report.read_text(encoding="utf-8"))


def _show(groups: Sequence[GroupResult]) -> None:
    rows = [
        (
            group.name,
            "FAILED" if group.status else "ok",
            str(group.count.passed),
            str(group.count.failed),
            str(group.count.skipped),
            f"{group.seconds:.0f} s",
        )
        for group in groups
    ]
    table("tests", ("group", "result", "passed", "failed", "skipped", "time"), rows)


if __name__ == "__main__":
    sys.exit(main())
