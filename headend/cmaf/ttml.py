"""TTML (IMSC 1 text) inside ISO media: one document a segment (ISO/IEC 14496-30 clause 5)."""

from xml.sax.saxutils import escape

from headend.cmaf.fragment import FragmentSample, fragment_head
from headend.live.timeline import RenditionTimeline

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" \
xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:timeBase="media" xml:lang="{language}">
<head><styling><style xml:id="s" tts:color="#ffe08a" tts:backgroundColor="#000000c0" \
tts:fontSize="100%" tts:textAlign="center"/></styling>
<layout><region xml:id="low" tts:origin="10% 80%" tts:extent="80% 15%" \
tts:displayAlign="after"/></layout></head>
<body style="s"><div region="low">
"""


def ttml_document(timeline: RenditionTimeline, number: int, *, shift_s: int = 0) -> bytes:
    """The cues of segment `number` with times on the media's own timeline."""
    loop = timeline.loop_start(number) + shift_s * timeline.rendition.timescale
    lines = [_HEAD.format(language=timeline.rendition.language)]
    for cue in timeline.cues(number):
        text = escape(bytes(timeline.payload(cue)).decode())
        begin, end = _clock(cue.pts + loop), _clock(cue.pts + cue.duration + loop)
        lines.append(f'<p begin="{begin}" end="{end}">{text}</p>\n')
    return "".join([*lines, "</div></body></tt>\n"]).encode()


def ttml_segment(timeline: RenditionTimeline, number: int, *, shift_s: int = 0) -> bytes:
    """Segment `number` as an `stpp` fragment of one sample."""
    document = ttml_document(timeline, number, shift_s=shift_s)
    start = number * timeline.segment_ticks + shift_s * timeline.rendition.timescale
    rows = [FragmentSample(duration=timeline.segment_ticks, size=len(document))]
    return fragment_head(number + 1, start, rows, video=False) + document


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
