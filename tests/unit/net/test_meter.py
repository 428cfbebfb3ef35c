"""Meter and ChunkEnds: what is told of a transfer while it goes on, and at its end."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.model.transfer import TransferSample
from player.net.chunk_ends import ChunkEnds
from player.net.meter import Meter
from player.ports import RequestKind
from player.units import Micros, micros


class Hands:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> Micros:
        return micros(self.now)

    def utc(self) -> Micros:
        return micros(self.now)


def box(kind: bytes, size: int, *, large: bool = False) -> bytes:
    if large:
        return pack(">I4sQ", 1, kind, size) + bytes(size - 16)
    return pack(">I4s", size, kind) + bytes(size - 8)


def told(
    pieces: list[tuple[float, bytes]], *, pauses: bool = False, over: bool = True, until: float = 0
) -> list[TransferSample]:
    clock, samples = Hands(), []
    meter = Meter(clock, samples.append, RequestKind.SEGMENT)
    if pauses:
        meter.expect_pauses()
    for clock.now, piece in pieces:
        meter.add(piece)
    if over:
        meter.end()
    clock.now = max(clock.now, until)
    meter.finish()
    return samples


def test_what_came_at_once_is_told_apart_from_what_followed() -> None:
    (sample,) = told([(0.1, bytes(9)), (0.103, bytes(5)), (0.2, bytes(7)), (0.3, bytes(7))])
    (burst,) = sample.bursts
    assert (burst.start, burst.end, burst.lead, burst.size) == (103_000, 300_000, 14, 14)
    assert (sample.started, sample.first_byte, sample.ended, sample.size) == (
        0,
        100_000,
        300_000,
        28,
    )
    assert (sample.last, sample.body_began, sample.body_size) == (True, 100_000, 28)


def test_a_long_transfer_is_one_whose_last_stretch_says_so() -> None:
    samples = told([(at / 4, bytes(100)) for at in range(1, 13)])
    assert [one.last for one in samples] == [False, False, True]
    assert [one.body_size for one in samples] == [500, 900, 1200]
    assert {one.body_began for one in samples} == {250_000}
    assert samples[1].bursts[0].lead == 0


def test_a_transfer_that_ends_with_a_second_has_an_end() -> None:
    samples = told([(at / 4, bytes(100)) for at in range(1, 6)])
    assert [(one.last, one.size) for one in samples] == [(False, 500), (True, 0)]
    assert samples[1].body_size == 500


def test_the_silence_before_a_body_is_given_up_counts() -> None:
    pieces = [(0.1, bytes(9)), (0.2, bytes(9))]
    assert told(pieces, until=9.0)[0].ended == 200_000
    assert told(pieces, over=False, until=0.6)[0].ended == 200_000
    assert told(pieces, over=False, until=1.2)[0].ended == 1_200_000
    assert told(pieces, over=False, until=9.0)[0].ended == 2_200_000
    waiting = [(0.1, box(b"moof", 99)), (0.2, box(b"mdat", 99))]
    assert told(waiting, over=False, until=9.0, pauses=True)[0].ended == 200_000


def test_nothing_is_told_of_what_never_came() -> None:
    assert told([], until=9.0) == []


def test_a_pause_between_chunks_is_the_servers() -> None:
    chunk = box(b"moof", 100) + box(b"mdat", 4000)
    pieces = [(0.1, chunk[:2000]), (0.15, chunk[2000:]), (0.5, chunk[:2000]), (0.55, chunk[2000:])]
    (sample,) = told(pieces, pauses=True)
    spans = [(one.start, one.end, one.lead, one.size) for one in sample.bursts]
    assert spans == [(100_000, 150_000, 2000, 2100), (500_000, 550_000, 2000, 2100)]
    (sample,) = told(pieces)
    assert len(sample.bursts) == 1
    (sample,) = told([(at, b"x" + piece) for at, piece in pieces], pauses=True)
    assert len(sample.bursts) == 1


HEADS = [box(b"styp", 24), box(b"ftyp", 20) + box(b"moov", 300), box(b"emsg", 50)]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("large", [False, True])
def test_chunks_end_where_their_boxes_do(head: bytes, large: bool) -> None:
    body = head + box(b"moof", 80) + box(b"mdat", 500, large=large) + box(b"moof", 80)
    ends = {len(head), len(head) + 580}
    if b"moov" in head:
        ends.add(20)
    for step in (1, 3, 7, 16):
        looked = ChunkEnds()
        for at in range(0, len(body), step):
            looked.take(body[at : at + step])
            come = min(at + step, len(body))
            assert looked.whole == (come in ends), come


def test_what_has_no_chunks_has_no_ends() -> None:
    for body in (b"WEBVTT\n\n", pack(">I4s", 0, b"mdat"), b"{}" * 40, box(b"mdat", 90)):
        looked = ChunkEnds()
        looked.take(body)
        assert not looked.whole
    endless = ChunkEnds()
    endless.take(box(b"moof", 80) + pack(">I4s", 0, b"mdat"))
    endless.take(bytes(72))
    assert not endless.whole


def test_packets_end_every_188_bytes() -> None:
    looked = ChunkEnds()
    looked.take(b"\x47" + bytes(186))
    assert not looked.whole
    looked.take(bytes(1))
    assert looked.whole
    looked.take(bytes(188))
    assert looked.whole


@settings(max_examples=80)
@given(st.lists(st.binary(max_size=40), max_size=12))
def test_strange_bytes_break_nothing(pieces: list[bytes]) -> None:
    looked = ChunkEnds()
    for piece in pieces:
        looked.take(piece)
    assert looked.whole in {True, False}
