"""LaneFinder: from what the viewer wants, and where, to the lanes of a pass."""

from collections.abc import Mapping

from player.abr.selector import TrackPreference, select_text, select_tracks
from player.model.presentation import Period, Track, TrackKind
from player.streaming.choice.lane_choice import (
    choose_lanes,
    keep_lanes,
    kinds_of,
    nothing_to_play,
)
from player.streaming.choice.rungs import RungChooser
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.live import latest_period
from player.streaming.presentation.period_order import following_period, playable_period
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros

Lanes = dict[TrackKind, Lane]


class LaneFinder:
    """Holds the viewer's wish and answers by the newest manifest. Engine thread only."""

    def __init__(
        self,
        store: PresentationStore,
        choosers: Mapping[TrackKind, RungChooser],
        preference: TrackPreference,
    ) -> None:
        """Begin with a wish."""
        self.preference = preference
        self._store = store
        self._choosers = choosers

    def prefer(self, preference: TrackPreference) -> None:
        """Take another wish."""
        self.preference = preference

    def first(self, target: Micros | None) -> Lanes:
        """Where a channel begins; live, in the period that is on air. Raises PlayerError."""
        presentation = self._store.presentation
        if self._store.live:
            return self.at(latest_period(presentation, self._store.now()).start)
        return self.at(target or presentation.periods[0].start)

    def at(self, position: Micros) -> Lanes:
        """The lanes of a position, or of the nearest one with something to play.

        Raises PlayerError (manifest.no-tracks).
        """
        period = playable_period(
            self._store.presentation, position, lambda one: bool(self.kinds(one))
        )
        if period is None:
            raise nothing_to_play()
        return self.inside(period)

    def again(self, position: Micros, playing: Mapping[TrackKind, Lane]) -> tuple[Micros, Lanes]:
        """Where to go on, and the lanes, on the rungs that are playing where they still fit.

        In a period with neither picture nor sound, that is where the next one begins.
        """
        lanes = self.at(position)
        start = next(iter(lanes.values())).period.start
        return Micros(max(position, start)), keep_lanes(lanes, playing)

    def inside(self, period: Period) -> Lanes:
        """The lanes of one period."""
        return choose_lanes(period, self.preference, self._choosers)

    def kinds(self, period: Period) -> frozenset[TrackKind]:
        """Which of picture and sound are fetched by themselves in a period."""
        return kinds_of(period, self.preference)

    def after(self, period: Period) -> Period | None:
        """The next period with anything to play."""
        return following_period(self._store.presentation, period, self.kinds)

    def match(self, period: Period, kind: TrackKind) -> Track | None:
        """The track of a kind that is wanted in a period."""
        if kind is TrackKind.TEXT:
            return select_text(period, self.preference)
        return select_tracks(period, self.preference).get(kind)
