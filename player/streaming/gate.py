"""Gate: whether the picture may run, must wait, or is running dry. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from player.streaming.fetch.load_control import LoadControl, Supply
from player.units import Micros


class GateChange(StrEnum):
    """What a look at the buffer changed."""

    STARTED = "started"
    RAN_DRY = "ran-dry"
    WENT_ON = "went-on"


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferState:
    """Media ahead of the picture, and whether all there will ever be has been fetched.

    `supply` tells of the line, and is asked only where that decides; `now` is the monotonic clock.
    """

    buffered: Micros
    all_fetched: bool
    supply: Callable[[], Supply] = Supply
    now: Micros = Micros(0)


class Gate:
    """Holds the picture back at the start and when the buffer runs dry.

    `shut` is what the sink must obey. Only a picture that ran can run dry: what is waited for
    after a start or a seek is no rebuffer. One that started with little (the line is good) may
    go on with less than the reserve until it has that once. With each rebuffer the next one is
    waited out longer, until a calm stretch forgives one.
    """

    def __init__(self, control: LoadControl) -> None:
        """Begin shut, as before a start."""
        self._control = control
        self._dry = False
        self._thin = False
        self._rebuffers = 0
        self._calm_since = Micros(0)
        self.shut = True

    def restart(self) -> None:
        """Shut for a new start or a seek."""
        self.shut, self._dry = True, False

    def look(self, state: BufferState) -> GateChange | None:
        """Open or shut by what is buffered now; gives what changed."""
        if not self.shut:
            return self._maybe_shut(state)
        if not (state.all_fetched or state.buffered >= self._goal(state)):
            return None
        change = GateChange.WENT_ON if self._dry else GateChange.STARTED
        self.shut = self._dry = False
        self._thin = state.buffered < self._control.reserve
        return change

    def _goal(self, state: BufferState) -> Micros:
        if self._dry:
            return self._control.resume_goal(self._rebuffers)
        return self._control.start_goal(state.supply())

    def _maybe_shut(self, state: BufferState) -> GateChange | None:
        self._forgive(state.now)
        self._thin = self._thin and state.buffered < self._control.reserve
        reserve = self._control.least if self._thin else self._control.reserve
        held = self._control.must_hold(
            state.buffered, all_fetched=state.all_fetched, reserve=reserve
        )
        if not held:
            return None
        self.shut = self._dry = True
        self._rebuffers += 1
        self._calm_since = state.now
        return GateChange.RAN_DRY

    def _forgive(self, now: Micros) -> None:
        if self._rebuffers and now - self._calm_since >= self._control.calm:
            self._rebuffers -= 1
            self._calm_since = now
