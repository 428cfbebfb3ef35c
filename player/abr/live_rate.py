"""LiveRate: how fast live television plays, so that it stays as far behind as it is meant to.

Pure. What others do: Media3's DefaultLivePlaybackSpeedControl follows the error by a gain of 0.1
and puts its target up by 500 ms a rebuffer; dash.js' CatchupController bends the rate by a
sigmoid of the error (LoL+: first of all by the buffer); Shaka knows two rates and two thresholds.
All of them change the rate again and again. Here an error is worked off at one rate: it begins
where the error leaves a dead band and ends where the error is gone, so that nobody hears more than
two changes.
"""

import math
from dataclasses import dataclass, field

from player.units import Micros, micros

SLOWEST, FASTEST = 0.95, 1.05
"""What a viewer does not notice, whatever a manifest allows beyond."""

STEP = 0.01
"""Rates are whole multiples of it."""

BAND = micros(0.12)
"""An error up to here is none: libmpv tells its place by the frame, ten times a second."""

DONE = micros(0.02)
"""An error is worked off when so much is left."""

EVEN_OUT = micros(8)
"""In about what time an error is worked off, where the rates allow it."""

PAUSE = micros(1)
"""The shortest time between two changes, but for those that cannot wait."""

REASONABLE = micros(60)
"""What takes longer to catch up with is not caught up with: playback jumps."""

FINE = micros(0.5)
"""Media that come in steps no larger than this come as they are made (chunks, parts): to jump
costs no segment there, and a buffer is full again soon."""

REASONABLE_FINE = micros(15)
"""`REASONABLE` where media come in fine steps."""

RAISE = micros(1)
"""What a rebuffer puts the target up by; half a step where media come in fine ones. Media3's
500 ms spared fewer of the next ones, on lines that fall in steps or in spikes: then a rate that
stays 1, and leaves all of a stall behind as buffer, stalls less."""

MOST_RAISED = micros(2)
"""All that rebuffers put it up by."""

BRIDGED = micros(3)
"""A longer stall would have come at any target that is still low: it says nothing of this one."""

SETTLE = micros(10)
"""After a stall nothing is taken from the buffer for so long."""

SETTLE_FINE = micros(3)
"""`SETTLE` where media come in fine steps."""

LOWER = micros(0.5)
"""What a calm stretch takes the target down by."""

CALM = micros(30)
"""A stretch without a rebuffer."""

ROOM = micros(0.15)
"""What the buffer must hold beyond `scarce` before anything is taken from it."""

_SMOOTHED_OVER = micros(0.5)
_SWING = micros(2)
_FINE_SWING = micros(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """What the manifest allows (ISO/IEC 23009-1 Annex K): rates, and the largest latency."""

    slowest: float = SLOWEST
    fastest: float = FASTEST
    most: Micros | None = None

    @property
    def range(self) -> tuple[float, float]:
        """The rates to be used: the manifest's, as far as nobody hears them; 1 is one of them."""
        slowest = max(self.slowest, SLOWEST)
        fastest = min(self.fastest, FASTEST)
        return min(_up(slowest), 1.0), max(_down(fastest), 1.0)

    def catchable(self, step: Micros = _SWING) -> Micros:
        """How much can be caught up with in a reasonable time; `step`: what comes at once."""
        reasonable = REASONABLE_FINE if step <= FINE else REASONABLE
        return Micros(round((self.range[1] - 1) * reasonable))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRateInput:
    """What a rate rests on.

    `latency` is how far the picture is behind the live programme, `target` how far it is meant
    to be, `buffer` what can be played without another byte; `segment` is the time from one
    arrival to the next, over which the buffer swings. `stalls` counts rebuffers since the start.
    `running`: the picture neither waits nor is paused. `aside`: the viewer is behind on purpose.
    """

    now: Micros
    latency: Micros
    target: Micros
    buffer: Micros
    segment: Micros = _SWING
    limits: RateLimits = field(default_factory=RateLimits)
    stalls: int = 0
    running: bool = True
    aside: bool = False

    @property
    def scarce(self) -> Micros:
        """A buffer that is about to run dry, at this target."""
        return Micros(min(max(self.target // 6, micros(0.15)), micros(0.5)))


class LiveRate:
    """Gives the rate for each look at the picture; one for each channel. Engine thread, no I/O.

    Ask it some ten times a second (any pace from 20 ms to 1 s will do), before and after stalls
    too. `rate` is the last answer, `raised` what rebuffers have put the target up by.
    """

    def __init__(self) -> None:
        """Begin at the normal rate."""
        self.rate = 1.0
        self.raised = Micros(0)
        self._stalls = 0
        self._dry_since: Micros | None = None
        self._calm_since: Micros | None = None
        self._calm_least: Micros | None = None
        self._error: float | None = None
        self._saving = False
        self._looked = self._changed = self._settled = Micros(0)
        self._lows = _Lows()

    def restart(self) -> None:
        """Playback set out anew somewhere else: what was seen of it counts no more."""
        self._error, self.rate, self._saving = None, 1.0, False
        self._lows = _Lows()

    def look(self, given: LiveRateInput) -> float:
        """The rate to play at from now on; never outside the limits."""
        self._count(given)
        if not given.running or given.aside:
            self.restart()
            return self.rate
        low = self._lows.add(given.now, given.buffer, given.segment)
        error = self._smoothed(given)
        self._lower(given)
        wanted = self._wanted(given, error, low)
        urgent = wanted < self.rate and given.buffer < given.scarce
        if wanted != self.rate and (urgent or given.now - self._changed >= PAUSE):
            self.rate, self._changed = wanted, given.now
        return self.rate

    # ---- the target -------------------------------------------------------------------------

    def _count(self, given: LiveRateInput) -> None:
        """Look for the ends of rebuffers."""
        if given.stalls > self._stalls:
            self._dry_since = given.now
        self._stalls = given.stalls
        if self._dry_since is None or not given.running:
            return
        lasted, self._dry_since = given.now - self._dry_since, None
        self._calm_since, self._calm_least = given.now, None
        self._settled = Micros(given.now + (SETTLE_FINE if given.segment <= FINE else SETTLE))
        if lasted <= BRIDGED:
            self._raise(given)

    def _raise(self, given: LiveRateInput) -> None:
        """Put the target up, as far as the manifest's largest latency allows."""
        room = MOST_RAISED
        if given.limits.most is not None:
            room = min(room, Micros(max((given.limits.most - given.target) // 2, 0)))
        more = given.segment // 2 if given.segment <= FINE else RAISE
        self.raised = Micros(max(min(self.raised + more, room), self.raised))

    def _lower(self, given: LiveRateInput) -> None:
        """Calm stretches take it down again, as far as the buffer had something to spare.

        One step at a time: not before the picture has followed the last one.
        """
        least = self._calm_least
        self._calm_least = given.buffer if least is None else min(least, given.buffer)
        since = given.now if self._calm_since is None else self._calm_since
        self._calm_since = since
        if given.now - since < CALM or (self._error or 0.0) > BAND:
            return
        spare = self._calm_least - given.scarce - ROOM
        self.raised = Micros(max(self.raised - max(min(LOWER, spare), 0), 0))
        self._calm_since, self._calm_least = given.now, None

    # ---- the rate ---------------------------------------------------------------------------

    def _smoothed(self, given: LiveRateInput) -> float:
        error = float(given.latency - given.target - self.raised)
        if self._error is not None:
            passed = max(given.now - self._looked, 0)
            error += (self._error - error) * math.exp(-passed / _SMOOTHED_OVER)
        self._error, self._looked = error, given.now
        return error

    def _wanted(self, given: LiveRateInput, error: float, low: Micros) -> float:
        slowest, fastest = given.limits.range
        self._saving = self._saves(given, error, low)
        if self._saving:
            return slowest
        spare = 0 if given.now < self._settled else max(low - given.scarce - ROOM, 0)
        wanted = self._working_off(min(error, spare))  # what it takes, the buffer loses
        return min(max(wanted, slowest), fastest)

    def _saves(self, given: LiveRateInput, error: float, low: Micros) -> bool:
        """Whether to slow down: the buffer is about to run dry, and latency allows it."""
        if error > MOST_RAISED or self._too_late(given):
            return False
        return given.buffer < given.scarce or (self._saving and low < given.scarce + ROOM)

    def _too_late(self, given: LiveRateInput) -> bool:
        return given.limits.most is not None and given.latency >= given.limits.most

    def _working_off(self, error: float) -> float:
        """The one rate at which an error is worked off, until it is gone."""
        direction = math.copysign(1.0, error)
        under_way = (self.rate - 1.0) * direction > 0
        if abs(error) <= (DONE if under_way else BAND):
            return 1.0
        steps = max(round(abs(error) / EVEN_OUT / STEP), 1)
        fresh = round(1.0 + direction * steps * STEP, 2)
        if under_way and abs(fresh - 1.0) < abs(self.rate - 1.0) + 2 * STEP:
            return self.rate
        return fresh


class _Lows:
    """The least buffer of the last one or two swings."""

    def __init__(self) -> None:
        self._since: Micros | None = None
        self._former: Micros | None = None
        self._least = Micros(0)

    def add(self, now: Micros, buffer: Micros, swing: Micros) -> Micros:
        """Take a look, give the least; 0 until a swing has been seen."""
        lasts = max(swing, _FINE_SWING if swing <= FINE else _SWING)
        if self._since is None or now - self._since >= lasts:
            self._former = None if self._since is None else self._least
            self._since, self._least = now, buffer
        self._least = min(self._least, buffer)
        return Micros(0) if self._former is None else min(self._least, self._former)


def _down(rate: float) -> float:
    return round(math.floor(rate / STEP + 1e-6) * STEP, 2)


def _up(rate: float) -> float:
    return round(math.ceil(rate / STEP - 1e-6) * STEP, 2)
