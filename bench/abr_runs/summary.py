"""Runs of several players on one line, as medians, margins and a table. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from bench.abr.score import Figures

OURS = "ours"
_DIGITS = 3
_COLUMNS = ("kbit/s", "rebuffer %", "switches", "change", "startup s", "QoE_lin", "worst..best")

Scores = Mapping[str, Sequence[Figures]]


def is_ours(name: str) -> bool:
    """Whether it is our player, with whatever controller ("ours-bola")."""
    return name == OURS or name.startswith(f"{OURS}-")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """What came of one line; `optimum` is the QoE_lin of who knew it in advance."""

    name: str
    scores: Scores
    optimum: float | None = None

    @property
    def margin(self) -> float | None:
        """Our median QoE_lin less the best peer's; None where there is nothing to compare."""
        peers = [_qoe(runs) for name, runs in self.scores.items() if runs and not is_ours(name)]
        own = self.scores.get(OURS)
        return _qoe(own) - max(peers) if own and peers else None

    def figures(self) -> dict[str, object]:
        """The medians by player, for budgets; dots do not go into names of figures."""
        told: dict[str, object] = {
            name.replace(".", ""): medians(runs) for name, runs in self.scores.items() if runs
        }
        if self.margin is not None:
            told["margin"] = round(self.margin, _DIGITS)
        if self.optimum is not None:
            told["optimum"] = round(self.optimum, _DIGITS)
        return told

    def table(self) -> str:
        """The line's table, best first."""
        rows = [
            _row(name, runs)
            for name, runs in sorted(self.scores.items(), key=lambda one: -_qoe(one[1]))
        ]
        head = f"{self.name:18}" + "".join(f"{one:>13}" for one in _COLUMNS)
        return "\n".join([head, *rows, *self._foot()])

    def _foot(self) -> list[str]:
        margin = None if self.margin is None else f"margin over the best peer {self.margin:+.3f}"
        best = None if self.optimum is None else f"optimum {self.optimum:.3f}"
        said = ", ".join(one for one in (best, margin) if one)
        return [f"  {said}"] if said else []


def all_figures(results: Sequence[LineResult]) -> dict[str, object]:
    """All lines, and the least of the margins and of our own scores."""
    told: dict[str, object] = {one.name: one.figures() for one in results}
    margins = [one.margin for one in results if one.margin is not None]
    own = [_qoe(one.scores[OURS]) for one in results if one.scores.get(OURS)]
    if margins:
        told["least_margin"] = round(min(margins), _DIGITS)
    if own:
        told["least_qoe"] = round(min(own), _DIGITS)
    return told


def medians(runs: Sequence[Figures]) -> dict[str, float]:
    """Figure by figure."""
    rows = [asdict(one) for one in runs]
    return {name: round(median(row[name] for row in rows), _DIGITS) for name in rows[0]}


def _qoe(runs: Sequence[Figures]) -> float:
    return median(one.qoe for one in runs) if runs else float("-inf")


def _row(name: str, runs: Sequence[Figures]) -> str:
    if not runs:
        return f"  {name:16}{'no run that counts':>{13 * len(_COLUMNS)}}"
    one, qoe = medians(runs), sorted(run.qoe for run in runs)
    values = (
        f"{one['mean_kbps']:.0f}",
        f"{100 * one['rebuffer_share']:.1f}",
        f"{one['switches']:g}",
        f"{one['mean_change_kbps']:.0f}",
        f"{one['startup_s']:.2f}",
        f"{one['qoe']:.3f}",
        f"{qoe[0]:.2f}..{qoe[-1]:.2f}",
    )
    return f"  {name:16}" + "".join(f"{value:>13}" for value in values)
