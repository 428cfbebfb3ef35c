"""Gathers what a demuxer finds into `Demuxed` parts, heads before their samples."""

from dataclasses import dataclass, field

from player.media.elementary import ElementaryStream
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.ports import Demuxed
from player.units import Micros


@dataclass(slots=True, kw_only=True)
class Unit:
    """One coded unit as its container times it, in microseconds."""

    pts: Micros
    dts: Micros
    duration: Micros
    key: bool
    data: bytes = field(repr=False)


class SampleGatherer:
    """Collects samples; a changed head begins a new `Demuxed`, so that order is unambiguous."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self._told: dict[int, StreamHead] = {}
        self._done: list[Demuxed] = []
        self._heads: dict[int, StreamHead] = {}
        self._samples: list[Sample] = []
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
            )
        )

    def take(self) -> tuple[Demuxed, ...]:
        """Give what was collected since the last call."""
        self._close()
        done, self._done = tuple(self._done), []
        return done

    def _announce(self, head: StreamHead) -> None:
        if self._samples:
            self._close()
        self._told[head.stream] = head
        self._heads[head.stream] = head

    def _close(self) -> None:
        if self._heads or self._samples:
            self.any = True
            heads = tuple(self._heads.values())
            self._done.append(Demuxed(heads=heads, samples=tuple(self._samples)))
            self._heads, self._samples = {}, []
