"""What of a ladder may be used at all: the viewer's choice, the window's size, the decoder."""

from player.abr.controller import AbrInput, Decision, LadderRung
from player.units import MICROS_PER_SECOND, Micros

DROPPED_TOO_MANY = 0.2  # share of frames, as hls.js fpsDroppedMonitoringThreshold
_RELIEF = Micros(60 * MICROS_PER_SECOND)  # how long a rung too heavy to decode stays out


def pinned(given: AbrInput) -> Decision | None:
    """Give the rung that the viewer fixed, if the ladder has it."""
    rung = next((rung for rung in given.ladder if rung.id == given.fixed), None)
    return Decision(rung=rung, reason=f"{rung.name}: fixed by the viewer") if rung else None


def allowed(given: AbrInput) -> tuple[LadderRung, ...]:
    """Give the rungs within the height caps; the lowest alone where none is.

    A viewport allows the first rung that fills it: more pixels than the window has are wasted.
    """
    cap = given.max_height
    if given.viewport_height:
        filling = [r.height for r in given.ladder if r.height >= given.viewport_height]
        viewport = min(filling, default=None)
        cap = min((one for one in (cap, viewport) if one is not None), default=None)
    if cap is None:
        return given.ladder
    return tuple(rung for rung in given.ladder if rung.height <= cap) or given.ladder[:1]


class DecoderRelief:
    """Keeps rungs out for a minute whose frames were dropped, so that it does not swing."""

    def __init__(self) -> None:
        """Begin with nothing kept out."""
        self._below, self._until = 0, Micros(0)

    def apply(self, given: AbrInput, rungs: tuple[LadderRung, ...]) -> tuple[LadderRung, ...]:
        """Give `rungs` without those that the decoder cannot follow."""
        current = given.current
        if given.dropped_rate > DROPPED_TOO_MANY and current is not None and current.height:
            self._below, self._until = current.height, Micros(given.now + _RELIEF)
        if given.now >= self._until:
            return rungs
        return tuple(rung for rung in rungs if rung.height < self._below) or rungs[:1]
