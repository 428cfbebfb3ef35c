"""A step on or back in what plays: what is to be asked for it, and where it leads. Pure."""

from dataclasses import dataclass

from player.api import PlayerSnapshot, Seek, SkipBreak
from player.units import Micros, micros

_LEAST = micros(1)
"""Breaks are cut at segments: one that covers but so much less than it lasts covers all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeekStep:
    """What to ask of the engine; `target` is the programme's time that it leads to."""

    command: Seek | SkipBreak
    target: Micros


def seek_step(shot: PlayerSnapshot, step: Micros) -> SeekStep | None:
    """The way `step` on (below 0: back) from what a snapshot shows; None: there is none.

    While a break plays in a time of its own the programme's time stands where it will go on:
    a step on from there ends the break, and loses nothing of the programme (ADR 30).
    """
    low, high = shot.window or (Micros(0), shot.duration or Micros(0))
    if high <= low:
        return None
    target = Micros(min(high, max(low, shot.position + step)))
    behind = _goes_on_at(shot)
    if step > 0 and behind is not None and target >= behind:
        return SeekStep(command=SkipBreak(), target=behind)
    return SeekStep(command=Seek(position=target), target=target)


def _goes_on_at(shot: PlayerSnapshot) -> Micros | None:
    """Where the programme goes on after a break that covers less of it than it lasts."""
    playing = shot.interstitial
    mark = next((one for one in shot.breaks if playing and one.id == playing.id), None)
    if playing is None or mark is None or mark.end is None:
        return None
    return mark.end if playing.duration - (mark.end - mark.start) >= _LEAST else None
