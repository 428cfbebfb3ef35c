"""ThroughputController: THROUGHPUT of Spiteri, Sitaraman, Sparacio (MMSys 2018), section 5.

"From Theory to Practice: Improving Bitrate Adaptation in the DASH Reference Player": the best
rung that 0.9 of the estimate carries, the wait for the first byte counted, and never more than a
thin buffer allows (ThroughputRule and InsufficientBufferRule of dash.js).
"""

from player.abr import abandon
from player.abr.caps import DecoderRelief, allowed, pinned
from player.abr.controller import AbandonInput, AbrInput, Decision
from player.abr.rung_rules import SAFETY, ThinBuffer, capped, moved, seen, sustained, unknown


class ThroughputController:
    """Implements `AbrController`: what the line carries, less where the buffer is thin."""

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._relief = DecoderRelief()
        self._thin = ThinBuffer()

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        fixed = pinned(given)
        if fixed is not None:
            return fixed
        rungs = self._relief.apply(given, allowed(given))
        if given.line.rate is None:
            return unknown(given, rungs)
        wished = sustained(rungs, given, SAFETY)
        place = min(wished, self._thin.most(rungs, given))
        rung, why = rungs[place], capped(given, self._relief)
        if place < wished:
            why = f", too thin for {rungs[wished].name}{why}"
        reason = f"{rung.name}: {moved(given, rung)}, {SAFETY:g} of {seen(given)}{why}"
        return Decision(rung=rung, reason=reason)

    def abandon(self, given: AbandonInput) -> Decision | None:
        """See `AbrController.abandon`."""
        return abandon.abandon(given)
