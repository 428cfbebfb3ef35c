"""Fast play: which picture comes next, and when it is due. Pure."""

from dataclasses import dataclass

from player.model.segment import Segment, SegmentIndex
from player.units import BitsPerSecond, Micros, micros

RATES = (2, 4, 8, 16, 32)
"""How many times as fast, either way."""

PACE = micros(0.125)
"""The least time between two pictures: more than eight a second nobody looks at."""

SAME_PLACE = micros(0.05)
"""A key frame this near to one that was shown is that one: lists round."""

SHARE = 0.5
"""How much of the line pictures may take."""

USUAL_KEY = micros(2)
"""How far key frames usually lie apart: rates of lists are told for all of them."""


def bounded_rate(rate: int) -> int:
    """The nearest rate that there is, with its sign; 0 for none."""
    if not rate:
        return 0
    nearest = min(RATES, key=lambda one: abs(one - abs(rate)))
    return nearest if rate > 0 else -nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanState:
    """How fast play stands.

    `origin` is the presentation time of the first picture, or where there was none yet, that
    where the viewer began; `elapsed` how long the first one has been on the screen, `last` the
    newest picture that libmpv was given, `lead` how long a picture is on its way.
    """

    rate: int
    origin: Micros
    elapsed: Micros = Micros(0)
    last: Micros | None = None
    lead: Micros = Micros(0)

    @property
    def forward(self) -> bool:
        """Whether time runs on."""
        return self.rate > 0

    @property
    def due(self) -> Micros:
        """The presentation time that belongs on the screen now."""
        return Micros(self.origin + self.rate * self.elapsed)

    def moment(self, place: Micros) -> Micros:
        """How long after the first picture that of a presentation time is due."""
        return Micros((place - self.origin) // self.rate)

    def next_place(self) -> Micros:
        """From where on the next picture is wanted: not too soon, and none that comes too late."""
        if self.last is None:
            return self.origin
        step = Micros(self.rate * PACE)
        soonest = Micros(self.last + step)
        timely = Micros(self.origin + self.rate * (self.elapsed + self.lead))
        return max(soonest, timely) if self.forward else min(soonest, timely)


def pick(index: SegmentIndex, state: ScanState, now: Micros) -> Segment | None:
    """The segment whose first picture comes next; None: the index has none in that direction.

    Forward the first at the wanted place or after it, backward the last at it or before it.
    """
    numbers = index.numbers(now)
    found = index.find(state.next_place(), now)
    if found is None or not numbers:
        return None
    step = 1 if state.forward else -1
    number = found.number
    while number in numbers:
        one = index.segment(number)
        if not one.gap and not one.making and _fits(one.start, state):
            return one
        number += step
    return None


def _fits(start: Micros, state: ScanState) -> bool:
    wanted, last = state.next_place(), state.last
    if state.forward:
        return start >= wanted - SAME_PLACE and (last is None or start > last + SAME_PLACE)
    return start <= wanted + SAME_PLACE and (last is None or start < last - SAME_PLACE)


def affordable(bandwidths: tuple[BitsPerSecond, ...], line: BitsPerSecond | None) -> int:
    """Which of some lists of key frames, lowest first, the line bears at full pace; else 0.

    A list's rate is for every key frame once, in its own time: at full pace as many come in
    `PACE` as else in `USUAL_KEY`.
    """
    most = (line or 0) * SHARE * PACE / USUAL_KEY
    return max((at for at, one in enumerate(bandwidths) if one <= most), default=0)
