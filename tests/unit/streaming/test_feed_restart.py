"""Beginning again from what is cached: another sound, a seek nearby; text and events beside."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
import trio
import trio.testing

from player.model.event import TimedEvent
from player.model.presentation import Container, TrackKind
from player.model.sample import StreamHead
from player.ports import Demuxed, MediaEvent
from player.streaming.feed.feeder import Feeder, FeederParts, FeedStart
from player.streaming.feed.timed_sample import TimedSample
from player.streaming.feed.track_buffer import BufferedSegment, TrackBuffer
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.wake import Wake
from player.units import Micros, micros
from tests.fakes.sink import FakeSink
from tests.fakes.virtual import FakeDemuxer, VirtualClock
from tests.unit.streaming.streaming_feed import (
    Blocks,
    body,
    feed,
    filled,
    gop,
    line_parts,
    pieces,
)
from tests.unit.streaming.streaming_made import buffered, lane, representation, segment

VIDEO, AUDIO, TEXT = TrackKind.VIDEO, TrackKind.AUDIO, TrackKind.TEXT


class _Running:
    """A feeder that runs, and a picture that the test moves."""

    def __init__(self, buffers: Mapping[TrackKind, TrackBuffer]) -> None:
        self.readers: list[Blocks] = []
        self.position = Micros(0)
        self.wake = Wake()
        self.sink = FakeSink(VirtualClock(), end_of=self._reader)
        parts = FeederParts(
            sink=self.sink,
            line=line_parts([]),
            control=LoadControl(),
            wake=self.wake,
            epochs=itertools.count(1),
            position=lambda: self.position,
            held=lambda: False,
            opened=lambda *_: None,
        )
        self.feeder = Feeder(buffers, FeedStart(position=Micros(0), exact=False), parts)

    def _reader(self) -> Blocks:
        self.readers.append(Blocks())
        return self.readers[-1]

    async def show(self, position: float) -> None:
        self.position = micros(position)
        self.feeder.moved()
        await trio.testing.wait_all_tasks_blocked()


def _running(
    buffers: Mapping[TrackKind, TrackBuffer], scenario: Callable[["_Running"], object]
) -> _Running:
    async def run() -> _Running:
        running = _Running(buffers)
        with trio.fail_after(5):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(running.feeder.run)
                await trio.testing.wait_all_tasks_blocked()
                await scenario(running)  # type: ignore[misc]
                nursery.cancel_scope.cancel()
        return running

    return trio.run(run)


def _video(count: int = 6) -> TrackBuffer:
    told = lane(representation("v1", kinds=frozenset({VIDEO})), VIDEO)
    return filled(*(buffered(segment(n), gop(segment(n)), lane=told) for n in range(count)))


def test_another_sound_is_heard_from_the_moment_on() -> None:
    video = _video()
    other = filled(*pieces(AUDIO, *range(6), rung="pt"))

    async def scenario(running: _Running) -> None:
        await running.show(9)
        assert running.feeder.restart(
            FeedStart(position=micros(9), exact=True), {VIDEO: video, AUDIO: other}
        )
        await trio.testing.wait_all_tasks_blocked()

    found = _running({VIDEO: video, AUDIO: filled(*pieces(AUDIO, *range(6)))}, scenario)
    opened = found.sink.opened
    assert [(one.append, one.start) for one in opened] == [(False, 0), (False, micros(3))]
    assert found.feeder.locate(opened[1].epoch, micros(3)) == micros(9)
    assert [at for track, at in found.readers[1].found if track == 1][:2] == [0, 1]


def test_the_picture_asks_for_more_however_far_it_jumps_and_the_bell_does_not() -> None:
    reached: list[float] = []

    async def scenario(running: _Running) -> None:
        reached.append(running.feeder.fed_until / 1e6)
        running.position = micros(20)
        running.wake.notify()
        await trio.testing.wait_all_tasks_blocked()
        reached.append(running.feeder.fed_until / 1e6)
        await running.show(20)
        reached.append(running.feeder.fed_until / 1e6)

    _running({VIDEO: _video()}, scenario)
    first, belled, moved = reached
    assert 4 <= first == belled < 20
    assert moved >= 24


def test_a_seek_back_into_what_was_fed_needs_no_byte() -> None:
    video = _video()

    async def scenario(running: _Running) -> None:
        for position in (6, 12, 18):
            await running.show(position)
        assert video.from_ == 0
        assert running.feeder.restart(FeedStart(position=micros(2), exact=True), {VIDEO: video})
        await trio.testing.wait_all_tasks_blocked()

    found = _running({VIDEO: video}, scenario)
    assert found.sink.opened[1].start == micros(2)
    assert found.feeder.fed_until >= micros(6)


def test_what_is_no_more_there_is_refused() -> None:
    video = _video()

    async def scenario(running: _Running) -> None:
        start = FeedStart(position=micros(99), exact=True)
        assert not running.feeder.restart(start, {VIDEO: video})

    assert len(_running({VIDEO: video}, scenario).sink.opened) == 1


def test_all_fed_is_over() -> None:
    video = _video(1)
    found = feed({VIDEO: video})
    assert found.feeder is not None
    assert not found.feeder.restart(FeedStart(position=Micros(0), exact=True), {VIDEO: video})


def test_the_back_buffer_is_bounded_in_time() -> None:
    buffer = _video(12)
    for _ in range(11):
        buffer.pop()
    assert buffer.from_ == micros(36)
    assert not buffer.rewind(micros(35))
    assert buffer.rewind(micros(50))
    assert buffer.head is not None
    assert buffer.head.segment.number == 8
    assert buffer.covers(micros(71))
    assert not buffer.covers(micros(72))
    assert [one.segment.number for one in buffer.unfed()] == [8, 9, 10, 11]


class _Telling(FakeDemuxer):
    """A muxed stream with captions and events of its own."""

    def __init__(self, container: Container) -> None:
        super().__init__(container)
        self._told = False

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        out = super().feed(data)
        if self._told or not out:
            return out
        self._told = True
        text = StreamHead(stream=9, kind=TEXT, codec="cea608", service="CC1")
        first = out[0].samples[0]
        events = (
            MediaEvent(event=TimedEvent(scheme="id3", id="1", start=Micros(first.pts + 5))),
            MediaEvent(event=TimedEvent(scheme="s", id="2", start=Micros(7)), relative=True),
        )
        samples = (replace(first, stream=9, data=b"cc"), *out[0].samples)
        whole = replace(out[0], heads=(text, *out[0].heads), samples=samples, events=events)
        return (whole, *out[1:])


def _telling(buffered_one: BufferedSegment) -> tuple[list[TimedSample], list[TimedEvent]]:
    texts: list[TimedSample] = []
    events: list[TimedEvent] = []
    feed(
        {VIDEO: filled(buffered_one)},
        start=12,
        open_demuxer=_Telling,
        on_text=lambda _, samples: texts.extend(samples),
        on_event=events.append,
    )
    return texts, events


def test_captions_and_events_come_beside_in_presentation_time() -> None:
    one = segment(2)
    texts, events = _telling(buffered(one, body(one, VIDEO)))
    assert [(text.head.service, text.pts) for text in texts] == [("CC1", micros(12))]
    assert [(event.id, event.start) for event in events] == [
        ("1", micros(12) + 5),
        ("2", micros(12) + 7),
    ]


@pytest.mark.parametrize("numbers", [(0, 1), (0, 2), (1,)])
def test_text_of_its_own_neither_leads_nor_stalls(numbers: tuple[int, ...]) -> None:
    texts: list[TimedSample] = []

    class Text(FakeDemuxer):
        def feed(self, data: bytes) -> tuple[Demuxed, ...]:
            return tuple(
                replace(one, heads=tuple(replace(h, kind=TEXT, codec="wvtt") for h in one.heads))
                for one in super().feed(data)
            )

    def opened(container: Container) -> FakeDemuxer:
        return Text(container) if container is Container.TTML else FakeDemuxer(container)

    told = lane(representation("t", kinds=frozenset({TEXT}), container=Container.TTML), TEXT)
    written = [buffered(segment(n), body(segment(n), VIDEO), lane=told) for n in numbers]
    found = feed(
        {VIDEO: filled(*pieces(VIDEO, 0, 1, 2)), TEXT: filled(*written)},
        open_demuxer=opened,
        on_text=lambda _, samples: texts.extend(samples),
    )
    assert found.times(1) == list(range(18))
    assert len(texts) == 6 * len(numbers)
    assert texts[0].pts == micros(numbers[0] * 6)
