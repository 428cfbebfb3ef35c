"""Where a recording begins, and how one session's times lead to the recording's. Pure."""

from dataclasses import dataclass

from player.model.presentation import Presentation, PresentationType
from player.model.segment import Segment, SegmentIndex
from player.recording.told import Told
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """`shift` added to a session's presentation time gives the recording's, which is `epoch` (UTC)
    at 0 (None: nobody knows); the recording begins at `begin`.
    """

    shift: Micros
    epoch: Micros | None
    begin: Micros


def first_anchor(
    presentation: Presentation, index: SegmentIndex, now: Micros, since: Micros | None
) -> Anchor | None:
    """For a recording that begins; None while the server has nothing.

    A film from its start; live from the segment on air at `since` (UTC), else from the newest
    that is whole. What is not dated is taken to be on air as it appears.
    """
    numbers = index.numbers(now)
    if not numbers:
        return None
    epoch = presentation.epoch
    if presentation.type is PresentationType.VOD:
        begin = min(index.segment(numbers[0]).start, presentation.periods[0].start)
        return Anchor(shift=Micros(0), epoch=epoch, begin=begin)
    if epoch is None:
        epoch = Micros(now - index.segment(numbers[-1]).made_until(now))
    found = None if since is None else index.find(Micros(since - epoch), now)
    first = found or _newest_whole(index, numbers, now)
    return Anchor(shift=Micros(0), epoch=epoch, begin=first.start)


def anchor_again(
    presentation: Presentation, index: SegmentIndex, now: Micros, last: Told
) -> Anchor | None:
    """For a recording that goes on after `last` of its main track; None as above.

    By the dates where there are any. Else by the segments' numbers: what the server counted
    meanwhile was on air meanwhile; where it counts anew, by the time that has passed.
    """
    numbers = index.numbers(now)
    if not numbers:
        return None
    return Anchor(shift=_shift(presentation, index, now, last), epoch=last.epoch, begin=last.begin)


def _shift(presentation: Presentation, index: SegmentIndex, now: Micros, last: Told) -> Micros:
    epoch = presentation.epoch
    if epoch is not None and last.epoch is not None:
        return Micros(epoch - last.epoch)
    if presentation.type is PresentationType.VOD or last.epoch is None:
        return Micros(0)
    numbers = index.numbers(now)
    first, newest = index.segment(numbers[0]), index.segment(numbers[-1])
    if numbers[0] <= last.number <= numbers[-1]:
        return Micros(last.end - index.segment(last.number).end)
    if last.number < numbers[0]:
        between = (numbers[0] - last.number - 1) * first.duration
        return Micros(last.end + between - first.start)
    on_air = Micros(now - last.epoch)
    return Micros(max(on_air - newest.made_until(now), last.end - newest.end))


def _newest_whole(index: SegmentIndex, numbers: range, now: Micros) -> Segment:
    for number in reversed(numbers):
        segment = index.segment(number)
        if not segment.is_making(now) and not segment.gap:
            return segment
    return index.segment(numbers[0])
