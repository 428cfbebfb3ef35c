"""`python -m bench.abr`: all controllers side by side, at virtual time, over known lines.

The player's own controllers and estimator play films over recorded lines (../shared/traces: 3g,
4g, fcc; each with the film that Sabre pairs it with) and made ones (steps, spikes, cascades,
jitter, outages), and live television over the line shapes of the Twitch challenge (`live`). Beside
them stands the offline optimum: the best whole-segment session of who had known the line.

Prints JSON, nested by family, buffer and controller; tables and progress go to standard error,
and a page with plots to --out.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

from bench.abr import live_report
from bench.abr.contest import OURS, Job, Outcome, contests
from bench.abr.families import GROUPS, NAMES, QUICK, SHARED, Family, family, fewer, own
from bench.abr.line import Line
from bench.abr.live_contest import LiveJob, LiveOutcome, live_contests, live_jobs
from bench.abr.report import page
from bench.abr.simulate import Scene
from bench.abr.summary import all_figures, summaries
from bench.abr.tables import legend, table
from player.abr.controllers import make_controller

T = TypeVar("T")

LIVE = "live"
CONTROLLERS = ("throughput", "bola", "dynamic", "robust-mpc", OURS)
OUT = Path(__file__).parents[2] / "out" / "abr"
LONGEST_BUFFER_S = 600.0
MOST_PROCESSES = 256


def main() -> int:
    """Run what the command line asks for."""
    options = _parse()
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 150)
    try:
        options.out.mkdir(parents=True, exist_ok=True)  # an hour's work must have somewhere to go
        families = _families(options, console)
        lives = live_jobs(options.controllers) if LIVE in options.families else []
        outcomes = list(_followed(jobs_of(families, options), options.jobs, console))
        live = list(_followed_live(lives, options.jobs, console))
    except KeyboardInterrupt:
        return 130
    except (OSError, ValueError) as error:
        console.print(str(error), style="red", markup=False)
        return 2
    _tell(console, options.out, outcomes, live)
    return 0


def jobs_of(families: Iterable[Family], options: argparse.Namespace) -> list[Job]:
    """Each line of each family at each buffer."""
    return [
        Job(
            family=one.name,
            scene=Scene(
                film=one.film,
                line=line,
                buffer_s=buffer,
                first_guess=_mean(line) if options.guess else None,
            ),
            controllers=tuple(options.controllers),
        )
        for one in families
        for buffer in options.buffers
        for line in one.lines
    ]


def _mean(line: Line) -> int:
    return round(line.carried[-1] / line.period)


def _families(options: argparse.Namespace, console: Console) -> list[Family]:
    found = [own(options.traces, options.film)] if options.traces else []
    for name in options.families:
        one = family(name, SHARED) if name != LIVE else None
        if one is not None:
            found.append(one)
        elif name != LIVE:
            console.print(f"{name} is left out: its traces are not in ../shared/traces.")
    return [fewer(one) for one in found] if options.quick else found


def _followed(jobs: Sequence[Job], processes: int, console: Console) -> Iterator[Outcome]:
    """Outcomes in the order of the jobs, with a bar for whoever looks on."""
    order = {(j.family, j.scene.buffer_s, j.scene.line.name): n for n, j in enumerate(jobs)}
    done = _watched(contests(jobs, processes), len(jobs), "films", console)
    yield from sorted(done, key=lambda one: order[one.family, one.buffer_s, one.line])


def _followed_live(
    jobs: Sequence[LiveJob], processes: int, console: Console
) -> Iterator[LiveOutcome]:
    done = _watched(live_contests(jobs, processes), len(jobs), "live", console)
    order = {job.scene.name: number for number, job in enumerate(jobs)}
    yield from sorted(done, key=lambda one: order[one.name])


def _watched(done: Iterable[T], count: int, what: str, console: Console) -> Iterator[T]:
    if not console.is_terminal:
        yield from _in_lines(done, count, what, console)
        return
    with Progress(console=console, transient=True) as bar:
        yield from bar.track(done, total=count, description=what)


def _in_lines(done: Iterable[T], count: int, what: str, console: Console) -> Iterator[T]:
    """A line for each tenth: what a log bears."""
    for number, one in enumerate(done, 1):
        if number * 10 // count > (number - 1) * 10 // count:
            console.print(f"{what}: {number} of {count}")
        yield one


def _tell(
    console: Console, out: Path, outcomes: Sequence[Outcome], live: Sequence[LiveOutcome]
) -> None:
    found = summaries(outcomes)
    for one in found:
        console.print(table(one))
    figures: dict[str, object] = dict(all_figures(found))
    if live:
        console.print(live_report.table(live))
        figures[LIVE] = live_report.figures(live)
    console.print(legend(), style="dim")
    (out / "index.html").write_text(page(found, live), encoding="utf-8")
    console.print(f"Plots: {out / 'index.html'}")
    sys.stdout.write(json.dumps(figures) + "\n")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.abr",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = f"{', '.join((*NAMES, LIVE))}; groups: {', '.join(GROUPS)}"
    parser.add_argument("--families", type=_families_named, help=known)
    parser.add_argument(
        "--traces",
        type=Path,
        nargs="+",
        help="own traces: files, folders (other families when named)",
    )
    parser.add_argument("--film", type=Path, help="what is played over those, in Sabre's form")
    parser.add_argument("--buffers", type=_buffers, default=[25.0, 10.0], help="seconds: 25,10")
    parser.add_argument(
        "--controllers", type=_controllers, default=list(CONTROLLERS), help=", ".join(CONTROLLERS)
    )
    parser.add_argument("--quick", action="store_true", help=f"one line of {QUICK}")
    parser.add_argument(
        "--guess",
        action="store_true",
        help="all begin with the trace's mean, as what the network did last time",
    )
    parser.add_argument("--jobs", type=_processes, default=2, help="processes")
    parser.add_argument("--out", type=Path, default=OUT, help="where the page goes")
    options = parser.parse_args()
    if options.film and not options.traces:
        parser.error("a film of one's own needs --traces to be played over")
    if options.families is None:
        options.families = [] if options.traces else [*NAMES, LIVE]
    return options


def _families_named(text: str) -> list[str]:
    names = [name for one in _list(text) for name in GROUPS.get(one, (one,))]
    if unknown := [one for one in names if one not in (*NAMES, LIVE)]:
        raise argparse.ArgumentTypeError(f"there is no family {', '.join(unknown)}")
    return _some(names)


def _controllers(text: str) -> list[str]:
    names = _list(text)
    try:
        for name in names:
            make_controller(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return _some(names)


def _buffers(text: str) -> list[float]:
    try:
        found = [float(one) for one in _list(text)]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a list of seconds") from error
    if not all(0 < one <= LONGEST_BUFFER_S for one in found):
        raise argparse.ArgumentTypeError(f"a buffer holds up to {LONGEST_BUFFER_S:g} seconds")
    return _some(found)


def _some(named: list[T]) -> list[T]:
    """Each once, and one at least: a table of nothing says that all is well."""
    if not named:
        raise argparse.ArgumentTypeError("name one at least")
    return list(dict.fromkeys(named))


def _processes(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= MOST_PROCESSES):
        raise argparse.ArgumentTypeError(f"a number of processes is 1 to {MOST_PROCESSES}")
    return int(text)


def _list(text: str) -> list[str]:
    return [one for one in text.split(",") if one]


if __name__ == "__main__":
    sys.exit(main())
