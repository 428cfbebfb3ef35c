"""`dev.py check`: format, lint, types, import contracts, QML, unit tests; two at a time."""

import sys
import time
from pathlib import Path

from door.children import signals_as_exit
from door.show import note
from door.steps import Result, Step, run_steps, show_results, tool
from door.venv import ROOT

UNIT_PARTS = {
    "unit tests": ("tests/unit", "--ignore=tests/unit/headend"),
    "unit tests of headend": ("tests/unit/headend",),
}
"""Two processes for two cores; the headend's tests encode, which is half of all the work."""


def report_of(part: str) -> Path:
    """Where pytest leaves its count of one part of the tests."""
    return ROOT / "out" / "tests" / f"{part.replace(' ', '-')}.xml"


def check_steps() -> list[Step]:
    """List the steps, the longest first, so that two cores end together."""
    units = [
        Step(
            name=name,
            command=tool(
                "pytest", "-q", *folder, "-m", "not system", f"--junit-xml={report_of(name)}"
            ),
        )
        for name, folder in UNIT_PARTS.items()
    ]
    return [
        *units,
        Step(name="types", command=tool("mypy")),
        Step(name="qmllint", command=tool("python", "-m", "ui.qmllint")),
        Step(name="import contracts", command=tool("lint-imports")),
        Step(name="lint", command=tool("ruff", "check")),
        Step(name="format", command=tool("ruff", "format", "--check")),
    ]


def run_checks() -> list[Result]:
    """Run them all, whatever fails."""
    note("Checking: format, lint, types, import contracts, QML, unit tests")
    return run_steps(check_steps())


def main() -> int:
    """Run the checks; 0 when all is well."""
    started = time.monotonic()
    try:
        with signals_as_exit():
            results = run_checks()
    except KeyboardInterrupt:
        return 130
    status = show_results("check", results)
    for result in results:
        if result.name in UNIT_PARTS:
            print(f"{result.name}: {last_line(result.text)}")
    print(f"{time.monotonic() - started:.1f} s in all")
    return status


def last_line(text: str) -> str:
    """Give the last line that says anything, without pytest's frame."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip("= ") if lines else ""


if __name__ == "__main__":
    sys.exit(main())
