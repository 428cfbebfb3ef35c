"""One table of stream types, for the cutter and for the demuxer."""

import pytest

from player.formats.program_tables import read_pat, read_pmt
from player.formats.stream_types import UNKNOWN, StreamType, stream_type
from player.media.elementary import open_stream
from player.media.ts_leading import LeadingStream, leading_stream
from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from tests.unit.media.ts_made import descriptor

KNOWN = [one for one in (stream_type(number, {}) for number in range(256)) if one is not UNKNOWN]
KINDS = {"video": TrackKind.VIDEO, "audio": TrackKind.AUDIO}


def table(*streams: tuple[int, int, bytes], current: bool = True) -> bytes:
    """Write a PMT's section without its CRC."""
    body = b"".join(
        bytes((number, 0xE0 | pid >> 8, pid & 0xFF, 0xF0, len(told))) + told
        for number, pid, told in streams
    )
    return b"\x02\xb0\x00\x00\x01" + (b"\xc1" if current else b"\xc0") + bytes(3) + bytes(3) + body


@pytest.mark.parametrize("one", [one for one in KNOWN if one.kind in KINDS], ids=str)
def test_what_is_carried_is_what_the_demuxer_opens(one: StreamType) -> None:
    head = StreamHead(stream=0, kind=KINDS[one.kind], codec=one.codec)
    assert (open_stream(head, annexb=True) is not None) is one.carried


@pytest.mark.parametrize(
    ("number", "told", "kind", "codec"),
    [
        (0x1B, {}, "video", "h264"),
        (0x24, {}, "video", "hevc"),
        (0x33, {}, "video", "vvc"),
        (0x1C, {}, "audio", "aac"),
        (0x8A, {}, "audio", "dts"),
        (0x15, {}, "id3", ""),
        (0x06, {}, "", ""),
        (0x06, {0x6A: b"\x00"}, "audio", "ac3"),
        (0x06, {0x7A: b"\x00"}, "audio", "eac3"),
        (0x06, {0x05: b"Opus"}, "audio", "opus"),
        (0x06, {0x05: b"HEVC"}, "video", "hevc"),
        (0x06, {0x05: b"AC"}, "", ""),
        (0x82, {}, "", ""),
        (0x86, {}, "splice", ""),
    ],
)
def test_types_and_descriptors(number: int, told: dict[int, bytes], kind: str, codec: str) -> None:
    assert stream_type(number, told) == StreamType(kind, codec)


@pytest.mark.parametrize(
    "first",
    [(0x8A, 5, b""), (0x06, 5, descriptor(0x7B, b"\x00")), (0xC1, 5, b""), (0xEA, 5, b"")],
)
def test_what_nobody_demuxes_leads_only_alone(first: tuple[int, int, bytes]) -> None:
    assert leading_stream(table(first, (0x0F, 6, b""))) == LeadingStream(6)
    alone = leading_stream(table(first))
    assert alone is not None
    assert alone.pid == 5


def test_disc_numbers_do_not_lead_where_they_are_subtitles() -> None:
    assert leading_stream(table((0x82, 5, b""), (0x0F, 6, b""))) == LeadingStream(6)
    assert leading_stream(table((0x82, 5, b""))) is None


def test_a_table_of_the_future_is_not_read_yet() -> None:
    assert read_pmt(table((0x1B, 5, b""), current=False)) == ()
    assert read_pat(b"\x00\xb0\x0d\x00\x01\xc0\x00\x00\x00\x01\xf0\x00") == ()


def test_the_room_of_a_text_service_is_no_sound() -> None:
    (one,) = read_pmt(table((0x06, 5, descriptor(0x56, b"eng\x10\x88") + descriptor(0x6A, b"\0"))))
    assert (one.kind, one.codec, one.carried) == ("text", "", False)
