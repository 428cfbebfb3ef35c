"""Parts: the pieces in which a segment comes into being (RFC 8216bis section 3.2, CMAF chunks).

A part is a whole number of access units in decoding order, as many as fit into the part target;
what is left over is the segment's last. A part that ends at a moment is there at that moment: the
ends lie on the grid of decoding times, moved on by the reordering delay, which ends with each
segment. (A picture that others refer to may so be had up to two frames before its own time.)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from headend.asset.model import Rendition, Sample

_SHORTEST = 85  # per cent of the target, of all parts but a segment's last


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Samples `first` up to but not including `end` of a segment.

    Attributes:
        start: of the part, in ticks from the start of its segment.
        duration: in ticks, the sum of the samples'.
        independent: whether it begins with a sample that needs no other.
    """

    index: int
    first: int
    end: int
    start: int
    duration: int
    independent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """How far a rendition has come: segments before `number` are whole, it has `made` parts."""

    number: int
    made: int


def split(samples: Sequence[Sample], limit: int) -> tuple[Part, ...]:
    """The parts of a segment, none longer than `limit` ticks but of a single longer sample."""
    parts: list[Part] = []
    first, start, length = 0, 0, 0
    for index, sample in enumerate(samples):
        if length and length + sample.duration > limit:
            parts.append(_part(parts, samples, (first, index), start, length))
            first, start, length = index, start + length, 0
        length += sample.duration
    if samples:
        parts.append(_part(parts, samples, (first, len(samples)), start, length))
    return tuple(parts)


def _part(
    before: Sequence[Part],
    samples: Sequence[Sample],
    where: tuple[int, int],
    start: int,
    length: int,
) -> Part:
    first, end = where
    return Part(
        index=len(before),
        first=first,
        end=end,
        start=start,
        duration=length,
        independent=samples[first].key,
    )


def part_target_ms(renditions: Iterable[Rendition], asked_ms: int) -> int:
    """The longest target up to `asked_ms` that whole frames of every rendition fill to 85 %.

    All playlists of a stream share it (RFC 8216bis section 4.4.3.7), however long the frames of
    each are; where no target suits all, the one that was asked for stays.
    """
    frames = {(row.samples[0].duration, row.timescale) for row in renditions if row.samples}
    for target in range(asked_ms, asked_ms // 2, -1):
        if all(_fills(target, ticks, scale) for ticks, scale in frames):
            return target
    return asked_ms


def _fills(target_ms: int, ticks: int, scale: int) -> bool:
    whole = target_ms * scale // (1000 * ticks) * ticks
    return whole * 100_000 >= _SHORTEST * target_ms * scale


def edge(now_ms: int, segment_s: int, made_ms: Callable[[int], Sequence[int]]) -> Edge:
    """How far it has come at `now_ms`.

    Sound's last frame may end a little after the segment of the pictures, and its segment with it.

    Args:
        now_ms: since the epoch.
        segment_s: seconds a segment, on the nominal grid.
        made_ms: when each part of a segment is there, by the segment's number.
    """
    number = now_ms // (segment_s * 1000)
    if number > 0 and made_ms(number - 1)[-1] > now_ms:
        number -= 1
    return Edge(number=number, made=sum(moment <= now_ms for moment in made_ms(number)))


def last_part(reached: Edge, count: Callable[[int], int]) -> tuple[int, int]:
    """Segment and index of the newest part; `count` tells how many parts a segment has."""
    if reached.made or not reached.number:
        return reached.number, reached.made - 1
    return reached.number - 1, count(reached.number - 1) - 1


def next_part(reached: Edge) -> tuple[int, int]:
    """Segment and index of the part that is made next."""
    return reached.number, reached.made
