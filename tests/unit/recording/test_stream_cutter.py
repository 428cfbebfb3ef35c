"""A plain transport stream in pieces: where they begin, what breaks them, what is refused."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.formats.transport_packets import PACKET, pid_of
from player.recording import stream_cutter
from player.recording.stream_cutter import CLOCK, LEAST, StreamCutter, StreamPiece
from player.units import Micros
from tests.fakes.transport import AUDIO, PMT, VIDEO, picture, stream, tables
from tests.unit.media import ts_made

NOW = Micros(1_800_000_000_000_000)
WRAP = 1 << 33


def cut(data: bytes, *, step: int = 1_000, after: int | None = None) -> list[StreamPiece]:
    """All in steps, then the rest."""
    cutter = StreamCutter(after=after)
    found: list[StreamPiece] = []
    for at in range(0, len(data), step):
        found += cutter.push(data[at : at + step], NOW)
    return found + cutter.flush(whole=True)


def of(data: bytes, pid: int) -> list[bytes]:
    """The packets of one PID."""
    return [one for one in ts_made.split(data) if pid_of(one) == pid]


def counted(data: bytes) -> bytes:
    """The same packets with continuity counters, as a multiplexer sets them."""
    out, counters = bytearray(data), dict[int, int]()
    for at in range(0, len(data), PACKET):
        pid = pid_of(data[at : at + 4])
        counters[pid] = (counters.get(pid, -1) + 1) % 16
        out[at + 3] = out[at + 3] & 0xF0 | counters[pid]
    return bytes(out)


def shapes(pieces: list[StreamPiece]) -> list[tuple[int, float, bool, bool]]:
    """Where each begins and how long it is (s), and how it follows."""
    return [(one.pts, one.ticks / CLOCK, one.broken, one.changed) for one in pieces]


@pytest.mark.parametrize("flag", [True, False])
def test_pieces_of_four_seconds_begin_at_key_pictures_behind_their_tables(flag: bool) -> None:
    found = cut(stream(11, flag=flag))
    assert shapes(found) == [
        (0, 4.0, True, False),
        (4 * CLOCK, 4.0, False, False),
        (8 * CLOCK, 2.96, False, False),
    ]
    for one in found:
        heads = [pid_of(packet) for packet in ts_made.split(one.data)][:3]
        assert heads == [0, PMT, VIDEO]
        assert len(one.data) % PACKET == 0
        assert (one.video, one.sound) == (True, True)


def test_each_packet_is_in_one_piece_as_it_came() -> None:
    whole = counted(stream(13))
    mine = b"".join(one.data for one in cut(whole, step=777))
    for pid in (VIDEO, AUDIO):
        assert of(mine, pid) == of(whole, pid)


@pytest.mark.parametrize("stride", [188, 192, 204])
def test_longer_packets_and_junk_between_are_read(stride: int) -> None:
    front, behind = (
        (b"\x01\x02\x03\x04", b"") if stride == 192 else (b"", b"\x11" * (stride - 188))
    )
    data = b"".join(front + one + behind for one in ts_made.split(stream(9)))
    found = cut(b"\x47junk" * 9 + data + b"\x00" * 501 + data[: 9 * stride], step=313)
    assert found[0].ticks // CLOCK == 4
    assert set(of(found[0].data, VIDEO)) <= set(of(stream(9), VIDEO))


def test_what_shall_end_soon_ends_at_the_next_key_picture() -> None:
    cutter = StreamCutter()
    assert not cutter.push(stream(1), NOW)
    cutter.soon = True
    (one,) = cutter.push(stream(2, first=CLOCK).replace(tables(), b""), NOW)
    assert one.ticks == CLOCK


def test_the_clock_wraps_unnoticed() -> None:
    found = cut(stream(12, first=WRAP - 3 * CLOCK))
    assert [one.broken for one in found] == [True, False, False]
    assert [one.pts for one in found] == [WRAP - 3 * CLOCK, CLOCK, 5 * CLOCK]
    assert [one.ticks for one in found[:2]] == [LEAST, LEAST]


@pytest.mark.parametrize("second", [5 * CLOCK, 10_000 * CLOCK], ids=["back", "ahead"])
def test_a_clock_that_jumps_breaks_the_piece_at_once(second: int) -> None:
    found = cut(stream(6, first=100 * CLOCK) + stream(5, first=second))
    assert shapes(found) == [
        (100 * CLOCK, 4.0, True, False),
        (104 * CLOCK, 1.96, False, False),
        (second, 4.0, True, False),
        (second + 4 * CLOCK, 0.96, False, False),
    ]


def test_a_hole_where_packets_were_lost_is_no_part_of_a_piece() -> None:
    whole = list(ts_made.split(counted(stream(12))))
    each = len(whole) // 12
    lossy = b"".join(whole[: 5 * each + each // 2] + whole[int(6.5 * each) :])
    cutter = StreamCutter()
    found = cutter.push(lossy, NOW) + cutter.flush()
    assert cutter.lost == 1
    assert [(one.pts // CLOCK, one.broken) for one in found] == [(0, True), (4, False), (8, True)]
    assert 1.4 < found[1].ticks / CLOCK < 1.6


def test_a_hole_is_seen_without_counters_too() -> None:
    found = cut(stream(6) + stream(4, first=9 * CLOCK))
    assert shapes(found) == [
        (0, 4.0, True, False),
        (4 * CLOCK, 1.96, False, False),
        (9 * CLOCK, 3.96, True, False),
    ]


def test_still_pictures_are_no_holes() -> None:
    shown = [tables() + picture(7 * CLOCK * one, key=True) for one in range(9)]
    found = cut(b"".join(shown))
    assert [one.ticks for one in found] == [7 * CLOCK] * 7
    assert [one.broken for one in found] == [True] + [False] * 6


def test_what_is_torn_at_a_break_is_no_part_of_a_piece() -> None:
    sound = ts_made.packets(AUDIO, ts_made.pes(2 * CLOCK, bytes(400)))
    torn = sound[: 2 * PACKET]
    before = stream(5) + sound
    cutter = StreamCutter()
    found = cutter.push(before + torn + picture(5 * CLOCK, key=False) + torn, NOW)
    (one,) = cutter.flush()
    assert [found[0].ticks, one.ticks] == [4 * CLOCK, CLOCK]
    assert of(one.data, VIDEO) == of(before, VIDEO)[-50:]
    assert of(one.data, AUDIO)[-3:] == list(ts_made.split(sound))


@pytest.mark.parametrize(("came", "whole"), [(21, 19), (20, 19), (19, 16), (17, 16), (16, 13)])
def test_a_break_leaves_no_picture_whose_neighbours_never_came(came: int, whole: int) -> None:
    order = [0, *(n + shift for n in range(1, 40, 3) for shift in (2, 0, 1))]
    sent = [picture(one * 3600, key=not one) for one in order[:came]]
    cutter = StreamCutter()
    cutter.push(tables() + b"".join(sent), NOW)
    (one,) = cutter.flush()
    assert one.ticks == whole * 3600
    assert len(of(one.data, VIDEO)) == 2 * whole


def test_a_few_lost_packets_break_nothing() -> None:
    whole = list(ts_made.split(counted(stream(9))))
    del whole[200:203]
    assert [one.broken for one in cut(b"".join(whole))] == [True, False, False]


def test_other_streams_begin_a_piece_at_the_next_key_picture() -> None:
    second = tables(audio_type=0x81) + stream(4, first=CLOCK).replace(tables(), b"")
    assert shapes(cut(stream(1) + second)) == [
        (0, 1.0, True, False),
        (CLOCK, 3.96, False, True),
    ]


def test_other_pictures_end_a_piece_with_the_last_of_the_old_ones() -> None:
    moved = ts_made.moved(stream(5, first=3 * CLOCK), {VIDEO: 0x200})
    listed = moved.replace(
        tables(), tables().replace(b"\xe1\x00\xf0\x00\x0f", b"\xe2\x00\xf0\x00\x0f")
    )
    assert listed != moved
    assert shapes(cut(stream(3) + listed)) == [
        (0, 2.96, True, False),
        (3 * CLOCK, 4.0, True, True),
        (7 * CLOCK, 0.96, False, False),
    ]


def test_sound_alone_is_cut_by_time() -> None:
    sound = [picture(number * 1920, key=False, pid=AUDIO) for number in range(400)]
    found = cut(tables(video_type=None) + b"".join(sound))
    assert [round(one.ticks / CLOCK, 1) for one in found] == [4.0, 4.0, 0.5]
    assert not any(one.video for one in found)


def test_without_key_pictures_it_is_cut_anyway() -> None:
    found = cut(stream(35, gop=10_000)[:-PACKET])
    assert len(found) >= 3
    assert all(9 < one.ticks / CLOCK < 11 for one in found[:-1])


def test_what_a_server_sends_again_is_passed_over() -> None:
    again = stream(14, first=100 * CLOCK)
    assert [one.pts // CLOCK for one in cut(again, after=106 * CLOCK)] == [106, 110]
    assert [one.pts // CLOCK for one in cut(again, after=105 * CLOCK)] == [106, 110]
    assert [one.pts // CLOCK for one in cut(again, after=200 * CLOCK)] == [100, 104, 108, 112]
    assert [one.pts // CLOCK for one in cut(again, after=50 * CLOCK)] == [100, 104, 108, 112]


def _sealed(data: bytes, pid: int) -> bytes:
    out = bytearray(data)
    for at in range(0, len(data), PACKET):
        if pid_of(data[at : at + 4]) == pid:
            out[at + 3] |= 0xC0
    return bytes(out)


@pytest.mark.parametrize("pid", [VIDEO, AUDIO])
def test_scrambled_pictures_or_sounds_are_seen_and_nothing_of_them_is_given(pid: int) -> None:
    cutter = StreamCutter()
    found = cutter.push(stream(5), NOW)
    found += cutter.push(_sealed(stream(8, first=5 * CLOCK), pid), NOW) + cutter.flush()
    assert cutter.scrambled
    assert [one.pts for one in found] == [0]


def test_another_programmes_scrambling_and_a_damaged_header_are_nothing() -> None:
    other = _sealed(ts_made.moved(stream(1), {VIDEO: 0x300, AUDIO: 0x301}), 0x300)
    damaged = bytearray(stream(5))
    damaged[40 * PACKET + 3] |= 0x80
    cutter = StreamCutter()
    found = cutter.push(bytes(damaged) + other * 2, NOW)
    assert not cutter.scrambled
    assert len(found) == 1
    assert of(b"".join(one.data for one in [*found, *cutter.flush(whole=True)]), 0x300)


def test_a_piece_never_outgrows_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_cutter, "LARGEST", 100 * PACKET)
    cutter, most = StreamCutter(), 0
    found: list[StreamPiece] = []
    for packet in ts_made.split(stream(9)):
        found += cutter.push(packet, NOW)
        most = max(most, cutter.held)
    assert most <= 100 * PACKET
    assert all(a.pts + a.ticks == b.pts for a, b in pairwise(found))


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, WRAP),
    st.lists(st.tuples(st.integers(0, 60_000), st.binary(max_size=400)), max_size=8),
)
def test_any_damage_is_survived(first: int, damage: list[tuple[int, bytes]]) -> None:
    data = stream(6, first=first, gop=25)
    for at, junk in damage:
        data = data[:at] + junk + data[at + len(junk) // 2 :]
    for one in cut(data, step=4_096, after=first):
        assert one.ticks > 0
        assert 0 <= one.pts < WRAP
        assert len(one.data) % PACKET == 0


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=6_000), st.integers(1, 40))
def test_random_bytes_are_never_held(junk: bytes, times: int) -> None:
    cutter = StreamCutter()
    for _ in range(times):
        for one in cutter.push(junk, NOW):
            assert one.ticks > 0
    assert cutter.held <= stream_cutter.LARGEST
    assert len(cutter.flush()) <= 1
