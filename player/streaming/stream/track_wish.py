"""TrackWish: carries out another wish for tracks, and takes back what cannot be had."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from player.abr.selector import TrackPreference, select_tracks
from player.model.presentation import TrackKind
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.lane_finder import LaneFinder
from player.streaming.stream.stream_set import StreamSet
from player.streaming.stream.track_change import (
    TrackChange,
    is_alike,
    kinds_to_change,
    leading,
)


class Outcome(StrEnum):
    """What has become of a wish."""

    AS_IT_IS = "as-it-is"
    SOON = "soon"
    ANEW = "anew"
    """It needs a pass of its own."""


class TrackWish:
    """Knows which wish was heard last. Engine thread only.

    `moved` is called once another sound is to be heard, `prefer` where the wish must go back.
    """

    def __init__(
        self,
        finder: LaneFinder,
        moved: Callable[[], None],
        prefer: Callable[[TrackPreference], None],
    ) -> None:
        """Begin with what is wanted of a channel at first."""
        self._finder = finder
        self._moved = moved
        self._prefer = prefer
        self._heard = self._asked = finder.preference

    def begin(self) -> None:
        """Nothing plays yet: what is wanted now is what was wanted from the first."""
        self._heard = self._asked = self._finder.preference

    def carry_out(self, playing: StreamSet, change: Callable[[TrackChange], bool]) -> Outcome:
        """Change what is not as it is wanted now; sound alone by `change`, if that can do it."""
        if _sounds(playing, self._asked):
            self._heard = self._asked
        self._asked = self._finder.preference
        shown, fetched = playing.shown, playing.lanes_now
        changed = kinds_to_change(shown, fetched, self._finder)
        alone = changed == {TrackKind.AUDIO} and is_alike(shown, fetched, self._finder)
        here = leading(shown)
        if alone and here is not None:
            wanted = self._finder.inside(here.period).get(TrackKind.AUDIO)
            if change(TrackChange(lane=wanted, moved=self._take(), refused=self._refused)):
                return Outcome.SOON
        if not changed:
            self._heard = self._asked
        return Outcome.ANEW if changed else Outcome.AS_IT_IS

    def take_back(self, lane: Lane) -> bool:
        """A lane of the pass cannot be had any more; tells whether another sound may be.

        Where it was the wanted one, what was heard last is wanted again.
        """
        if lane.track.kind is not TrackKind.AUDIO:
            return False
        wanted = self._finder.match(lane.period, TrackKind.AUDIO)
        if wanted is not None and wanted.id != lane.track.id:
            return True  # it is on its way already
        back = self._back()
        if back == self._finder.preference:
            return False
        self._finder.prefer(back)
        self._asked = back
        return True

    def _take(self) -> Callable[[], None]:
        wish = self._finder.preference

        def moved() -> None:
            self._heard = wish
            self._moved()

        return moved

    def _refused(self) -> None:
        """The wanted sound cannot be had: the wish is again what was heard last."""
        back = self._back()
        if back != self._finder.preference:
            self._prefer(back)

    def _back(self) -> TrackPreference:
        heard = self._heard
        return replace(
            self._finder.preference,
            audio_track=heard.audio_track,
            audio_language=heard.audio_language,
        )


def _sounds(playing: StreamSet, wish: TrackPreference) -> bool:
    """Whether the sound of a wish is there by now, where the picture stands."""
    stream = playing.streams.get(TrackKind.AUDIO)
    if stream is None:
        return True
    lane = stream.buffer.lane_at(playing.position)
    wanted = select_tracks(lane.period, wish).get(TrackKind.AUDIO) if lane else None
    return lane is not None and wanted is not None and wanted.id == lane.track.id
