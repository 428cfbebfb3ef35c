"""Holding: libmpv pauses when the viewer says so, and when the gate does."""

from player.api import RebufferEnded, RebufferStarted
from player.ports import MediaSink
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.parts import Reporter, Source
from player.streaming.gate import BufferState, Gate, GateChange


class Holding:
    """Owns the pause: the engine pauses before starvation and resumes; libmpv does neither.

    Engine thread only.
    """

    def __init__(
        self, control: LoadControl, sink: MediaSink, reporter: Reporter, source: Source
    ) -> None:
        """Begin held back, as before a start."""
        self.paused = False
        self.rebuffers = 0
        self._gate = Gate(control)
        self._sink = sink
        self._reporter = reporter
        self._source = source

    @property
    def waiting(self) -> bool:
        """Whether the picture waits for media."""
        return self._gate.shut

    @property
    def held(self) -> bool:
        """Whether libmpv is paused, whoever wants it."""
        return self.paused or self._gate.shut

    def aim(self, control: LoadControl) -> None:
        """Take other goals, before anything plays."""
        self._gate = Gate(control)

    def restart(self) -> None:
        """Hold back for a start or a seek."""
        self._gate.restart()

    def set_paused(self, *, paused: bool) -> None:
        """Take the viewer's word."""
        self.paused = paused
        self._apply()

    def weigh(self, state: BufferState) -> None:
        """Hold back or let go by what is buffered now."""
        change = self._gate.look(state)
        if change is not None:
            self._apply()
            self._tell(change)
        if change is GateChange.RAN_DRY:
            self.rebuffers += 1
            self._reporter.emit(lambda at, tag: RebufferStarted(at=at, tag=tag))
        if change is GateChange.WENT_ON:
            self._reporter.emit(lambda at, tag: RebufferEnded(at=at, tag=tag))

    def _tell(self, change: GateChange) -> None:
        """What the source's servers are told, if they ask (CMCD)."""
        data = self._source.client_data
        if data is None:
            return
        if change is GateChange.RAN_DRY:
            data.starved()
        else:
            data.started()

    def _apply(self) -> None:
        self._sink.set_paused(self.held)
        self._source.wake.notify()
