"""PlaybackSession: one tuned channel, from its address to its last picture."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

import anyio

from player.abr.selector import TrackPreference
from player.abr.shares import Claim
from player.api import (
    PLAYED_DIRECTLY,
    PlayRequest,
    Recovered,
    Scan,
    SetSpeed,
    SkipBreak,
    StepFrame,
    Trick,
    WantThumbnail,
)
from player.errors import ErrorCode, PlayerError
from player.model.presentation import Presentation, TrackKind
from player.ports import FetchResponse, SinkEvent, SinkStatus
from player.session.direct import DirectPlayback
from player.session.engine_setup import SetupParts, make_engine
from player.session.opening import Opened, open_address, source_of
from player.session.prefetched import Prefetched
from player.streaming.choice.rung_limits import RungLimits
from player.streaming.choice.video_rungs import VideoRungs
from player.streaming.engine import StreamingEngine
from player.streaming.feed.transport_source import TransportSource
from player.streaming.fetch.parts import EngineParts, Reporter, Source
from player.streaming.fetch.recovery import FailedPart, History, Retry
from player.streaming.trick.speed import bounded
from player.units import BitsPerSecond, Micros, seconds

LOG = logging.getLogger("farol.session")

FOR_LIBMPV = frozenset({ErrorCode.MEDIA_UNSUPPORTED_CODEC, ErrorCode.MEDIA_INVALID})
"""Before the first picture: what our demuxers do not take libmpv's may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionParts:
    """The neighbours of one session; `kept` is the choice that goes along from the one before.

    `ahead` is what was found of the channel before it was tuned, where it was expected.
    """

    engine: EngineParts
    reporter: Reporter
    video: VideoRungs
    epochs: Iterator[int]
    kept: TrackPreference | None = None
    ahead: Prefetched | None = None


class PlaybackSession:
    """Plays one request. Engine thread only; cancelled by a zap, and by nothing else."""

    def __init__(self, request: PlayRequest, parts: SessionParts) -> None:
        """Be ready to play `request`."""
        self.request = request
        self.engine: StreamingEngine | None = None
        self.direct: DirectPlayback | None = None
        self.quality: str | None = None
        self._parts = parts
        self._ahead = parts.ahead
        self._source = source_of(request)
        self._paused = False
        self._speed = 1.0
        self._chosen: dict[TrackKind, str | None] = {}

    @property
    def playing(self) -> StreamingEngine | DirectPlayback | None:
        """Whoever plays, once the address was opened."""
        return self.engine or self.direct

    @property
    def kept(self) -> TrackPreference | None:
        """Text inside the pictures that the viewer chose: the next channel may have its like."""
        if self.engine is None:
            return self._parts.kept
        return self.engine.companions.subtitles.kept

    @property
    def at_ease(self) -> bool:
        """Whether a picture runs whose buffers can spare the line; paused, nobody may be there."""
        return self.spares_line and self.engine is not None and not self.engine.holding.paused

    @property
    def spares_line(self) -> bool:
        """Whether the buffers can spare the line, be the picture paused or not.

        Of what libmpv reads by itself nobody knows more than that its picture is there.
        """
        if self.engine is None:
            return self.direct is not None and self.direct.started
        spare = self.engine.spare
        return self.engine.ended or (spare.running and spare.playable >= spare.enough)

    @property
    def claim(self) -> Claim | None:
        """What it can use of the line; None: it has all that it will ever need."""
        if self.engine is not None and self.engine.ended:
            return None
        return self._parts.video.claim

    @property
    def need(self) -> BitsPerSecond:
        """What the rungs that are fetched take of the line."""
        streams = self.engine.streams.values() if self.engine else ()
        return BitsPerSecond(sum(one.lane.representation.bandwidth for one in streams))

    async def run(self) -> None:
        """Play until cancelled; raises PlayerError when the channel cannot be played."""
        attempts = 0
        while True:
            try:
                await self._open()
                return
            except PlayerError as failed:
                attempts += 1
                pause = self._patience(failed, attempts)
                if pause is None:
                    raise
                await anyio.sleep(seconds(pause))

    def _patience(self, failed: PlayerError, attempts: int) -> Micros | None:
        """How long to wait before the address is opened again; None: give up."""
        if self.playing is not None:
            return None
        history = History(part=FailedPart.MANIFEST, attempts=attempts)
        decision = self._parts.engine.recovery.decide(failed.failure, history)
        return decision.after if isinstance(decision, Retry) else None

    async def _open(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead is None or not await self._play_ahead(ahead):
            await self._open_address()

    async def _play_ahead(self, ahead: Prefetched) -> bool:
        """Play what was fetched before it was asked for; False: that came to nothing."""
        engine = self._engine(ahead.presentation, ahead.url, self._source, ahead)
        try:
            await engine.run()
        except PlayerError as failed:
            if engine.started:
                raise
            LOG.info("fetched ahead to no avail code=%s: opened anew", failed.failure.code)
            self.engine = None
            return False
        return True

    async def _open_address(self) -> None:
        async with open_address(self.request, self._parts.engine) as opened:
            if opened.stream is not None:
                await self._play_stream(opened, opened.stream)
            elif opened.presentation is not None:
                await self._play_presentation(opened.presentation, opened.url)
            else:
                self.direct = self._direct(opened.url)
                await self.direct.run()

    async def _play_presentation(self, presentation: Presentation, url: str) -> None:
        engine = self._engine(presentation, url, self._source)
        try:
            await engine.run()
        except PlayerError as failed:
            if engine.started or failed.failure.code not in FOR_LIBMPV:
                raise
            self.engine = None
            await self._fall_back(url, failed)

    async def _fall_back(self, url: str, failed: PlayerError) -> None:
        """What the engine cannot handle libmpv may; raises `failed` where it cannot either."""
        code, decision = failed.failure.code, PLAYED_DIRECTLY
        try:
            direct = self._direct(url, references=True)
            LOG.info("fallback code=%s: %s", code, decision)
            self._parts.reporter.emit(
                lambda at, tag: Recovered(at=at, tag=tag, code=code, decision=decision)
            )
            self.direct = direct
            await direct.run()
        except PlayerError as again:
            LOG.info("fallback over code=%s cause=%s", again.failure.code, again.failure.cause)
            raise failed from again

    async def _play_stream(self, opened: Opened, stream: FetchResponse) -> None:
        own = replace(self._source, streamed=True)
        transport = TransportSource(opened.url, self._parts.engine, own)
        failure: PlayerError | None = None

        async def read() -> None:
            nonlocal failure
            try:
                await transport.run(opened.head, stream)
            except PlayerError as failed:
                failure = failed
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(read)
            try:
                presentation = await transport.first()
                engine = self._engine(presentation, opened.url, own)
                transport.attach(engine.store, engine.loader.count)
                await engine.run()
            except PlayerError as failed:
                failure = failure or failed
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    def _direct(self, url: str, *, references: bool = False) -> DirectPlayback:
        direct = DirectPlayback(
            url,
            self.request,
            self._parts.epochs,
            self._parts.engine,
            self._parts.reporter,
            references=references,
        )
        direct.paused = self._paused
        direct.set_speed(self._speed)
        return direct

    # ---- commands ---------------------------------------------------------------------------

    def set_paused(self, *, paused: bool) -> None:
        """Pause or go on; while the address is opened: begin so."""
        self._paused = paused
        if self.playing is not None:
            self.playing.set_paused(paused=paused)

    def trick(self, command: Trick) -> None:
        """Another speed (while the address is opened: begin so), single pictures, small ones."""
        match command:
            case SetSpeed(speed=speed):
                self._speed = bounded(speed)
                if self.playing is not None:
                    self.playing.set_speed(self._speed)
            case StepFrame(forward=forward) if self.playing is not None:
                self._paused = True
                self.playing.step_frame(forward=forward)
            case StepFrame():
                self._paused = True
            case Scan(rate=rate) if self.engine is not None:
                self._paused = False
                self.engine.thumbnails.want(None)  # the screen itself shows where one is
                self.engine.scan(rate)
            case WantThumbnail(position=position):
                self._want_thumbnail(position)
            case Scan():
                LOG.info("nothing to wind in yet, or by libmpv itself")
            case SkipBreak() if self.engine is not None:
                self.engine.skip_break()

    def _want_thumbnail(self, position: Micros | None) -> None:
        """One of a time of the programme; none while the screen itself shows where one is.

        There are none where libmpv plays by itself.
        """
        if self.engine is not None:
            self.engine.thumbnails.want(None if self.engine.scan_rate else position)

    def seek(self, position: Micros) -> None:
        """Go to a presentation time; while the address is opened: begin there."""
        if self.playing is None or not self.playing.started:
            self.request = replace(self.request, start=position)  # libmpv may have to begin there
        if self.playing is not None:
            self.playing.seek(position)

    def select_audio(self, track: str) -> None:
        """Take another audio track, and its language wherever that id is not known."""
        self._chosen[TrackKind.AUDIO] = track
        if self.engine is None:
            return  # as soon as the address is open
        wish = self.engine.preference
        language = _languages(self.engine, TrackKind.AUDIO).get(track, wish.audio_language)
        self.engine.prefer(replace(wish, audio_track=track, audio_language=language))

    def select_text(self, track: str | None) -> None:
        """Show other subtitles; None: none but forced ones."""
        self._chosen[TrackKind.TEXT] = track
        if self.engine is None:
            return
        known = _languages(self.engine, TrackKind.TEXT)
        known |= {one.id: one.language for one in self.engine.companions.subtitles.choices}
        wish = replace(
            self.engine.preference,
            text_track=track or "",
            text_language=known.get(track or "", ""),
        )
        self.engine.prefer(wish)

    def select_quality(self, representation: str | None) -> None:
        """Fix a rung, or leave it to the controller again."""
        self.quality = representation
        self._parts.video.fix(representation)
        if self.engine is not None and representation is not None:
            self.engine.replace_unfed(representation)
        self._ask_again()

    def limit(self, limits: RungLimits) -> None:
        """Take other limits than before: the screen's, and the line's."""
        self._parts.video.view(limits.viewport)
        self._parts.video.save(data=limits.saving)
        self._ask_again()

    def _ask_again(self) -> None:
        if self.engine is not None:
            self.engine.ask_again()

    def on_sink_event(self, event: SinkEvent) -> None:
        """Hand on what libmpv says."""
        if self.playing is not None:
            self.playing.on_sink_event(event)

    def on_sink_status(self, status: SinkStatus) -> None:
        """Hand on libmpv's newest status."""
        self._parts.video.on_sink_status(status)
        if self.playing is not None:
            self.playing.on_sink_status(status)

    def _engine(
        self,
        presentation: Presentation,
        url: str,
        source: Source,
        ahead: Prefetched | None = None,
    ) -> StreamingEngine:
        """Make it, and tell it what the viewer wanted while the address was opened."""
        parts = self._parts
        setup = SetupParts(
            engine=parts.engine,
            reporter=parts.reporter,
            video=parts.video,
            epochs=parts.epochs,
            kept=parts.kept,
            at_hand=ahead.rungs if ahead else None,
        )
        self.engine = engine = make_engine(presentation, url, self.request, source, setup)
        if ahead is not None:
            engine.store.resume(ahead.known)
        if self._paused:
            engine.set_paused(paused=True)
        engine.set_speed(self._speed)
        if (sound := self._chosen.get(TrackKind.AUDIO)) is not None:
            self.select_audio(sound)
        if TrackKind.TEXT in self._chosen:
            self.select_text(self._chosen[TrackKind.TEXT])
        return engine


def _languages(engine: StreamingEngine, kind: TrackKind) -> dict[str, str]:
    """The tracks of a kind and their languages; those of the period that plays count first."""
    lane = engine.shown_lane
    periods = (*engine.store.presentation.periods, *((lane.period,) if lane else ()))
    return {one.id: one.language for period in periods for one in period.of(kind)}
