"""EpochFeed: one continuous Matroska stream to libmpv, from its first key frame on."""

from collections.abc import Mapping

from player.media.matroska import MatroskaWriter
from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.ports import EpochStart, MediaSink
from player.streaming.track_line import TimedSample
from player.units import Micros, micros

HOLE = micros(0.5)
"""A jump in presentation time that one stream must not contain (libmpv resets playback)."""


class EpochFeed:
    """Writes timed samples of one epoch; opened at construction. Engine thread only.

    `origin` is the presentation time of the stream's time 0; `ends` the presentation time up to
    which each kind was written.
    """

    def __init__(
        self,
        sink: MediaSink,
        start: EpochStart,
        origin: Micros,
        heads: Mapping[TrackKind, StreamHead],
    ) -> None:
        """Open the epoch in the sink and write the stream's head."""
        self.epoch = start.epoch
        self.origin = origin
        self.ends: dict[TrackKind, Micros] = dict.fromkeys(heads, origin)
        self._sink = sink
        self._tracks = {kind: number for number, kind in enumerate(heads, 1)}
        self._runs: dict[TrackKind, tuple[int, StreamHead]] = {}
        self._needs_key: dict[TrackKind, bool] = {}
        self._writer = MatroskaWriter(list(heads.values()))
        sink.open(start)
        sink.feed(self.epoch, self._writer.head())

    def fits(self, item: TimedSample) -> bool:
        """Whether an item can go on in this stream: its codec fits and it leaves no hole."""
        if item.kind not in self._tracks:
            return False
        fits = self._writer.accepts(self._tracks[item.kind], item.head)
        return fits and item.pts - self._leader_end(item) <= HOLE

    def write(self, item: TimedSample) -> bytes:
        """The stream's bytes for an item, b"" where it must be left out.

        Left out are what lies before the origin, what an earlier rung already showed, and
        pictures without their key frame.
        """
        self._begin_run(item)
        if item.pts < self.origin or self._shown(item) or self._without_key(item):
            return b""
        self.ends[item.kind] = max(self.ends[item.kind], item.end)
        return self._writer.write(
            self._tracks[item.kind], item.sample, Micros(item.pts - self.origin)
        )

    def feed(self, data: bytes) -> None:
        """Give bytes to libmpv."""
        if data:
            self._sink.feed(self.epoch, data)

    def finish(self) -> None:
        """No more will come for this epoch."""
        self._sink.finish(self.epoch)

    def _leader_end(self, item: TimedSample) -> Micros:
        """A hole is one in the pictures; sound alone may pause."""
        if item.kind is TrackKind.VIDEO or TrackKind.VIDEO not in self.ends:
            return self.ends[item.kind]
        return item.pts

    def _begin_run(self, item: TimedSample) -> None:
        if self._runs.get(item.kind) != (item.run, item.head):
            self._runs[item.kind] = (item.run, item.head)
            self._needs_key[item.kind] = item.kind is TrackKind.VIDEO
            self._writer.begin_run(self._tracks[item.kind], item.head)

    def _shown(self, item: TimedSample) -> bool:
        """Whether the middle of the sample lies before what was written (a run's overlap)."""
        if item.kind is TrackKind.VIDEO and not self._needs_key[item.kind]:
            return False
        return item.pts + item.sample.duration // 2 < self.ends[item.kind]

    def _without_key(self, item: TimedSample) -> bool:
        if self._needs_key[item.kind] and item.sample.key:
            self._needs_key[item.kind] = False
        return self._needs_key[item.kind]
