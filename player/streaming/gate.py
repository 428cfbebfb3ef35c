"""Gate: whether the picture may run, must wait, or is running dry. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from player.streaming.load_control import LoadControl
from player.units import Micros


class GateChange(StrEnum):
    """What a look at the buffer changed."""

    STARTED = "started"
    RAN_DRY = "ran-dry"
    WENT_ON = "went-on"


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferState:
    """Media ahead of the picture, and whether all there will ever be has been fetched."""

    buffered: Micros
    all_fetched: bool


class Gate:
    """Holds the picture back at the start and when the buffer runs dry.

    `shut` is what the sink must obey. Only a picture that ran can run dry: what is waited for
    after a start or a seek is no rebuffer.
    """

    def __init__(self, control: LoadControl) -> None:
        """Begin shut, as before a start."""
        self._control = control
        self._dry = False
        self.shut = True

    def restart(self) -> None:
        """Shut for a new start or a seek."""
        self.shut, self._dry = True, False

    def look(self, state: BufferState) -> GateChange | None:
        """Open or shut by what is buffered now; gives what changed."""
        if not self.shut:
            return self._maybe_shut(state)
        ready = self._control.may_go(
            state.buffered, rebuffering=self._dry, all_fetched=state.all_fetched
        )
        if not ready:
            return None
        change = GateChange.WENT_ON if self._dry else GateChange.STARTED
        self.shut = self._dry = False
        return change

    def _maybe_shut(self, state: BufferState) -> GateChange | None:
        if not self._control.must_hold(state.buffered, all_fetched=state.all_fetched):
            return None
        self.shut = self._dry = True
        return GateChange.RAN_DRY
