"""CycleController: walks the ladder up and down, so that testers see every switch."""

from player.abr.caps import allowed, pinned
from player.abr.controller import AbandonInput, AbrInput, Decision
from player.units import Micros, seconds


class CycleController:
    """Implements `AbrController`: one rung further every `period` of media, whatever the line."""

    def __init__(self, period: Micros) -> None:
        """Take a step every `period` (more than 0) of presentation time."""
        self._period = period
        self._origin: Micros | None = None

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        fixed = pinned(given)
        if fixed is not None:
            return fixed
        rungs = allowed(given)
        self._origin = given.media_time if self._origin is None else self._origin
        step = (given.media_time - self._origin) // self._period
        place = step % max(1, 2 * len(rungs) - 2)
        rung = rungs[min(place, 2 * len(rungs) - 2 - place)]
        reason = f"{rung.name}: step {step} of a cycle of {seconds(self._period):g} s"
        return Decision(rung=rung, reason=reason)

    def abandon(self, given: AbandonInput) -> Decision | None:  # noqa: ARG002 - the port's
        """Never: a tester wants the switches asked for, and no others."""
        return None
