"""DynamicController: DYNAMIC of Spiteri, Sitaraman, Sparacio (MMSys 2018), section 5.

"From Theory to Practice: Improving Bitrate Adaptation in the DASH Reference Player": THROUGHPUT
while the buffer is low, BOLA once it is not: to BOLA above 10 s when BOLA asks for no less, back
below 10 s when it asks for less. BOLA here is BOLA-O, without a placeholder (as in Sabre's
`dynamic`, by the same authors).
"""

from player.abr import abandon
from player.abr.bola_curve import MINIMUM, BolaCurve, basic
from player.abr.caps import DecoderRelief, allowed, pinned
from player.abr.controller import AbandonInput, AbrInput, Decision, LadderRung
from player.abr.rung_rules import (
    SAFETY,
    ThinBuffer,
    capped,
    moved,
    seen,
    steadied,
    sustained,
    unknown,
)
from player.units import Micros, micros, seconds

_SMALL = 0.01  # seconds: no wait is shorter


class DynamicController:
    """Implements `AbrController`: the line while the buffer is low, then the buffer."""

    def __init__(self) -> None:
        """Begin with the line."""
        self._relief = DecoderRelief()
        self._thin = ThinBuffer()
        self._by_buffer = False

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        fixed = pinned(given)
        if fixed is not None:
            return fixed
        rungs = self._relief.apply(given, allowed(given))
        if given.line.rate is None:
            return unknown(given, rungs)
        line = min(sustained(rungs, given, SAFETY), self._thin.most(rungs, given))
        place, wait = _buffered(rungs, given, basic(rungs, given))
        self._switch(given, place, line)
        rung = rungs[place if self._by_buffer else line]
        rule = "BOLA" if self._by_buffer else "throughput"
        why = f"by {rule}, {seen(given)}{capped(given, self._relief)}"
        if self._by_buffer and _SMALL < wait < seconds(given.buffer):
            reason = f"{rung.name}: in {wait:.1f} s, {why}"
            return Decision(rung=rung, reason=reason, wait=micros(wait))
        return Decision(rung=rung, reason=f"{rung.name}: {moved(given, rung)}, {why}")

    def abandon(self, given: AbandonInput) -> Decision | None:
        """By throughput, whichever rule chose (as Sabre's `dynamic`), if the buffer runs out."""
        return abandon.abandon(given, patient=True)

    def _switch(self, given: AbrInput, place: int, line: int) -> None:
        buffer, low = seconds(given.buffer), threshold(given)
        if self._by_buffer:
            self._by_buffer = buffer >= low or place >= line
        else:
            self._by_buffer = buffer > low and place >= line


def threshold(given: AbrInput) -> float:
    """Seconds below which a buffer is low: 10, or half of what a small one can hold."""
    room = seconds(Micros(given.buffer_limit - given.segment_duration))
    return max(0.0, min(MINIMUM, room / 2))


def _buffered(
    rungs: tuple[LadderRung, ...], given: AbrInput, curve: BolaCurve | None
) -> tuple[int, float]:
    """BOLA-O: the rung's place, and the seconds to wait before it is worth fetching."""
    top = len(rungs) - 1
    if curve is None:
        return top, 0.0
    buffer = seconds(given.buffer)
    wished = curve.best(buffer)
    place = steadied(wished, rungs, given)
    if place in {wished, top}:
        return place, 0.0
    return place, max(0.0, buffer - curve.most(curve.rates[place]))
