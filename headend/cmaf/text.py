"""WebVTT inside ISO media: one sample for each stretch of unchanging text (ISO/IEC 14496-30)."""

from itertools import pairwise

from headend.asset.model import Sample
from headend.cmaf.boxes import box
from headend.cmaf.fragment import FragmentSample, fragment_head
from headend.live.timeline import RenditionTimeline

_EMPTY_CUE = box(b"vtte")


def text_segment(timeline: RenditionTimeline, number: int, *, shift_s: int = 0) -> bytes:
    """Segment `number` of a text rendition as a `wvtt` fragment that covers it without a gap."""
    cues = timeline.cues(number)
    start = number * timeline.segment_ticks
    origin = start - timeline.loop_start(number)
    edges = _edges(cues, origin, origin + timeline.segment_ticks)
    payloads = [_sample(timeline, cues, begin) for begin, _ in edges]
    rows = [
        FragmentSample(duration=end - begin, size=len(payload))
        for (begin, end), payload in zip(edges, payloads, strict=True)
    ]
    time = start + shift_s * timeline.rendition.timescale
    return fragment_head(number + 1, time, rows, video=False) + b"".join(payloads)


def _edges(cues: list[Sample], start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between two changes of what is shown."""
    times = {start, end}
    for cue in cues:
        times.update(time for time in (cue.pts, cue.pts + cue.duration) if start < time < end)
    ordered = sorted(times)
    return list(pairwise(ordered))


def _sample(timeline: RenditionTimeline, cues: list[Sample], at: int) -> bytes:
    shown = [cue for cue in cues if cue.pts <= at < cue.pts + cue.duration]
    texts = (box(b"vttc", box(b"payl", bytes(timeline.payload(cue)))) for cue in shown)
    return b"".join(texts) or _EMPTY_CUE
