"""Gathers what a demuxer finds into `Demuxed` parts, heads before their samples."""

from dataclasses import dataclass, field

from player.media.elementary import ElementaryStream
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import Demuxed, MediaEvent
from player.units import Micros

CAPTIONS = 1 << 40
"""What is added to a video stream's number for that of the captions inside its pictures."""


@dataclass(slots=True, kw_only=True)
class Unit:
    """One coded unit as its container times it, in microseconds."""

    pts: Micros
    dts: Micros
    duration: Micros
    key: bool
    data: bytes = field(repr=False)
    skip: Micros = Micros(0)
    discard: Micros = Micros(0)


class SampleGatherer:
    """Collects samples; a changed head begins a new `Demuxed`, so that order is unambiguous."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self._told: dict[int, StreamHead] = {}
        self._done: list[Demuxed] = []
        self._heads: dict[int, StreamHead] = {}
        self._samples: list[Sample] = []
        self._events: list[MediaEvent] = []
        self._kinds: frozenset[TrackKind] = frozenset()
        self.any = False

    def push(self, stream: ElementaryStream, unit: Unit) -> None:
        """Take one unit of `stream`, its head first where that is new."""
        data = stream.take(unit.data)
        head = stream.head
        if not data or head is None:
            return
        if self._told.get(head.stream) != head:
            self._announce(head)
        self._samples.append(
            Sample(
                stream=head.stream,
                pts=unit.pts,
                dts=unit.dts,
                duration=stream.frame_duration or unit.duration,
                key=unit.key or head.kind is not TrackKind.VIDEO or stream.key,
                data=data,
                skip=unit.skip,
                discard=unit.discard,
            )
        )
        if stream.captions:
            self._caption(head.stream, unit, stream.captions)

    def event(self, event: MediaEvent) -> None:
        """Take an event that stands between the samples."""
        self._events.append(event)

    def expect(self, kinds: frozenset[TrackKind]) -> None:
        """Take the container's word for what kinds it holds from here on."""
        self._close()
        self._kinds = kinds

    def text(self, head: StreamHead, pts: Micros, data: bytes) -> None:
        """Take a piece of text that needs nothing done."""
        if self._told.get(head.stream) != head:
            self._announce(head)
        self._samples.append(_text_sample(head.stream, pts, pts, data))

    def take(self) -> tuple[Demuxed, ...]:
        """Give what was collected since the last call."""
        self._close()
        done, self._done = tuple(self._done), []
        return done

    def _caption(self, video: int, unit: Unit, triplets: bytes) -> None:
        number = CAPTIONS + video
        if number not in self._told:
            self._announce(StreamHead(stream=number, kind=TrackKind.TEXT, codec="cea"))
        self._samples.append(_text_sample(number, unit.pts, unit.dts, triplets))

    def _announce(self, head: StreamHead) -> None:
        if self._samples:
            self._close()
        self._told[head.stream] = head
        self._heads[head.stream] = head

    def _close(self) -> None:
        if not (self._heads or self._samples or self._events or self._kinds):
            return
        self.any = self.any or bool(self._samples)
        heads, samples = tuple(self._heads.values()), tuple(self._samples)
        self._done.append(
            Demuxed(heads=heads, samples=samples, events=tuple(self._events), kinds=self._kinds)
        )
        self._heads, self._samples, self._events = {}, [], []
        self._kinds = frozenset()


def _text_sample(stream: int, pts: Micros, dts: Micros, data: bytes) -> Sample:
    return Sample(stream=stream, pts=pts, dts=dts, duration=Micros(0), key=True, data=data)
