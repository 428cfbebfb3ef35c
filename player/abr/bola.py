"""BolaController: BOLA-E of Spiteri, Sitaraman, Sparacio (MMSys 2018), sections 3 and 4.

"From Theory to Practice: Improving Bitrate Adaptation in the DASH Reference Player": BOLA, which
goes by the buffer alone, made fit for starts, seeks and small buffers. A placeholder stands for
the buffer that could not grow; BOLA-O takes no rung beyond what the line carries when it climbs;
the insufficient buffer rule guards against stalls. Starts go by throughput until a segment is
buffered, and an empty buffer ends the placeholder (both as dash.js BolaRule has it).
"""

from player.abr import abandon
from player.abr.bola_curve import MINIMUM, BolaCurve, enhanced
from player.abr.bola_placeholder import Placeholder
from player.abr.caps import DecoderRelief, allowed, pinned
from player.abr.controller import AbandonInput, AbrInput, Decision, LadderRung, mbps
from player.abr.rung_rules import (
    ThinBuffer,
    capped,
    carried,
    moved,
    placed,
    seen,
    steadied,
    sustained,
    unknown,
    waiting,
)
from player.units import Micros, micros, seconds

_SMALL = 0.01  # seconds: no wait is shorter


class BolaController:
    """Implements `AbrController`: by the buffer, with a placeholder for what it could not hold."""

    def __init__(self) -> None:
        """Begin with the start."""
        self._relief = DecoderRelief()
        self._thin = ThinBuffer(free=0)
        self._virtual = Placeholder()
        self._curve: BolaCurve | None = None
        self._steady = False

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        fixed = pinned(given)
        if fixed is not None:
            return fixed
        rungs = self._relief.apply(given, allowed(given))
        self._curve = curve = enhanced(rungs, given)
        if given.line.rate is None or curve is None:
            return unknown(given, rungs)
        if self._virtual.is_look_back(given):
            return self._looked_back(given, rungs, curve)
        if self._virtual.is_elsewhere(given):
            self._steady = False
        self._virtual.learn(given, curve, placed(rungs, given))
        decide = self._by_buffer if self._steady else self._start
        decision = decide(given, rungs, curve)
        taking = waiting(given) + _taking(decision.rung, given)
        self._virtual.asked(given, taking, paused=decision.wait > 0)
        return decision

    def abandon(self, given: AbandonInput) -> Decision | None:
        """Give up what is worth less than a lower rung, or would come when the buffer is out.

        The first is the paper's (BolaEnh.check_abandon of Sabre), the second what dash.js has
        beside it: a placeholder does not play.
        """
        curve = self._curve
        if curve is None:
            return None
        if given.buffer <= 0 and self._steady:
            self._virtual.held = 0.0
        decision = self._worth_more(given, curve) or abandon.abandon(given, patient=True)
        if decision is not None:
            level = _lower_level(curve, decision.rung)
            self._virtual.keep_within(level, seconds(given.buffer))
        return decision

    def _start(self, given: AbrInput, rungs: tuple[LadderRung, ...], curve: BolaCurve) -> Decision:
        """By throughput; the placeholder makes up what is missing for BOLA to agree."""
        place = sustained(rungs, given)
        self._virtual.reach(curve.least(place), seconds(given.buffer))
        if given.playing is not None and given.buffer >= given.segment_duration:
            self._steady = True
            self._thin.restart()
        rung = rungs[place]
        reason = f"{rung.name}: start, {seen(given)}{capped(given, self._relief)}"
        return Decision(rung=rung, reason=reason)

    def _by_buffer(
        self, given: AbrInput, rungs: tuple[LadderRung, ...], curve: BolaCurve
    ) -> Decision:
        buffer, held = seconds(given.buffer), self._virtual.held
        wished = curve.best(buffer + held)
        place = steadied(wished, rungs, given)
        wait = self._virtual.pause(curve.most(curve.rates[place]), buffer)
        safe = self._thin.most(rungs, given)
        why = f", {rungs[wished].name} is beyond the line" if place < wished else ""
        if safe < place:
            why = f", too thin for {rungs[place].name}"
            place, wait = safe, 0.0
            self._virtual.keep_within(curve.least(place), buffer)
        rung = rungs[place]
        why = f"{seen(given)} and {held:.1f} s held{why}{capped(given, self._relief)}"
        if place < len(rungs) - 1 and _SMALL < wait < buffer:
            reason = f"{rung.name}: in {wait:.1f} s, {why}"
            return Decision(rung=rung, reason=reason, wait=micros(wait))
        return Decision(rung=rung, reason=f"{rung.name}: {moved(given, rung)}, {why}")

    def _looked_back(
        self, given: AbrInput, rungs: tuple[LadderRung, ...], curve: BolaCurve
    ) -> Decision:
        """What would be taken for a buffered segment; nothing is learnt from that."""
        wished = curve.best(seconds(given.buffer) + self._virtual.held)
        rung = rungs[steadied(wished, rungs, given)]
        reason = f"{rung.name}: looked at again, {seen(given)}, {self._virtual.held:.1f} s held"
        return Decision(rung=rung, reason=reason)

    def _worth_more(self, given: AbandonInput, curve: BolaCurve) -> Decision | None:
        """The lower rung that is worth more, for each bit that it takes, than the rest of this.

        Another wait for a first byte counts against it: of the rest something comes meanwhile.
        """
        first_byte = given.first_byte
        wait = given.line.latency if first_byte is None else Micros(first_byte - given.started)
        taken = seconds(Micros(given.now - given.started - wait))
        whole = given.bits
        left = whole - 8.0 * given.received
        if given.received <= 0 or left <= 0 or taken <= 0:
            return None
        speed = 8.0 * given.received / taken
        self._virtual.expect(seconds(given.now) + left / speed)
        level = max(0.0, seconds(given.buffer) + self._virtual.held - seconds(wait))
        rung = _best_instead(given, curve, level, (whole, left - seconds(wait) * speed))
        if rung is None:
            return None
        reason = (
            f"{rung.name}: {given.rung.name} given up after {taken + seconds(wait):.1f} s at "
            f"{mbps(speed)} with {100 * left / whole:.0f} % to come, level {level:.1f} s"
        )
        return Decision(rung=rung, reason=reason)


def _best_instead(
    given: AbandonInput, curve: BolaCurve, level: float, bits: tuple[float, float]
) -> LadderRung | None:
    """The lower rung worth most at a level, against `bits`: the whole segment's and the rest's."""
    whole, left = bits
    rate, found = _rate(given.rung), None
    if left <= 0:
        return None
    best = curve.worth(rate, level, left)
    for rung in given.ladder:
        size = max(1.0, whole * _rate(rung) / rate)
        worth = curve.worth(_rate(rung), level, size)
        if _rate(rung) < rate and size < left and worth > best:
            best, found = worth, rung
    return found


def _lower_level(curve: BolaCurve, rung: LadderRung) -> float:
    """The level that an abandonment leaves to believe in: what the lower rung needs."""
    places = [place for place, one in enumerate(curve.rates) if one <= _rate(rung)]
    return curve.least(places[-1]) if places and places[-1] else MINIMUM


def _taking(rung: LadderRung, given: AbrInput) -> float:
    """Seconds that the next segment will take at the estimate."""
    return rung.bits(given.segment_duration) / max(1.0, carried(given))


def _rate(rung: LadderRung) -> float:
    return max(1.0, float(rung.bandwidth))
