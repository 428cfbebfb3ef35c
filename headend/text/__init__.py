"""Subtitles as text files."""
