"""Ends and sparse streams in the one order that libmpv gets."""

from types import SimpleNamespace
from typing import Any

from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.streaming.feed.sample_order import SampleOrder
from player.streaming.feed.timed_sample import TimedSample
from player.units import Micros, micros

VIDEO, AUDIO, TEXT = TrackKind.VIDEO, TrackKind.AUDIO, TrackKind.TEXT


def _line(*wanted: TrackKind) -> Any:
    kinds = frozenset(wanted)
    return SimpleNamespace(
        drained=False,
        wanted=kinds,
        expected=kinds,
        announced=kinds,
        lacks=frozenset(),
        passed=Micros(-(1 << 62)),
        subtitle=None,
    )


def _item(kind: TrackKind, at: float) -> TimedSample:
    when = micros(at)
    sample = Sample(stream=1, pts=when, dts=when, duration=micros(0.1), key=True, data=b"x")
    head = StreamHead(stream=1, kind=kind, codec="x")
    return TimedSample(kind=kind, head=head, sample=sample, pts=when, dts=when, run=1)


def _popped(order: SampleOrder) -> list[tuple[TrackKind, float]]:
    found = []
    while (item := order.pop()) is not None:
        found.append((item.kind, item.pts / 1e6))
    return found


def test_the_last_subtitles_come_out_when_their_line_ends() -> None:
    """Nobody wants text as such: it comes with the pictures, and ends with the last line."""
    video, audio = _line(VIDEO), _line(AUDIO)
    order = SampleOrder({VIDEO: video, AUDIO: audio}, None)
    for kind, at in ((VIDEO, 0), (AUDIO, 0), (VIDEO, 1), (AUDIO, 1), (TEXT, 1.5)):
        order.enter(_item(kind, at))
    assert order.settle(ended=False)
    first = _popped(order)
    assert (TEXT, 1.5) not in first
    video.drained = True
    order.enter(_item(AUDIO, 2))
    order.settle(ended=False)
    second = _popped(order)
    assert (TEXT, 1.5) in second, "pictures that are over are not waited for"
    order.enter(_item(TEXT, 3))
    order.enter(_item(AUDIO, 4))
    audio.drained = True
    order.settle(ended=True)
    last = _popped(order)
    assert {(TEXT, 3.0), (AUDIO, 4.0)} <= {*last}
    every = [*first, *second, *last]
    assert [at for _, at in every] == sorted(at for _, at in every)
    assert len(every) == 8


def test_a_subtitle_holds_nothing_back() -> None:
    line = _line(VIDEO, AUDIO)
    order = SampleOrder({VIDEO: line}, None)
    for at in range(3):
        order.enter(_item(VIDEO, at))
        order.enter(_item(AUDIO, at))
    order.enter(_item(TEXT, 0.5))
    order.settle(ended=False)
    assert (TEXT, 0.5) in _popped(order)
    for at in range(3, 6):
        order.enter(_item(VIDEO, at))
        order.enter(_item(AUDIO, at))
    order.settle(ended=False)
    assert (VIDEO, 4.0) in _popped(order)
