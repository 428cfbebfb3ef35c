"""A page for one line: its rate, and over it what each player showed and when it stood. Pure."""

from collections.abc import Mapping, Sequence
from html import escape

from bench.abr.line import Line
from bench.abr_runs.watching import Watched, rung_steps, stalls

WIDTH, HEIGHT, LEFT, LETTER = 900, 130, 34, 11.0
_STYLE = """
body{font:14px sans-serif;margin:24px;background:#fff;color:#222}
.line{fill:#dbe7f3} .rung{fill:none;stroke:#1f5fa8;stroke-width:1.6;opacity:.75}
.stall{fill:#d33;opacity:.45} .grid{stroke:#bbb;stroke-width:.5}
text{font:10px sans-serif;fill:#666}
pre{background:#f6f6f6;padding:8px}
"""


def page(
    line: Line, runs: Mapping[str, Sequence[Watched]], rates: Mapping[int, float], table: str
) -> str:
    """Write the page: one strip for each player, all of its runs in it."""
    top = max(*rates.values(), min(max(one.rate for one in line.stretches) / 1e6, 12.0))
    strips = "".join(
        f"<h3>{escape(name)}</h3>{_strip(line, all_, rates, top)}" for name, all_ in runs.items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(line.name)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(line.name)}</h1><p>Grey-blue: what the line carries;"
        " blue: the rung on the screen, a line for each run; red: the picture stands or is not"
        f" there yet. Mbit/s over seconds.</p><pre>{escape(table)}</pre>{strips}</html>\n"
    )


def _strip(line: Line, runs: Sequence[Watched], rates: Mapping[int, float], top: float) -> str:
    scale = _Scale(line.period, top)
    inside = [_area(line, scale), *_rules(sorted(rates.values()), scale)]
    for run in runs:
        inside += [_stood(*one, scale) for one in _waits(run)]
        inside.append(_steps(rung_steps(run, rates), run.lasted, scale))
    wide, high = WIDTH + LEFT, HEIGHT + 16 + LETTER
    size = f'width="{wide}" height="{high}" viewBox="0 {-LETTER} {wide} {high}"'
    seconds = "".join(
        f'<text x="{scale.x(second):.0f}" y="{HEIGHT + 12}">{second}</text>'
        for second in range(0, int(line.period) + 1, 10)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(inside)}{seconds}</svg>'


class _Scale:
    def __init__(self, seconds: float, top: float) -> None:
        self._seconds, self._top = seconds, top

    def x(self, at: float) -> float:
        return LEFT + WIDTH * min(at, self._seconds) / self._seconds

    def y(self, rate: float) -> float:
        return HEIGHT * (1 - min(rate, self._top) / self._top)


def _area(line: Line, scale: _Scale) -> str:
    points, at = [f"{scale.x(0):.1f},{HEIGHT}"], 0.0
    for one in line.stretches:
        height = scale.y(one.rate / 1e6)
        points.append(f"{scale.x(at):.1f},{height:.1f}")
        at += one.duration
        points.append(f"{scale.x(at):.1f},{height:.1f}")
    return f'<polygon class="line" points="{" ".join(points)} {scale.x(at):.1f},{HEIGHT}"/>'


def _rules(rates: Sequence[float], scale: _Scale) -> list[str]:
    """A thin line for each rung, and its rate where there is room for it."""
    drawn, written = [], HEIGHT + LETTER
    for rate in rates:
        y = scale.y(rate)
        drawn.append(
            f'<line class="grid" x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        if written - y >= LETTER:
            drawn.append(f'<text x="2" y="{y + 3:.1f}">{rate:g}</text>')
            written = y
    return drawn


def _waits(run: Watched) -> list[tuple[float, float]]:
    first = run.lasted if run.first_picture is None else run.first_picture
    return [(0.0, first), *stalls(run)]


def _stood(start: float, end: float, scale: _Scale) -> str:
    x = scale.x(start)
    width = max(scale.x(end) - x, 0.5)
    return f'<rect class="stall" x="{x:.1f}" y="0" width="{width:.1f}" height="{HEIGHT}"/>'


def _steps(found: Sequence[tuple[float, float]], lasted: float, scale: _Scale) -> str:
    if not found:
        return ""
    points = []
    ends = [*(at for at, _ in found[1:]), lasted]
    for (at, rate), end in zip(found, ends, strict=True):
        y = scale.y(rate)
        points += [f"{scale.x(at):.1f},{y:.1f}", f"{scale.x(end):.1f},{y:.1f}"]
    return f'<polyline class="rung" points="{" ".join(points)}"/>'
