"""A rendition's loop laid end to end, from the Unix epoch to the end of days.

Segment n covers [n * segment_s, (n + 1) * segment_s) seconds since the epoch, so every rendition,
every protocol and every node agrees on what segment n is without talking to each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from headend.asset.model import Asset, Rendition, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSegment:
    """The samples of one segment and what to add to their times.

    Attributes:
        number: segments since the epoch.
        samples: in decoding order; their times count from the start of the loop.
        shift: ticks from the epoch to the start of the loop.
        start: presentation time of the first sample, in ticks since the epoch.
        duration: sum of the samples' durations, in ticks.
    """

    number: int
    samples: Sequence[Sample]
    shift: int
    start: int
    duration: int


class RenditionTimeline:
    """Finds the samples of any segment of one looping rendition.

    Video segments begin at their key frame; audio segments hold the frames that *start* in the
    segment, so that their length varies by one frame (94, 94, 94, 93 at 48 kHz and 2 s).
    """

    def __init__(self, rendition: Rendition, *, duration_s: int, segment_s: int) -> None:
        self.rendition = rendition
        self.segments_per_loop = duration_s // segment_s
        self.segment_ticks = segment_s * rendition.timescale
        self.loop_ticks = duration_s * rendition.timescale
        self._bounds = self._find_bounds(rendition.samples)

    def _find_bounds(self, samples: Sequence[Sample]) -> tuple[int, ...]:
        """Index of the first sample of each segment of the loop, and the end."""
        bounds, number = [], 0
        for index, sample in enumerate(samples):
            while number < self.segments_per_loop and sample.pts >= number * self.segment_ticks:
                bounds.append(index)
                number += 1
        return (*bounds, *[len(samples)] * (self.segments_per_loop + 1 - number))

    def segment(self, number: int) -> MediaSegment:
        """Segment `number`, counted from the epoch; for audio and video.

        Raises:
            ValueError: there is nothing before the epoch.
        """
        if number < 0:
            raise ValueError(f"segment {number} lies before the epoch")
        loop, index = divmod(number, self.segments_per_loop)
        samples = self.rendition.samples[self._bounds[index] : self._bounds[index + 1]]
        shift = loop * self.loop_ticks
        return MediaSegment(
            number=number,
            samples=samples,
            shift=shift,
            start=samples[0].pts + shift if samples else number * self.segment_ticks,
            duration=sum(sample.duration for sample in samples),
        )

    def start(self, number: int) -> int:
        """Ticks since the epoch at which a segment begins, of text too."""
        if self.rendition.kind == "text":
            return number * self.segment_ticks
        return self.segment(number).start

    def duration(self, number: int) -> int:
        """Ticks that a segment lasts; those of text have no samples of their own to add up."""
        if self.rendition.kind == "text":
            return self.segment_ticks
        return self.segment(number).duration

    def number_at(self, start: int) -> int | None:
        """The segment that starts exactly at `start` ticks, or None if none does."""
        number = start // self.segment_ticks
        if number < 0 or self.segment(number).start != start:
            return None
        return number

    def payload(self, sample: Sample) -> memoryview:
        """The bytes of one sample, not copied."""
        return self.rendition.data[sample.offset : sample.offset + sample.size]

    def cues(self, number: int) -> list[Sample]:
        """Text cues that are shown at any time during the segment; times count from the loop."""
        start = number % self.segments_per_loop * self.segment_ticks
        end = start + self.segment_ticks
        return [
            cue
            for cue in self.rendition.samples
            if cue.pts < end and cue.pts + cue.duration > start
        ]

    def loop_start(self, number: int) -> int:
        """Ticks from the epoch to the start of the loop that holds the segment."""
        return number // self.segments_per_loop * self.loop_ticks


def timelines_of(asset: Asset) -> dict[str, RenditionTimeline]:
    """One timeline for each rendition of the asset, by the rendition's id."""
    return {
        rendition.id: RenditionTimeline(
            rendition, duration_s=asset.duration_s, segment_s=asset.segment_s
        )
        for rendition in asset.renditions
    }
