"""BOLA-E's placeholder: the buffer that there would be, had nothing kept it from growing. Pure.

Spiteri, Sitaraman, Sparacio (MMSys 2018), section 4: virtual segments, held in seconds, make BOLA
fit for starts, seeks, live edges and small buffers. They grow with each pause that is not BOLA's
own, and go before BOLA itself would pause.
"""

from dataclasses import dataclass, replace

from player.abr.bola_curve import BolaCurve
from player.abr.controller import AbrInput
from player.units import Micros, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """When which segment was asked for, and until when it was to be under way; in seconds.

    `paused`: it was to be waited for; `seen`: it was seen under way.
    """

    now: float
    media_time: Micros
    duration: Micros
    busy_until: float
    paused: bool
    seen: bool = False


class Placeholder:
    """Holds virtual buffer, and learns from the questions what it has to be."""

    def __init__(self) -> None:
        """Begin with none."""
        self.held = 0.0
        self._asked: _Asked | None = None

    def is_look_back(self, given: AbrInput) -> bool:
        """Whether something buffered is asked about, and nothing is to be fetched."""
        asked = self._asked
        if asked is None:
            return False
        return given.media_time < asked.media_time and given.buffer >= asked.duration > 0

    def is_elsewhere(self, given: AbrInput) -> bool:
        """Whether playback began anew: not at the next segment, and with nothing buffered."""
        asked = self._asked
        if asked is None or given.buffer >= given.segment_duration:
            return False
        step = given.media_time - asked.media_time
        return step != 0 and abs(step - asked.duration) > asked.duration

    def learn(self, given: AbrInput, curve: BolaCurve, place: int) -> None:
        """Fit it to the segment that came since the last question, of the rung at `place`.

        As Sabre's report_download and report_delay do: not so much that the rung fetched would
        not have been worth it, and not so little that a lower one would have been better.
        """
        asked = self._asked
        if asked is None:
            return
        now = seconds(given.now)
        passed = max(0.0, now - asked.now)
        if asked.media_time == given.media_time:
            self.held += 0.0 if asked.paused or asked.seen else passed
            return
        level = seconds(given.buffer) + passed
        self.held = min(self.held, max(0.0, curve.most(curve.rates[place]) - level))
        if given.buffer > 0:
            self.held = max(self.held, curve.least(place) - level)
        self.held += min(max(0.0, now - asked.busy_until), passed)

    def asked(self, given: AbrInput, taking: float, *, paused: bool) -> None:
        """Remember a question whose segment will take so many seconds to come."""
        now = seconds(given.now)
        self._asked = _Asked(
            now=now,
            media_time=given.media_time,
            duration=given.segment_duration,
            busy_until=now + taking,
            paused=paused,
        )

    def expect(self, end: float) -> None:
        """Know better when the segment under way will be there."""
        if self._asked is not None:
            self._asked = replace(self._asked, busy_until=end, seen=True)

    def reach(self, level: float, buffer: float) -> None:
        """Make up what is missing to a level, and no more."""
        self.held = max(0.0, level - buffer)

    def keep_within(self, level: float, buffer: float) -> None:
        """Hold no more than what is missing to a level."""
        self.held = min(self.held, max(0.0, level - buffer))

    def pause(self, most: float, buffer: float) -> float:
        """Seconds to wait until the level is down to `most`; what is held goes first."""
        over = max(0.0, buffer + self.held - most)
        taken = min(over, self.held)
        self.held -= taken
        return over - taken
