"""Lines that nobody recorded: steps, spikes, cascades, jitter and outages. Pure.

Rates are Mbit/s here, for the ladder 0.4 / 0.8 / 1.4 / 2.8 / 5; a latency is a round trip.
"""

import random
from collections.abc import Callable, Sequence

from bench.abr.line import Line, Stretch

RATES_KBPS = (400, 800, 1400, 2800, 5000)
SEGMENT_S = 2.0
SEGMENTS = 150

_SEED = 20

Level = tuple[float, float]
"""For so many seconds, so many Mbit/s."""


def line_of(name: str, levels: Sequence[Level], latency: float) -> Line:
    """Make a line of levels with one latency, in seconds."""
    return Line(name, [Stretch(seconds, 1e6 * rate, latency) for seconds, rate in levels])


def steps() -> list[Line]:
    """Long the same, then something else, for long again; the first is the issue's staircase."""
    told = (
        ((30, 6), (30, 1), (30, 3.5)),
        ((60, 2), (60, 5), (60, 1)),
        ((45, 0.9), (45, 3.2)),
        ((20, 8), (40, 1.6), (30, 4)),
        ((100, 3.4), (100, 0.7)),
        ((50, 1.2), (50, 1.9), (50, 2.6), (50, 1.5)),
    )
    return _named("steps", told, (0.06, 0.02, 0.1, 0.04, 0.08, 0.05))


def spikes() -> list[Line]:
    """A short fall or a short rise in a line that is otherwise the same."""
    told = (
        ((35, 4.5), (10, 0.5), (35, 4.5)),
        ((25, 3), (4, 0.3), (40, 3), (8, 0.6)),
        ((30, 1.2), (5, 9), (45, 1.2)),
        ((50, 7), (15, 1)),
        ((18, 2), (3, 0.2), (22, 2), (6, 6)),
        ((40, 1.8), (12, 0.5), (28, 1.8), (10, 4)),
    )
    return _named("spikes", told, (0.06, 0.03, 0.1, 0.02, 0.08, 0.05))


def cascades() -> list[Line]:
    """Down and up again, rung by rung."""
    told = (
        _cascade((6, 3.5, 1.8, 0.9), 12),
        _cascade((7, 4, 2, 1), 30),
        _cascade((5, 2.2, 1.1, 0.6), 20),
        _cascade((3.2, 2.4, 1.7, 1.1, 0.7), 15),
        _cascade((9, 4.5, 3), 40),
        _cascade((2, 1.5, 1, 0.5), 8),
    )
    return _named("cascades", told, (0.06, 0.04, 0.1, 0.05, 0.02, 0.08))


def jitter() -> list[Line]:
    """Another rate and another latency again and again, around a level."""
    told = ((3, 1, 1.7), (1.5, 1, 2), (5, 2, 1.6), (2.2, 5, 1.8), (0.9, 3, 1.6), (3, 0.5, 3))
    return [Line(f"jitter {number}", _jitter(number, *one)) for number, one in enumerate(told, 1)]


def outages() -> list[Line]:
    """Lines that carry nothing at all for a while."""
    told = (
        ((30, 4), (8, 0), (42, 4)),
        ((60, 2.5), (15, 0), (60, 2.5)),
        ((25, 6), (3, 0)),
        ((40, 1.3), (6, 0), (34, 1.3)),
        ((90, 5), (25, 0), (60, 3)),
        ((20, 3), (2, 0), (30, 3), (12, 0), (40, 1.5)),
    )
    return _named("outages", told, (0.06, 0.04, 0.02, 0.1, 0.05, 0.08))


FAMILIES: dict[str, Callable[[], list[Line]]] = {
    "steps": steps,
    "spikes": spikes,
    "cascades": cascades,
    "jitter": jitter,
    "outages": outages,
}


def _named(family: str, told: Sequence[Sequence[Level]], waits: Sequence[float]) -> list[Line]:
    return [
        line_of(f"{family} {number}", levels, wait)
        for number, (levels, wait) in enumerate(zip(told, waits, strict=True), 1)
    ]


def _cascade(rates: Sequence[float], seconds: float) -> tuple[Level, ...]:
    return tuple((seconds, rate) for rate in (*rates, *rates[-2:0:-1]))


def _jitter(number: int, mean: float, seconds: float, spread: float) -> list[Stretch]:
    """Four minutes of rates within `spread` times the mean, and of 20 to 100 ms."""
    draw = random.Random(_SEED + number)  # noqa: S311 - the same line each time, no secret
    return [
        Stretch(
            seconds,
            1e6 * mean * spread ** draw.uniform(-1, 1),
            draw.uniform(0.02, 0.1),
        )
        for _ in range(round(240 / seconds))
    ]
