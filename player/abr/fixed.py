"""FixedController: one rung from beginning to end."""

from player.abr.caps import allowed, pinned
from player.abr.controller import AbandonInput, AbrInput, Decision


class FixedController:
    """Implements `AbrController`: the best rung up to a height, whatever the line does."""

    def __init__(self, height: int | None = None) -> None:
        """Fix the highest rung of at most `height`; None: the highest allowed."""
        self._height = height

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        rungs = allowed(given)
        within = [rung for rung in rungs if self._height is None or rung.height <= self._height]
        rung = (within or rungs[:1])[-1]
        named = "" if self._height is None else f" at {self._height}p"
        return pinned(given) or Decision(rung=rung, reason=f"{rung.name}: fixed{named}")

    def abandon(self, given: AbandonInput) -> Decision | None:  # noqa: ARG002 - the port's
        """Never: fixed is fixed."""
        return None
