"""Which stream's key frames cut a transport stream, and the tables that say so."""

import pytest

from player.formats.transport_packets import pes_pts
from player.media.ts_leading import (
    MOST_TABLE_PACKETS,
    LeadingStream,
    TablePackets,
    begins_with_key,
    leading_stream,
    pmt_pid,
)
from tests.unit.growth import STEEP, growth


def _pmt(*streams: tuple[int, int, bytes]) -> bytes:
    body = b"".join(
        bytes([kind, 0xE0 | pid >> 8, pid & 0xFF, 0xF0, len(more)]) + more
        for kind, pid, more in streams
    )
    return b"\x02\xb0\x00\x00\x01\xc1\x00\x00\xe1\x00\xf0\x00" + body


def test_programme_tables() -> None:
    assert leading_stream(_pmt((0x0F, 5, b""), (0x24, 6, b""))) == LeadingStream(6, "hevc")
    assert leading_stream(_pmt((0x06, 5, b"\x56\x00"), (0x06, 6, b"\x6a\x00"))) == LeadingStream(6)
    assert leading_stream(_pmt((0x86, 5, b""))) is None
    assert leading_stream(b"\x00") is None
    nit = b"\x00\x00\xe0\x10" + b"\x00\x01\xf0\x00"
    assert pmt_pid(b"\x00\xb0\x11\x00\x01\xc1\x00\x00" + nit) == 0x1000
    assert pmt_pid(b"\x42") is None
    assert pmt_pid(b"\x00") is None


@pytest.mark.parametrize(
    ("codec", "unit", "key"),
    [
        ("hevc", b"\x26\x01", True),
        ("hevc", b"\x02\x01", False),
        ("mpeg2video", b"\xb3\x00", True),
        ("mpeg2video", b"\x00\x00", False),
        ("h264", b"\x65\x00", True),
        ("vc1", b"\x0f\x00", False),
    ],
)
def test_key_pictures_without_a_flag(codec: str, unit: bytes, *, key: bool) -> None:
    pes = b"\x00\x00\x01\xe0\x00\x00\x80\x00\x00\x00\x00\x01" + unit
    assert begins_with_key(pes, codec) is key
    assert pes_pts(pes) is None


def _tables(count: int) -> list[bytes]:
    first = b"\x47\x50\x00\x10\x00\x02\xff\xff".ljust(188, b"\x00")
    return [first] + [b"\x47\x10\x00\x10".ljust(188, b"\x00")] * count


def test_program_tables_that_never_end() -> None:
    def work(packets: list[bytes]) -> None:
        table = TablePackets()
        for packet in packets:
            table.push(packet)
        assert len(table.packets) <= MOST_TABLE_PACKETS

    assert growth(work, _tables, 2_000) < STEEP
