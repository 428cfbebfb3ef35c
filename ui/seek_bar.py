"""Which moment lies where on the banner's bar: a film's, or a programme's of the guide. Pure."""

from dataclasses import dataclass

from catalog.model import Programme
from player.api import PlayerSnapshot
from player.units import MICROS_PER_SECOND, Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class SeekBar:
    """The bar goes from `start` to `stop`, and one may go from `low` to `high`.

    All in presentation time. `epoch` is the UTC time of presentation time 0 where times of day
    stand at the bar, None for a film.
    """

    start: Micros
    stop: Micros
    low: Micros
    high: Micros
    epoch: Micros | None = None

    def position(self, place: float) -> Micros | None:
        """The moment at a place of the bar, 0..1; None where one cannot go."""
        found = Micros(self.start + round(place * (self.stop - self.start)))
        return found if self.low <= found <= self.high else None

    def place(self, position: Micros) -> float:
        """Where on the bar a moment lies, 0..1."""
        return min(1.0, max(0.0, (position - self.start) / (self.stop - self.start)))


def seek_bar(shot: PlayerSnapshot, programme: Programme | None, now: int) -> SeekBar | None:
    """The bar of what plays; None where there is none, or nothing to go to.

    `now` is POSIX time in seconds, `programme` what is on by the guide.
    """
    if shot.duration is not None and not shot.live:
        return _film(shot.duration, shot.window)
    if programme is None or shot.window is None or programme.stop <= programme.start:
        return None
    epoch = _epoch(shot, now)
    if epoch is None:
        return None
    start, stop = programme.start * MICROS_PER_SECOND, programme.stop * MICROS_PER_SECOND
    low, high = shot.window
    return SeekBar(
        start=Micros(start - epoch), stop=Micros(stop - epoch), low=low, high=high, epoch=epoch
    )


def _film(duration: Micros, window: tuple[Micros, Micros] | None) -> SeekBar | None:
    low, high = window or (Micros(0), duration)
    if duration <= 0:
        return None
    return SeekBar(start=Micros(0), stop=duration, low=low, high=high)


def _epoch(shot: PlayerSnapshot, now: int) -> Micros | None:
    """UTC of presentation time 0; where nobody tells, by how far behind the picture is."""
    if shot.epoch is not None:
        return shot.epoch
    if shot.latency is None:
        return None
    return Micros(now * MICROS_PER_SECOND - shot.latency - shot.position)
