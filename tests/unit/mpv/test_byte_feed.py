"""The byte feed without libmpv: a thread reads as its demuxer would."""

import ctypes
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.mpv.feed import CANCELLED, END, ByteFeed


def read(feed, size=1000):
    """One read, and the bytes that it gave."""
    buffer = ctypes.create_string_buffer(size + 1)
    count = feed.read_into(ctypes.addressof(buffer), size)
    return count, buffer.raw[: max(count, 0)]


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=300), max_size=12), st.integers(1, 400))
def test_what_is_appended_is_read_in_order(chunks, size):
    feed = ByteFeed()
    for chunk in chunks:
        feed.append(chunk)
    feed.finish()
    got = b""
    while (answer := read(feed, size))[0] > 0:
        got += answer[1]
    assert got == b"".join(chunks)
    assert answer[0] == END
    assert feed.pending == 0


def test_a_read_gives_what_is_there_without_waiting_for_more():
    feed = ByteFeed()
    feed.append(b"abc")
    feed.append(b"de")
    assert read(feed, 4) == (4, b"abcd")
    assert feed.pending == 1
    assert read(feed, 4) == (1, b"e")


@pytest.fixture
def reader():
    with ThreadPoolExecutor(1) as pool:
        yield lambda feed: pool.submit(read, feed)


@pytest.mark.parametrize(
    ("act", "answer"),
    [
        (lambda feed: feed.append(b"x"), (1, b"x")),
        (lambda feed: feed.finish(), (END, b"")),
        (lambda feed: feed.cancel(), (CANCELLED, b"")),
        (lambda feed: feed.close(), (CANCELLED, b"")),
    ],
)
def test_an_empty_read_waits_for(reader, act, answer):
    feed = ByteFeed()
    waiting = reader(feed)
    assert not waiting.done()
    act(feed)
    assert waiting.result(5) == answer


def test_an_abandoned_feed_waits_until_cancelled_and_takes_nothing(reader):
    feed = ByteFeed()
    feed.append(b"bytes")
    feed.finish()
    feed.abandon()
    assert feed.pending == 0
    feed.append(b"more")
    waiting = reader(feed)
    assert not waiting.done()
    feed.cancel()
    assert waiting.result(5) == (CANCELLED, b"")


def test_cancelled_means_cancelled_even_with_bytes_left():
    feed = ByteFeed()
    feed.append(b"bytes")
    feed.cancel()
    assert feed.over
    assert read(feed) == (CANCELLED, b"")
    feed.append(b"late")
    feed.close()
    assert feed.pending == 0


def test_nothing_comes_after_the_end():
    feed = ByteFeed()
    feed.finish()
    feed.append(b"late")
    assert feed.finished
    assert read(feed) == (END, b"")


def test_a_feed_is_claimed_once():
    feed = ByteFeed()
    assert feed.claim()
    assert not feed.claim()
    closed = ByteFeed()
    closed.close()
    assert not closed.claim()


def test_one_writer_one_reader_under_load():
    feed = ByteFeed()
    pieces = [bytes([i % 251]) * (i * 37 % 5000) for i in range(2000)]

    def write():
        for piece in pieces:
            feed.append(piece)
        feed.finish()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(write)
        got = bytearray()
        while (answer := read(feed, 1 << 16))[0] > 0:
            got += answer[1]
        done.result(5)
    assert got == b"".join(pieces)


def test_closing_under_a_reader_is_safe():
    for _ in range(50):
        feed = ByteFeed()
        feed.append(bytes(1 << 20))
        closer = threading.Timer(0, feed.close)
        closer.start()
        while read(feed, 1 << 14)[0] > 0:
            pass
        closer.join()
        assert feed.pending == 0


def test_no_work_is_done_for_each_byte():
    feed = ByteFeed()
    chunk, buffer = bytes(1 << 20), ctypes.create_string_buffer(1 << 17)
    for _ in range(256):
        feed.append(chunk)  # the same bytes 256 times: no memory, but a copy each
    feed.finish()
    begun = time.process_time()
    while feed.read_into(ctypes.addressof(buffer), 1 << 17) > 0:
        pass
    rate = 256 * len(chunk) / (time.process_time() - begun)
    assert rate > 200e6  # some GB/s; a loop over bytes makes 6 MB/s
