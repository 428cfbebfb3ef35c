"""A MediaSink on a Clock: plays in the test's time, decodes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import anyio

from player.clock import Clock
from player.errors import Failure
from player.ports import EpochStart, FileReader, SinkEvent, SinkListener, SinkState, SinkStatus
from player.units import Micros

_DESCEND = {0x18538067, 0x1F43B675, 0x1549A966, 0xA0}  # Segment, Cluster, Info, BlockGroup
_SCALE, _TIMESTAMP, _BLOCKS = 0x2AD7B1, 0xE7, {0xA3, 0xA1}


FRAME = 40_000
"""How long each picture of the fake lasts: 25 a second, as the headend's do."""


class MatroskaEnd:
    """Reads fed Matroska just far enough to know the time of its latest block."""

    def __init__(self) -> None:
        self._buffer = b""
        self._scale = 1_000_000
        self._cluster = 0
        self.end: Micros | None = None

    def __call__(self, data: bytes) -> Micros | None:
        """Take the next bytes, give the latest time of a whole block so far."""
        self._buffer += data
        at = 0
        while (after := self._element(at)) is not None:
            at = after
        self._buffer = self._buffer[at:]
        return self.end

    def _element(self, at: int) -> int | None:
        if len(self._buffer) < at + 12:
            padded = self._buffer[at:] + bytes(12)
        else:
            padded = self._buffer[at : at + 12]
        if not padded[0] or at >= len(self._buffer):
            return None
        id_size = 9 - padded[0].bit_length()
        kind = int.from_bytes(padded[:id_size])
        size_size = 9 - padded[id_size].bit_length()
        body = at + id_size + size_size
        if kind in _DESCEND:
            return body if body <= len(self._buffer) else None
        mask = (1 << 7 * size_size) - 1
        size = int.from_bytes(padded[id_size : id_size + size_size]) & mask
        if body + size > len(self._buffer):
            return None
        self._take(kind, self._buffer[body : body + size])
        return body + size

    def _take(self, kind: int, body: bytes) -> None:
        if kind == _SCALE:
            self._scale = int.from_bytes(body)
        elif kind == _TIMESTAMP:
            self._cluster = int.from_bytes(body)
        elif kind in _BLOCKS and len(body) > 3:
            track = 9 - body[0].bit_length()
            ticks = self._cluster + int.from_bytes(body[track : track + 2], signed=True)
            self.end = Micros(max(self.end or 0, ticks * self._scale // 1000))


@dataclass
class _Epoch:
    start: EpochStart
    end_of: Callable[[bytes], Micros | None]
    url: str = ""
    fed: int = 0
    finished: bool = False
    end: Micros | None = None
    played: int = 0
    playing: bool = False

    @property
    def position(self) -> Micros:
        return Micros(self.start.start + self.played)


class FakeSink:
    """Plays what it is fed as fast as its clock goes; tells its listener at `tick` only.

    The position follows the clock from the first bytes on, unless paused, and never beyond what
    `end_of` (one a epoch) made of the bytes: then it starves, as libmpv does. While `stuck` it
    stands still though it is not paused; while `blind` nothing begins to show. With an `end_of`
    that always gives None it knows no end: ENDED follows `finish` at once.

    A test calls `tick` itself, or runs `run` beside the engine (trio's MockClock jumps to it).
    """

    def __init__(
        self,
        clock: Clock,
        listener: SinkListener | None = None,
        end_of: Callable[[], Callable[[bytes], Micros | None]] = MatroskaEnd,
    ) -> None:
        self.listener = listener
        self.opened: list[EpochStart] = []
        self.urls: list[tuple[str, Mapping[str, str]]] = []
        self.files: list[FileReader] = []
        self.finished: list[int] = []
        self.paused = False
        self.speed = 1.0
        self.steps: list[bool] = []
        self.volume = 100
        self.muted = False
        self.stops = 0
        self.hardware = True
        self.dropped = 0
        self.stuck = False
        self.blind = False
        self.decoder_names: frozenset[str] = frozenset()
        self._clock = clock
        self._end_of = end_of
        self._queue: list[_Epoch] = []
        self._shown: _Epoch | None = None
        self._last = clock.monotonic()
        self._failures: list[tuple[int, Failure]] = []

    # ---- MediaSink ---------------------------------------------------------------------------

    def open(self, start: EpochStart) -> None:
        self._enter(_Epoch(start, self._end_of()))

    def open_file(self, start: EpochStart, reader: FileReader) -> None:
        self.files.append(reader)
        self._enter(_Epoch(start, lambda _: None, url="a film"))

    def open_url(self, start: EpochStart, url: str, headers: Mapping[str, str]) -> None:
        self.urls.append((url, headers))
        self._enter(_Epoch(start, self._end_of(), url=url))

    def feed(self, epoch: int, data: bytes) -> None:
        found = self._find(epoch)
        if found is None or not data:
            return
        found.fed += len(data)
        found.end = found.end_of(data)

    def finish(self, epoch: int) -> None:
        found = self._find(epoch)
        if found is not None:
            found.finished = True
            self.finished.append(epoch)

    def set_paused(self, paused: bool) -> None:
        self._advance()
        self.paused = paused

    def set_speed(self, speed: float) -> None:
        self._advance()
        self.speed = speed

    def step_frame(self, *, forward: bool) -> None:
        self.steps.append(forward)
        if self._queue and forward:
            head = self._queue[0]
            head.played += FRAME
            if head.end is not None:
                head.played = max(0, min(head.played, head.end - head.start.start))

    def set_volume(self, percent: int) -> None:
        self.volume = percent

    def set_muted(self, muted: bool) -> None:
        self.muted = muted

    def decoders(self) -> frozenset[str]:
        return self.decoder_names

    def set_hardware_decoding(self, enabled: bool) -> None:
        self.hardware = enabled

    def stop(self) -> None:
        self.stops += 1
        self._queue.clear()
        self._shown = None

    # ---- the test's side ---------------------------------------------------------------------

    async def run(self, pause: float) -> None:
        """Tick every `pause` seconds until cancelled."""
        while True:
            self.tick()
            await anyio.sleep(pause)

    def tick(self) -> None:
        """Play up to now and tell the listener what has happened."""
        self._advance()
        for epoch, failure in self._failures:
            self._fail(epoch, failure)
        self._failures.clear()
        while self._queue and self._step(self._queue[0]):
            self._queue.pop(0)
        self._tell_status()

    def fail(self, epoch: int, failure: Failure) -> None:
        """Let `epoch` fail at the next tick."""
        self._failures.append((epoch, failure))

    def trouble(self, epoch: int, failure: Failure) -> None:
        """Tell of trouble with `epoch` at once; it goes on."""
        found = self._find(epoch)
        if found is not None:
            self._tell(found, SinkState.TROUBLE, failure)

    # ---- within ------------------------------------------------------------------------------

    def _enter(self, epoch: _Epoch) -> None:
        self._advance()
        if not epoch.start.append:
            self._queue.clear()
            self.paused = epoch.start.paused
        self.opened.append(epoch.start)
        self._queue.append(epoch)

    def _find(self, epoch: int) -> _Epoch | None:
        return next((each for each in self._queue if each.start.epoch == epoch), None)

    def _advance(self) -> None:
        now = self._clock.monotonic()
        passed, self._last = now - self._last, now
        if self._queue and self._queue[0].playing and not (self.paused or self.stuck):
            head = self._queue[0]
            head.played += round(passed * self.speed)
            if head.end is not None:
                head.played = max(0, min(head.played, head.end - head.start.start))

    def _step(self, head: _Epoch) -> bool:
        """Tell of the epoch's beginning and end; True when it is over."""
        has_media = head.end is None or head.end >= head.start.start
        if not head.playing and not self.blind and (head.url or head.fed) and has_media:
            head.playing = True
            self._shown = head
            self._tell(head, SinkState.FIRST_PICTURE)
        done = head.end is None or head.position >= head.end
        if not (head.playing and head.finished and done):
            return False
        self._tell(head, SinkState.ENDED)
        return True

    def _fail(self, epoch: int, failure: Failure) -> None:
        found = self._find(epoch)
        if found is not None:
            self._queue.remove(found)
            self._tell(found, SinkState.FAILED, failure)

    def _tell(self, epoch: _Epoch, state: SinkState, failure: Failure | None = None) -> None:
        if self.listener is not None:
            number = epoch.start.epoch
            self.listener.on_sink_event(SinkEvent(epoch=number, state=state, failure=failure))

    def _tell_status(self) -> None:
        if self.listener is None or self._shown is None:
            return
        shown = self._shown
        self.listener.on_sink_status(
            SinkStatus(
                epoch=shown.start.epoch,
                position=shown.position,
                decoder="fake",
                dropped=self.dropped,
            )
        )
