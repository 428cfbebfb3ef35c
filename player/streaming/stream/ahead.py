"""Ahead: stream sets for periods of other kinds, which fetch before their pass begins."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from player.errors import PlayerError
from player.model.presentation import TrackKind
from player.streaming.choice.lane_choice import changed_kinds
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.lane_finder import LaneFinder
from player.streaming.stream.stream_set import StreamSet, StreamSetParts
from player.units import Micros

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

LOG = logging.getLogger("farol.engine")


class Ahead:
    """Begins all stream sets, and keeps those that follow the one that plays.

    One follows as soon as those before it have all of their part. `group` runs them. Engine
    thread only.
    """

    def __init__(self, lanes: LaneFinder, parts: StreamSetParts) -> None:
        """Begin with nothing ahead."""
        self.group: TaskGroup | None = None
        self._lanes = lanes
        self._parts = parts
        self._sets: list[StreamSet] = []

    def enter(self, lanes: Mapping[TrackKind, Lane], start: Micros, *, behind: bool) -> StreamSet:
        """The set that plays from now on; `behind`: it goes on where the former one ends."""
        if not behind:
            self.drop()
        return self._take(lanes, start) or self._begin(lanes, start)

    def _begin(
        self, lanes: Mapping[TrackKind, Lane], start: Micros, former: StreamSet | None = None
    ) -> StreamSet:
        """A set that fetches from now on."""
        made = StreamSet(lanes, start, self._parts, former)
        if self.group is not None:
            self.group.start_soon(made.run)
        return made

    def look(self, playing: StreamSet) -> None:
        """Begin what follows all that is there; drop what follows a set with more to fetch."""
        known = [playing, *self._sets]
        short = next((place for place, one in enumerate(known) if not one.finished), None)
        if short is not None:
            self._drop(short)
            return
        last = known[-1].leading_lane
        following = self._lanes.after(last.period) if last else None
        if following is None:
            return
        try:
            start, lanes = self._lanes.again(following.start, {})
        except PlayerError:
            return  # what is there by now cannot be played: told when its time comes
        LOG.info("ahead period=%s kinds=%s", following.id, ",".join(lanes))
        self._sets.append(self._begin(lanes, start, known[-1]))

    def _take(self, lanes: Mapping[TrackKind, Lane], start: Micros) -> StreamSet | None:
        """The set that fetches these lanes from there on; None: there is none that is any good."""
        found = self._sets.pop(0) if self._sets else None
        if found is None:
            return None
        same = found.start == start and not changed_kinds(lanes, found.lanes)
        if same and found.failure is None:
            return found
        found.stop()
        self.drop()
        return None

    def reach(self, until: Micros) -> Micros:
        """How far whole media reach behind those that reach `until`."""
        return max((until, *(one.whole_until for one in self._sets)))

    def drop(self) -> None:
        """Give all of it up: what follows, or what is wanted of it, may be another by now."""
        self._drop(0)

    def _drop(self, since: int) -> None:
        for one in self._sets[since:]:
            one.stop()
        del self._sets[since:]
