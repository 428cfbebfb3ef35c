"""FrameTimes: when each picture near the playing one is shown, so that one can step to it."""

from bisect import bisect_left, insort

from player.units import Micros, micros

MOST_FRAMES = 4096
"""Pictures that are remembered: more than a minute at 60 a second."""

SAME = micros(0.003)
"""Times nearer than this are one picture's: Matroska and libmpv round to the millisecond."""


class FrameTimes:
    """Presentation times of pictures, in order. Engine thread only, no I/O."""

    def __init__(self) -> None:
        """Begin with none."""
        self._times: list[Micros] = []

    def __len__(self) -> int:
        """How many are known."""
        return len(self._times)

    def add(self, time: Micros) -> None:
        """Note a picture; they come in decoding order, and some come twice."""
        if not self._times or time > self._times[-1] + SAME:
            self._times.append(time)
        elif not self._near(time):
            insort(self._times, time)
        if len(self._times) > MOST_FRAMES:
            del self._times[: MOST_FRAMES // 4]

    def after(self, position: Micros) -> Micros | None:
        """When the picture after the one at `position` is shown; None: it is not known yet."""
        place = bisect_left(self._times, position + SAME)
        return self._times[place] if place < len(self._times) else None

    def before(self, position: Micros) -> Micros | None:
        """When the picture before the one at `position` is shown; None: it is not known."""
        place = bisect_left(self._times, position - SAME)
        return self._times[place - 1] if place else None

    @property
    def newest(self) -> Micros | None:
        """The last one that is known."""
        return self._times[-1] if self._times else None

    def _near(self, time: Micros) -> bool:
        place = bisect_left(self._times, time - SAME)
        return place < len(self._times) and self._times[place] <= time + SAME
