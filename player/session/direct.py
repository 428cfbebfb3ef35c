"""DirectPlayback: what libmpv reads by itself (RTSP, local files, progressive MP4)."""

from collections.abc import Iterator

import anyio

from player.api import FirstPicture, PlaybackEnded, PlayRequest
from player.errors import ErrorCode, Failure, PlayerError, error
from player.net.libmpv_way import forbid_going_around
from player.net.redirects import WEB, headers_toward
from player.ports import EpochStart, Route, SinkEvent, SinkState, SinkStatus
from player.session.opening import is_local
from player.session.remote_file import RemoteFile
from player.streaming.fetch.parts import EngineParts, Reporter
from player.units import ByteCount, Micros


class DirectPlayback:
    """One address that libmpv demuxes by itself, behind the same face. Engine thread only.

    A film on the web it does not fetch by itself (`RemoteFile`); what leads it to other
    addresses, and what is not of the web, it does.
    """

    def __init__(
        self,
        url: str,
        request: PlayRequest,
        epochs: Iterator[int],
        parts: EngineParts,
        reporter: Reporter,
        *,
        references: bool = False,
    ) -> None:
        """Be ready to play `url`, each time as one of `epochs`; with `references`: a manifest.

        Raises PlayerError where libmpv would go around the request's proxy.
        """
        self._references = references
        self.paused = False
        self.speed = 1.0
        self.ended = False
        self.started = False
        self._url = url
        self._request = request
        self._start = request.start or Micros(0)
        self._epochs = epochs
        self._epoch = next(epochs)
        self._sink = parts.sink
        self._reporter = reporter
        self._status: SinkStatus | None = None
        self._over = anyio.Event()
        self._failure: Failure | None = None
        self._file: RemoteFile | None = None
        if _is_film(url) and not references:
            self._file = RemoteFile(
                url,
                request,
                parts,
                feed=lambda data: self._sink.feed(self._epoch, data),
                finish=lambda: self._sink.finish(self._epoch),
            )
        elif not is_local(url):
            forbid_going_around(url, Route(proxy=request.proxy))

    @property
    def position(self) -> Micros:
        """The file's own time; before the first picture, and after a seek, where it will be."""
        status = self._status
        return status.position if status and status.position is not None else self._start

    async def run(self) -> None:
        """Play until cancelled; raises PlayerError when libmpv gives up."""
        try:
            if self._file is None:
                self._open()
                await self._over.wait()
            else:
                await self._bring(self._file)
        finally:
            self.set_speed(1.0)  # whoever is next has libmpv at its normal speed
        raise PlayerError(self._failure) if self._failure is not None else _broke_off()

    async def _bring(self, file: RemoteFile) -> None:
        """Fetch for libmpv until either cannot go on."""

        async def fetch() -> None:
            try:
                await file.run(self._open)
            except PlayerError as failed:
                self._failure = failed.failure
                self._over.set()

        async with anyio.create_task_group() as group:
            group.start_soon(fetch)
            await self._over.wait()
            group.cancel_scope.cancel()

    def set_paused(self, *, paused: bool) -> None:
        """Pause or go on."""
        self.paused = paused
        self._sink.set_paused(paused)

    def set_speed(self, speed: float) -> None:
        """Play at another speed."""
        if speed != self.speed:
            self.speed = speed
            self._sink.set_speed(speed)

    def step_frame(self, *, forward: bool) -> None:
        """While paused: one picture on, or back where the file can be gone back in; else pause."""
        if not self.paused:
            self.set_paused(paused=True)
        elif self.started and not self.ended:
            self._sink.step_frame(forward=forward)

    def seek(self, position: Micros) -> None:
        """Open the address again at another time."""
        self.ended = False
        self._start = Micros(max(position, 0))
        self._status, self._epoch = None, next(self._epochs)
        if self._file is None:
            self._open()
        elif self._file.answered:
            self._file.seek(ByteCount(0))
            self._open()

    def on_sink_event(self, event: SinkEvent) -> None:
        """Take an event of this epoch."""
        if event.epoch != self._epoch:
            return
        match event.state:
            case SinkState.FIRST_PICTURE if not self.started:
                self.started = True
                self._reporter.emit(lambda at, tag: FirstPicture(at=at, tag=tag))
            case SinkState.ENDED:
                self.ended = True
                self._reporter.emit(lambda at, tag: PlaybackEnded(at=at, tag=tag))
            case SinkState.FAILED:
                self._failure = event.failure
                self._over.set()
            case _:
                pass

    def on_sink_status(self, status: SinkStatus) -> None:
        """Take the newest status."""
        if status.epoch == self._epoch:
            self._status = status

    def _open(self) -> None:
        start = EpochStart(
            epoch=self._epoch,
            start=self._start,
            paused=self.paused,
            references=self._references,
        )
        if self._file is not None:
            self._sink.open_file(start, self._file)
            return
        # what the address redirected to may be another's: credentials are not for it
        headers = headers_toward(self._request.url, self._url, self._request.headers)
        self._sink.open_url(start, self._url, headers)


def _is_film(url: str) -> bool:
    return url.partition(":")[0].lower() in WEB


def _broke_off() -> PlayerError:
    return error(
        ErrorCode.DECODE_FAILED,
        "The stream broke off. Try again, or take another channel.",
        cause="libmpv gave no reason",
    )
