"""Subtitles and captions: fetched, read, and told when their moment comes."""
