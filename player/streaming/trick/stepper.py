"""Stepper: one picture on or back while paused, exactly."""

from collections.abc import Callable
from dataclasses import dataclass

from player.streaming.feed.frame_times import FrameTimes
from player.units import Micros, micros

LOOK_BACK = micros(0.5)
"""How far before a picture playback is entered to learn what was shown right before it: a seek
into the last tenth of a segment is taken for the next one's start."""

LEADING = micros(0.5)
"""Pictures that come so much later than one may still be shown before it (open GOPs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepParts:
    """What a stepper asks, and how it moves.

    `frames` are those of the pass that plays, `complete` whether all of it was fed; `settled`
    whether libmpv shows the picture at `position`, and is not still on its way. `step` is
    libmpv's own, `rewind` shows another moment, `enter` begins anew at one.
    """

    frames: Callable[[], FrameTimes | None]
    position: Callable[[], Micros]
    complete: Callable[[], bool]
    settled: Callable[[], bool]
    step: Callable[[], None]
    rewind: Callable[[Micros], None]
    enter: Callable[[Micros], None]


class Stepper:
    """On by libmpv, which has what follows; back by what was fed. Engine thread only.

    libmpv cannot go back in a stream; the engine can, for it keeps 30 s of what it fed. Where
    nothing before the picture was fed, playback is first entered a little earlier.
    """

    def __init__(self, parts: StepParts) -> None:
        """Begin without a step."""
        self._parts = parts
        self._from: Micros | None = None
        self._owed = 0

    def forget(self) -> None:
        """Playback goes elsewhere, or on: what is owed is owed no more."""
        self._from, self._owed = None, 0

    def step(self, *, forward: bool) -> None:
        """One picture on or back from the one that is shown, or is about to be."""
        frames = self._parts.frames()
        if frames is None:
            return
        if self._from is not None:
            self._owed += -1 if forward else 1
        elif forward:
            self._on(frames)
        else:
            self._back(frames)

    def look(self) -> None:
        """Make up for a step that had to wait for what was shown before."""
        frames, since = self._parts.frames(), self._from
        if frames is None or since is None or not self._knows(frames, since):
            return
        owed = self._owed
        self.forget()
        target = _walked(frames, since, owed)
        if target is not None:
            self._parts.rewind(target)

    def _on(self, frames: FrameTimes) -> None:
        following = frames.after(self._parts.position())
        if self._parts.settled():
            self._parts.step()
        elif following is not None:
            self._parts.rewind(following)

    def _back(self, frames: FrameTimes) -> None:
        position = self._parts.position()
        former = frames.before(position)
        if former is not None:
            self._parts.rewind(former)
        elif position > 0:
            self._from, self._owed = position, 1
            self._parts.enter(Micros(max(position - LOOK_BACK, 0)))

    def _knows(self, frames: FrameTimes, since: Micros) -> bool:
        """Whether every picture before a moment is known."""
        newest = frames.newest
        reached = newest is not None and newest >= since + LEADING
        return frames.before(since) is not None and (reached or self._parts.complete())


def _walked(frames: FrameTimes, since: Micros, back: int) -> Micros | None:
    at: Micros | None = since
    for _ in range(abs(back)):
        if at is not None:
            at = frames.before(at) if back > 0 else frames.after(at)
    return at
