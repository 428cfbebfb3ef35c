"""DirectPlayback: what libmpv reads by itself (RTSP, local files, progressive MP4)."""

import anyio

from player.api import FirstPicture, PlaybackEnded, PlayRequest
from player.errors import ErrorCode, Failure, PlayerError, error
from player.net.redirects import headers_toward
from player.ports import EpochStart, MediaSink, SinkEvent, SinkState, SinkStatus
from player.streaming.fetch.parts import Reporter
from player.units import Micros


class DirectPlayback:
    """One address in libmpv's own hands, behind the same face. Engine thread only."""

    def __init__(
        self,
        url: str,
        request: PlayRequest,
        epoch: int,
        sink: MediaSink,
        reporter: Reporter,
        *,
        references: bool = False,
    ) -> None:
        """Be ready to play `url` as `epoch`; with `references` it is a manifest."""
        self._references = references
        self.paused = False
        self.ended = False
        self.started = False
        self._url = url
        self._request = request
        self._epoch = epoch
        self._sink = sink
        self._reporter = reporter
        self._status: SinkStatus | None = None
        self._over = anyio.Event()
        self._failure: Failure | None = None

    @property
    def position(self) -> Micros:
        """The file's own time."""
        status = self._status
        return status.position if status and status.position is not None else Micros(0)

    async def run(self) -> None:
        """Play until cancelled; raises PlayerError when libmpv gives up."""
        self._open(self._request.start or Micros(0))
        await self._over.wait()
        raise PlayerError(self._failure) if self._failure is not None else _broke_off()

    def set_paused(self, *, paused: bool) -> None:
        """Pause or go on."""
        self.paused = paused
        self._sink.set_paused(paused)

    def seek(self, position: Micros) -> None:
        """Open the address again at another time."""
        self.ended = False
        self._open(Micros(max(position, 0)))

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

    def _open(self, position: Micros) -> None:
        start = EpochStart(
            epoch=self._epoch, start=position, paused=self.paused, references=self._references
        )
        # what the address redirected to may be another's: credentials are not for it
        headers = headers_toward(self._request.url, self._url, self._request.headers)
        self._sink.open_url(start, self._url, headers)


def _broke_off() -> PlayerError:
    return error(
        ErrorCode.DECODE_FAILED,
        "The stream broke off. Try again, or take another channel.",
        cause="libmpv gave no reason",
    )
