"""LineMemory: what each network carried when it was last used, so that a start is no guess."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from player.abr.controller import LineView
from player.units import MICROS_PER_SECOND, BitsPerSecond, Micros

MOST = 32
"""Networks that are remembered: those used last."""

_HALF_LIFE = 14 * 86_400 * MICROS_PER_SECOND
_SURE = 0.3
"""Below this confidence a view is worth no memory: about a second and a half of work."""

_NONE: Mapping[str, "RememberedLine"] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedLine:
    """What a network seldom fell below; `seen` is the UTC time at which that was learnt."""

    rate: BitsPerSecond
    seen: Micros
    confidence: float


@dataclass(frozen=True, slots=True)
class LineMemory:
    """What is remembered, by a network's name. Pure; what is learnt makes a new one."""

    lines: Mapping[str, RememberedLine] = field(default_factory=lambda: _NONE)

    def guess(
        self, network: str, now: Micros, otherwise: BitsPerSecond | None
    ) -> BitsPerSecond | None:
        """Give what to begin with on a network at a UTC time.

        The older and the less sure it is, the closer to `otherwise`, which is what is guessed of
        a network that nobody knows.
        """
        known = self.lines.get(network)
        if known is None:
            return otherwise
        if not otherwise:
            return known.rate
        return _between(otherwise, known.rate, _worth(known, now))

    def with_seen(self, network: str, view: LineView, now: Micros) -> "LineMemory":
        """Give what is remembered after a network was used, up to a UTC time.

        It is the low rate that is kept: a start that is too low is mended within seconds, one
        that is too high stands still.
        """
        rate = view.low or view.rate
        if not rate or view.confidence < _SURE:
            return self
        known = self.lines.get(network)
        if known is not None:
            share = view.confidence / (view.confidence + _worth(known, now) / 2)
            rate = _between(known.rate, rate, share)
        seen = RememberedLine(rate=rate, seen=now, confidence=view.confidence)
        return LineMemory(_newest({**self.lines, network: seen}))

    def merged(self, other: "LineMemory") -> "LineMemory":
        """Give what both remember; of a network what was learnt last."""
        lines = dict(self.lines)
        for network, line in other.lines.items():
            if network not in lines or lines[network].seen < line.seen:
                lines[network] = line
        return LineMemory(_newest(lines))


def _worth(known: RememberedLine, now: Micros) -> float:
    """What a memory is worth by now; one from the future (a clock was set) counts as new."""
    age = max(now - known.seen, 0)
    return known.confidence * float(0.5 ** (age / _HALF_LIFE))


def _between(one: BitsPerSecond, other: BitsPerSecond, share: float) -> BitsPerSecond:
    """Give the rate so far on the way from one to another, in steps that are shares."""
    return BitsPerSecond(max(round(one * (other / one) ** share), 1))


def _newest(lines: dict[str, RememberedLine]) -> dict[str, RememberedLine]:
    if len(lines) <= MOST:
        return lines
    kept = sorted(lines, key=lambda one: lines[one].seen)[-MOST:]
    return {one: lines[one] for one in kept}
