"""The keeper of the budgets: `python bench/run.py [NAME]` holds benchmarks to budgets.json.

A benchmark is a script beside this one that prints its figures as JSON, nested as it likes. Its
budgets name a figure by the way to it (`guide.peak_mib`) and say the most, or the least, that it
may be; its title says what is measured. A figure that a budget names and a run does not give is
a broken one. A change that spends a budget raises it there, openly, in the same commit.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
BUDGETS = HERE / "budgets.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One figure against its budget; None where the benchmark did not give it."""

    figure: str
    value: float | None
    most: float | None
    least: float | None

    @property
    def kept(self) -> bool:
        """Whether the figure is there and within its budget."""
        if self.value is None:
            return False
        below = self.most is None or self.value <= self.most
        return below and (self.least is None or self.value >= self.least)


def figures_of(result: object, path: str = "") -> dict[str, float]:
    """Flatten a benchmark's JSON: numbers by the way to them."""
    if isinstance(result, bool):
        return {}
    if isinstance(result, int | float):
        return {path: float(result)}
    if not isinstance(result, dict):
        return {}
    flat: dict[str, float] = {}
    for name, value in result.items():
        flat |= figures_of(value, f"{path}.{name}" if path else str(name))
    return flat


def judge(
    figures: Mapping[str, float], budgets: Mapping[str, Mapping[str, float]]
) -> list[Verdict]:
    """Hold the figures against the budgets."""
    return [
        Verdict(
            figure=name,
            value=figures.get(name),
            most=budget.get("most"),
            least=budget.get("least"),
        )
        for name, budget in budgets.items()
    ]


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks asked for; 1 when a budget is broken, 2 when there is no such one."""
    options = _parse(arguments)
    plans: dict[str, Any] = json.loads(BUDGETS.read_text(encoding="utf-8"))
    names = [options.name] if options.name else list(plans)
    console = Console(width=None if sys.stdout.isatty() else 100)
    broken = 0
    for name in names:
        if name not in plans:
            console.print(f"There is no benchmark {name}; there are: {', '.join(plans)}")
            return 2
        with console.status(f"Measuring {name}"):
            figures = _measure(name, plans[name].get("arguments", []))
        verdicts = judge(figures, plans[name]["budgets"])
        _show(console, f"{name}: {plans[name]['title']}", figures, verdicts)
        broken += sum(not verdict.kept for verdict in verdicts)
    return 1 if broken else 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", help="only this benchmark")
    return parser.parse_args(arguments)


def _measure(name: str, arguments: Sequence[str]) -> dict[str, float]:
    """Run one; its failure is ours."""
    command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
    done = subprocess.run(  # noqa: S603 - a script beside this one
        command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True
    )
    return figures_of(json.loads(done.stdout))


def _show(
    console: Console, title: str, figures: Mapping[str, float], verdicts: Sequence[Verdict]
) -> None:
    table = Table("figure", "value", "budget", "", title=title, title_justify="left")
    judged = {verdict.figure: verdict for verdict in verdicts}
    for figure in {**dict.fromkeys(figures), **dict.fromkeys(judged)}:
        verdict = judged.get(figure)
        value = figures.get(figure)
        table.add_row(figure, "none" if value is None else f"{value:g}", *_budget(verdict))
    console.print(table)


def _budget(verdict: Verdict | None) -> tuple[str, str]:
    if verdict is None:
        return "", ""
    most = "" if verdict.most is None else f"at most {verdict.most:g}"
    least = "" if verdict.least is None else f"at least {verdict.least:g}"
    return f"{least} {most}".strip(), "kept" if verdict.kept else "BROKEN"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
