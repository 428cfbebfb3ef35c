"""Subtitles: which text is shown, where it comes from, and when it changes."""

import anyio

from player.abr.selector import TrackPreference, is_forced, select_text
from player.api import CuesChanged, TextChoice
from player.model.cue import Cue
from player.model.presentation import Period, Track, TrackKind
from player.model.sample import StreamHead
from player.streaming.captions import PREFIX, Captions, announced_service
from player.streaming.cue_schedule import CueSchedule
from player.streaming.lane import Lane
from player.streaming.parts import Reporter
from player.streaming.subtitle_choices import text_choices
from player.streaming.text_stream import KEPT, TextParts, TextStream
from player.streaming.track_line import TimedSample
from player.units import Micros


class Subtitles:
    """Shows one track's cues on the picture's clock; holds back nothing. Engine thread only."""

    def __init__(self, parts: TextParts, reporter: Reporter) -> None:
        """Begin with nothing shown."""
        self.cues: tuple[Cue, ...] = ()
        self._parts = parts
        self._reporter = reporter
        self._preference = TrackPreference()
        self._captions = Captions()
        self._streams: dict[tuple[str, str], TextStream] = {}
        self._stream: TextStream | None = None
        self._scope: anyio.CancelScope | None = None

    # ---- what a snapshot asks ---------------------------------------------------------------

    @property
    def choices(self) -> tuple[TextChoice, ...]:
        """What a viewer may choose now."""
        period = self._period
        return text_choices(period.of(TrackKind.TEXT) if period else (), self._captions.services)

    @property
    def track(self) -> str | None:
        """The id of what the viewer chose; forced subtitles are nobody's choice."""
        if self._is_unannounced:
            return self._preference.text_track
        track = self._track
        return None if track is None or is_forced(track) else track.id

    # ---- commands ---------------------------------------------------------------------------

    def prefer(self, preference: TrackPreference) -> None:
        """Show another track; from now on, if its cues are here."""
        self._preference = preference
        self._end_stream()
        self.look(self._parts.position())

    def moved(self) -> None:
        """Playback goes on elsewhere: the picture is clear until its cues are known."""
        self._captions.restart()
        for stream in self._streams.values():
            stream.move(self._parts.position())
        self._end_stream()
        self._show(())

    def look(self, position: Micros) -> None:
        """Show what belongs to a moment of the programme."""
        for stream in self._streams.values():
            stream.place()
        schedule = self._schedule()
        self._show(schedule.at(position) if schedule else ())

    def on_text(self, head: StreamHead, samples: tuple[TimedSample, ...]) -> None:
        """Take text that came with the pictures."""
        self._captions.take(head, samples)
        self._captions.forget(Micros(self._parts.position() - KEPT))

    # ---- running ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Fetch what is chosen, until cancelled."""
        while True:
            stream = self._wanted_stream()
            self._stream = stream
            with anyio.CancelScope() as scope:
                self._scope = scope
                if stream is None:
                    await self._parts.source.wake.wait()
                else:
                    await stream.run()
            self._scope = None

    def _end_stream(self) -> None:
        if self._scope is not None:
            self._scope.cancel()
        self._parts.source.wake.notify()

    def _wanted_stream(self) -> TextStream | None:
        period, track = self._period, self._track
        if period is None or track is None or not track.representations:
            return None
        lane = Lane(period=period, track=track, representation=track.representations[0])
        return self._streams.setdefault(lane.key[:2], TextStream(lane, self._parts))

    # ---- what is shown ----------------------------------------------------------------------

    @property
    def _period(self) -> Period | None:
        leading = self._parts.leading()
        return self._parts.store.current(leading).period if leading else None

    @property
    def _track(self) -> Track | None:
        period = self._period
        return select_text(period, self._preference) if period else None

    @property
    def _is_unannounced(self) -> bool:
        return self._preference.text_track.startswith(PREFIX)

    def _schedule(self) -> CueSchedule | None:
        if self._is_unannounced:
            return self._captions.schedule(self._preference.text_track.removeprefix(PREFIX))
        track = self._track
        if track is not None and track.in_video:
            return self._captions.schedule(announced_service(track))
        return self._stream.schedule if self._stream else None

    def _show(self, cues: tuple[Cue, ...]) -> None:
        if cues != self.cues:
            self.cues = cues
            self._reporter.emit(lambda at, tag: CuesChanged(at=at, tag=tag, cues=cues))
