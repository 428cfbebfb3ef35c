"""PlaybackSession: one tuned channel, from its address to its last picture."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

import anyio

from player.abr.selector import TrackPreference
from player.api import PlayRequest
from player.drm.clearkey import KeyRing
from player.errors import PlayerError
from player.model.presentation import Presentation, TrackKind
from player.ports import FetchResponse, SinkEvent, SinkStatus
from player.session.direct import DirectPlayback
from player.session.opening import Opened, open_address, source_of
from player.streaming.audio_rungs import AudioRungs
from player.streaming.engine import EngineOptions, StreamingEngine
from player.streaming.parts import EngineParts, Reporter, Source
from player.streaming.recovery import FailedPart, History, Retry
from player.streaming.transport_source import TransportSource
from player.streaming.video_rungs import VideoRungs
from player.units import Micros, seconds

LOG = logging.getLogger("farol.session")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionParts:
    """The neighbours of one session."""

    engine: EngineParts
    reporter: Reporter
    video: VideoRungs
    epochs: Iterator[int]


class PlaybackSession:
    """Plays one request. Engine thread only; cancelled by a zap, and by nothing else."""

    def __init__(self, request: PlayRequest, parts: SessionParts) -> None:
        """Be ready to play `request`."""
        self.request = request
        self.engine: StreamingEngine | None = None
        self.direct: DirectPlayback | None = None
        self.quality: str | None = None
        self._parts = parts
        self._source = source_of(request)

    @property
    def playing(self) -> StreamingEngine | DirectPlayback | None:
        """Whoever plays, once the address was opened."""
        return self.engine or self.direct

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
        async with open_address(self.request, self._parts.engine) as opened:
            if opened.stream is not None:
                await self._play_stream(opened, opened.stream)
            elif opened.presentation is not None:
                self.engine = self._engine(opened.presentation, opened.url, self._source)
                await self.engine.run()
            else:
                await self._play_direct(opened.url)

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
                self.engine = self._engine(presentation, opened.url, own)
                transport.attach(self.engine.store, self.engine.loader.count)
                await self.engine.run()
            except PlayerError as failed:
                failure = failure or failed
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _play_direct(self, url: str) -> None:
        self.direct = DirectPlayback(
            url,
            self.request,
            next(self._parts.epochs),
            self._parts.engine.sink,
            self._parts.reporter,
        )
        await self.direct.run()

    # ---- commands ---------------------------------------------------------------------------

    def set_paused(self, *, paused: bool) -> None:
        """Pause or go on."""
        if self.playing is not None:
            self.playing.set_paused(paused=paused)

    def seek(self, position: Micros) -> None:
        """Go to a presentation time."""
        if self.playing is not None:
            self.playing.seek(position)

    def select_audio(self, track: str) -> None:
        """Take another audio track."""
        if self.engine is not None:
            self.engine.prefer(replace(self.engine.preference, audio_track=track))

    def select_quality(self, representation: str | None) -> None:
        """Fix a rung, or leave it to the controller again."""
        self.quality = representation
        self._parts.video.fix(representation)
        if self.engine is not None and representation is not None:
            self.engine.replace_unfed()

    def on_sink_event(self, event: SinkEvent) -> None:
        """Hand on what libmpv says."""
        if self.playing is not None:
            self.playing.on_sink_event(event)

    def on_sink_status(self, status: SinkStatus) -> None:
        """Hand on libmpv's newest status."""
        if self.playing is not None:
            self.playing.on_sink_status(status)

    def _engine(self, presentation: Presentation, url: str, source: Source) -> StreamingEngine:
        options = EngineOptions(
            start=self.request.start,
            preference=TrackPreference(audio_language=self.request.audio_language),
            choosers={TrackKind.VIDEO: self._parts.video, TrackKind.AUDIO: AudioRungs()},
            epochs=self._parts.epochs,
            keys=KeyRing(self.request.keys),
        )
        return StreamingEngine(
            presentation, url, options, self._parts.engine, source, self._parts.reporter
        )
