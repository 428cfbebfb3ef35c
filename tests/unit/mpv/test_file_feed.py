"""FileFeed: reads and seeks on libmpv's side, bytes and answers on the engine's."""

import ctypes

from player.mpv.feed import CANCELLED, END
from player.mpv.file_feed import STEP, FileFeed
from player.units import ByteCount

SIZE = ByteCount(1000)


class Bench:
    """A feed and what it asked for."""

    def __init__(self, size: ByteCount | None = SIZE) -> None:
        self.wanted: list[tuple[int, int]] = []
        self.told: list[int] = []
        self.feed = FileFeed(size, lambda *one: self.wanted.append(one), self.told.append)

    def read(self, size: int) -> bytes | int:
        room = ctypes.create_string_buffer(size)
        copied = self.feed.read_into(ctypes.addressof(room), size)
        return room.raw[:copied] if copied > 0 else copied


def test_a_seek_within_what_is_there_asks_for_nothing() -> None:
    bench = Bench()
    bench.feed.append(b"0123")
    bench.feed.append(b"456789")
    assert bench.read(2) == b"01"
    assert bench.feed.seek(2) == 2
    assert bench.feed.seek(7) == 7
    assert bench.read(9) == b"789"
    assert bench.wanted == []


def test_after_a_seek_nothing_old_is_read() -> None:
    bench = Bench()
    bench.feed.append(b"old")
    assert bench.feed.seek(500) == 500
    assert bench.wanted == [(500, 1)]
    bench.feed.append(b"older")
    bench.feed.finish()
    assert bench.feed.move(1)
    bench.feed.append(b"new")
    bench.feed.finish()
    assert bench.read(9) == b"new"
    assert bench.read(9) == END


def test_of_two_seeks_the_second_counts() -> None:
    bench = Bench()
    bench.feed.seek(500)
    bench.feed.seek(0)
    assert bench.wanted == [(500, 1), (0, 2)]
    assert not bench.feed.move(1)
    bench.feed.append(b"of the first")
    assert bench.feed.move(2)
    bench.feed.append(b"of the second")
    assert bench.read(99) == b"of the second"


def test_nobody_goes_where_nothing_is() -> None:
    bench = Bench()
    assert bench.feed.seek(-1) == CANCELLED
    assert bench.feed.seek(SIZE + 1) == CANCELLED
    assert bench.feed.seek(SIZE) == SIZE
    assert Bench(None).feed.seek(0) == CANCELLED
    bench.feed.cancel()
    assert bench.feed.seek(3) == CANCELLED
    assert bench.read(1) == CANCELLED


def test_how_far_was_read_is_told_now_and_then() -> None:
    bench = Bench(ByteCount(9 * STEP))
    for _ in range(3):
        bench.feed.append(bytes(STEP))
    bench.read(STEP - 1)
    assert bench.told == []
    bench.read(2 * STEP)
    assert bench.told == [STEP - 1 + STEP] or bench.told == [3 * STEP - 1]


def test_a_demuxer_may_be_done_before_the_last_byte() -> None:
    assert Bench().feed.finished
