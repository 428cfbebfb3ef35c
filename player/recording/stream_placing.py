"""Where the pieces of a plain transport stream lie in a recording's time. Pure."""

from dataclasses import dataclass

from player.media.unwrap import signed
from player.recording.stream_cutter import CLOCK, StreamPiece
from player.recording.told import Told
from player.units import Micros, micros, scaled

PERIOD = "stream"
"""Whatever the connection, a plain stream is one period; its clocks are counted in it."""

NEAR = micros(15)
"""A clock that puts a piece this far from when it came is the one of before."""

LATE = micros(1)
"""What came no later than this after what was before is taken to follow on it."""

ROUNDED = micros(0.001)
"""What ticks and microseconds may differ by."""

_WRAP = 1 << 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """`start` and `duration` are the recording's time, whose 0 is `epoch` (UTC).

    `clock` counts the stream's clocks; a change of its streams counts as one, too.
    """

    start: Micros
    duration: Micros
    epoch: Micros
    clock: int
    pts: int

    @property
    def end(self) -> Micros:
        """Where it ends."""
        return Micros(self.start + self.duration)


class StreamPlacing:
    """Places one piece after the other, by the stream's own clock as long as that goes on.

    Where it goes on is seen by the time of day: a connection that broke, or a recorder that was
    killed, goes on on the clock of before if that puts the new piece near the moment at which it
    came, and what lies between is a gap of just the right length. Else the stream counts anew,
    and the time of day alone tells what lacks.
    """

    def __init__(self, last: Told | None) -> None:
        """Go on after `last`, the newest piece that is recorded, if any."""
        self.last: Placed | None = None
        self._epoch: Micros | None = None
        if last is not None and last.epoch is not None:
            self._epoch = last.epoch
            self.last = _placed(last)
        self._known = last is not None and last.period == PERIOD

    @property
    def after(self) -> int | None:
        """The PTS of where the recorded stream ends; None where its clock is not known."""
        if self.last is None or not self._known:
            return None
        return (self.last.pts + self.last.duration * CLOCK // 1_000_000) % _WRAP

    def place(self, piece: StreamPiece, now: Micros) -> Placed:
        """Place the next piece, which was whole `now` (UTC).

        The first of all ends now: what a server sends at once was on air before.
        """
        duration = scaled(piece.ticks, CLOCK)
        if self._epoch is None:
            self._epoch = Micros(now - duration)
        start, anew = self._start(piece, self._epoch)
        clock = 0 if self.last is None else self.last.clock
        clock += self.last is not None and (anew or piece.changed)
        self._known = True
        self.last = Placed(
            start=start, duration=duration, epoch=self._epoch, clock=clock, pts=piece.pts
        )
        return self.last

    def reached(self, growing: int) -> Micros:
        """UTC time up to which the stream has come, with so many ticks since the last piece."""
        last = self.last
        return Micros(last.epoch + last.end + scaled(growing, CLOCK)) if last else Micros(0)

    def _start(self, piece: StreamPiece, epoch: Micros) -> tuple[Micros, bool]:
        """Where a piece begins, and whether that is on a new clock."""
        last = self.last
        if last is None:
            return Micros(0), False
        came = Micros(piece.came - epoch)
        step = signed(piece.pts - last.pts)
        if not piece.broken:
            return Micros(last.start + scaled(step, CLOCK)), False
        if self._known:
            waited = (came - last.start) * CLOCK // 1_000_000
            step += round((waited - step) / _WRAP) * _WRAP
            start = Micros(last.start + scaled(step, CLOCK))
            if abs(start - came) <= NEAR and start > last.end - ROUNDED:
                return Micros(max(start, last.end)), False
        return (came if came - last.end > LATE else last.end), True


def _placed(last: Told) -> Placed:
    return Placed(
        start=last.start,
        duration=last.duration,
        epoch=last.epoch or Micros(0),
        clock=last.discontinuity if last.period == PERIOD else 0,
        pts=last.number % _WRAP,
    )
