"""Transfer: how fast a transfer goes at present, seen from its pieces. Pure."""

from player.abr.controller import AbandonInput
from player.units import MICROS_PER_SECOND, Micros

PATIENCE = Micros(500_000)
"""Bytes must have come for so long: a line's first half second says little."""

LOOK = Micros(250_000)
"""How often it is looked at: pieces may come a hundred times a second."""

WINDOW = Micros(2_000_000)
"""What counts as the present."""

SHORTEST = Micros(300_000)
"""A shorter stretch says nothing."""

LEAST = 1e-4
"""A silent line's rate, in Mbit/s."""


class Transfer:
    """Remembers the last seconds of one transfer. Engine thread only."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._started: Micros | None = None
        self._seen: list[tuple[Micros, int]] = []
        self._looked = Micros(0)

    def rate(self, given: AbandonInput) -> float | None:
        """Its rate in Mbit/s; None: too early to tell, or told just now.

        Of the last two seconds and of the second half of them, the better: bytes that come again
        after a silence must not be given up for it.
        """
        if given.started != self._started:
            self._started, self._seen, self._looked = given.started, [], Micros(0)
        self._seen.append((given.now, given.received))
        if given.first_byte is None or given.now - given.first_byte < PATIENCE:
            return None
        if given.now < self._looked:
            return None
        self._looked = Micros(given.now + LOOK)
        while len(self._seen) > 2 and self._seen[1][0] <= given.now - WINDOW:
            self._seen.pop(0)
        half = next(one for one in self._seen if one[0] >= given.now - WINDOW // 2)
        rates = [_rate(one, self._seen[-1]) for one in (self._seen[0], half)]
        return max((max(one, LEAST) for one in rates if one is not None), default=None)


def _rate(since: tuple[Micros, int], until: tuple[Micros, int]) -> float | None:
    took = until[0] - since[0]
    if took < SHORTEST:
        return None
    return (until[1] - since[1]) * 8 / 1e6 * MICROS_PER_SECOND / took
