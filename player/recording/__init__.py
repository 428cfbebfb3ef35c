"""Recordings: one channel's segments, as they came, in a folder that plays while it grows."""
