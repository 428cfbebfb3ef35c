"""Player: the face. Owns what outlives a channel, and the one session that is tuned."""

import itertools
import logging
import math
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import anyio

from player.abr.controller import AbrController
from player.abr.controllers import make_replacing
from player.abr.outlook import Outlooks
from player.api import (
    Command,
    Expect,
    Limit,
    Play,
    PlayerEvent,
    PlayerSnapshot,
    PlayerState,
    PlayRequest,
    QualityChanged,
    RebufferStarted,
    Recovered,
    Seek,
    SelectAudio,
    SelectQuality,
    SelectText,
    SessionStarted,
    SetDataSaver,
    SetMuted,
    SetPaused,
    SetViewport,
    SetVolume,
    Stop,
    Trick,
)
from player.errors import ErrorCode, Failure, PlayerError
from player.ports import SinkEvent, SinkStatus
from player.session.prefetcher import Prefetcher
from player.session.session import PlaybackSession, SessionParts
from player.session.shared_line import SharedLine
from player.session.snapshot import describe
from player.session.snapshot_pace import SnapshotPace
from player.streaming.choice.rung_limits import RungLimits, Viewport
from player.streaming.choice.video_rungs import VideoRungs
from player.streaming.fetch.parts import EngineParts, Reporter
from player.units import BitsPerSecond, ByteCount

if TYPE_CHECKING:
    from player.abr.selector import TrackPreference
    from player.abr.shares import Claim

LOG = logging.getLogger("farol.player")

DECISIONS = 5


@dataclass(slots=True, kw_only=True)
class _Tuned:
    """The session of the tuned channel and the scope that ends it."""

    session: PlaybackSession
    counted: AbstractContextManager[None]
    scope: anyio.CancelScope
    done: anyio.Event
    failure: Failure | None = None


class Player:
    """Takes commands, plays one channel at a time, publishes events and snapshots.

    Engine thread only: `submit` is called there (see app.engine_thread), `publish` is called
    there. `run` is the player's life.
    """

    def __init__(
        self,
        parts: EngineParts,
        publish: Callable[[PlayerEvent | PlayerSnapshot], None],
        line: SharedLine,
    ) -> None:
        """Play into `parts.sink`, whose listener this player must be made, over `line`.

        `parts.estimator` is that of the whole line, which other players may share.
        """
        self._line = line
        self._parts = replace(
            parts,
            fetcher=line.share.watching(parts.fetcher),
            aside=line.share.aside(parts.fetcher, lambda: self._may_look),
            estimator=line.join(self),
        )
        aside = replace(parts, fetcher=line.share.aside(parts.fetcher))
        self._prefetcher = Prefetcher(aside, line.share, lambda: line.need)
        self._publish_up = publish
        self._epochs = itertools.count(1)
        self._send, self._receive = anyio.create_memory_object_stream[Command](math.inf)
        self._tuned: _Tuned | None = None
        self._status: SinkStatus | None = None
        self._dropped = self._dropped_before = 0
        self._kept: TrackPreference | None = None
        self._outlooks = Outlooks()
        self._limits = RungLimits()
        self._volume = 100
        self._muted = False
        self._decisions: deque[str] = deque(maxlen=DECISIONS)
        self._pace = SnapshotPace(
            parts.clock, lambda: publish(self.snapshot()), alive=lambda: self._is_alive
        )

    def submit(self, command: Command) -> None:
        """Take a command; it is carried out in order, soon. Ignored once `run` is over."""
        try:
            self._send.send_nowait(command)
        except anyio.ClosedResourceError:
            LOG.info("command after the end: %s", type(command).__name__)

    async def run(self) -> None:
        """Carry out commands until cancelled."""
        try:
            async with anyio.create_task_group() as group, self._send, self._receive:
                group.start_soon(self._pace.run)
                group.start_soon(self._prefetcher.run)
                async for command in self._receive:
                    await self._carry_out(command, group)
                    self._pace.show()
        finally:
            self._line.leave(self)

    async def _carry_out(self, command: Command, group: anyio.abc.TaskGroup) -> None:
        """A fault of ours in one command must not cost the ones after it."""
        try:
            if isinstance(command, Play):
                await self._tune(command.request, group)
            elif isinstance(command, Limit):
                self._limit(command)
            elif isinstance(command, Trick) and self._tuned is not None:
                self._tuned.session.trick(command)
            else:
                await self._do(command)
        except Exception:
            LOG.exception("fault in a command: %s", type(command).__name__)

    # ---- commands ---------------------------------------------------------------------------

    async def _do(self, command: Command) -> None:
        session = self._tuned.session if self._tuned else None
        match command:
            case SetVolume(percent=percent):
                self._volume = min(max(percent, 0), 100)
                self._parts.sink.set_volume(self._volume)
            case SetMuted(muted=muted):
                self._muted = muted
                self._parts.sink.set_muted(muted)
            case Expect(requests=requests):
                self._prefetcher.expect(requests)
            case Stop():
                await self._end()
                self._parts.sink.stop()
            case SetPaused(paused=paused) if session:
                session.set_paused(paused=paused)
            case Seek(position=position) if session:
                session.seek(position)
            case SelectAudio(track=track) if session:
                session.select_audio(track)
            case SelectText(track=track) if session:
                session.select_text(track)
            case SelectQuality(representation=representation) if session:
                session.select_quality(representation)
            case _:
                LOG.info("command without a channel: %s", type(command).__name__)

    def _limit(self, command: Limit) -> None:
        """What holds for every channel, from now on."""
        match command:
            case SetViewport(width=width, height=height):
                viewport = Viewport(width=width, height=height)
                self._limits = replace(self._limits, viewport=viewport)
            case SetDataSaver(on=on):
                self._limits = replace(self._limits, saving=on)
        self._prefetcher.limit(self._limits)
        if self._tuned is not None:
            self._tuned.session.limit(self._limits)

    async def _tune(self, request: PlayRequest, group: anyio.abc.TaskGroup) -> None:
        """End the former session and begin another; the last picture stays until then."""
        await self._end()
        ahead = await self._prefetcher.take(request)
        parts, counted = self._line.accounts.limited(
            self._own_parts(), request.url, request.max_connections
        )
        self._line.tune(request.url, self)
        self._status = None
        self._dropped_before = self._dropped
        self._decisions.clear()
        self._parts.sink.set_hardware_decoding(True)  # what the last channel's rescue took away
        reporter = Reporter(clock=self._parts.clock, tag=request.tag, publish=self._publish)
        video = VideoRungs(
            controller=_controller(request.abr, self._outlooks),
            parts=parts,
            limits=replace(
                self._limits,
                max_height=request.max_height,
                max_bandwidth=request.max_bandwidth,
            ),
        )
        session = PlaybackSession(
            request,
            SessionParts(
                engine=parts,
                reporter=reporter,
                video=video,
                epochs=self._epochs,
                kept=self._kept,
                ahead=ahead,
            ),
        )
        self._tuned = _Tuned(
            session=session, counted=counted, scope=anyio.CancelScope(), done=anyio.Event()
        )
        reporter.emit(lambda at, tag: SessionStarted(at=at, tag=tag))
        group.start_soon(self._play, self._tuned, reporter)

    async def _play(self, tuned: _Tuned, reporter: Reporter) -> None:
        try:
            with tuned.scope, tuned.counted:
                await tuned.session.run()
        except PlayerError as failed:
            self._fail(tuned, failed.failure, reporter)
        except Exception:
            # A fault of ours costs the channel, not the player: the next zap works.
            LOG.exception("fault in a session")
            self._fail(tuned, _fault(), reporter)
        finally:
            tuned.done.set()

    def _fail(self, tuned: _Tuned, failure: Failure, reporter: Reporter) -> None:
        LOG.info("session over code=%s cause=%s", failure.code, failure.cause)
        tuned.failure = failure
        self._parts.sink.stop()
        reporter.error(failure)
        self._pace.show()

    async def _end(self) -> None:
        tuned, self._tuned = self._tuned, None
        if tuned is not None:
            self._kept = tuned.session.kept
            tuned.scope.cancel()
            await tuned.done.wait()

    # ---- the sink's listener ----------------------------------------------------------------

    def on_sink_event(self, event: SinkEvent) -> None:
        """See `SinkListener`."""
        if self._tuned is not None:
            self._tuned.session.on_sink_event(event)
        self._pace.show()

    def on_sink_status(self, status: SinkStatus) -> None:
        """See `SinkListener`."""
        self._status = _with_size(status, self._status)
        self._dropped = status.dropped
        if self._tuned is not None:
            self._tuned.session.on_sink_status(status)
        self._pace.show()

    # ---- up ---------------------------------------------------------------------------------

    def _publish(self, event: PlayerEvent) -> None:
        if isinstance(event, QualityChanged):
            self._decisions.append(event.reason)
        if isinstance(event, RebufferStarted):
            self._decisions.append("the buffer ran dry")
        if isinstance(event, Recovered):
            self._decisions.append(event.decision)
        self._publish_up(event)

    def _own_parts(self) -> EngineParts:
        """The neighbours of the next session; the store has one tape: that of who plays alone."""
        return self._parts if self._line.alone(self) else replace(self._parts, store=None)

    @property
    def claim(self) -> "Claim | None":
        """See `Watcher.claim`."""
        return self._tuned.session.claim if self._is_alive and self._tuned else None

    @property
    def at_ease(self) -> bool:
        """Whether what is watched can spare the line; while nothing is, anybody may have it."""
        return not self._is_alive or (self._tuned is not None and self._tuned.session.at_ease)

    @property
    def spares_line(self) -> bool:
        """See `Watcher.spares_line`."""
        return not self._is_alive or (self._tuned is not None and self._tuned.session.spares_line)

    @property
    def _may_look(self) -> bool:
        """Whether small pictures of this very channel may be fetched: paused, its viewer is there.

        So he is where others stand paused beside it.
        """
        return self._is_alive and self.spares_line and self._line.others_spare(self)

    @property
    def need(self) -> BitsPerSecond:
        """What is watched takes so much of the line."""
        return self._tuned.session.need if self._is_alive and self._tuned else BitsPerSecond(0)

    @property
    def _is_alive(self) -> bool:
        """Whether a channel is tuned and has not failed."""
        return self._tuned is not None and self._tuned.failure is None

    @property
    def cached(self) -> ByteCount:
        """Bytes that the segment cache holds."""
        return self._parts.cache.size

    def snapshot(self) -> PlayerSnapshot:
        """The whole state as it is now."""
        status, tuned = self._status, self._tuned
        base = PlayerSnapshot(
            volume=self._volume,
            muted=self._muted,
            throughput=self._line.rate,
            share=self._line.share_of(self),
            dropped_frames=self._dropped - self._dropped_before,
            width=status.width if status else 0,
            height=status.height if status else 0,
            decoder=status.decoder if status else "",
            hardware=status.hardware if status else "",
            decisions=tuple(self._decisions),
            tag=tuned.session.request.tag if tuned else "",
        )
        if tuned is None:
            return base
        shown = describe(tuned.session, base)
        if tuned.failure is None:
            return shown
        return replace(shown, state=PlayerState.FAILED, failure=tuned.failure)


def _controller(name: str, outlooks: Outlooks) -> AbrController:
    """The controller of that name; an unknown one does not cost the channel."""
    try:
        return make_replacing(name, outlooks)
    except ValueError as wrong:
        LOG.warning("%s", wrong)
        return _controller(PlayRequest(url="").abr, outlooks)


def _with_size(status: SinkStatus, former: SinkStatus | None) -> SinkStatus:
    """Between two epochs libmpv has no size, but the last picture still stands."""
    if status.height or former is None:
        return status
    return replace(status, width=former.width, height=former.height)


def _fault() -> Failure:
    return Failure(
        code=ErrorCode.INTERNAL_FAULT,
        sentence="Farol itself failed with this channel. Try it again, or take another one.",
        cause="see the log",
    )
