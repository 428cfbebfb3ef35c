"""What an edit list makes of a track's times, and what of its sound is not to be heard."""

from dataclasses import dataclass

from player.formats.iso_boxes import Box, Fields, fields, find

_EMPTY = -1
_PADDING_UNITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EditList:
    """The part of an edit list that a fragmented file has use for; ticks of the media timescale.

    `shift` is added to composition times. What is composed before `begin` or after `end` (None:
    the edit goes on to the end of the media) lies outside of the presentation.
    """

    shift: int = 0
    begin: int | None = None
    end: int | None = None

    def skipped(self, time: int, duration: int) -> int:
        """Give how much of what is composed at `time` lies before the edit: priming."""
        return 0 if self.begin is None else max(0, min(duration, self.begin - time))

    def discarded(self, time: int, duration: int) -> int:
        """Give how much of what is composed at `time` lies behind the edit: padding.

        An encoder pads by a frame or two: what lies farther behind was cut off by an edit
        duration that is older than the file, and stays.
        """
        if self.end is None or time > self.end + _PADDING_UNITS * duration:
            return 0
        return max(0, min(duration, time + duration - self.end))


def read_edit_list(data: bytes, trak: Box, timescale: int, movie_scale: int) -> EditList:
    """Read the `elst` of a `trak` (ISO/IEC 14496-12 8.6.6).

    Empty edits at the front delay the track; the first real one makes its media_time zero.
    Further edits are not followed: an init segment has no use for them.
    """
    box = find(data, trak, b"edts", b"elst")
    if box is None:
        return EditList()
    entries = fields(data, box)
    wide = bool(entries.u32() >> 24)
    count = entries.u32()
    delay = 0
    for number in range(count):
        duration, start = _entry(entries, wide=wide)
        if start != _EMPTY:
            length = duration * timescale // movie_scale if number == count - 1 else 0
            shift = delay * timescale // movie_scale - start
            return EditList(shift=shift, begin=start, end=start + length if length else None)
        delay += duration
    return EditList(shift=delay * timescale // movie_scale)


def _entry(entries: Fields, *, wide: bool) -> tuple[int, int]:
    """Give (segment_duration, media_time, which is signed) of one entry."""
    bits = 64 if wide else 32
    duration = entries.u64() if wide else entries.u32()
    start = entries.u64() if wide else entries.u32()
    entries.u32()
    return duration, start - (1 << bits) if start >> (bits - 1) else start
