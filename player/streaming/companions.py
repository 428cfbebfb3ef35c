"""Companions: what goes along with pictures and sound, and never holds them back."""

import anyio

from player.abr.selector import TrackPreference
from player.model.event import BreakMark, TimedEvent
from player.streaming.fetch.parts import Reporter
from player.streaming.presentation.announcer import Announcer
from player.streaming.presentation.break_assets import BreakAssets
from player.streaming.presentation.break_marks import BreakMarks
from player.streaming.presentation.chapters import ChapterList
from player.streaming.presentation.interstitials import BreakView, Interstitials
from player.streaming.text.subtitles import Subtitles
from player.streaming.text.text_stream import TextParts


class Companions:
    """Subtitles, events, chapters and breaks of one presentation. Engine thread only."""

    def __init__(self, text: TextParts, reporter: Reporter, preference: TrackPreference) -> None:
        """Begin with a wish for text; `text` names the neighbours that all of them share."""
        store, source, parts = text.store, text.source, text.engine
        self.subtitles = Subtitles(text, reporter)
        self.subtitles.prefer(preference)
        self.announcer = Announcer(store, reporter)
        self.chapters = ChapterList(store, parts, source)
        assets = BreakAssets(store, parts, source, reporter)
        self.breaks = Interstitials(store, assets)
        self._marks = BreakMarks(store)
        self._language = preference.audio_language
        self._position = text.position

    async def run(self, view: BreakView) -> None:
        """Go along until cancelled; `view` is what breaks look at."""
        async with anyio.create_task_group() as group:
            group.start_soon(self.subtitles.run)
            group.start_soon(self.announcer.run)
            group.start_soon(self.chapters.run, self._language)
            group.start_soon(self.breaks.run, view)

    def on_event(self, event: TimedEvent) -> None:
        """Take an event that the media brought."""
        self.announcer.on_event(event)
        self._marks.on_event(event)

    def marks(self) -> tuple[BreakMark, ...]:
        """The breaks that are known, by the programme's own time, sorted by start."""
        return self._marks.all(self.breaks.awaited())

    def moved(self) -> None:
        """Playback goes on elsewhere."""
        self.announcer.moved(self._position())
        self.subtitles.moved()

    def look(self) -> None:
        """Tell and show what belongs to this moment."""
        position = self._position()
        self.announcer.look(position)
        self.subtitles.look(position)
