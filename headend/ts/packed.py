"""Packed audio segments: frames in a row behind an ID3 time stamp (RFC 8216 section 3.4)."""

from headend.live.timeline import RenditionTimeline
from headend.ts.framing import audio_frames
from headend.ts.id3 import tag, text_frame, timestamp_tag
from headend.ts.mux import CLOCK_HZ, PTS_OFFSET

SUFFIXES = {"aac": "aac", "mp3": "mp3", "mp2": "mp3", "ac3": "ac3", "eac3": "ec3"}
TYPES = {"aac": "audio/aac", "mp3": "audio/mpeg", "ac3": "audio/ac3", "ec3": "audio/eac3"}


def packed_segment(
    timeline: RenditionTimeline, number: int, *, shift_s: int = 0, title: str = ""
) -> bytes:
    """Segment `number` of an audio rendition; `title` goes into a second tag if not empty."""
    segment = timeline.segment(number)
    pts = segment.start * CLOCK_HZ // timeline.rendition.timescale + shift_s * CLOCK_HZ
    frames = audio_frames(timeline.rendition, map(timeline.payload, segment.samples))
    song = tag(text_frame(b"TIT2", title)) if title else b""
    return timestamp_tag(pts + PTS_OFFSET) + song + frames
