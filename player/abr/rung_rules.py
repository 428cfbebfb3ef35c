"""What the controllers from papers share: what the line carries, what a thin buffer allows. Pure.

After Spiteri, Sitaraman, Sparacio, "From Theory to Practice: Improving Bitrate Adaptation in the
DASH Reference Player" (MMSys 2018). Places are those of rungs in a ladder, lowest first.
"""

from collections.abc import Sequence

from player.abr.caps import DecoderRelief, in_words
from player.abr.controller import AbrInput, Decision, LadderRung, mbps
from player.units import seconds

SAFETY = 0.9
"""How much of the estimate is counted on."""

_WARY = 0.5  # of what may come while the buffer plays, in the insufficient buffer rule
_LIVE_LATENCY = 0.25  # of a segment: at a live edge the first byte may wait for the encoder
_SHORTEST = 1e-6  # seconds: what a segment lasts at least, whatever a manifest says


class ThinBuffer:
    """The insufficient buffer rule: a segment must come before the buffer has run out.

    Of the estimate 0.9 is believed at first, a tenth less with each segment, 0.5 at last (0.5
    alone would hold back every start). The first two segments after a start or a seek are free
    (dash.js segmentIgnoreCount). Close to a live edge, where the buffer is never thick, half of
    the target latency is enough for all of it.
    """

    def __init__(self, free: int = 2) -> None:
        """Begin trusting, with so many segments free."""
        self._free = free
        self._next: int | None = None
        self.restart()

    def restart(self) -> None:
        """Trust again: playback begins elsewhere."""
        self._safety, self._left, self._asked = SAFETY, self._free, -1

    def most(self, rungs: Sequence[LadderRung], given: AbrInput) -> int:
        """The place of the highest rung that the buffer allows; counts each segment once."""
        if given.media_time != self._asked:
            self._count(given)
        if self._left >= 0:
            return len(rungs) - 1
        safety, duration = self._safety, lasting(given)
        if given.target_latency is not None and given.target_latency > 0:
            safety = max(safety, 2 * duration / seconds(given.target_latency))
        time = max(0.0, seconds(given.buffer) - waiting(given))
        return _last(rungs, safety * time * carried(given) / duration)

    def _count(self, given: AbrInput) -> None:
        """Count another segment; one that does not follow the last begins anew."""
        expected, self._next = self._next, given.media_time + given.segment_duration
        jump = 0 if expected is None else abs(given.media_time - expected)
        if jump > given.segment_duration and given.buffer < given.segment_duration:
            self.restart()
        elif self._left < 0:
            self._safety = max(_WARY, SAFETY * self._safety)
        self._asked, self._left = given.media_time, max(-1, self._left - 1)


def carried(given: AbrInput) -> float:
    """What of the line is left for this track, in bit/s; 0 where nothing is known."""
    return max(0.0, float((given.line.rate or 0) - given.beside))


def sustained(rungs: Sequence[LadderRung], given: AbrInput, share: float = 1.0) -> int:
    """The place of the best rung that comes as fast as it plays, at a share of the estimate.

    The wait for the first byte counts (dash.js getQualityForBitrate, Sabre likewise).
    """
    left = max(0.0, 1 - waiting(given) / lasting(given))
    return _last(rungs, share * carried(given) * left)


def steadied(wished: int, rungs: Sequence[LadderRung], given: AbrInput) -> int:
    """BOLA-O: no climb beyond what the line carries, which would soon be taken back."""
    borne, place = sustained(rungs, given), placed(rungs, given)
    return wished if wished <= place or wished <= borne else max(place, borne)


def placed(rungs: Sequence[LadderRung], given: AbrInput) -> int:
    """Where the rung fetched last lies among those allowed; the next lower where it is not."""
    current = given.current
    return 0 if current is None else _last(rungs, current.bandwidth)


def waiting(given: AbrInput) -> float:
    """Seconds from a request to its first byte; at a live edge only what the line can be."""
    latency = max(0.0, seconds(given.line.latency))
    if given.target_latency is None:
        return latency
    return min(latency, _LIVE_LATENCY * lasting(given))


def piece_of(given: AbrInput) -> float:
    """The part of a segment, 0..1, that must have come before any of it can be played."""
    step = given.segment_duration if given.step is None else given.step
    return min(max(seconds(step), 0.0) / lasting(given), 1.0)


def lasting(given: AbrInput) -> float:
    """Seconds that a segment lasts, more than none."""
    return max(_SHORTEST, seconds(given.segment_duration))


def unknown(given: AbrInput, rungs: Sequence[LadderRung]) -> Decision:
    """What to take while nothing is known of the line: what was taken, else the lowest."""
    current = given.current
    rung = current if current is not None and current in rungs else rungs[0]
    return Decision(rung=rung, reason=f"{rung.name}: nothing is known of the line yet")


def seen(given: AbrInput) -> str:
    """Say what a decision rests on."""
    return f"line {mbps(given.line.rate or 0)}, buffer {seconds(given.buffer):.1f} s"


def moved(given: AbrInput, rung: LadderRung) -> str:
    """Say where a rung lies, seen from the one fetched last."""
    current = given.current
    if current is None:
        return "first"
    if current.id == rung.id:
        return "stays"
    return "up" if rung.bandwidth > current.bandwidth else "down"


def capped(given: AbrInput, relief: DecoderRelief) -> str:
    """Say which caps hold, as the end of a reason."""
    words = (in_words(given), relief.in_words(given.now))
    return "".join(f"; capped: {one}" for one in words if one)


def _last(rungs: Sequence[LadderRung], rate: float) -> int:
    return max((place for place, one in enumerate(rungs) if one.bandwidth <= rate), default=0)
