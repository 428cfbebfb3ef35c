"""DroppedFrames: which share of the pictures of the last seconds was never shown. Pure."""

from collections import deque

from player.ports import SinkStatus
from player.units import Micros, micros, seconds

SPAN = micros(5)
"""The seconds that count."""

LEAST = micros(2)
"""Playback from which a share says something: an epoch's first pictures often come late."""

USUAL_RATE = 25.0
"""Pictures a second where the manifest tells none."""

_JUMP = micros(0.5)


class DroppedFrames:
    """Adds up what was played and what was dropped, status by status. Engine thread only."""

    def __init__(self) -> None:
        """Begin before any status."""
        self._last: tuple[Micros, SinkStatus] | None = None
        self._stretches: deque[tuple[Micros, Micros, int]] = deque()

    def restart(self) -> None:
        """What is shown from now on is something else."""
        self._stretches.clear()

    def look(self, now: Micros, status: SinkStatus) -> None:
        """Take the newest status."""
        before, self._last = self._last, (now, status)
        if before is None or status.position is None or before[1].position is None:
            return
        passed, played = now - before[0], status.position - before[1].position
        if status.epoch != before[1].epoch or not 0 <= played <= passed + _JUMP:
            self._stretches.clear()  # a seek or another stream: whatever was dropped is its price
            return
        dropped = max(status.dropped - before[1].dropped, 0)
        self._stretches.append((now, Micros(played), dropped))
        while self._stretches and self._stretches[0][0] <= now - SPAN:
            self._stretches.popleft()

    def share(self, frame_rate: float | None) -> float:
        """The share of pictures dropped, 0..1; 0 while too little was played."""
        played = Micros(sum(one for _, one, _ in self._stretches))
        if played < LEAST:
            return 0.0
        frames = seconds(played) * (frame_rate or USUAL_RATE)
        return min(sum(one for _, _, one in self._stretches) / frames, 1.0)
