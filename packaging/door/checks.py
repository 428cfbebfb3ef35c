"""`dev.py check`: format, lint, types, import contracts, QML, unit tests; two at a time."""

import sys
import time

from door.show import note
from door.steps import Result, Step, run_steps, show_results, tool

UNIT_REPORT = "out/tests/unit.xml"


def check_steps() -> list[Step]:
    """List the steps, the longest first, so that two cores end together."""
    return [
        Step(name="types", command=tool("mypy")),
        Step(
            name="unit tests",
            command=tool("pytest", "-q", "tests/unit", f"--junit-xml={UNIT_REPORT}"),
        ),
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
    results = run_checks()
    status = show_results("check", results)
    closing = next(result.text for result in results if result.name == "unit tests")
    print(f"{time.monotonic() - started:.1f} s in all; unit tests: {last_line(closing)}")
    return status


def last_line(text: str) -> str:
    """Give the last line that says anything, without pytest's frame."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip("= ") if lines else ""


if __name__ == "__main__":
    sys.exit(main())
