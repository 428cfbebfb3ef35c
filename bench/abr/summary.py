"""All outcomes of a family as means, what is left of the optimum, and which bars are missed. Pure.

The bars are the issue's: a higher score than each named controller, no more rebuffering than
BOLA-E, no more bitrate change than DYNAMIC, and at least half of the gap between the best named
controller and the offline optimum closed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from bench.abr.contest import OURS, Outcome
from bench.abr.score import Figures, mean_of

HALF = 0.5
SLIGHT = 1e-9
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A controller's means; `share` of the way from the lowest rung alone to the optimum.

    `of_optimum` is the plain ratio of the scores, None where the optimum itself is not positive.
    """

    name: str
    figures: Figures
    share: float
    of_optimum: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """How ours stands to the bars: a negative `margin` and positive excesses miss them.

    `rebuffer_over_bola` is a share of time, `change_over_dynamic` kbit/s; None where that
    controller did not play. `closed` is the share of the gap to the optimum.
    """

    best_named: str
    margin: float
    closed: float | None
    rebuffer_over_bola: float | None
    change_over_dynamic: float | None

    @property
    def missed(self) -> tuple[str, ...]:
        """What is not met, in words."""
        found = []
        if self.margin <= 0:
            found.append(f"score {self.margin:+.3f} against {self.best_named}")
        if (self.rebuffer_over_bola or 0.0) > SLIGHT:
            found.append(f"rebuffering {100 * (self.rebuffer_over_bola or 0):+.3f} % over bola's")
        if (self.change_over_dynamic or 0.0) > SLIGHT:
            found.append(f"change {self.change_over_dynamic:+.1f} kbit/s over dynamic's")
        if self.closed is not None and self.closed < HALF:
            found.append(f"{100 * self.closed:.0f} % of the gap closed, not {100 * HALF:.0f}")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A family at one buffer. `rows` are the controllers' in the order they were named in."""

    family: str
    buffer_s: float
    lines: int
    rows: tuple[Row, ...]
    best: Figures
    floor: Figures
    bars: Bars | None
    outcomes: tuple[Outcome, ...]

    @property
    def key(self) -> str:
        """The buffer as a name of figures."""
        return f"{self.buffer_s:g}".replace(".", "_")

    def figures(self) -> dict[str, object]:
        """For budgets, by controller; what of ours the bars are about stands beside them."""
        told: dict[str, object] = {row.name: _told(row) for row in self.rows}
        told["optimum"] = _rounded(asdict(self.best))
        if self.bars is not None:
            told |= _bars_told(self.bars)
        return told


def summaries(outcomes: Iterable[Outcome]) -> list[Summary]:
    """Sort outcomes by family and buffer, in the order they come in."""
    sorted_: dict[tuple[str, float], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        sorted_[one.family, one.buffer_s].append(one)
    return [_summary(*key, found) for key, found in sorted_.items()]


def all_figures(found: Sequence[Summary]) -> dict[str, dict[str, object]]:
    """Nested by family and buffer."""
    told: dict[str, dict[str, object]] = defaultdict(dict)
    for one in found:
        told[one.family][one.key] = one.figures()
    return dict(told)


def bars_of(rows: Sequence[Row], best: Figures) -> Bars | None:
    """Hold ours against the others; None where there is nothing to compare."""
    qoe = {row.name: row.figures.qoe for row in rows}
    named = {name: value for name, value in qoe.items() if name != OURS}
    if OURS not in qoe or not named:
        return None
    figures = {row.name: row.figures for row in rows}
    best_named = max(named, key=named.__getitem__)
    gap = best.qoe - named[best_named]
    bola, dynamic, ours = figures.get("bola"), figures.get("dynamic"), figures[OURS]
    change = ours.mean_change_kbps
    return Bars(
        best_named=best_named,
        margin=qoe[OURS] - named[best_named],
        closed=(qoe[OURS] - named[best_named]) / gap if gap > SLIGHT else None,
        rebuffer_over_bola=ours.rebuffer_share - bola.rebuffer_share if bola else None,
        change_over_dynamic=change - dynamic.mean_change_kbps if dynamic else None,
    )


def _summary(family: str, buffer_s: float, found: Sequence[Outcome]) -> Summary:
    best = mean_of([one.best for one in found])
    floor = mean_of([one.floor for one in found])
    rows = tuple(
        _row(name, mean_of([one.figures[name] for one in found]), best, floor)
        for name in found[0].figures
    )
    return Summary(
        family=family,
        buffer_s=buffer_s,
        lines=len(found),
        rows=rows,
        best=best,
        floor=floor,
        bars=bars_of(rows, best),
        outcomes=tuple(found),
    )


def _row(name: str, figures: Figures, best: Figures, floor: Figures) -> Row:
    gained = best.qoe - floor.qoe
    return Row(
        name=name,
        figures=figures,
        share=(figures.qoe - floor.qoe) / gained if gained > SLIGHT else 1.0,
        of_optimum=figures.qoe / best.qoe if best.qoe > 0 else None,
    )


def _told(row: Row) -> dict[str, float]:
    told = {**asdict(row.figures), "share": row.share}
    if row.of_optimum is not None:
        told["of_optimum"] = row.of_optimum
    return _rounded(told)


def _bars_told(bars: Bars) -> dict[str, float]:
    return _rounded(
        {
            "margin": bars.margin,
            "gap_closed": bars.closed,
            "rebuffer_over_bola": bars.rebuffer_over_bola,
            "change_over_dynamic": bars.change_over_dynamic,
            "bars_missed": len(bars.missed),
        }
    )


def _rounded(told: dict[str, float | None]) -> dict[str, float]:
    return {name: round(one, _DIGITS) for name, one in told.items() if one is not None}
