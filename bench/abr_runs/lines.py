"""The lines that real runs play over: synthetic ones by name, and windows of recorded ones. Pure.

Rates are Mbit/s here, for the ladder 0.4 / 0.8 / 1.4 / 2.8 / 5; a latency is a round trip.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.abr.line import Line, Stretch, read_trace

RTT_S = 0.06
_SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A window of a recorded line; `file` below the traces' folder, times in seconds."""

    file: str
    offset_s: float
    length_s: float
    scale: float = 1.0


RECORDED = {
    "3g-a": Cut(file="3g/report.2010-09-29_0702CEST.json", offset_s=960, length_s=90),
    "3g-b": Cut(file="3g/report.2011-02-14_2139CET.json", offset_s=240, length_s=90),
    "3g-c": Cut(file="3g/report.2010-09-21_1622CEST.json", offset_s=930, length_s=90),
    "fcc-a": Cut(file="fcc/trace0520.json", offset_s=30, length_s=90, scale=0.5),
    "fcc-b": Cut(file="fcc/trace0360.json", offset_s=60, length_s=90, scale=0.5),
    "fcc-c": Cut(file="fcc/trace0640.json", offset_s=40, length_s=90, scale=0.5),
    "4g-a": Cut(file="4g/report_car_0004.json", offset_s=120, length_s=90, scale=0.12),
}
"""Where the ladder matters: the rate crosses several of its rungs (fixed and 4G lines scaled, as
where others use them, too)."""

_OWN_CUT = re.compile(r"(?P<file>.+\.json)(@(?P<offset>[\d.]+))?(\+(?P<length>[\d.]+))?$")


def steps(*levels: tuple[float, float]) -> tuple[Stretch, ...]:
    """Make stretches of (seconds, Mbit/s)."""
    return tuple(Stretch(seconds, 1e6 * rate, RTT_S) for seconds, rate in levels)


def _jitter(seconds: int) -> tuple[Stretch, ...]:
    """Another rate and another round trip each second, around 3 Mbit/s and 60 ms."""
    draw = random.Random(_SEED)  # noqa: S311 - the same line each time, no secret
    return tuple(
        Stretch(1.0, draw.uniform(1e6, 5e6), draw.uniform(0.04, 0.08)) for _ in range(seconds)
    )


SYNTHETIC = {
    "staircase": steps((30, 6), (30, 1), (30, 3.5)),
    "spike": steps((35, 4.5), (10, 0.5), (35, 4.5)),
    "cascade": steps((12, 6), (12, 3.5), (12, 1.8), (12, 0.9), (12, 1.8), (12, 3.5), (12, 6)),
    "jitter": _jitter(80),
    "outage": steps((30, 4), (8, 0), (42, 4)),
}

NAMES = (*SYNTHETIC, *RECORDED)


def line_named(name: str, traces: Path) -> Line | None:
    """Give a line by its name, or by FILE.json[@OFFSET][+LENGTH]; None: its trace is not here."""
    if name in SYNTHETIC:
        return Line(name, SYNTHETIC[name])
    own = _OWN_CUT.match(name)
    if name not in RECORDED and own is None:
        raise ValueError(f"There is no line {name}; there are: {', '.join(NAMES)}.")
    if name in RECORDED:
        cut = RECORDED[name]
    else:
        assert own is not None  # noqa: S101 - said above
        length = float(own["length"] or 90)
        cut = Cut(file=own["file"], offset_s=float(own["offset"] or 0), length_s=length)
    path = traces / cut.file
    return window(read_trace(path), cut, name) if path.is_file() else None


def window(line: Line, cut: Cut, name: str) -> Line:
    """Cut a window out of a line, and scale its rates."""
    end, pieces, at = cut.offset_s + cut.length_s, [], 0.0
    for one in _for_ever(line):
        first, last = max(at, cut.offset_s), min(at + one.duration, end)
        if last > first:
            pieces.append(replace(one, duration=last - first, rate=one.rate * cut.scale))
        at += one.duration
        if at >= end:
            break
    return Line(name, pieces)


def _for_ever(line: Line) -> Iterable[Stretch]:
    while True:
        yield from line.stretches


def told(line: Line) -> list[dict[str, float]]:
    """Write a line as traces are written."""
    return [
        {
            "duration_ms": round(1e3 * one.duration, 3),
            "bandwidth_kbps": round(one.rate / 1e3, 3),
            "latency_ms": round(1e3 * one.latency, 3),
        }
        for one in line.stretches
    ]
