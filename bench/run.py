"""The keeper of the budgets: `python bench/run.py [NAME]` holds benchmarks to budgets.json.

A benchmark is a script, or a package, beside this one that prints its figures as JSON, nested as
it likes. Its budgets name a figure by the way to it (`guide.peak_mib`) and say the most, or the
least, that it may be; its title says what is measured, its seconds how long that takes. A figure
that a budget names and a run does not give is a broken one, but where the budget says
`where_given`: what only a neighbour's program, or what lies beside the checkout, makes measurable.
A plan that says `only_by_name` runs when it is asked for. Options after `--` are the benchmark's
own; what it leaves out for them counts as kept. A change that spends a budget raises it
there, openly, in the same commit.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
BUDGETS = HERE / "budgets.json"
HELP = {"-h", "--help"}
PATIENCE_S = 10.0
"""What an interrupted benchmark gets to put away what it started."""


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
    """Hold the figures against the budgets; what is judged `where_given` may be missing."""
    return [
        Verdict(
            figure=name,
            value=figures.get(name),
            most=budget.get("most"),
            least=budget.get("least"),
        )
        for name, budget in budgets.items()
        if name in figures or not budget.get("where_given")
    ]


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks asked for; 1 when a budget is broken, 2 when there is no such one."""
    plans: dict[str, Any] = json.loads(BUDGETS.read_text(encoding="utf-8"))
    options = _parse(arguments, plans)
    wanted = (options.name or "").replace("-", "_")
    if wanted and wanted not in plans:
        _say(f"There is no benchmark {options.name}; there are: {', '.join(plans)}.")
        return 2
    names = [wanted] if wanted else usual(plans)
    signal.signal(signal.SIGTERM, _leave)
    try:
        return _run(names, plans, options.options)
    except KeyboardInterrupt:
        return 130


def usual(plans: Mapping[str, Any]) -> list[str]:
    """What runs where nobody names one."""
    return [name for name, plan in plans.items() if not plan.get("only_by_name")]


def _leave(number: int, _: FrameType | None) -> None:
    """Leave as Ctrl+C does, so that nothing stays behind."""
    raise SystemExit(128 + number)


def _run(names: Sequence[str], plans: Mapping[str, Any], options: Sequence[str]) -> int:
    if HELP & set(options):
        return subprocess.call([sys.executable, *_program(names[0]), *options])  # noqa: S603 - one of ours
    console = Console(width=None if sys.stdout.isatty() else 100)
    _say(announcement([(name, plans[name]["seconds"]) for name in names]))
    broken: list[str] = []
    for index, name in enumerate(names, 1):
        _say(f"[{index}/{len(names)}] {name}, about {plans[name]['seconds']} s")
        began = time.perf_counter()
        figures = _measure(name, [*plans[name].get("arguments", []), *options])
        budgets = plans[name]["budgets"]
        if options:  # a part of it
            budgets = {figure: budgets[figure] for figure in budgets if figure in figures}
        verdicts = judge(figures, budgets)
        took = time.perf_counter() - began
        _show(console, f"{name}: {plans[name]['title']} ({took:.0f} s)", figures, verdicts)
        broken += [f"{name}.{verdict.figure}" for verdict in verdicts if not verdict.kept]
    if broken:
        _say(f"Broken budgets: {', '.join(broken)}.")
    return 1 if broken else 0


def announcement(plans: Sequence[tuple[str, int]]) -> str:
    """What is to come, and how long it takes."""
    seconds = sum(length for _, length in plans)
    count = "One benchmark" if len(plans) == 1 else f"{len(plans)} benchmarks"
    length = f"{seconds} s" if seconds < 100 else f"{-(-seconds // 60)} minutes"
    return f"{count}, about {length}, on a machine that does nothing else."


def _say(text: str) -> None:
    """Write a line for the person; stdout stays for results."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _parse(arguments: Sequence[str], plans: Mapping[str, Any]) -> argparse.Namespace:
    listed = "\n".join(f"  {name:16} {plan['title']}" for name, plan in plans.items())
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"benchmarks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", help="only this benchmark")
    parser.add_argument("options", nargs="*", metavar="-- OPTION", help="handed on to it")
    return parser.parse_args(arguments)


def _measure(name: str, arguments: Sequence[str]) -> dict[str, float]:
    """Run one, in a session of its own; whatever it started ends with it."""
    command = [sys.executable, *_program(name), *arguments]
    with subprocess.Popen(  # noqa: S603 - a script beside this one
        command,
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hear_interrupts if os.name == "posix" else None,  # noqa: PLW1509 - no thread here
    ) as process:
        try:
            told, _ = process.communicate()
        finally:
            _put_away(process)
    if process.returncode:
        raise SystemExit(f"{name} failed with {process.returncode}; its reason stands above.")
    return figures_of(json.loads(told))


def _program(name: str) -> list[str]:
    """What Python runs: a script, or a package with a __main__."""
    script = HERE / f"{name}.py"
    return [str(script)] if script.is_file() else ["-m", f"bench.{name}"]


def _hear_interrupts() -> None:
    """A shell starts what runs in the background with SIGINT ignored, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _put_away(process: "subprocess.Popen[str]") -> None:
    """Interrupt what is still running, so that it cleans up; then end all of its session."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
            time.sleep(0.2)  # noqa: TID251 - a process waits for others


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
