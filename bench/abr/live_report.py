"""What came of live television: figures for budgets, and a table for a person. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.table import Table

from bench.abr.contest import OURS
from bench.abr.live_contest import LiveFigures, LiveOutcome

WITHIN_S = 0.3
"""How near the mean latency is to be to the target on a line that carries more than enough."""

_DIGITS = 4
COLUMNS = (
    "kbit/s", "stalls", "rebuffer %", "switches", "change", "latency s", "worst s", "jumps",
    "skipped s", "QoE_lin",
)  # fmt: skip


def figures(found: Sequence[LiveOutcome]) -> dict[str, object]:
    """By scene and controller; `stalls_over_named` is ours less the fewest of the others."""
    return {one.name.replace("-", "_"): _told(one) for one in found}


def stalls_over(one: LiveOutcome) -> float | None:
    """Our stalls less the fewest of any named controller."""
    named = [told.stalls for name, told in one.figures.items() if name != OURS]
    return one.figures[OURS].stalls - min(named) if OURS in one.figures and named else None


def table(found: Sequence[LiveOutcome]) -> Table:
    """All scenes."""
    drawn = Table(title="live", title_justify="left", title_style="bold")
    drawn.add_column("scene", no_wrap=True)
    drawn.add_column("target", justify="right")
    drawn.add_column("controller", no_wrap=True)
    for column in COLUMNS:
        drawn.add_column(column, justify="right")
    for one in found:
        best = {name: -told.qoe for name, told in one.figures.items()}
        for number, name in enumerate(sorted(best, key=best.__getitem__)):
            head = (one.name, f"{one.target_s:g} s") if number == 0 else ("", "")
            style = ("yellow" if not missed(one) else "red") if name == OURS else ""
            drawn.add_row(*head, name, *cells(one.figures[name]), style=style)
        drawn.add_section()
    return drawn


def cells(one: LiveFigures) -> tuple[str, ...]:
    """A controller's row."""
    return (
        f"{one.mean_kbps:.0f}",
        f"{one.stalls:g}",
        f"{100 * one.rebuffer_share:.2f}",
        f"{one.switches:g}",
        f"{one.mean_change_kbps:.0f}",
        f"{one.latency_s:.2f}",
        f"{one.latency_worst_s:.2f}",
        f"{one.jumps:g}",
        f"{one.skipped_s:.1f}",
        f"{one.qoe:.3f}",
    )


def missed(one: LiveOutcome) -> tuple[str, ...]:
    """Which of the issue's bars ours misses here, in words."""
    ours = one.figures.get(OURS)
    if ours is None:
        return ()
    found, over = [], stalls_over(one)
    if one.name.startswith("constant") and ours.off_target_s > WITHIN_S:
        found.append(f"latency {ours.off_target_s:.2f} s off its target")
    if one.name.startswith("constant") and ours.stalls:
        found.append(f"{ours.stalls:g} stalls on a line that carries more than enough")
    elif over is not None and over > 0:
        found.append(f"{over:g} more stalls than the best named controller")
    return tuple(found)


def _told(one: LiveOutcome) -> Mapping[str, object]:
    told: dict[str, object] = {
        name: {key: round(value, _DIGITS) for key, value in asdict(figures_).items()}
        for name, figures_ in one.figures.items()
    }
    over = stalls_over(one)
    return told if over is None else {**told, "stalls_over_named": over}
