"""Meter: what one transfer did, told while it goes on."""

from collections.abc import Callable

from player.clock import Clock
from player.model.transfer import Burst, TransferSample
from player.net.chunk_ends import ChunkEnds
from player.ports import RequestKind
from player.units import MICROS_PER_SECOND, ByteCount, Micros

_STRETCH = Micros(MICROS_PER_SECOND)  # a long transfer is reported once a second, not at its end
_AT_ONCE = Micros(5_000)
"""What comes within this time of a burst's first byte had gathered on the way (a token bucket
lets 64 kB through at once); and a pause no longer than this is none."""

_SILENCE = Micros(500_000)
_MOST_SILENCE = Micros(2 * MICROS_PER_SECOND)
"""What a line is blamed for at most when a body is given up: it may be the server's fault."""


class Meter:
    """Makes `TransferSample`s of one transfer: one a second and one at its end.

    Endless streams are paced by the server and say nothing of the line: not measured.
    """

    def __init__(
        self,
        clock: Clock,
        report: Callable[[TransferSample], None] | None,
        kind: RequestKind,
        *,
        held: bool = False,
    ) -> None:
        """Begin with the request; with its first byte where the server holds the answer."""
        self._clock = clock
        self._report = None if kind is RequestKind.STREAM else report
        self._started = clock.monotonic()
        self._first: Micros | None = None
        self._began = self._last = self._from = self._started
        self._size = self._whole = self._seen = self._lead = 0
        self._bursts: list[Burst] = []
        self._ends: ChunkEnds | None = None
        self._over = False
        self._held = held

    def expect_pauses(self) -> None:
        """The server did not tell the body's length, so it may be waiting for its end itself."""
        self._ends = ChunkEnds()

    def add(self, piece: bytes) -> None:
        """Count bytes that arrived just now."""
        now, size = self._clock.monotonic(), len(piece)
        if self._first is None:
            self._first = self._began = now
            self._started = now if self._held else self._started
            self._open(now, size)
        elif self._is_resumed(now):
            self._close()
            self._open(now, size)
        elif self._lead and not self._seen and now - self._begun <= _AT_ONCE:
            self._from, self._lead = now, self._lead + size
        else:
            self._seen += size
        if self._ends is not None:
            self._ends.take(piece)
        self._last, self._size = now, self._size + size
        if now - self._first >= _STRETCH:
            self._tell(last=False)
            self._started = self._first = now
            self._open(now, 0)

    def end(self) -> None:
        """The whole body has come."""
        self._over = True

    def finish(self) -> None:
        """Report what has not been reported yet: no more will come.

        Of a body that is given up, the silence before that counts as well (hls.js samples what it
        aborts likewise).
        """
        if not (self._over or (self._ends is not None and self._ends.whole)):
            silence = self._clock.monotonic() - self._last
            if silence > _SILENCE:
                self._last = Micros(self._last + min(silence, _MOST_SILENCE))
        if self._first is not None and (self._size or self._whole):
            self._tell(last=True)

    def _is_resumed(self, now: Micros) -> bool:
        """Whether the server had sent all that it had, and now has more."""
        return self._ends is not None and now - self._last > _AT_ONCE and self._ends.whole

    def _open(self, now: Micros, lead: int) -> None:
        self._begun = self._from = now
        self._lead, self._seen = lead, 0

    def _close(self) -> None:
        if self._lead or self._seen:
            burst = Burst(
                start=self._from,
                end=self._last,
                size=ByteCount(self._seen),
                lead=ByteCount(self._lead),
            )
            self._bursts.append(burst)

    def _tell(self, *, last: bool) -> None:
        self._close()
        self._whole += self._size
        size, bursts = self._size, tuple(self._bursts)
        self._size, self._bursts = 0, []
        if self._report is None or self._first is None:
            return
        sample = TransferSample(
            started=self._started,
            first_byte=self._first,
            ended=self._last,
            size=ByteCount(size),
            bursts=bursts,
            last=last,
            held=self._held,
            body_began=self._began,
            body_size=ByteCount(self._whole),
        )
        self._report(sample)
