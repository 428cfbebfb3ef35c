"""`dev.py test`: the checks, then every group of tests, each in a pytest process of its own."""

import os
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from door.checks import UNIT_PARTS, report_of, run_checks
from door.children import Children, signals_as_exit
from door.display import Screen
from door.show import Stop, note, table
from door.steps import show_results, tool
from door.venv import ROOT

GROUPS: dict[str, tuple[str, ...]] = {
    "virtual": (),
    "contract": (),
    "golden": (),
    "ui": (),
    "unit": ("-m", "system"),
    "system": (),
}
"""Folders of tests/ in the order in which they run, and what of them.

Of the unit tests only those that need outside programs: the others are part of the checks.
"""

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


def groups_in(tests: Path) -> list[str]:
    """List the groups that hold any test."""
    return [name for name in GROUPS if any((tests / name).rglob("test_*.py"))]


def main() -> int:
    """Run everything; 0 when all of it passed."""
    started = time.monotonic()
    (ROOT / "out" / "tests").mkdir(parents=True, exist_ok=True)
    try:
        status = show_results("check", run_checks())
        with signals_as_exit(), Children() as children:
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
    environment = Screen(children, SCREEN).environment(os.environ)
    return [_run_group(name, environment, children) for name in groups_in(ROOT / "tests")]


def total_of(counts: Iterable[Count]) -> Count:
    """Add them up."""
    return sum(counts, Count())


def _run_group(name: str, environment: Mapping[str, str], children: Children) -> GroupResult:
    note(f"\n==== tests/{name}")
    started = time.monotonic()
    report = report_of(name)
    report.unlink(missing_ok=True)
    command = tool(
        "pytest", f"tests/{name}", *GROUPS[name], f"--junit-xml={report}", "--durations=5"
    )
    status = children.start(command, env=environment, shielded=False).wait()
    seconds = time.monotonic() - started
    return GroupResult(name=name, status=status, seconds=seconds, count=count_of(report))


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
