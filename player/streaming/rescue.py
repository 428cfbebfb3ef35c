"""Rescue: does what the watchdog names, and tells of it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from player.abr.selector import TrackPreference
from player.abr.suitability import picture_family, sound_family
from player.api import Recovered
from player.errors import ErrorCode, Failure
from player.model.presentation import TrackKind
from player.streaming.choice.rungs import RungChooser
from player.streaming.engine_pass import Pass
from player.streaming.feed.lacking import Lacks
from player.streaming.fetch.parts import EngineParts, Reporter
from player.streaming.watchdog import Pulse, Remedy, Watchdog
from player.units import Micros, micros

LOG = logging.getLogger("farol.engine")

AHEAD = micros(0.3)
"""How far a nudge goes: over a picture that libmpv cannot get past."""

ENOUGH = micros(3.2)
"""Media that libmpv holds beyond a picture that ought to move; with less it may just wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RescueParts:
    """What a rescue may look at, and what it may do.

    `shown`: there was a first picture. `rewind` goes to a moment from the buffers where they
    have it, `restart` never does.
    """

    parts: EngineParts
    reporter: Reporter
    choosers: Mapping[TrackKind, RungChooser]
    lacks: Lacks
    playing: Callable[[], Pass | None]
    running: Callable[[], bool]
    shown: Callable[[], bool]
    preference: Callable[[], TrackPreference]
    prefer: Callable[[TrackPreference], None]
    rewind: Callable[[Micros], None]
    restart: Callable[[Micros], None]
    fail: Callable[[Failure], None]


class Rescue:
    """Gets a picture going again that stopped by itself. Engine thread only."""

    def __init__(self, parts: RescueParts) -> None:
        """Begin with everything well."""
        self._parts = parts
        self._watchdog = Watchdog()
        self._software = False

    def look(self) -> None:
        """Do what is due about a picture that does not move."""
        playing = self._parts.playing()
        if playing is None:
            return
        pulse = Pulse(
            now=self._parts.parts.clock.monotonic(),
            position=playing.position,
            running=self._parts.running() and playing.feeder.fed_until > playing.position + ENOUGH,
            shown=self._parts.shown(),
        )
        remedy = self._watchdog.look(pulse)
        if remedy is not None:
            self._apply(remedy, playing)

    def after(self, failure: Failure) -> bool:
        """libmpv cannot decode: another codec, another rung, software; False: nothing is left."""
        playing = self._parts.playing()
        if playing is None or failure.code is not ErrorCode.DECODE_FAILED:
            return False
        kind = TrackKind.AUDIO if failure.cause.startswith("audio") else TrackKind.VIDEO
        stream = playing.streams.get(kind)
        if stream is not None and self._avoid_codec(kind, playing, failure.code):
            return True
        if stream is not None and self._parts.choosers[kind].exclude(stream.lane):
            self._tell(failure.code, f"another rung than {stream.lane.representation.id}")
            self._parts.restart(playing.position)
            return True
        return self._use_software(playing, failure.code)

    def lacked(self, kind: TrackKind, failure: Failure) -> None:
        """A promised kind does not come: pictures may be had in another codec, or it is told."""
        playing = self._parts.playing()
        pictures = kind is TrackKind.VIDEO
        if pictures and playing and self._avoid_codec(kind, playing, failure.code):
            self._parts.lacks.clear()
        else:
            self._parts.reporter.error(failure)

    def _apply(self, remedy: Remedy, playing: Pass) -> None:
        stalled = ErrorCode.OUTPUT_FAILED
        match remedy:
            case Remedy.NUDGE:
                self._tell(stalled, "the picture stood still: a little ahead")
                self._parts.rewind(Micros(playing.position + AHEAD))
            case Remedy.RELOAD:
                self._tell(stalled, "the picture stood still: opened anew")
                self._parts.restart(Micros(playing.position + AHEAD))
            case Remedy.OTHER_CODEC:
                if not self._avoid_codec(TrackKind.VIDEO, playing, stalled):
                    self._use_software(playing, stalled)
            case Remedy.SOFTWARE:
                self._use_software(playing, stalled)
            case Remedy.GIVE_UP:
                self._parts.fail(_stands_still())

    def _avoid_codec(self, kind: TrackKind, playing: Pass, code: ErrorCode) -> bool:
        """Choose tracks and rungs without the failing family, where there is another one."""
        stream, wish = playing.streams.get(kind), self._parts.preference()
        family = sound_family if kind is TrackKind.AUDIO else picture_family
        failing = family(stream.lane.representation.codecs) if stream else ""
        if stream is None or not failing or failing in wish.output.avoided:
            return False
        tracks = stream.lane.period.of(kind)
        known = {family(one.codecs) for track in tracks for one in track.representations}
        if not known - wish.output.avoided - {failing, ""}:
            return False
        output = replace(wish.output, avoided=wish.output.avoided | {failing})
        self._tell(code, f"another codec than {failing}")
        for chooser in self._parts.choosers.values():
            chooser.limit(output)
        chosen = "" if kind is TrackKind.AUDIO else wish.audio_track  # the language stays
        self._parts.prefer(replace(wish, output=output, audio_track=chosen))
        self._parts.restart(playing.position)
        return True

    def _use_software(self, playing: Pass, code: ErrorCode) -> bool:
        if self._software:
            return False
        self._software = True
        self._tell(code, "software decoding")
        self._parts.parts.sink.set_hardware_decoding(False)
        self._parts.restart(playing.position)
        return True

    def _tell(self, code: ErrorCode, decision: str) -> None:
        LOG.info("rescue code=%s: %s", code, decision)
        self._parts.reporter.emit(
            lambda at, tag: Recovered(at=at, tag=tag, code=code, decision=decision)
        )


def _stands_still() -> Failure:
    return Failure(
        code=ErrorCode.DECODE_FAILED,
        sentence="The picture stands still and nothing moves it. Try the channel again, "
        "or take another one.",
        cause="watchdog: no remedy helped",
    )
