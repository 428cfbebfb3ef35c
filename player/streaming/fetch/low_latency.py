"""What a small live latency leaves of LoadControl's goals. Pure."""

from dataclasses import replace

from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.recovery import RecoveryPolicy
from player.units import Micros, micros

USUAL = micros(6)
"""From this latency on the usual goals fit: two segments of two seconds behind the picture."""

LEAST_TARGET = micros(1)
"""Nobody comes nearer with whole segments."""

LEAST_RESERVE = micros(0.2)
"""What the sound device and the decoders hold (libmpv's audio-buffer), at whatever latency."""

LONGEST_PAUSE = micros(1)
"""Between two tries, where all that is buffered lasts for hardly longer."""


def low_latency(control: LoadControl, target: Micros | None) -> LoadControl:
    """The goals for live television that plays `target` behind; None: it is not held there.

    There is never more to be had than the target less a segment, so that whoever waits for two
    seconds at a target of two waits for the programme to run away from him. Goals shrink with
    the target; that the next stall is waited out longer is the target's doing there (LiveRate).
    """
    if target is None or target >= USUAL:
        return control
    share = max(target, LEAST_TARGET) / USUAL

    def part(of: Micros) -> Micros:
        return Micros(round(of * share))

    return replace(
        control,
        start=part(control.start),
        first=max(control.first, min(part(control.start), control.start)),
        resume=part(control.resume),
        longest_resume=part(control.longest_resume),
        reserve=min(max(part(control.reserve), LEAST_RESERVE), control.reserve),
    )


def impatient(policy: RecoveryPolicy, target: Micros | None) -> RecoveryPolicy:
    """How failures are answered there: whoever waits longer only falls further behind."""
    if target is None or target >= USUAL:
        return policy
    return replace(policy, longest_pause=min(policy.longest_pause, LONGEST_PAUSE))
