"""WebVTT segments for HLS (W3C WebVTT 1; RFC 8216 section 3.5)."""

from headend.live.timeline import RenditionTimeline


def webvtt_segment(timeline: RenditionTimeline, number: int, *, pts_offset: int) -> bytes:
    """Segment `number` with the cues that it shares any time with.

    A cue that crosses a border stands in both segments with the same times, as the RFC asks.

    Args:
        timeline: a text rendition, in milliseconds.
        number: segments since the epoch.
        pts_offset: what the media of the same presentation add to their time stamps (90 kHz).
    """
    loop_start = timeline.loop_start(number) * 90_000 // timeline.rendition.timescale
    mpegts = (loop_start + pts_offset) % (1 << 33)
    blocks = [f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{mpegts},LOCAL:00:00:00.000\n"]
    for cue in timeline.cues(number):
        text = bytes(timeline.payload(cue)).decode()
        blocks.append(f"{_clock(cue.pts)} --> {_clock(cue.pts + cue.duration)}\n{text}\n")
    return "\n".join(blocks).encode()


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
