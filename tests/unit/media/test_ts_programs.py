"""Where a transport stream becomes another one."""

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from player.media.ts_programs import ProgramWatch

Made = Callable[..., bytes]


def cut(pieces: list[bytes]) -> list[bytes]:
    watch = ProgramWatch()
    runs = [b""]
    for piece in pieces:
        first, *more = watch.split(piece)
        runs[-1] += first
        runs += more
    runs[-1] += watch.rest()
    return runs


def test_the_cut_falls_on_the_new_table_however_the_bytes_come(made: Made) -> None:
    old = made(container="mpegts", frames=3)
    new = made(container="mpegts", frames=3, muxing=(("mpegts_pmt_start_pid", "0x1100"),))
    data = old + new
    # The muxer writes its service description (PID 0x11) before the PAT.
    expected = cut([data])
    assert [len(run) for run in expected] == [len(old) + 188, len(new) - 188]

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.integers(0, len(data)), max_size=8).map(sorted))
    def check(cuts: list[int]) -> None:
        assert cut([data[a:b] for a, b in pairwise([0, *cuts, len(data)])]) == expected

    check()


def test_the_same_tables_again_cut_nothing(made: Made) -> None:
    data = made(container="mpegts", frames=3)
    assert cut([data, data]) == [data + data]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=5), st.booleans())
def test_no_byte_is_lost(pieces: list[bytes], packets: bool) -> None:
    if packets:
        pieces = [b"\x47\x40\x00" + piece for piece in pieces]
    assert b"".join(cut(pieces)) == b"".join(pieces)
