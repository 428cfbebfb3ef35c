"""WebVTT in MP4 samples (ISO/IEC 14496-30 clause 7)."""

from player.formats.iso_boxes import whole_boxes
from player.model.cue import Cue
from player.model.notes import Notes
from player.model.sample import Sample
from player.text import webvtt, webvtt_box
from player.units import Micros


class WvttReader:
    """Each sample tells all cues of its own stretch of time: nothing waits for the next one."""

    def __init__(self, config: bytes) -> None:
        """Take the track's head: the `vttC` text, bare or in its boxes; unreadable ones count not.

        Raises nothing.
        """
        text = webvtt.decoded(_header(config))
        if text.startswith("WEBVTT"):
            self._document = webvtt.read(text.encode(), Notes())
        else:
            self._document = webvtt.Document()

    def feed(self, sample: Sample) -> tuple[Cue, ...]:
        """Give the cues of a sample; a `vtte`, or one without a duration, has none."""
        if sample.duration <= 0:
            return ()
        made = (
            self._cue(sample, payload)
            for kind, payload in whole_boxes(sample.data)
            if kind == b"vttc"
        )
        return tuple(cue for cue in made if cue is not None)

    def flush(self) -> tuple[Cue, ...]:
        """Nothing is ever held back."""
        return ()

    def _cue(self, sample: Sample, payload: bytes) -> Cue | None:
        inside = {kind: webvtt.decoded(text) for kind, text in whole_boxes(payload)}
        lines = webvtt.cue_lines(
            self._document, inside.get(b"payl", ""), inside.get(b"iden", "").strip()
        )
        if not lines:
            return None
        words = "".join(span.text for line in lines for span in line)
        settings = inside.get(b"sttg", "")
        box = webvtt_box.box(settings, self._document.regions, words, 0, self._document.notes)
        end = Micros(sample.pts + sample.duration)
        return Cue(start=sample.pts, end=end, lines=lines, box=box)


def _header(config: bytes) -> bytes:
    """Find the `vttC` text in whatever part of the sample entry was kept."""
    found = config.find(b"vttC")
    if found < 4:
        return config
    size = int.from_bytes(config[found - 4 : found])
    return config[found + 4 : found - 4 + max(size, 8)]
