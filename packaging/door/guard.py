"""`dev.py test`: the checks, then every group of tests, each in a pytest process of its own."""

import os
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from door.checks import UNIT_REPORT, run_checks
from door.children import Children, signals_as_exit
from door.display import Screen
from door.show import Stop, note, table
from door.steps import show_results, tool
from door.venv import ROOT

GROUPS = ("virtual", "contract", "golden", "ui", "system")
"""Folders of tests/ in the order in which they run; unit tests are part of the checks."""

SCREEN = "1920x1080x24"
NOTHING_COLLECTED = 5


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
    status = show_results("check", run_checks())
    rows = []
    counts = {"unit": _count_of(ROOT / UNIT_REPORT)}
    try:
        with signals_as_exit(), Children() as children:
            environment = Screen(children, SCREEN).environment(os.environ)
            for group in groups_in(ROOT / "tests"):
                group_status, seconds = _run_group(group, environment, children)
                counts[group] = _count_of(_report(group))
                status = status or group_status
                rows.append(
                    (group, _verdict(group_status), *_cells(counts[group]), f"{seconds:.0f} s")
                )
    except Stop as stop:
        note(f"dev.py: {stop}")
        return stop.status
    table("tests", ("group", "result", "passed", "failed", "skipped", "time"), rows)
    total = total_of(counts.values())
    print(
        f"{time.monotonic() - started:.0f} s in all, unit tests included; checks and tests together:"
    )
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return status


def total_of(counts: Iterable[Count]) -> Count:
    """Add them up."""
    return sum(counts, Count())


def _run_group(
    group: str, environment: Mapping[str, str], children: Children
) -> tuple[int, float]:
    note(f"\n==== tests/{group}")
    started = time.monotonic()
    command = tool("pytest", f"tests/{group}", f"--junit-xml={_report(group)}", "--durations=5")
    pytest = children.start(command, env=environment, shielded=False)
    return pytest.wait(), time.monotonic() - started


def _report(group: str) -> Path:
    return ROOT / "out" / "tests" / f"{group}.xml"


def _count_of(report: Path) -> Count:
    """Read a report; one that was never written means that pytest died, which is a failure."""
    if not report.is_file():
        return Count(failed=1)
    return read_count(report.read_text(encoding="utf-8"))


def _verdict(status: int) -> str:
    if status == NOTHING_COLLECTED:
        return "EMPTY"
    return "ok" if status == 0 else "FAILED"


def _cells(count: Count) -> tuple[str, str, str]:
    return str(count.passed), str(count.failed), str(count.skipped)


if __name__ == "__main__":
    sys.exit(main())
