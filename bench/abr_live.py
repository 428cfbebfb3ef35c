"""Rate adaptation for real: our player and the browser's, in turn, over lines made in user space.

Each run sees the same line from its beginning, for as long as the line's trace is; the film has
rungs of 0.4, 0.8, 1.4, 2.8 and 5 Mbit/s in segments of 2 s. hls.js, dash.js and Shaka play with
the defaults of their makers, where Chromium and npm are there. What was played is read from the
pictures on the screen, and what is not media shown counts as waiting, for all alike.

Prints JSON: for each line the medians of each player (mean_kbps, rebuffer_share, switches,
mean_change_kbps, startup_s, qoe: QoE_lin of Yin et al. 2015), the `margin` of our median QoE_lin
over the best peer's, and the `optimum` of who had known the line; over all lines `least_margin`
and `least_qoe`. Tables go to standard error; a page for each line and all that was seen to --out.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.abr.line import Line
from bench.abr.optimum import optimum
from bench.abr.score import Figures, score
from bench.abr.simulate import Scene
from bench.abr_runs.film import HEIGHTS, SEGMENT_S, film
from bench.abr_runs.lines import NAMES, RECORDED, SYNTHETIC, line_named, told
from bench.abr_runs.ours import ours
from bench.abr_runs.picture import page
from bench.abr_runs.summary import OURS, LineResult, all_figures, is_ours
from bench.abr_runs.watching import Look, Watched, session_of
from bench.browser_players import Browser, browser
from bench.neighbours import ROOT, serving, traced
from player.abr.controllers import make_controller
from player.api import PlayRequest

TRACES = ROOT.parent / "shared" / "traces"
PEERS = {"hls.js": "film.m3u8", "dash.js": "film.mpd", "shaka": "film.m3u8"}
"""The browser's players, and which manifest each is given."""

PLAYERS = (OURS, *PEERS)
GROUPS = {"synthetic": tuple(SYNTHETIC), "recorded": tuple(RECORDED), "all": NAMES}
TOP = max(HEIGHTS.values())
BUFFER_S = 90.0
"""What the optimum may buffer ahead: all that a line of these lengths can bring (hls.js, whose
buffer ends at 60 MB, comes nearest)."""

WAITED_S = 20.0
"""Of waiting that the optimum's search looks at."""

Contender = Callable[[str, float], Watched]


def main() -> None:
    """Run on each line, and say what came of it."""
    options = _parse()
    lines = [line for name in options.links if (line := _line(name)) is not None]
    options.out.mkdir(parents=True, exist_ok=True)
    with (
        serving([sys.executable, str(ROOT / "bench" / "abr_runs" / "origin.py")]) as origin,
        browser("abr.mjs") as chromium,
    ):
        players = contenders(options.players, chromium, options)
        if not players:
            raise SystemExit("None of these players is here.")
        results = [run_line(origin, line, players, options) for line in lines]
    if not results:
        raise SystemExit("None of these lines is here.")
    sys.stdout.write(json.dumps(all_figures(results)) + "\n")


def _line(name: str) -> Line | None:
    try:
        line = line_named(name, TRACES)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    if line is None:
        _say(f"{name} is left out: its trace is not in ../shared/traces.")
    return line


def contenders(
    names: Sequence[str], chromium: Browser | None, options: argparse.Namespace
) -> dict[str, Contender]:
    """Who plays, by name, and on which manifest."""
    found: dict[str, Contender] = {}
    for name in names:
        if is_ours(name):
            manifest = "film.mpd" if options.dash else "film.m3u8"
            abr = name.removeprefix(OURS).removeprefix("-") or options.abr
            found[name] = _on(manifest, ours(abr))
        elif chromium is None:
            _say(f"{name} is left out: no Chromium, no npm, or no packages.")
        else:
            found[name] = _on(PEERS[name], partial(_peer, chromium, name))
    return found


def _on(manifest: str, play: Contender) -> Contender:
    return lambda line, seconds: play(f"{line}/{manifest}", seconds)


def _peer(chromium: Browser, name: str, url: str, seconds: float) -> Watched:
    answer = chromium.ask(player=name, url=url, seconds=seconds)
    if "problem" in answer:
        return Watched(
            lasted=seconds, first_picture=None, looks=(), problem=str(answer["problem"])
        )
    return Watched(
        lasted=answer["lasted"],
        first_picture=answer["first"],
        looks=tuple(Look(*one) for one in answer["looks"]),
        words=tuple((round(at, 3), line) for at, line in answer["words"]),
    )


def run_line(
    origin: str, line: Line, players: Mapping[str, Contender], options: argparse.Namespace
) -> LineResult:
    """Let all play over one line, in turn; a line of its own for each run."""
    seen: dict[str, list[Watched]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / f"{line.name.replace('/', '-')}.json"
        trace.write_text(json.dumps(told(line)), encoding="utf-8")
        for number in range(options.runs):
            for name, play in players.items():
                _say(f"{line.name}: {name}, run {number + 1} of {options.runs}")
                with traced(origin, trace) as address:
                    seen[name].append(play(address, line.period))
    result = LineResult(name=line.name, scores=scored(seen), optimum=_optimum(line))
    _say(result.table())
    _keep(options.out, line, seen, result)
    return result


def scored(seen: Mapping[str, Sequence[Watched]]) -> dict[str, list[Figures]]:
    """The figures of each run that was one."""
    found: dict[str, list[Figures]] = {}
    for name, runs in seen.items():
        for run in runs:
            if run.problem:
                _say(f"{name} could not play: {run.problem}")
        sessions = [session_of(run, HEIGHTS, SEGMENT_S) for run in runs if not run.problem]
        found[name] = [score(one, TOP) for one in sessions]
    return found


def _optimum(line: Line) -> float:
    """What could have been had of as much film as the line's time holds."""
    scene = Scene(film=film(int(line.period // SEGMENT_S)), line=line, buffer_s=BUFFER_S)
    return score(optimum(scene, stalled_s=WAITED_S), TOP).qoe


def _keep(
    out: Path, line: Line, seen: Mapping[str, Sequence[Watched]], result: LineResult
) -> None:
    """Write the page, and all that was seen and said."""
    name = line.name.replace("/", "-")
    text = page(line, seen, HEIGHTS, result.table())
    (out / f"{name}.html").write_text(text, encoding="utf-8")
    runs = {player: [asdict(run) for run in runs] for player, runs in seen.items()}
    (out / f"{name}.json").write_text(json.dumps(runs), encoding="utf-8")
    said = "".join(_words(player, runs) for player, runs in seen.items())
    (out / f"{name}.log").write_text(said, encoding="utf-8")


def _words(player: str, runs: Sequence[Watched]) -> str:
    lines = [
        f"{player} {number} {at:8.3f} {line}\n"
        for number, run in enumerate(runs, 1)
        for at, line in run.words
    ]
    return "".join(lines)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    names = f"{', '.join(GROUPS)} (the groups), of {', '.join(NAMES)}, or FILE.json[@OFFSET]"
    names += "[+LENGTH] below ../shared/traces"
    players = f"{', '.join(PLAYERS)}; ours-NAME plays beside them with that controller of ours"
    parser.add_argument("--links", type=_links, default=list(SYNTHETIC), help=names)
    parser.add_argument("--players", type=_list, default=list(PLAYERS), help=players)
    parser.add_argument("--runs", type=_runs, default=3)
    parser.add_argument("--abr", default=PlayRequest(url="").abr, help="our controller, by name")
    parser.add_argument("--dash", action="store_true", help="ours plays DASH, not HLS")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "abr-live")
    options = parser.parse_args()
    for name in (
        options.abr,
        *(one.removeprefix(f"{OURS}-") for one in options.players if is_ours(one) and one != OURS),
    ):
        try:
            make_controller(name)
        except ValueError as wrong:
            parser.error(str(wrong))
    if unknown := [one for one in options.players if not is_ours(one) and one not in PEERS]:
        parser.error(f"there is no player {', '.join(unknown)}")
    return options


def _links(text: str) -> list[str]:
    return [name for one in _list(text) for name in GROUPS.get(one, (one,))]


def _runs(text: str) -> int:
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError("one run at least")
    return int(text)


def _list(text: str) -> list[str]:
    return [one for one in text.split(",") if one]


if __name__ == "__main__":
    main()
