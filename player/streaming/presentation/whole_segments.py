"""Whole segments alone: what is left of a list of parts whose server has not got them. Pure."""

from dataclasses import replace

from player.errors import Failure, Severity
from player.manifest.resolved import ResolvedIndex
from player.model.segment import ListedIndex, SegmentIndex
from player.streaming.presentation.live import SEGMENTS_BEHIND
from player.units import Micros, seconds


def whole_alone(resolved: ResolvedIndex, former: SegmentIndex | None) -> ResolvedIndex:
    """A list as one without parts, after `former`: nothing of it can be had before it is whole.

    Its server may go on holding reloads, now until there is another segment (RFC 8216bis 6.2.5.2).
    """
    index = resolved.index
    if not isinstance(index, ListedIndex) or index.part_target is None:
        return resolved
    kept = (one for one in index.segments if not one.making)
    segments = tuple(replace(one, parts=(), step=None, hint=None) for one in kept)
    bare = replace(index, segments=segments, part_target=None)
    return replace(
        resolved,
        index=bare,
        target_latency=holdable(bare),
        least_latency=None,
        changed=former is None or _tail(former) != _tail(bare),
    )


def holdable(index: SegmentIndex) -> Micros | None:
    """The latency that whole segments can hold; None: nothing is added to them any more.

    RFC 8216bis 4.4.3.8: three target durations, one to be made, one to be told of and one to come.
    """
    pause = index.reload_after
    return None if pause is None else Micros(SEGMENTS_BEHIND * pause)


def in_words(failed: Failure, latency: Micros) -> Failure:
    """What the viewer is told of it."""
    return replace(
        failed,
        sentence="This channel's server has not got the newest pieces that it lists; Farol plays "
        f"it {seconds(latency):.0f} seconds behind, by whole ones.",
        severity=Severity.RECOVERABLE,
    )


def _tail(index: SegmentIndex) -> tuple[int, bool]:
    numbers = index.numbers(Micros(0)) if isinstance(index, ListedIndex) else range(0)
    return (numbers[-1] if numbers else -1), index.ended
