"""A test's own engine thread, and ears: runs what a sink posts, keeps what it says."""

import queue
import time
from collections.abc import Callable

from player.ports import SinkEvent, SinkState, SinkStatus
from player.units import Micros

PATIENCE = 15.0
"""Seconds to wait for what must come; only a broken sink takes them."""


class Ears:
    """A SinkListener that keeps everything."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self.events: list[SinkEvent] = []
        self.statuses: list[SinkStatus] = []
        self.times: dict[tuple[int, SinkState], float] = {}

    def on_sink_event(self, event: SinkEvent) -> None:
        self.times[event.epoch, event.state] = self._now()
        self.events.append(event)

    def on_sink_status(self, status: SinkStatus) -> None:
        self.statuses.append(status)

    def states(self, epoch: int) -> list[SinkState]:
        return [event.state for event in self.events if event.epoch == epoch]

    def heard(self, epoch: int, state: SinkState) -> bool:
        return state in self.states(epoch)

    @property
    def position(self) -> int | None:
        return self.statuses[-1].position if self.statuses else None


class EngineThread:
    """The test's thread as the engine's; `idle` runs between posts (a fake and its clock)."""

    def __init__(
        self,
        idle: Callable[[], None] = lambda: None,
        wait: float = 0.01,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._now = now
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._idle = idle
        self._wait = wait

    def post(self, function: Callable[[], None]) -> None:
        self._posted.put(function)

    def until(self, condition: Callable[[], object], patience: float = PATIENCE) -> bool:
        end = self._now() + patience
        while not condition():
            if self._now() > end:
                return False
            self._step()
        return True

    def run(self, seconds: float) -> None:
        self.until(lambda: False, seconds)

    def _step(self) -> None:
        self._idle()
        try:
            self._posted.get(block=self._wait > 0, timeout=self._wait)()
        except queue.Empty:
            return


class StepClock:
    """A Clock that the test's idle engine moves on."""

    def __init__(self) -> None:
        self._now = 0

    def monotonic(self) -> Micros:
        return Micros(self._now)

    def utc(self) -> Micros:
        return Micros(self._now)

    def seconds(self) -> float:
        return self._now / 1_000_000

    def step(self) -> None:
        self._now += 10_000
