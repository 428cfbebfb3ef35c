"""Programme: the newest manifest, with the breaks of others that stand in it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from player.model.presentation import Period, Presentation, PresentationType, TrackKind
from player.model.segment import SegmentIndex
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.break_times import BreakTimes
from player.streaming.presentation.live import newest_index, reach
from player.streaming.presentation.weaving import Break, forget, weave
from player.units import Micros


class Programme:
    """Two trees: `main` as the manifest has it, `presentation` with the breaks in their places.

    Lanes of one lead into the other. Engine thread only.
    """

    def __init__(self, main: Presentation) -> None:
        """Begin without breaks."""
        self.main = main
        self.aim: Micros | None = None
        self.least: Micros | None = None
        self.breaks: tuple[Break, ...] = ()
        self._found: dict[tuple[str, str, str], Lane | None] = {}
        self.times = BreakTimes()
        self._woven = weave(main, ())
        self.presentation = self._woven.presentation

    def renew(self, main: Presentation, breaks: tuple[Break, ...], now: Micros) -> None:
        """Take a newer manifest, or other breaks, at UTC time `now` of the server.

        Breaks that a live window has left behind are forgotten. `aim` is the latency that the
        viewer wants, whatever manifests say, `least` what can be held at all.
        """
        wanted = main.target_latency if self.aim is None else self.aim
        if self.least is not None:
            wanted = max(wanted or self.least, self.least)
        main = replace(main, target_latency=wanted)
        self.main, self.breaks = main, breaks
        if breaks and main.type is not PresentationType.VOD:
            self.breaks = forget(breaks, self._starts(now))
        self.times = BreakTimes(self.breaks)
        self._woven = weave(main, self.breaks)
        self.presentation = self._woven.presentation
        self._found.clear()

    def is_break(self, lane: Lane) -> bool:
        """Whether a lane is of a break, not of the programme itself."""
        return bool(self.breaks) and lane.period.id not in self._woven.origins

    def indexes(self, kind: TrackKind, now: Micros) -> list[SegmentIndex]:
        """The programme's own indexes that reach farthest, one for each of its periods.

        Of a kind, else of whatever leads there.
        """
        found = (newest_index(period, kind, now) for period in self.main.periods)
        return [one for one in found if one is not None]

    def _starts(self, now: Micros) -> dict[str, Micros]:
        """Where what is still listed of each period begins."""
        starts = dict[str, Micros]()
        for period in self.main.periods:
            index = newest_index(period, TrackKind.VIDEO, now)
            numbers = index.numbers(now) if index else range(0)
            first = index.segment(numbers[0]).start if index and numbers else period.start
            starts[period.id] = first
        return starts

    # ---- lanes ------------------------------------------------------------------------------

    def current(self, lane: Lane) -> Lane:
        """The lane as the newest manifest has it, else as it was."""
        for one in self.presentation.periods:
            if one is lane.period:
                return lane
        key = lane.key
        if key not in self._found:
            self._found[key] = _in(self.presentation, key)
        return self._found[key] or lane

    def own(self, lane: Lane) -> Lane:
        """A lane as the manifest itself has it: parted by no break."""
        period = self._woven.origins.get(lane.period.id)
        if period is None or not self.breaks:
            return lane
        return _in(self.main, (period, *lane.key[1:])) or lane

    def sibling(self, lane: Lane, now: Micros) -> SegmentIndex | None:
        """Another playlist of the same period, to align one without dates with: the newest one."""
        others = [
            other.representation.index
            for other in _lanes(self.main.periods)
            if other.period.id == lane.period.id
            and other.key != lane.key
            and other.representation.source is not None
            and other.representation.index is not None
        ]
        return max(others, key=lambda index: reach(index, now), default=None)


def _in(presentation: Presentation, key: tuple[str, ...]) -> Lane | None:
    near = (one for one in presentation.periods if one.id == key[0])
    return next((lane for lane in _lanes(near, trick=True) if lane.key == key), None)


def _lanes(periods: Iterable[Period], *, trick: bool = False) -> Iterator[Lane]:
    for period in periods:
        for track in (*period.tracks, *(period.trick_play if trick else ())):
            for one in track.representations:
                yield Lane(period=period, track=track, representation=one)
