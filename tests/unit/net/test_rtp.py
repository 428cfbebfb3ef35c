"""RTP packets in order, each once."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.net.rtp import WINDOW, RtpOrder, payload

TS = b"\x47" + bytes(187)


def packet(number: int, sender: int = 7) -> bytes:
    return struct.pack(">BBHII", 0x80, 33, number % 65_536, 0, sender) + bytes([number % 256])


def read(numbers: list[int]) -> list[int]:
    order = RtpOrder()
    return list(b"".join(order.push(packet(one)) for one in numbers) + order.flush())


@pytest.mark.parametrize(
    ("came", "given"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([1, 3, 2, 4], [1, 2, 3, 4]),
        ([1, 2, 2, 1, 3], [1, 2, 3]),
        ([1, 4, 3, 3, 2, 5], [1, 2, 3, 4, 5]),
        ([65_534, 65_535, 1, 0, 2], [254, 255, 0, 1, 2]),
        ([1, *range(3, 30)], [1, *range(3, 30)]),
        ([1, *range(3, 30), 2], [1, *range(3, 30)]),
        ([9, 60_000, 60_001], [9, 96, 97]),
        ([60_000, 9, 10], [96, 9, 10]),
    ],
)
def test_packets_are_put_into_order(came: list[int], given: list[int]) -> None:
    assert read(came) == given


def test_a_missing_packet_is_waited_for_no_longer_than_the_window() -> None:
    order = RtpOrder()
    assert order.push(packet(1)) == b"\x01"
    for number in range(3, 3 + WINDOW):
        assert order.push(packet(number)) == b""
        assert order.waiting
    assert list(order.push(packet(3 + WINDOW))) == list(range(3, 4 + WINDOW))
    assert not order.waiting


def test_what_is_missing_can_be_given_up_one_after_another() -> None:
    order = RtpOrder()
    order.push(packet(1))
    order.push(packet(3))
    order.push(packet(5))
    assert [list(order.release()), list(order.release()), list(order.release())] == [[3], [5], []]


def test_another_sender_begins_anew() -> None:
    order = RtpOrder()
    order.push(packet(100))
    order.push(packet(102))
    assert list(order.push(packet(90, sender=8))) == [102, 90]


def test_what_is_no_rtp_passes() -> None:
    assert RtpOrder().push(TS) == TS


@pytest.mark.parametrize(
    "datagram",
    [
        TS,
        b"\x80\x21" + bytes(10) + TS,
        b"\x82\x21" + bytes(10) + bytes(8) + TS,
        b"\x90\x21" + bytes(10) + struct.pack(">HH", 0xBEDE, 1) + bytes(4) + TS,
        b"\xa0\x21" + bytes(10) + TS + b"\0\0\x03",
    ],
)
def test_rtp_is_taken_off(datagram: bytes) -> None:
    assert payload(datagram) == TS


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_any_datagrams_are_survived(datagrams: list[bytes]) -> None:
    order = RtpOrder()
    given_back = [order.push(one) for one in datagrams] + [order.flush()]
    assert sum(map(len, given_back)) <= sum(map(len, datagrams))
    assert not order.waiting


@given(st.permutations(list(range(40))))
def test_no_packet_comes_twice_or_out_of_order(numbers: list[int]) -> None:
    found = read(numbers)
    assert found == sorted(set(found))
