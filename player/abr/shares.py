"""How one line is shared among the pictures that stand side by side. Pure.

Weighted max-min fairness (Bertsekas, Gallager, "Data Networks", 6.5.2): everybody rises with its
weight until it has what it can use, and what it leaves is the others'.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from player.units import BitsPerSecond

COMFORT = 1.5
"""What a picture can use, in rates of its best rung: a line must outdo a rung to keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one picture may have of the line.

    `pixels` is its size on the screen (None: nobody knows, 0: nobody sees it). `least` is what
    its lowest rung takes with its sound, `most` its best one allowed; None: not known yet.
    """

    pixels: int | None = None
    least: BitsPerSecond = BitsPerSecond(0)
    most: BitsPerSecond | None = None


def weights(claims: Sequence[Claim]) -> list[float]:
    """Give what each counts for: its area; one of unknown size as much as the largest."""
    largest = max((one.pixels for one in claims if one.pixels is not None), default=0)
    return [float(max(largest if one.pixels is None else one.pixels, 1)) for one in claims]


def shares(rate: float, claims: Sequence[Claim]) -> list[float]:
    """Give each claim's share of a line of `rate` bit/s; together they are the line.

    Where the line does not bear everybody's lowest rung, all lack the same part of it. Where it
    bears more than everybody can use, what is left is shared out by size, too.
    """
    parts = weights(claims)
    least = [float(one.least) for one in claims]
    most = [_most(one) for one in claims]
    if sum(least) >= rate:
        return [one * rate / sum(least) for one in least] if sum(least) else least
    if sum(most) <= rate:
        left = (rate - sum(most)) / sum(parts)
        return [has + part * left for has, part in zip(most, parts, strict=True)]
    level = _level(rate, parts, least, most)
    return [
        min(max(part * level, low), high)
        for part, low, high in zip(parts, least, most, strict=True)
    ]


def _most(claim: Claim) -> float:
    most = float("inf") if claim.most is None else COMFORT * claim.most
    return max(most, float(claim.least))


def _level(
    rate: float, parts: Sequence[float], least: Sequence[float], most: Sequence[float]
) -> float:
    """Find the rate a unit of weight at which the line is full: linear between two edges."""
    bounds = list(zip(parts, least, most, strict=True))

    def taken(level: float) -> float:
        return sum(min(max(part * level, low), high) for part, low, high in bounds)

    edges = sorted({edge / part for part, *both in bounds for edge in both if edge < float("inf")})
    before = 0.0
    for edge in edges:
        if taken(edge) >= rate:
            break
        before = edge
    rising = sum(part for part, low, high in bounds if low / part <= before < high / part)
    return before + (rate - taken(before)) / rising if rising else before
