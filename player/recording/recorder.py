"""Recorder: one channel into one folder, until its time is over."""

from collections.abc import Callable
from pathlib import Path

from player.recording.order import RecordingOrder, RecordingStatus
from player.recording.shelf import playlist_of
from player.streaming.fetch.parts import EngineParts


class Recorder:
    """Records one order. Engine thread only; the disk in workers.

    What the folder holds already is gone on from. A recorder runs once.
    """

    def __init__(
        self,
        base: Path,
        order: RecordingOrder,
        parts: EngineParts,
        on_status: Callable[[RecordingStatus], None],
    ) -> None:
        """Record into the folder below `base` that is named as the order is."""
        self._base, self._order, self._parts, self._on_status = base, order, parts, on_status
        self._status = RecordingStatus(id=order.id, title=order.title, tag=order.tag)

    @property
    def status(self) -> RecordingStatus:
        """How it stands."""
        return self._status

    @property
    def playlist(self) -> Path:
        """Where the HLS text is, or will be."""
        return playlist_of(self._base, self._order.id)

    async def run(self) -> RecordingStatus:
        """Record until the order's time is over or it is stopped; gives the last status.

        Never raises PlayerError: what ends it is the status's `failure`.
        """
        raise NotImplementedError  # the recorder's branch is on its way here

    def stop(self) -> None:
        """Record no more: what there is becomes a whole recording."""
