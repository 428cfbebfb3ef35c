"""libmpv's events and properties turned into the sink's: pure, `now` is an argument."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from player.mpv.failures import decoder_failure
from player.mpv.trouble import DecoderWatch
from player.ports import SinkEvent, SinkState, SinkStatus
from player.units import Micros, micros

STATUS_INTERVAL = Micros(100_000)
"""The least time between two statuses that differ in nothing but position.

Each wakes the engine: at 20 a second that was a fifth of the engine's processor time (measured).
"""

OBSERVED = (
    "time-pos",
    "eof-reached",
    "dwidth",
    "dheight",
    "video-codec",
    "hwdec-current",
    "frame-drop-count",
    "decoder-frame-drop-count",
    "pause",
)
"""The properties a `Translator` wants to be told of."""

_TOLD_LINES = 4


class EndReason(IntEnum):
    """Why libmpv ended a file (mpv_end_file_reason)."""

    EOF = 0
    STOP = 2
    QUIT = 3
    ERROR = 4
    REDIRECT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokeOff:
    """An epoch ended in an error (libmpv's, 0 where it gave none); its log may still follow.

    `reason` tells an error from a list that libmpv wanted to follow, and from a stream that
    ended before the engine had finished it.
    """

    epoch: int
    error: int
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """An epoch has a position now, and when it was asked for it had none: ask again."""

    epoch: int


Output = SinkEvent | SinkStatus | BrokeOff | Unplaced


class Translator:
    """Follows which epoch libmpv plays and says what is worth saying of it.

    libmpv tells of changed properties after the events that came with them, so a value may be
    the former file's: `eof-reached` counts only once the new file has begun to play, and a file
    that ended by an event has ended. All methods on one thread (python-mpv's event thread).
    """

    def __init__(self, is_finished: Callable[[int], bool]) -> None:
        """`is_finished(epoch)`: whether the end of the epoch's bytes was announced."""
        self._is_finished = is_finished
        self._epochs: dict[int, int] = {}
        self._epoch: int | None = None
        self._playing = False
        self._ended = False
        self._floor: float | None = None
        self._unplaced = False
        self._values: dict[str, object] = {}
        self._drops = DropCounter()
        self._due = Micros(0)
        self._told: deque[str] = deque(maxlen=_TOLD_LINES)
        self._decoders = DecoderWatch()

    @property
    def told(self) -> str:
        """What libmpv warned of since the epoch that it plays began."""
        return "; ".join(self._told)

    def logged(self, prefix: str, text: str, now: Micros = Micros(0)) -> tuple[Output, ...]:
        """Keep a warning or error, for the failure that it may explain; a decoder's is told."""
        if not text:
            return ()
        self._told.append(f"{prefix}: {text}")
        kind = self._decoders.hear(prefix, text, now)
        if not kind or self._epoch is None:
            return ()
        why = decoder_failure(kind, text)
        return (SinkEvent(epoch=self._epoch, state=SinkState.TROUBLE, failure=why),)

    def loaded(self, epoch: int, entry: int) -> None:
        """`epoch` stands in libmpv's playlist as `entry`; comes before `started`."""
        self._epochs[entry] = epoch

    def started(self, entry: int) -> tuple[Output, ...]:
        """A playlist entry begins to load."""
        self._epoch = self._epochs.get(entry)
        self._playing = self._ended = False
        self._told.clear()
        self._decoders.restart()
        self._floor, self._unplaced = None, False
        self._values.pop("time-pos", None)
        return ()

    def playing(self) -> tuple[Output, ...]:
        """Picture, or sound where there is no picture, really starts."""
        if self._epoch is None or self._playing:
            return ()
        self._playing = True
        return (SinkEvent(epoch=self._epoch, state=SinkState.FIRST_PICTURE),)

    def located(self, epoch: int, position: float | None, now: Micros) -> tuple[Output, ...]:
        """Where `epoch` is, asked for after it began to play; None: nobody knows yet."""
        if epoch != self._epoch or not self._playing or self._floor is not None:
            return ()
        self._unplaced = position is None
        if position is None:
            return ()
        self._floor = self._values["time-pos"] = max(position, 0.0)
        return self._status(now)

    def ended(self, entry: int, reason: int, error: int) -> tuple[Output, ...]:
        """A playlist entry is over."""
        epoch = self._epochs.pop(entry, None)
        if epoch is None or reason in (EndReason.STOP, EndReason.QUIT):
            return ()
        if reason == EndReason.EOF and self._is_finished(epoch):
            return self._end(epoch)
        if epoch == self._epoch:
            self._playing = False
        known = EndReason(reason) if reason in set(EndReason) else EndReason.ERROR
        return (BrokeOff(epoch=epoch, error=error, reason=known),)

    def changed(self, name: str, value: object, now: Micros) -> tuple[Output, ...]:
        """An observed property has a new value (None: not available)."""
        if name == "time-pos" and not self._believable(value):
            return self._placed(value)
        before = self._values.get(name)
        self._values[name] = value
        if name in DropCounter.NAMES:
            self._drops.update(name, value)
        if name == "eof-reached":
            return self._at_end(now) if value else ()
        if name == "time-pos" and now < self._due and not self._values.get("pause"):
            return ()  # paused, it is a single picture's, and the next one may never come
        return self._status(now) if value != before else ()

    def _believable(self, position: object) -> bool:
        # Before the picture stands, and for a moment after, `time-pos` is a 0 or the start of
        # the file; without a change libmpv says nothing, so the first position is asked for.
        if not isinstance(position, float) or self._floor is None or position < self._floor:
            return False
        self._floor = -math.inf
        return True

    def _placed(self, position: object) -> tuple[Output, ...]:
        """A position that is not to be believed: it may be what nobody knew when asked."""
        if not self._unplaced or self._epoch is None or not isinstance(position, float):
            return ()
        self._unplaced = False
        return (Unplaced(epoch=self._epoch),)

    def _at_end(self, now: Micros) -> tuple[Output, ...]:
        if self._epoch is None or not self._playing or not self._is_finished(self._epoch):
            return ()
        end = self._end(self._epoch)
        return (*self._status(now), *end) if end else ()

    def _end(self, epoch: int) -> tuple[Output, ...]:
        if epoch == self._epoch:
            if self._ended:
                return ()
            self._ended = True
        return (SinkEvent(epoch=epoch, state=SinkState.ENDED),)

    def _status(self, now: Micros) -> tuple[Output, ...]:
        if self._epoch is None:
            return ()
        self._due = Micros(now + STATUS_INTERVAL)
        return (
            SinkStatus(
                epoch=self._epoch,
                position=self._position(),
                dropped=self._drops.total,
                width=_whole(self._values.get("dwidth")),
                height=_whole(self._values.get("dheight")),
                decoder=self._decoder(),
                hardware=self._hardware(),
            ),
        )

    def _position(self) -> Micros | None:
        position = self._values.get("time-pos")
        if not self._playing or not isinstance(position, float | int):
            return None
        return micros(position)

    def _decoder(self) -> str:
        codec = self._values.get("video-codec")
        if not codec:
            return ""
        return f"{codec} ({self._hardware() or 'software'})"

    def _hardware(self) -> str:
        used = self._values.get("hwdec-current")
        return str(used) if used and used != "no" else ""


class DropCounter:
    """Adds up libmpv's drop counters, which begin again with each output and decoder."""

    NAMES = frozenset({"frame-drop-count", "decoder-frame-drop-count"})

    def __init__(self) -> None:
        """Begin at nothing."""
        self._now: dict[str, int] = {}
        self.total = 0

    def update(self, name: str, value: object) -> None:
        """Take the newest value of a counter (None: not available)."""
        count = _whole(value)
        before = self._now.get(name, 0)
        self.total += count - before if count >= before else count
        self._now[name] = count


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
