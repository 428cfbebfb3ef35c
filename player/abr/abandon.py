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


def abandon(given: AbandonInput) -> Decision | None:
    """Decide whether a lower rung would stand sooner than the rest of this one."""
    elapsed = Micros(given.now - given.started)
    lower = [rung for rung in given.ladder if rung.bandwidth < given.rung.bandwidth]
    if elapsed < _PATIENCE or given.pieces < _PIECES or given.received <= 0 or not lower:
        return None
    whole = given.expected_size or _size(given.rung, given)
    speed = max(1, rate(given.received, elapsed))
    rest = _time(max(0, whole - given.received), speed)
    late = elapsed + rest > _TOO_LONG * given.segment_duration
    starving = 0 < given.buffer < rest
    fitting = [rung for rung in lower if _time(_size(rung, given), speed) < rest]
    if not (late or starving) or not fitting:
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
    if rung.segment_size is not None:
        return rung.segment_size
    return ByteCount(rung.bandwidth * given.segment_duration // (8 * MICROS_PER_SECOND))


def _time(size: int, speed: int) -> Micros:
    return Micros(size * 8 * MICROS_PER_SECOND // speed)
