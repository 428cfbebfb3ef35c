"""Resting: a track fetches nothing for as long as its chooser wants and the buffer bears."""

from player.clock import Clock
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.wake import Wake
from player.streaming.stream.questions import Questions
from player.streaming.stream.rung_asking import RungAsking
from player.units import Micros


async def rest(
    wanted: Micros,
    asking: RungAsking,
    questions: Questions,
    *,
    control: LoadControl,
    clock: Clock,
    wake: Wake,
) -> bool:
    """Rest, unless the buffer bears none; tells if so, and lets the chooser be asked again.

    It ends early when somebody wants that asked, or when the picture has come too near.
    """
    left = control.rest(questions.buffered, wanted)
    if not left:
        return False
    until = clock.monotonic() + left
    while left and asking.settled:
        await wake.wait(left)
        left = control.rest(questions.buffered, Micros(until - clock.monotonic()))
    asking.again()
    return True
