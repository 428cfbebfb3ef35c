"""The recordings of a folder: which there are, and what becomes of them."""

from pathlib import Path

from player.recording.order import RecordingStatus


def recordings(base: Path) -> list[RecordingStatus]:
    """All recordings below `base`, newest first. Worker threads; raises nothing.

    A damaged one is told as FAILED, with what is wrong with it.
    """
    raise NotImplementedError  # the recorder's branch is on its way here


def playlist_of(base: Path, name: str) -> Path:
    """Where the HLS text of the recording `name` is."""
    return base / name / "recording.m3u8"


def remove(base: Path, name: str) -> None:
    """Remove a recording with all that it holds. Worker threads.

    Raises OSError where it is being written, or cannot be removed.
    """
    raise NotImplementedError  # the recorder's branch is on its way here
