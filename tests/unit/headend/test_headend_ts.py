"""Our transport stream: packets, clocks, counters, and FFmpeg's opinion."""

import io
import itertools
from collections import defaultdict

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headend.asset.model import Asset
from headend.live.timeline import timelines_of
from headend.ts.mux import PTS_OFFSET, TsMuxer
from headend.ts.packets import PACKET, packet_count, packetize
from headend.ts.psi import PMT_PID, VIDEO_PID, crc32_mpeg, pat

LIVE = 897_680_507
WRAP = (1 << 33) // 180_000  # the first segment whose time stamps pass 33 bits


def _muxer(asset: Asset, video: str | None, audio: str | None) -> TsMuxer:
    timelines = timelines_of(asset)
    return TsMuxer(
        asset.name,
        timelines[video] if video else None,
        timelines[audio] if audio else None,
    )


def _packets(data: bytes) -> list[bytes]:
    assert len(data) % PACKET == 0
    rows = [data[offset : offset + PACKET] for offset in range(0, len(data), PACKET)]
    assert all(row[0] == 0x47 for row in rows)
    return rows


def _pid(packet: bytes) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def _payload(packet: bytes) -> bytes:
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def _pcr(packet: bytes) -> int | None:
    if not packet[3] & 0x20 or packet[4] == 0 or not packet[5] & 0x10:
        return None
    return int.from_bytes(packet[6:12], "big") >> 15


@given(st.binary(min_size=1, max_size=2000), st.none() | st.integers(0, 1 << 40))
def test_what_is_packetized_comes_out_again(payload: bytes, pcr: int | None) -> None:
    packets = _packets(packetize(0x123, payload, 14, pcr=pcr, key=True))
    assert len(packets) == packet_count(len(payload), pcr=pcr is not None)
    assert b"".join(map(_payload, packets)) == payload
    assert [packet[3] & 15 for packet in packets] == [(14 + i) & 15 for i in range(len(packets))]
    assert [bool(packet[1] & 0x40) for packet in packets] == [True] + [False] * (len(packets) - 1)
    assert _pcr(packets[0]) == (None if pcr is None else pcr % (1 << 33))


@pytest.mark.parametrize("size", [*range(170, 190), *range(355, 375), 552, 736])
def test_every_length_around_a_packet_fits(size: int) -> None:
    for pcr in (None, 0):
        packets = _packets(packetize(1, bytes(size), 0, pcr=pcr))
        assert sum(len(_payload(packet)) for packet in packets) == size


def test_sections_carry_the_checksum_that_makes_their_sum_zero() -> None:
    assert crc32_mpeg(b"123456789") == 0x0376E6E7
    assert crc32_mpeg(pat()[1:]) == 0


def test_segments_made_alone_join_without_a_continuity_error(asset: Asset) -> None:
    muxer = _muxer(asset, "v90", "a-en")
    numbers = range(LIVE, LIVE + 26)
    made = {number: muxer.segment(number) for number in reversed(numbers)}  # in any order
    counters: dict[int, int] = {}
    for packet in (packet for number in numbers for packet in _packets(made[number])):
        pid = _pid(packet)
        if pid in counters:
            assert packet[3] & 15 == (counters[pid] + 1) & 15
        counters[pid] = packet[3] & 15
    assert len(counters) == 5


def test_a_segment_begins_with_tables_and_a_key_frame(asset: Asset) -> None:
    packets = _packets(_muxer(asset, "v90", "a-en").segment(LIVE))
    assert [_pid(packet) for packet in packets[:4]] == [0, 0x11, PMT_PID, VIDEO_PID]
    assert packets[3][5] & 0x40  # random access
    nal_types = [part[0] & 31 for part in _payload(packets[3])[19:].split(b"\0\0\0\1")[1:]]
    assert nal_types[:4] == [9, 7, 8, 5]


def test_the_clock_comes_often_and_runs_before_the_decoding(asset: Asset) -> None:
    for video, audio in (("v90", "a-en"), (None, "a-pt")):
        packets = _packets(_muxer(asset, video, audio).segment(0))
        clocks = [clock for packet in packets if (clock := _pcr(packet)) is not None]
        assert max(b - a for a, b in itertools.pairwise(clocks)) <= 9_000  # 100 ms
        assert clocks == sorted(clocks)
        assert clocks[0] < PTS_OFFSET


def test_the_size_is_known_before_the_segment_is_made(asset: Asset) -> None:
    muxer = _muxer(asset, "v180", "a-pt")
    for number in (0, 3, LIVE):
        assert muxer.segment_size(number) == len(muxer.segment(number))


def test_pieces_in_time_order_are_the_segment(asset: Asset) -> None:
    muxer = _muxer(asset, "v90", "a-en")
    pieces = list(muxer.paced(LIVE))
    assert b"".join(data for _, data in pieces) == muxer.segment(LIVE)
    times = [time for time, _ in pieces]
    assert times == sorted(times)


@pytest.mark.parametrize("first", [0, LIVE])
def test_ffmpeg_decodes_two_loops_without_a_word(
    asset: Asset, first: int, caplog: pytest.LogCaptureFixture
) -> None:
    av.logging.set_level(av.logging.WARNING)
    try:
        muxer = _muxer(asset, "v90", "a-en")
        data = b"".join(muxer.segment(number) for number in range(first, first + 24))
        frames: dict[str, list[int]] = defaultdict(list)
        with av.open(io.BytesIO(data), format="mpegts") as container:
            for frame in container.decode():
                assert frame.pts is not None
                kind = "video" if isinstance(frame, av.VideoFrame) else "audio"
                frames[kind].append(frame.pts)
    finally:
        av.logging.set_level(None)
    start = (first * 180_000 + PTS_OFFSET) % (1 << 33)
    assert frames["video"] == [start + 3600 * index for index in range(1200)]
    first_frame = -(-first * 96_000 // 1024) * 1920 + PTS_OFFSET
    assert frames["audio"] == [first_frame % (1 << 33) + 1920 * index for index in range(2250)]
    assert not caplog.records


def test_time_stamps_wrap_at_33_bits_as_in_life(asset: Asset) -> None:
    muxer = _muxer(asset, "v90", "a-en")
    data = b"".join(muxer.segment(number) for number in range(WRAP - 2, WRAP + 2))
    clocks = [clock for packet in _packets(data) if (clock := _pcr(packet)) is not None]
    steps = [(b - a) % (1 << 33) for a, b in itertools.pairwise(clocks)]
    assert set(steps) == {3600}
    assert min(clocks) < 900_000
    assert max(clocks) > (1 << 33) - 900_000
