"""Transport streams: steps, resync, key frames, time stamps, tables."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.formats.transport_packets import PACKET
from player.media.ts_cutter import Cut, TransportCutter
from player.media.ts_sync import PacketSync
from player.units import Micros, micros
from tests.fakes.transport import AUDIO, PMT, TICKS, VIDEO, picture, stream, tables

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "playable"


def pieces(cuts: list[Cut]) -> dict[int, tuple[Micros, Micros | None, bytes]]:
    """Cuts put together: number -> (start, duration, bytes)."""
    found: dict[int, tuple[Micros, Micros | None, bytes]] = {}
    for cut in cuts:
        _, _, data = found.get(cut.number, (cut.start, None, b""))
        found[cut.number] = (cut.start, cut.duration, data + cut.data)
    return found


def cut_all(data: bytes, *, step: int = 1_000, **options: Micros) -> list[Cut]:
    """Push everything in steps, then flush."""
    cutter = TransportCutter(**options)  # type: ignore[arg-type]
    cuts = [
        one for at in range(0, len(data), step) for one in cutter.push(data[at : at + step])
    ]  # fmt: skip
    return cuts + cutter.flush()


@pytest.mark.parametrize("flag", [True, False])
def test_pieces_begin_at_key_frames_with_their_tables(flag: bool) -> None:
    found = pieces(cut_all(stream(6, flag=flag), origin=micros(100)))
    assert [(number, start, duration) for number, (start, duration, _) in found.items()] == [
        (0, micros(100), micros(2)),
        (1, micros(102), micros(2)),
        (2, micros(104), micros(1.96)),
    ]
    for _, _, data in found.values():
        assert data.startswith(tables()[:PACKET])
        assert data[PACKET + 1 : PACKET + 3] == bytes([0x40 | PMT >> 8, PMT & 0xFF])
        assert len(data) % PACKET == 0


def test_nothing_is_lost_between_pieces() -> None:
    whole = stream(6)
    found = pieces(cut_all(whole, step=777))
    mine = b"".join(data for _, _, data in found.values())
    for pid in (VIDEO, AUDIO):
        assert _of(mine, pid) == _of(whole, pid)


def _of(data: bytes, pid: int) -> list[bytes]:
    packets = [data[at : at + PACKET] for at in range(0, len(data), PACKET)]
    return [one for one in packets if (one[1] & 0x1F) << 8 | one[2] == pid]


def test_pieces_are_at_least_a_second_and_never_endless() -> None:
    often = pieces(cut_all(stream(5, gop=5)))
    assert len(often) == 5
    never = pieces(cut_all(stream(25, gop=10_000)))
    assert 2 <= len(never) <= 4


@pytest.mark.parametrize("stride", [188, 192, 204])
def test_every_step_and_junk_between(stride: int) -> None:
    whole = stream(4)
    packets = [whole[at : at + PACKET] for at in range(0, len(whole), PACKET)]
    extra = stride - PACKET
    if stride == 192:
        data = b"".join(b"\x01\x02\x03\x04" + one for one in packets)
    else:
        data = b"".join(one + b"\x11" * extra for one in packets)
    middle = len(packets) // 2 * stride
    dirty = b"\x47junk" * 7 + data[:middle] + b"\x00" * 501 + data[middle:]
    reader = PacketSync()
    found = [one for at in range(0, len(dirty), 313) for one in reader.push(dirty[at : at + 313])]
    assert len(packets) - 6 <= len(found) <= len(packets)
    assert set(found) <= set(packets)


def test_time_stamps_wrap_and_restart() -> None:
    first = (1 << 33) - 3 * TICKS
    wrapped = pieces(cut_all(stream(6, first=first)))
    assert [start for start, _, _ in wrapped.values()] == [0, micros(2), micros(4)]
    cuts = cut_all(stream(4, first=1_000_000_000) + stream(4, first=5))
    starts = [(one.start, one.discontinuity) for one in cuts if one.duration is not None]
    assert [discontinuity for _, discontinuity in starts] == [0, 0, 1, 1]
    assert all(before[0] < after[0] for before, after in pairwise(starts))
    assert starts[2][0] == micros(3.96)


def test_audio_alone_is_cut_by_time() -> None:
    parts = [tables(video_type=None)]
    parts += [picture(number * 1920, key=False, pid=AUDIO) for number in range(200)]
    found = pieces(cut_all(b"".join(parts)))
    assert len(found) == 5
    assert found[0][1] is not None
    assert micros(1) <= found[0][1] < micros(1.03)


def test_pictures_that_nobody_demuxes_are_not_waited_for() -> None:
    parts = [tables(video_type=0xEA)]
    parts += [picture(number * 1920, key=False, pid=AUDIO) for number in range(200)]
    assert len(pieces(cut_all(b"".join(parts)))) == 5


def test_scrambled_and_damaged_packets_are_seen() -> None:
    data = bytearray(tables() + picture(0, key=True))
    for place in (2, 3):
        data[place * PACKET + 3] |= 0xC0
    cutter = TransportCutter()
    cutter.push(bytes(data) * 3)
    assert cutter.scrambled
    clear = TransportCutter()
    clear.push(stream(2))
    assert not clear.scrambled


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32),
    st.lists(st.tuples(st.integers(0, 20_000), st.binary(max_size=300)), max_size=6),
)
def test_any_damage_is_survived(seed: int, damage: list[tuple[int, bytes]]) -> None:
    data = stream(2, first=seed * 7, gop=25)
    for at, junk in damage:
        data = data[:at] + junk + data[at + len(junk) // 2 :]
    cuts = cut_all(data, step=4_096)
    numbers = [one.number for one in cuts]
    assert numbers == sorted(numbers)
    assert all(one.duration is None or one.duration >= 0 for one in cuts)
    assert all(len(one.data) % PACKET == 0 for one in cuts)


@given(st.binary(max_size=4_000))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_survived(data: bytes) -> None:
    cut_all(data, step=333)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_real_streams_are_cut() -> None:
    names = [one for one in sorted(CORPUS.rglob("*.ts")) if one.stat().st_size > 1_000]
    cut_up = 0
    for path in names:
        found = pieces(cut_all(path.read_bytes(), step=10_000))
        starts = [start for start, _, _ in found.values()]
        assert starts == sorted(starts), path.name
        cut_up += bool(found)
    assert cut_up == len(names) - 1  # one is encrypted as a whole
