"""FixedRung: the rung that the viewer fixed, in periods that may not have it."""

from player.model.presentation import Representation

REMEMBERED = 256
"""Rungs of former periods that are known by name."""


class FixedRung:
    """Remembers rungs by name, and finds the one that was meant. Engine thread only.

    Where a period has not got it, that is the one nearest to it in height, then in rate.
    """

    def __init__(self) -> None:
        """Begin with none fixed."""
        self.wanted: str | None = None
        self._known: dict[str, Representation] = {}

    def among(self, rungs: tuple[Representation, ...]) -> str | None:
        """The rung of these that the viewer fixed, or meant."""
        if len(self._known) > REMEMBERED:
            self._known = {one: rung for one, rung in self._known.items() if one == self.wanted}
        self._known |= {one.id: one for one in rungs}
        meant = self._known.get(self.wanted or "")
        if meant is None or any(one.id == meant.id for one in rungs):
            return self.wanted
        return min(rungs, key=lambda one: _apart(one, meant)).id


def _apart(one: Representation, other: Representation) -> tuple[int, int]:
    height = abs((one.height or 0) - (other.height or 0))
    return height, abs(one.bandwidth - other.bandwidth)
