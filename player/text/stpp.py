"""TTML in MP4 samples (ISO/IEC 14496-30 clause 5)."""

from dataclasses import replace

from player.model.cue import Cue
from player.model.notes import Notes
from player.model.sample import Sample
from player.text import ttml
from player.units import Micros


class StppReader:
    """Each sample is a whole document on the track's timeline, shown while the sample lasts."""

    def __init__(self) -> None:
        """Begin with no sample that told how the track counts."""
        self._absolute = False

    def feed(self, sample: Sample) -> tuple[Cue, ...]:
        """Give a sample's cues, cut to its time; raises PlayerError where it is no TTML.

        Documents whose times count from their sample are met in the wild: where nothing of one
        would ever show, and all of it would within the sample, its times are taken so. Not in
        a track that counted otherwise before: there such a document repeats what is over.
        """
        cues = ttml.read(_document(sample.data), Notes())
        shown = _cut(cues, sample)
        relative = _is_relative(cues, sample)
        self._absolute = self._absolute or (bool(shown) and not relative)
        if cues and not shown and relative and not self._absolute:
            shown = _cut(tuple(_moved(cue, sample.pts) for cue in cues), sample)
        return shown

    def flush(self) -> tuple[Cue, ...]:
        """Nothing is ever held back."""
        return ()


def _document(data: bytes) -> bytes:
    """Drop subsamples (pictures) behind the document's end."""
    end = data.rfind(b"</tt>")
    return data[: end + 5] if end >= 0 and data[end + 5 : end + 6] not in (b"", b"\n") else data


def _moved(cue: Cue, by: Micros) -> Cue:
    end = cue.end if cue.end == ttml.ENDLESS else Micros(cue.end + by)
    return replace(cue, start=Micros(cue.start + by), end=end)


def _is_relative(cues: tuple[Cue, ...], sample: Sample) -> bool:
    """Whether all of it could count from the sample; at the track's begin that says nothing."""
    return all(cue.start < sample.duration for cue in cues)


def _cut(cues: tuple[Cue, ...], sample: Sample) -> tuple[Cue, ...]:
    if sample.duration <= 0:
        return cues
    end = Micros(sample.pts + sample.duration)
    made = (replace(cue, start=max(cue.start, sample.pts), end=min(cue.end, end)) for cue in cues)
    return tuple(cue for cue in made if cue.start < cue.end)
