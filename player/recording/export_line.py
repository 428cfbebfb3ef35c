"""One recorded track's samples and cues in presentation time, segment by segment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from player.errors import PlayerError
from player.media.demux import open_demuxer
from player.model.cue import Cue
from player.model.presentation import Container, TrackKind
from player.model.resource import Resource
from player.model.sample import StreamHead
from player.model.segment import Segment
from player.ports import Demuxed, Demuxer
from player.recording.export_source import RecordedTrack
from player.streaming.feed.run_placing import PlacingParts, RunPlacing
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.timeline import MediaTimeline
from player.streaming.text.cue_times import TextPlace, document_shift, shifted
from player.text.face import open_reader, read_document
from player.units import Micros

Read = Callable[[Resource], bytes]


@dataclass(slots=True, kw_only=True)
class Lost:
    """How much could not be read, though its playlist names it."""

    media: Micros = Micros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    demuxer: Demuxer
    placing: RunPlacing
    key: tuple[object, ...]


class MediaLine:
    """Demuxes one track from its first segment to its last. One worker's."""

    def __init__(
        self, track: RecordedTrack, read: Read, timeline: MediaTimeline, lost: Lost, *, leads: bool
    ) -> None:
        """Read `track`; the one that `leads` teaches the others where time stamps lie."""
        self.track = track
        self._read, self._lost = read, lost
        self._placing = PlacingParts(
            timeline=timeline,
            wanted=track.kinds,
            follows=not leads,
            subtitle=lambda _: False,
            on_text=lambda *_: None,
            on_event=lambda _: None,
        )
        self._run: _Run | None = None
        self._runs = 0

    def batches(self) -> Iterator[list[TimedSample]]:
        """The samples of each segment in decoding order; raises PlayerError, OSError.

        A piece that cannot be read is a gap, and counted.
        """
        for segment in self.track.segments:
            held: list[TimedSample] = []
            try:
                if segment.gap or self._key(segment) != (self._run and self._run.key):
                    held += self._end()
                if not segment.gap:
                    held += self._segment(segment)
            except (FileNotFoundError, PlayerError):
                self._lost.media = Micros(self._lost.media + segment.duration)
                self._drop()
            yield sorted(held, key=lambda one: one.dts)
        yield sorted(self._end(), key=lambda one: one.dts)

    def _segment(self, segment: Segment) -> list[TimedSample]:
        data = self._read(segment.resource)
        run = self._run
        if run is None:
            init = self._read(segment.init) if segment.init else b""
            run = self._run = self._begun(segment, init)
            run.placing.begin(segment, None)
            return run.placing.take(run.demuxer.feed(init + data), segment)
        run.placing.begin(segment, None)
        return run.placing.take(run.demuxer.feed(data), segment)

    def _begun(self, segment: Segment, init: bytes) -> _Run:
        container = self.track.representation.container if not init else Container.UNKNOWN
        self._runs += 1
        return _Run(
            demuxer=open_demuxer(container),
            placing=RunPlacing(self._runs, segment, self._placing),
            key=self._key(segment),
        )

    def _end(self) -> list[TimedSample]:
        run, self._run = self._run, None
        return [] if run is None else run.placing.take(run.demuxer.flush(), None)

    def _drop(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.demuxer.close()

    def _key(self, segment: Segment) -> tuple[object, ...]:
        return segment.discontinuity, segment.init


class TextLine:
    """Reads one subtitle track as its moment comes; what was read is cues in presentation time."""

    def __init__(self, track: RecordedTrack, read: Read, timeline: MediaTimeline) -> None:
        """Read `track`, whose time stamps are those that `timeline` has learned."""
        self.track = track
        self._read, self._timeline = read, timeline
        self._segments = iter(track.segments)
        self._next = next(self._segments, None)
        self._seen: set[tuple[Micros, Micros, str]] = set()

    def until(self, time: Micros) -> list[Cue]:
        """The cues of all segments that begin up to `time` and were not given yet, by start.

        A piece that cannot be read has none.
        """
        cues: list[Cue] = []
        while self._next is not None and self._next.start <= time:
            segment, self._next = self._next, next(self._segments, None)
            if not segment.gap:
                cues += self._new(self._cues(segment))
        return sorted(cues, key=lambda one: one.start)

    def _new(self, cues: tuple[Cue, ...]) -> Iterator[Cue]:
        """Those that an earlier segment did not have as well."""
        for cue in cues:
            name = (cue.start, cue.end, cue.text)
            if name not in self._seen and cue.end > cue.start:
                self._seen.add(name)
                yield cue

    def _cues(self, segment: Segment) -> tuple[Cue, ...]:
        try:
            init = self._read(segment.init) if segment.init else b""
            data = self._read(segment.resource)
            if segment.init is not None:
                return _from_samples(init + data, segment, self._timeline)
            document = read_document(data, Container.UNKNOWN)
        except (FileNotFoundError, PlayerError):
            return ()
        place = TextPlace(segment=segment, offset=self._timeline.known(segment.discontinuity))
        shift = document_shift(document.cues, document.timestamp_map, place)
        return () if shift is None else shifted(document.cues, shift)


def _from_samples(data: bytes, segment: Segment, timeline: MediaTimeline) -> tuple[Cue, ...]:
    """Cues that lie in fragments (wvtt, stpp), placed as the pictures of their clock are."""
    demuxer = open_demuxer(Container.FMP4)
    batches: list[Demuxed] = []
    try:
        batches = [*demuxer.feed(data), *demuxer.flush()]
    finally:
        demuxer.close()
    cues: list[Cue] = []
    first: Micros | None = None
    heads: dict[int, StreamHead] = {head.stream: head for b in batches for head in b.heads}
    readers = {stream: open_reader(head) for stream, head in heads.items() if _is_text(head)}
    for sample in (one for batch in batches for one in batch.samples):
        reader = readers.get(sample.stream)
        if reader is not None:
            first = sample.pts if first is None else min(first, sample.pts)
            cues += reader.feed(sample)
    for reader in readers.values():
        cues += reader.flush() if reader else ()
    if first is None:
        return ()
    return shifted(cues, timeline.place(segment, first, follows=True).offset)


def _is_text(head: StreamHead) -> bool:
    return head.kind is TrackKind.TEXT
