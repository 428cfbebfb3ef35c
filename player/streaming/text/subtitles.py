"""Subtitles: which text is shown, where it comes from, and when it changes."""

from dataclasses import replace

import anyio

from player.abr.selector import TrackPreference, is_forced, select_imsc, select_text
from player.api import CuesChanged, TextChoice
from player.model.cue import Cue
from player.model.presentation import Period, Track, TrackKind
from player.model.sample import StreamHead
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import Reporter
from player.streaming.text.captions import (
    PREFIX,
    Captions,
    FoundText,
    announced_service,
    is_bitmap,
    name_of,
)
from player.streaming.text.cue_schedule import CueSchedule
from player.streaming.text.subtitle_choices import (
    announced_choice,
    found_choice,
    spoken_choice,
    text_choices,
)
from player.streaming.text.text_stream import KEPT, TextParts, TextStream
from player.units import Micros, micros

DOUBT = micros(2)
"""How long text that is read may come in the wanted language before libmpv draws bitmaps in it."""


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
        self._spoken: FoundText | None = None
        self._drawable_at: Micros | None = None

    # ---- what a snapshot asks ---------------------------------------------------------------

    @property
    def choices(self) -> tuple[TextChoice, ...]:
        """What a viewer may choose now."""
        return text_choices(_texts(self._period), self._captions.found)

    @property
    def track(self) -> str | None:
        """The id of what the viewer chose; forced subtitles are nobody's choice."""
        period = self._period
        found = self._found(period)
        if found is not None:
            return PREFIX + found.name
        track = self._track(period)
        return None if track is None or is_forced(track) else track.id

    @property
    def kept(self) -> TrackPreference | None:
        """The choice of text inside the pictures, for channels that announce none."""
        wish, track = self._preference, self._track(self._period)
        if wish.text_track.startswith(PREFIX):
            return wish
        if track is None or track.id != wish.text_track or not track.in_video:
            return None
        service = announced_service(track)
        return replace(wish, text_track=PREFIX + service) if service else None

    @property
    def bitmap(self) -> str:
        """The id of the text that libmpv itself shall draw, "" for none."""
        found = self._found(self._period)
        return PREFIX + found.name if found and found.bitmap else ""

    def is_chosen(self, head: StreamHead) -> bool:
        """Whether a stream is the one that libmpv itself shall draw; what is read stays here."""
        if not is_bitmap(head):
            return False
        self._captions.meet(head)
        found = self._found(self._period)
        return found is not None and found.name == name_of(head)

    # ---- commands ---------------------------------------------------------------------------

    def prefer(self, preference: TrackPreference) -> None:
        """Show another track; from now on, if its cues are here."""
        before, self._preference = self._preference, preference
        if _text_wish(before) != _text_wish(preference):
            self._spoken = self._drawable_at = None
        self._listen(self._parts.position(), self._track(self._period))
        self._end_stream()
        self.look(self._parts.position())

    def moved(self) -> None:
        """Playback goes on elsewhere: the picture is clear until its cues are known."""
        self._captions.restart()
        self._drawable_at = None
        for stream in self._streams.values():
            stream.move(self._parts.position())
        self._end_stream()
        self._show(())

    def look(self, position: Micros) -> None:
        """Show what belongs to a moment of the programme."""
        for stream in self._streams.values():
            stream.place()
        self._captions.tell(self._parts.fed())
        period = self._period
        track = self._track(period)
        self._listen(position, track)
        found = self._found(period)
        schedule = self._schedule(found, track)
        cues = schedule.at(position) if schedule else ()
        chosen = found is not None or track is not None
        self._show(cues if chosen else tuple(one for one in cues if one.forced))

    def on_text(self, head: StreamHead, samples: tuple[TimedSample, ...]) -> None:
        """Take text that came with the pictures."""
        self._captions.take(head, samples)
        self._captions.forget(Micros(self._parts.position() - KEPT))

    def finish(self) -> None:
        """The feed is over: what came with its last pictures is shown, too."""
        self._captions.finish(self._parts.fed())

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
        period = self._period
        track = self._track(period) or self._silent_track(period)
        if period is None or track is None or not track.representations:
            return None
        key = (period.id, track.id)
        if key not in self._streams:
            lane = Lane(period=period, track=track, representation=track.representations[0])
            self._streams[key] = TextStream(lane, self._parts)
        return self._streams[key]

    # ---- what is shown ----------------------------------------------------------------------

    @property
    def _period(self) -> Period | None:
        leading = self._parts.leading()
        return self._parts.store.current(leading).period if leading else None

    def _track(self, period: Period | None) -> Track | None:
        tracks = _texts(period)
        if period is None or not tracks:
            return None
        announced = announced_choice(self._preference, tracks)
        return announced or select_text(period, self._preference)

    def _silent_track(self, period: Period | None) -> Track | None:
        """Where nothing was chosen: what may hold forced cues beside others (IMSC 1.1 7.5)."""
        return select_imsc(period, self._preference) if period else None

    def _found(self, period: Period | None) -> FoundText | None:
        """The text in the pictures that is chosen, where no track announces it."""
        found = found_choice(self._preference, self._captions.found) or self._spoken
        if found is None or announced_choice(self._preference, _texts(period)) is not None:
            return None
        return found

    def _listen(self, position: Micros, track: Track | None) -> None:
        """Take text in the pictures that is in the wanted language, where no track is.

        Once taken it stays, until the viewer wants another or a track of that language begins.
        """
        if not self._preference.text_language or (track is not None and not is_forced(track)):
            self._spoken = self._drawable_at = None
            return
        if self._spoken is not None:
            return
        best = spoken_choice(self._preference, self._captions.found)
        if best is None:
            return
        if best.bitmap and self._drawable_at is None:
            self._drawable_at = Micros(position + DOUBT)
        if best.bitmap and self._drawable_at is not None and position < self._drawable_at:
            return
        self._spoken = best
        if best.bitmap:
            self._parts.redraw()

    def _schedule(self, found: FoundText | None, track: Track | None) -> CueSchedule | None:
        if found is not None:
            return self._captions.schedule(found.name)
        if track is not None and track.in_video:
            return self._captions.schedule(announced_service(track))
        return self._stream.schedule if self._stream else None

    def _show(self, cues: tuple[Cue, ...]) -> None:
        """Tell of what looks different; a text told in pieces is the same all along."""
        before, self.cues = self.cues, cues
        if [(one.lines, one.box) for one in cues] != [(one.lines, one.box) for one in before]:
            self._reporter.emit(lambda at, tag: CuesChanged(at=at, tag=tag, cues=cues))


def _texts(period: Period | None) -> tuple[Track, ...]:
    return period.of(TrackKind.TEXT) if period else ()


def _text_wish(preference: TrackPreference) -> tuple[str, str]:
    return preference.text_track, preference.text_language
