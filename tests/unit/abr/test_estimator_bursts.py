"""Lines that do not carry evenly: servers that wait for their encoder, and token buckets."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from struct import pack

import pytest

from player.abr.estimator import BandwidthEstimator
from player.model.transfer import Burst, TransferSample
from player.net.meter import Meter
from player.ports import RequestKind
from player.units import BitsPerSecond, ByteCount, Micros, micros

MBPS = 1_000_000
PACKET = 1448
READ = 65_536


class Hands:
    """A clock that is set."""

    now = 0.0

    def monotonic(self) -> Micros:
        return micros(self.now)

    def utc(self) -> Micros:
        return micros(self.now)


@dataclass
class Line:
    """A line of `rate`, behind a token bucket of `depth` bytes where there is one.

    `quanta`: once empty, it lets nothing through until it is full. `link` is how fast it comes
    through; `wakes` how often a busy loop looks at its socket.
    """

    rate: float
    depth: int = 0
    quanta: bool = True
    link: float = 200e6
    wakes: float = 0.0005
    free: float = 0.0
    tokens: float = 0.0
    filled: float = 0.0

    def packets(self, writes: list[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
        """When each packet arrives of what was written when; a write fills its own packets."""
        for at, data in writes:
            for place in range(0, len(data), PACKET):
                packet = data[place : place + PACKET]
                yield self._arrival(at, len(packet)), packet

    def _arrival(self, at: float, size: int) -> float:
        if not self.depth:
            self.free = max(self.free, at) + size * 8 / self.rate
            return self.free
        at = max(self.free, at)
        self.tokens = min(self.depth, self.tokens + (at - self.filled) * self.rate / 8)
        if self.tokens < size:
            wanted = self.depth if self.quanta else size
            at += (wanted - self.tokens) * 8 / self.rate
            self.tokens = wanted
        self.filled = at
        self.tokens -= size
        self.free = at + size * 8 / self.link
        return self.free


def reads(packets: Iterator[tuple[float, bytes]], wakes: float) -> Iterator[tuple[float, bytes]]:
    """What a loop reads: whatever has come when it wakes, 64 kB at most."""
    waiting, due = b"", 0.0
    for at, packet in packets:
        while waiting and at > due:
            yield due, waiting[:READ]
            waiting, due = waiting[READ:], due + wakes
        if not waiting:
            due = max(at, due) + wakes / 2
        waiting += packet
    while waiting:
        yield due, waiting[:READ]
        waiting, due = waiting[READ:], due + wakes


def chunk(size: int) -> bytes:
    """A moof and an mdat of together `size` bytes."""
    head = pack(">I4s", 120, b"moof") + bytes(112)
    return head + pack(">I4s", size - len(head), b"mdat") + bytes(size - len(head) - 8)


def packets_of(size: int) -> bytes:
    """Whole transport packets, `size` bytes at most."""
    return (b"\x47" + bytes(187)) * (size // 188)


def live(
    made, segment: float, pace: float, media: float, begin: float
) -> list[tuple[float, bytes]]:
    """A segment of `segment` seconds sent while it is made, in chunks of `pace` seconds."""
    count = round(segment / pace)
    size = int(media * pace / 8)
    return [(begin + (at + 1) * pace, made(size + 1000 * (at % 3))) for at in range(count)]


def measured(
    line: Line, bodies: list[tuple[float, list[tuple[float, bytes]]]], *, told: bool
) -> tuple[BandwidthEstimator, list[TransferSample]]:
    """What is known after (asked at, what was written when) of each body, one after another."""
    estimator, samples, clock = BandwidthEstimator(), [], Hands()
    for asked, writes in bodies:
        clock.now = max(clock.now, asked)
        meter = Meter(clock, samples.append, RequestKind.SEGMENT)
        if not told:
            meter.expect_pauses()
        for at, piece in reads(line.packets(writes), line.wakes):
            clock.now = at
            meter.add(piece)
        meter.finish()
    for one in samples:
        estimator.add(one)
    return estimator, samples


def broadcast(made, pace: float, media: float) -> list[tuple[float, list[tuple[float, bytes]]]]:
    """A minute of live segments of 2 s, each asked for as it begins."""
    return [(at, live(made, 2.0, pace, media, at)) for at in range(0, 60, 2)]


def film(media: float, made=chunk) -> list[tuple[float, list[tuple[float, bytes]]]]:
    """A minute's segments, all there, asked for one after another."""
    body = b"".join(made(int(media / 8 / 2)) for _ in range(4))
    return [(0.05 * at, [(0.05 * at + 0.04, body)]) for at in range(30)]


@pytest.mark.parametrize("made", [chunk, packets_of])
@pytest.mark.parametrize("pace", [0.1, 0.2, 0.5, 1.0])
def test_a_server_that_waits_for_its_encoder_hides_no_line(made, pace: float) -> None:
    estimator, _ = measured(Line(20e6), broadcast(made, pace, 3e6), told=False)
    view = estimator.view
    assert view.rate is not None
    assert abs(view.rate - 20 * MBPS) < 4 * MBPS
    assert view.low is not None
    assert view.low > 15 * MBPS
    assert len(view.recent) == 20
    assert all(abs(one - 20 * MBPS) < 5 * MBPS for one in view.recent)


@pytest.mark.parametrize("pace", [0.2, 0.5, 1.0])
def test_chunks_that_come_at_once_tell_that_there_is_more(pace: float) -> None:
    estimator, _ = measured(Line(1e9), broadcast(chunk, pace, 0.4e6), told=False)
    assert estimator.estimate is not None
    assert estimator.estimate > 12 * MBPS


@pytest.mark.parametrize("wakes", [0.0002, 0.002, 0.01])
def test_a_loop_that_is_busy_sees_the_same_line(wakes: float) -> None:
    estimator, _ = measured(Line(20e6, wakes=wakes), broadcast(chunk, 0.5, 3e6), told=False)
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 20 * MBPS) < 4 * MBPS


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("made", [chunk, packets_of])
@pytest.mark.parametrize("media", [1.5e6, 3e6, 6e6])
def test_a_slow_line_is_not_taken_for_a_waiting_server(told, made, media: float) -> None:
    estimator, _ = measured(Line(3e6), film(media, made), told=told)
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 3 * MBPS) < 0.15 * MBPS


def test_a_slow_line_that_carries_live_is_still_slow() -> None:
    estimator, _ = measured(Line(3e6), broadcast(chunk, 0.2, 2.9e6), told=False)
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 3 * MBPS) < 0.45 * MBPS


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("depth", [4096, 16_384, 65_536])
@pytest.mark.parametrize("rate", [1e6, 3e6, 20e6])
def test_what_a_token_bucket_lets_through_at_once_is_not_the_line(told, depth, rate) -> None:
    line = Line(rate, depth)
    estimator, _ = measured(line, film(rate), told=told)
    assert estimator.estimate is not None
    assert 0.85 * rate < estimator.estimate < 1.15 * rate


@pytest.mark.parametrize("depth", [4096, 16_384, 65_536])
@pytest.mark.parametrize("media", [0.6e6, 3e6, 6e6])
def test_a_token_bucket_that_filled_between_segments_is_not_the_line(depth, media) -> None:
    bodies = [(8.0 * at, body) for at, (_, body) in enumerate(film(media))]
    bodies = [(at, [(at + 0.04, data) for _, data in body]) for at, body in bodies]
    estimator, _ = measured(Line(3e6, depth, quanta=False), bodies, told=True)
    assert estimator.estimate is not None
    assert 0.95 * 3e6 < estimator.estimate < 1.05 * 3e6


@pytest.mark.parametrize("made", [chunk, packets_of])
def test_chunks_of_one_packet_each_come_through_a_token_bucket_as_they_are(made) -> None:
    body = [made(1448 - 1448 % 188 if made is packets_of else 1448) for _ in range(400)]
    bodies = [(0.05 * at, [(0.05 * at + 0.04, one) for one in body]) for at in range(30)]
    estimator, _ = measured(Line(3e6, 16_384), bodies, told=True)
    assert estimator.estimate is not None
    assert abs(estimator.estimate - 3 * MBPS) < 0.45 * MBPS


def test_a_body_of_known_length_has_no_pauses() -> None:
    _, samples = measured(Line(20e6), broadcast(chunk, 0.5, 3e6), told=True)
    assert {len(one.bursts) for one in samples if one.size} == {1}


def test_a_sample_tells_the_bursts_of_its_second() -> None:
    _, samples = measured(Line(20e6), broadcast(chunk, 0.25, 3e6)[:1], told=False)
    assert [one.last for one in samples] == [False, True]
    assert sum(one.size for one in samples) == samples[-1].body_size
    assert sum(burst.size + burst.lead for one in samples for burst in one.bursts) == sum(
        one.size for one in samples
    )
    assert sum(len(one.bursts) for one in samples) in {8, 9}  # one goes over the second


def _part(number: int, mbps: float, size: int = 8_000) -> TransferSample:
    """A part of a low rung, held by its server until it was made, each third of a second."""
    began = micros(number / 3)
    ended = Micros(began + round(size * 8 / mbps))
    burst = Burst(start=began, end=ended, size=ByteCount(size))
    return TransferSample(
        started=began,
        first_byte=began,
        ended=ended,
        size=ByteCount(size),
        bursts=(burst,),
        held=True,
    )


def test_small_parts_tell_of_the_line_together() -> None:
    estimator = BandwidthEstimator(BitsPerSecond(500_000))
    for number in range(60):
        estimator.add(_part(number, mbps=4))
    assert estimator.estimate == pytest.approx(4_000_000, rel=0.1)
    assert estimator.view.recent[-1] == pytest.approx(4_000_000, rel=0.1)


def _beside(part: TransferSample, *, held: bool, size: int = 4_000) -> list[TransferSample]:
    """Two lists that came while a part did."""
    half = Micros((part.ended - part.first_byte) // 2)
    ends = Micros(part.first_byte + half), part.ended
    return [
        replace(
            part,
            started=end if held else part.started,
            first_byte=end if held else Micros(end - half),
            ended=end,
            size=ByteCount(size),
            bursts=(),
            held=held,
        )
        for end in ends
    ]


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("size", [8_000, 20_000])
def test_lists_beside_small_parts_do_not_make_the_line_slower(held: bool, size: int) -> None:
    """Of what the line carries in a part's time, 8 kB are the lists'."""
    estimator = BandwidthEstimator(BitsPerSecond(500_000))
    own = 2 * size / (size + 8_000)
    for number in range(60):
        part = _part(number, own, size)
        for one in (part, *_beside(part, held=held)):
            estimator.add(one)
    assert estimator.estimate == pytest.approx(2_000_000, rel=0.1)
    assert estimator.view.recent[-1] == pytest.approx(2_000_000, rel=0.1)


def test_lists_by_themselves_say_nothing_and_are_not_kept() -> None:
    estimator = BandwidthEstimator(BitsPerSecond(500_000))
    for number in range(3000):
        for one in _beside(_part(number, 4), held=number % 2 == 0):
            estimator.add(one)
    assert estimator.estimate == 500_000
    assert len(estimator._line._beside) < 100


def test_a_large_part_that_came_all_at_once_says_nothing() -> None:
    """Since when it was on its way is not known: beside a small one it would be a torrent."""
    estimator = BandwidthEstimator(BitsPerSecond(500_000))
    for number in range(60):
        part = _part(number, 4)
        estimator.add(part)
        large = replace(part, started=part.ended, first_byte=part.ended, bursts=())
        estimator.add(replace(large, size=ByteCount(200_000)))
    assert estimator.estimate == pytest.approx(4_000_000, rel=0.1)


def test_small_transfers_that_nobody_held_stay_left_out() -> None:
    estimator = BandwidthEstimator(BitsPerSecond(500_000))
    for number in range(60):
        estimator.add(replace(_part(number, mbps=4), held=False))
    assert estimator.estimate == 500_000
