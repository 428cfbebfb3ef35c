"""Pictures for the page, as inline SVG: scores, and sessions over time. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bench.abr.contest import OURS, Outcome, Trail
from bench.abr.line import Line
from bench.abr.summary import HALF, Summary

LAMP, TEXT, MUTED, FAINT = "#FFB547", "#F2F4F8", "#9AA6B8", "#66728A"
RULE, ALARM, CARRIES = "#263042", "#FF5A4E", "#22334E"
OTHERS = ("#7FB2E5", "#8FD3B6", "#C3A6F0", "#E59FB5", "#B8C27A", "#7CCFD8")

WIDE, NAMES_WIDE = 1040, 150
Points = Iterable[tuple[float, float]]


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each controller; amber is ours."""
    others = [name for name in names if name != OURS]
    found = {name: OTHERS[number % len(OTHERS)] for number, name in enumerate(others)}
    return {name: LAMP if name == OURS else found[name] for name in names}


def svg(wide: float, high: float, inside: Iterable[str], label: str) -> str:
    """A picture that shrinks with the window."""
    return (
        f'<svg viewBox="0 0 {wide:g} {high:g}" role="img" aria-label="{escape(label)}">'
        f"{''.join(inside)}</svg>"
    )


def words(x: float, y: float, text: str, *, fill: str = MUTED, anchor: str = "start") -> str:
    """A label."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def box(x: float, y: float, size: tuple[float, float], fill: str, more: str = "") -> str:
    """A rectangle."""
    extent = f'width="{max(size[0], 0.0):.1f}" height="{max(size[1], 0.0):.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {extent} fill="{fill}" {more}/>'


def rule(x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, more: str = "") -> str:
    """A line."""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{stroke}" {more}/>'


def path(points: Points, stroke: str, more: str = "") -> str:
    """A line through points."""
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{told}" fill="none" stroke="{stroke}" {more}/>'


# ---- scores -------------------------------------------------------------------------------------


def gaps(one: Summary) -> str:
    """What each controller leaves of the optimum's score; shorter is better."""
    tint = colours([row.name for row in one.rows])
    rows = sorted(one.rows, key=lambda row: -row.figures.qoe)
    left = {row.name: one.best.qoe - row.figures.qoe for row in rows}
    most = max([*left.values(), 1e-6])
    wide = WIDE - NAMES_WIDE - 70
    drawn = []
    for number, row in enumerate(rows):
        y = 8 + 26 * number
        long = wide * left[row.name] / most
        fill = TEXT if row.name == OURS else MUTED
        drawn += [
            words(NAMES_WIDE - 12, y + 13, row.name, anchor="end", fill=fill),
            box(NAMES_WIDE, y, (long, 18), tint[row.name], 'rx="4"'),
            words(NAMES_WIDE + max(long, 0.0) + 8, y + 13, f"{left[row.name]:.3f}", fill=fill),
        ]
    high = 8 + 26 * len(rows)
    drawn += _half_way(one, wide / most, high)
    return svg(WIDE, high + 20, drawn, f"{one.family}: score lost to the optimum")


def _half_way(one: Summary, scale: float, high: float) -> list[str]:
    """The bar that ours is to stay left of."""
    named = [row.figures.qoe for row in one.rows if row.name != OURS]
    if not named or one.bars is None:
        return []
    x = NAMES_WIDE + scale * HALF * (one.best.qoe - max(named))
    return [
        rule(x, 2, x, high, TEXT, 'stroke-dasharray="3 4"'),
        words(x + 6, high + 12, "half of the best named one's gap", fill=FAINT),
    ]


def by_line(one: Summary) -> str:
    """Each line by itself: how far each controller stays behind its optimum."""
    tint = colours([row.name for row in one.rows])
    found = sorted(one.outcomes, key=lambda outcome: -outcome.best.qoe)
    lost = [_lost(outcome) for outcome in found]
    most = max([1e-6, *(value for row in lost for value in row.values())])
    wide = WIDE - NAMES_WIDE - 90

    def place(value: float) -> float:
        return NAMES_WIDE + wide * math.sqrt(max(value, 0.0) / most)

    drawn = [
        part
        for number, (outcome, row) in enumerate(zip(found, lost, strict=True))
        for part in _line_row(outcome, row, 12 + 18 * number, place, tint)
    ]
    high = 12 + 18 * len(found)
    drawn += _root_axis(most, place, high)
    return svg(WIDE, high + 22, drawn, f"{one.family}: score lost on each line")


def _lost(outcome: Outcome) -> dict[str, float]:
    return {name: outcome.best.qoe - told.qoe for name, told in outcome.figures.items()}


def _line_row(
    outcome: Outcome,
    row: Mapping[str, float],
    y: float,
    place: Callable[[float], float],
    tint: Mapping[str, str],
) -> list[str]:
    name = outcome.line if len(outcome.line) <= 22 else f"…{outcome.line[-21:]}"
    ends = [place(value) for value in row.values()]
    drawn = [
        words(NAMES_WIDE - 12, y + 4, name, anchor="end", fill=FAINT),
        rule(NAMES_WIDE, y, max(ends), y),
        words(WIDE - 8, y + 4, f"{outcome.best.qoe:.2f}", anchor="end", fill=FAINT),
    ]
    for name, value in sorted(row.items(), key=lambda one: one[0] == OURS):
        size = 5.5 if name == OURS else 4
        tip = f"<title>{escape(name)}: {value:.3f} below {outcome.best.qoe:.3f}</title>"
        spot = f'cx="{place(value):.1f}" cy="{y:.1f}" r="{size}" fill="{tint[name]}"'
        drawn.append(f'<circle {spot} fill-opacity=".9">{tip}</circle>')
    return drawn


def _root_axis(most: float, place: Callable[[float], float], high: float) -> list[str]:
    marks = [value for value in (0, 0.05, 0.2, 0.5, 1, 2, 5, 10, 20, 40, 80) if value <= most]
    drawn, last = [], -100.0
    for mark in marks:
        x = place(mark)
        if x - last >= 40:
            drawn += [
                rule(x, 0, x, high - 4, RULE, 'stroke-dasharray="1 5"'),
                words(x, high + 12, f"{mark:g}", anchor="middle", fill=FAINT),
            ]
            last = x
    return [*drawn, words(WIDE - 8, high + 12, "optimum", anchor="end", fill=FAINT)]


# ---- sessions -----------------------------------------------------------------------------------

RUNGS_HIGH, LEVELS_HIGH = 96, 34
LEFT = 60
_BASE = RUNGS_HIGH + 4.0
_LOW = _BASE + LEVELS_HIGH + 12
_INSIDE = WIDE - LEFT - 16


@dataclass(frozen=True, slots=True)
class Scale:
    """A strip's rungs and height in Mbit/s; what its lower part shows, in seconds."""

    rates: Sequence[float]
    highest: float
    level: str
    most: float

    def y(self, rate: float) -> float:
        """Where a rate is drawn."""
        return RUNGS_HIGH * (1 - min(rate, self.highest) / self.highest) + 4


class _Time:
    def __init__(self, ends: float) -> None:
        self.ends = max(ends, 1.0)

    def x(self, at: float) -> float:
        return LEFT + _INSIDE * min(at, self.ends) / self.ends


def session(line: Line, trail: Trail, scale: Scale, colour: str) -> str:
    """A strip: what the line carries and which rung was shown; below it the buffer, or latency."""
    time = _Time(trail.ended)
    drawn = [_carried(line, time, scale), *_rules(scale)]
    for start, end in trail.stalls:
        width = max(time.x(end) - time.x(start), 0.8)
        drawn.append(box(time.x(start), 4, (width, _LOW - 4), ALARM, 'fill-opacity=".45"'))
    drawn += [_rungs(trail, time, scale, colour), *_levels(trail, time, scale, colour)]
    drawn += _seconds(time)
    return svg(WIDE, _LOW + 18, drawn, f"rungs, stalls and {scale.level} over time")


def _rules(scale: Scale) -> list[str]:
    """A thin line for each rung, and its rate where there is room for it."""
    drawn, last = [words(LEFT - 6, _BASE, "Mbit/s", anchor="end", fill=FAINT)], 0.0
    for rate in sorted(scale.rates, reverse=True):
        if rate <= scale.highest:
            y = scale.y(rate)
            drawn.append(rule(LEFT, y, WIDE - 16, y, RULE, 'stroke-width=".6"'))
            if last + 14 <= y + 10 and y <= _BASE - 14:
                drawn.append(words(LEFT - 6, y + 4, f"{rate:g}", anchor="end", fill=FAINT))
                last = y + 10
    return drawn


def _carried(line: Line, time: _Time, scale: Scale) -> str:
    """The line's rate, averaged where it changes faster than it can be drawn."""
    grain = max(time.ends / 400, 0.25)
    points, at = [(time.x(0), _BASE)], 0.0
    while at < time.ends:
        y = scale.y((line.bits_until(at + grain) - line.bits_until(at)) / grain / 1e6)
        points += [(time.x(at), y), (time.x(at + grain), y)]
        at += grain
    points.append((time.x(time.ends), _BASE))
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{told}" fill="{CARRIES}"/>'


def _rungs(trail: Trail, time: _Time, scale: Scale, colour: str) -> str:
    ends = [*(at for at, _ in trail.shown[1:]), trail.ended]
    points = [
        (time.x(when), scale.y(rate))
        for (at, rate), end in zip(trail.shown, ends, strict=True)
        for when in (at, end)
    ]
    return path(points, colour, 'stroke-width="2" stroke-linejoin="round"')


def _levels(trail: Trail, time: _Time, scale: Scale, colour: str) -> list[str]:
    high = LEVELS_HIGH / scale.most
    points = [(time.x(at), _LOW - high * min(held, scale.most)) for at, held in trail.levels]
    top = _LOW - LEVELS_HIGH
    return [
        rule(LEFT, _LOW, WIDE - 16, _LOW),
        words(LEFT - 6, top + 6, f"{scale.most:g}", anchor="end", fill=FAINT),
        words(LEFT - 6, _LOW, f"{scale.level} s", anchor="end", fill=FAINT),
        path(points, colour, 'stroke-width="1.2" stroke-opacity=".7"'),
    ]


def _seconds(time: _Time) -> list[str]:
    step = next(one for one in (10, 30, 60, 120, 300, 600, 3600) if time.ends / one <= 14)
    return [
        words(time.x(at), _LOW + 14, f"{at}", anchor="middle", fill=FAINT)
        for at in range(0, int(time.ends) + 1, step)
    ]
