"""The face of recording: what others may import."""

from player.recording.order import RecordingOrder, RecordingState, RecordingStatus
from player.recording.recorder import Recorder
from player.recording.shelf import finish, playlist_of, recordings, remove

__all__ = [
    "Recorder",
    "RecordingOrder",
    "RecordingState",
    "RecordingStatus",
    "finish",
    "playlist_of",
    "recordings",
    "remove",
]
