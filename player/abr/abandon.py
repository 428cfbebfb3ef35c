"""When to give up a segment that is on its way. Pure.

dash.js AbandonRequestsRule: after 500 ms, when the whole would take longer than 1.8 times its
duration and the rest is larger than the lower rendition whole. hls.js abandonRulesCheck: when
the rest would outlast the buffer.
"""

from player.abr.controller import AbandonInput, Decision, LadderRung, mbps
from player.units import MICROS_PER_SECOND, ByteCount, Micros, rate, seconds

_PATIENCE = Micros(500_000)
_PIECES = 6
_TOO_LONG = 1.8


def abandon(given: AbandonInput, *, patient: bool = False) -> Decision | None:
    """Decide whether a lower rung would stand sooner than the rest of this one.

    `patient`: what is late is waited for as long as the buffer lasts (hls.js's rule alone).
    """
    elapsed = Micros(given.now - given.started)
    lower = [rung for rung in given.ladder if rung.bandwidth < given.rung.bandwidth]
    if elapsed < _PATIENCE or given.pieces < _PIECES or given.received <= 0 or not lower:
        return None
    whole = given.expected_size or _size(given.rung, given)
    speed = max(1, rate(given.received, elapsed))
    rest = _time(max(0, whole - given.received), speed)
    late = elapsed + rest > _TOO_LONG * given.segment_duration
    starving = 0 < given.buffer < rest
    urgent = starving or (late and not (patient and given.buffer > 0))
    fitting = [rung for rung in lower if _time(_size(rung, given), speed) < rest]
    if not urgent or not fitting:
        return None
    in_time = [rung for rung in fitting if _time(_size(rung, given), speed) < given.buffer]
    rung = max(in_time or fitting[:1], key=lambda one: one.bandwidth)
    return Decision(
        rung=rung,
        reason=f"{given.rung.name} given up after {seconds(elapsed):.1f} s and "
        f"{100 * given.received // max(1, whole)} %: at {mbps(speed)} the rest takes "
        f"{seconds(rest):.1f} s, buffer {seconds(given.buffer):.1f} s; "
        f"{rung.name} whole {seconds(_time(_size(rung, given), speed)):.1f} s",
    )


def _size(rung: LadderRung, given: AbandonInput) -> ByteCount:
    """Give the size that the segment is to be expected to have in `rung`."""
    return ByteCount(int(rung.bits(given.segment_duration)) // 8)


def _time(size: int, speed: int) -> Micros:
    return Micros(size * 8 * MICROS_PER_SECOND // speed)
