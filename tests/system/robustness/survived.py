"""What it takes to have survived: the right pictures in order, sound with them, no end."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pytest

from player.api import PlayerState, RebufferEnded, RebufferStarted
from tests.strip import flash_beep_offsets
from tests.system.features.played import Played, beeps, is_fatal
from tests.system.fed_stream import FRAME_RATE, Fed
from tests.system.robustness.cases import Case

LOOP = 600
"""Frames of a test card's loop."""

APART = 0.040
"""Seconds that picture and sound may be apart after a joint."""

SETTLING = 20
"""Snapshots of the start, when the picture stands while the sound is awaited."""

UNFINISHED = 5
"""Pictures at a live recording's end, whose neighbours in the stream did not come yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Where the pictures do not go on from frame to frame.

    `at` is a time in the fed stream, `before` and `after` are channel and frame, `step` is what
    the stream says between the two, in seconds.
    """

    at: float
    before: tuple[int, int]
    after: tuple[int, int]
    step: float


def joints(fed: Fed, *, live: bool, since: float = 0.0) -> list[Joint]:
    """All places where the next picture is not the next frame of the same channel.

    Pictures before `since` are not shown: those that no other needs are not there.
    """
    assert None not in fed.strips
    pictures = [
        (time, (strip.channel, strip.frame))
        for time, strip in zip(fed.times, fed.strips, strict=True)
        if strip and time > since - 0.001
    ]
    pictures = pictures[: len(pictures) - UNFINISHED] if live else pictures
    return [
        Joint(at=b, before=before, after=after, step=b - a)
        for (a, before), (b, after) in pairwise(pictures)
        if after != (before[0], (before[1] + 1) % LOOP) or abs(b - a - 1 / FRAME_RATE) > 0.0015
    ]


def check_together(fed: Fed) -> None:
    """Each flash has its beep; no block of sound overlaps the next, no hole is left open.

    The beep of a joint itself fades in (test_media_joints: in the media already), 22 ms at most.
    Where playing was broken off, one more picture may have been fed than its sound.
    """
    assert fed.sound is not None
    assert max(map(abs, fed.sound.gaps())) < APART
    offsets = flash_beep_offsets(fed.flashes, beeps(fed))
    heard = beeps(fed)
    flashes = [flash for flash in fed.flashes if flash < heard[-1] + 0.5]
    assert len(flashes) >= len(fed.flashes) - 1, f"sound ends at {heard[-1:]}"
    mute = [flash for flash in flashes if all(abs(flash - one) > 0.5 for one in heard)]
    assert len(offsets) >= len(flashes) - 2, f"mute at {mute}"
    assert max(map(abs, offsets)) < APART


def check_alive(played: Played, *states: PlayerState) -> None:
    """No fatal error; it plays, or has played to its end."""
    assert not is_fatal(played)
    assert played.now.state in (states or (PlayerState.PLAYING, PlayerState.ENDED))


def stalled(played: Played) -> float:
    """Seconds that the picture stood still for want of media."""
    starts = [event.at for event in played.of(RebufferStarted)]
    ends = [event.at for event in played.of(RebufferEnded)]
    if len(starts) > len(ends):
        ends.append(played.events[-1].at)
    return sum(end - start for start, end in zip(starts, ends, strict=True)) / 1e6


def latencies(played: Played) -> list[float]:
    """How far behind the edge it was, in seconds, whenever it played, but for the start."""
    playing = [one for one in played.snapshots if one.state is PlayerState.PLAYING][SETTLING:]
    return [one.latency / 1e6 for one in playing if one.latency is not None]


def each(*cases: Case) -> pytest.MarkDecorator:
    """A test of several cases, with their threads' names."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


def frames_at(fed: Fed) -> Iterable[tuple[float, int]]:
    """Time and frame of each picture."""
    return ((time, one.frame) for time, one in zip(fed.times, fed.strips, strict=True) if one)
