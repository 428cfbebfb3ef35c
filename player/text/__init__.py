"""Subtitles and captions: from what the media hold to cues that can be drawn. Pure."""
