"""Tables of what came of it, for a person at a terminal."""

from rich.table import Table

from bench.abr.contest import OURS
from bench.abr.score import Figures
from bench.abr.summary import Row, Summary

COLUMNS = (
    "kbit/s", "rebuffer %", "switches", "change", "startup s", "QoE_lin", "of optimum",
    "of the way",
)  # fmt: skip

_LEGEND = (
    "QoE_lin: Yin et al. 2015; change: mean kbit/s between two segments; of optimum: QoE_lin over"
    " the offline optimum's; of the way: from the lowest rung alone to the optimum"
)


def legend() -> str:
    """What the columns mean."""
    return _LEGEND


def table(one: Summary) -> Table:
    """A family at one buffer, best first."""
    title = f"{one.family}, {one.buffer_s:g} s buffer, {one.lines} lines"
    drawn = Table(title=title, title_justify="left", title_style="bold", caption=_foot(one))
    drawn.caption_justify = "left"
    drawn.add_column("controller")
    for column in COLUMNS:
        drawn.add_column(column, justify="right")
    drawn.add_row("optimum", *figures(one.best), "100 %", "100 %", style="dim")
    for row in sorted(one.rows, key=lambda row: -row.figures.qoe):
        drawn.add_row(*cells(row), style="yellow" if row.name == OURS else "")
    drawn.add_row("the lowest rung", *figures(one.floor), "", "0 %", style="dim")
    return drawn


def cells(row: Row) -> tuple[str, ...]:
    """A controller's row."""
    plain = "-" if row.of_optimum is None else f"{100 * row.of_optimum:.1f} %"
    return (row.name, *figures(row.figures), plain, f"{100 * row.share:.1f} %")


def figures(one: Figures) -> tuple[str, ...]:
    """What is told of a session, under the columns up to its score."""
    return (
        f"{one.mean_kbps:.0f}",
        f"{100 * one.rebuffer_share:.3f}",
        f"{one.switches:.1f}",
        f"{one.mean_change_kbps:.1f}",
        f"{one.startup_s:.2f}",
        f"{one.qoe:.3f}",
    )


def _foot(one: Summary) -> str | None:
    if one.bars is None:
        return None
    said = verdict(one)
    return f"[green]{said}[/]" if not one.bars.missed else f"[red]{said}[/]"


def verdict(one: Summary) -> str:
    """How ours stands to the bars, in one sentence."""
    bars = one.bars
    if bars is None:
        return ""
    gap = "" if bars.closed is None else f", {100 * bars.closed:.0f} % of its gap to the optimum"
    said = f"{OURS} {bars.margin:+.3f} over {bars.best_named}{gap}"
    return (
        f"{said}; all bars met"
        if not bars.missed
        else f"{said}; missed: " + "; ".join(bars.missed)
    )
