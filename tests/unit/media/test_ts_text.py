"""Subtitles, teletext, ID3 and captions out of transport streams."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.formats.program_tables import read_pat, read_pmt
from player.media.id3 import split_tags, tells_more
from player.media.ts_packets import PacketCutter, read_pes
from player.media.ts_private import PrivateReader
from player.model.presentation import TrackKind
from tests.unit.media.decoding import demux, runs
from tests.unit.media.ts_made import descriptor, packets, pat, pes, pid_of, pmt, split

Made = Callable[..., bytes]
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "playable"
TELETEXT = descriptor(0x56, b"eng\x10\x88" + b"por\x28\x89" + b"eng\x09\x00")
DVB = descriptor(0x59, b"fra\x10\x00\x02\x00\x03" + b"deu\x20\x00\x04\x00\x04")
AV = ((0x1B, 0x100, b""), (0x0F, 0x101, b""))
TAG = b"ID3\x04\x00\x00\x00\x00\x00\x0dTXXX\x00\x00\x00\x03\x00\x00\x03a\x00"


def with_streams(data: bytes, *streams: tuple[int, int, bytes], units: bytes = b"") -> bytes:
    """Give a stream whose PMTs list `streams` too, with their packets after the first table."""
    out = b""
    for packet in split(data):
        if pid_of(packet) == 0x1000:
            out += pmt(0x1000, *AV, *streams) + units
            units = b""
        else:
            out += packet
    return out


def test_teletext_pages_are_streams_of_their_own(made: Made) -> None:
    payload = b"\x10" + bytes(range(150))
    data = with_streams(
        made(container="mpegts", audio="aac"),
        (6, 0x200, TELETEXT),
        units=packets(0x200, pes(900_000, payload)) + packets(0x200, pes(903_600, payload)),
    )
    found = runs(demux([data]), TrackKind.TEXT)
    assert [(h.codec, h.service, h.language) for h, _ in found] == [
        ("teletext", "888", "eng"),
        ("teletext", "889", "por"),
    ]
    for _, samples in found:
        assert [(s.pts, s.data) for s in samples] == [(10_000_000, payload), (10_040_000, payload)]
    assert len({h.stream for h, _ in found}) == 2


def test_dvb_subtitles_come_as_matroska_holds_them(made: Made) -> None:
    segments = b"\x0f\x10\x00\x02\x00\x02\x00\x00\x0f\x80\x00\x02\x00\x00"
    data = with_streams(
        made(container="mpegts", audio="aac"),
        (6, 0x201, DVB),
        units=packets(0x201, pes(90_000, b"\x20\x00" + segments + b"\xff")),
    )
    found = runs(demux([data]), TrackKind.TEXT)
    assert [(h.codec, h.language, h.config, h.service) for h, _ in found] == [
        ("dvbsub", "fra", b"\x00\x02\x00\x03\x10", "2"),
        ("dvbsub", "deu", b"\x00\x04\x00\x04\x20", "4"),
    ]
    assert [s.data for s in found[0][1]] == [segments]


def test_pictures_and_sound_are_what_they_were(made: Made) -> None:
    plain = made(container="mpegts", audio="aac")
    data = with_streams(plain, (6, 0x200, TELETEXT), (0x15, 0x202, b""))
    for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
        assert runs(demux([data]), kind) == runs(demux([plain]), kind)


def test_id3_is_an_event_at_its_time(made: Made) -> None:
    data = with_streams(
        made(container="mpegts", audio="aac"),
        (0x15, 0x202, b""),
        units=packets(0x202, pes(180_000, TAG + TAG)),
    )
    events = [one for part in demux([data]) for one in part.events]
    assert [(e.event.scheme, e.event.start, e.event.data, e.relative) for e in events] == [
        ("id3", 2_000_000, TAG, False)
    ] * 2


def test_times_of_text_follow_the_rollover(made: Made) -> None:

    offset = ((1 << 33) // 90 * 1000) - 400_000
    plain = made(container="mpegts", audio="aac", muxing=(("output_ts_offset", f"{offset}us"),))
    video = runs(demux([plain]), TrackKind.VIDEO)[0][1]
    end = max(sample.pts for sample in video)
    stamp = round(end * 9 / 100) % (1 << 33)
    data = with_streams(plain, (6, 0x200, TELETEXT), units=packets(0x200, pes(stamp, b"\x10" * 9)))
    text = runs(demux([data]), TrackKind.TEXT)[0][1]
    assert abs(text[0].pts - end) < 12


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
def test_captions_of_the_corpus() -> None:
    out = demux([(CORPUS / "http-streaming" / "caption.ts").read_bytes()])
    ((head, captions),) = runs(out, TrackKind.TEXT)
    ((_, pictures),) = runs(out, TrackKind.VIDEO)
    assert head.codec == "cea"
    assert {sample.pts for sample in captions} <= {sample.pts for sample in pictures}
    assert all(len(sample.data) % 3 == 0 and sample.data for sample in captions)
    assert {sample.data[0] & 0xF8 for sample in captions} == {0xF8}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
def test_id3_of_the_corpus() -> None:
    out = demux([(CORPUS / "http-streaming" / "id3.ts").read_bytes()])
    (event,) = [one for part in out for one in part.events]
    assert event.event.data.startswith(b"ID3")
    assert b'"data": "id3"' in event.event.data


@pytest.mark.parametrize("step", [1, 187, 188, 189, 5000])
def test_the_cut_of_the_bytes_does_not_show_in_text(step: int) -> None:
    tables = pat((1, 0x1000)) + pmt(0x1000, *AV, (6, 0x200, TELETEXT))
    unit = pes(90_000, b"\x10" + bytes(500))
    data = tables + packets(0x200, unit) * 2
    reader = PrivateReader()
    found = [pes for at in range(0, len(data), step) for pes in reader.feed(data[at : at + step])]
    assert [len(one.pes.data) for one in found + reader.flush()] == [501, 501]


def test_a_pes_packet_without_length_ends_where_the_next_begins() -> None:
    reader = PrivateReader()
    data = pat((1, 0x1000)) + pmt(0x1000, *AV, (6, 0x200, TELETEXT))
    unit = packets(0x200, pes(90_000, b"\x10" * 300, length=False))
    assert reader.feed(data + unit) == []
    assert [one.pes.data for one in reader.feed(unit)] == [b"\x10" * 300]
    assert [one.pes.data for one in reader.flush()] == [b"\x10" * 300]


def test_packets_are_found_again_after_missing_bytes() -> None:
    good = packets(0x200, bytes(range(1, 200)) * 4)
    cutter = PacketCutter()
    out = cutter.feed(good[:188] + b"\x00" * 50 + good[188:]) + cutter.feed(b"")
    assert {packet[0] for packet in split(out)} == {0x47}
    assert len(out) >= len(good) - 188


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=400), max_size=6), st.integers(0, 3))
def test_no_bytes_upset_the_reader(pieces: list[bytes], prefix: int) -> None:
    start = pat((1, 0x1000)) + pmt(0x1000, *AV, (6, 0x200, TELETEXT), (0x15, 0x202, b""))
    heads_of = (b"", b"\x47\x42\x00\x10", b"\x47\x50\x00\x10", b"\x47\x40\x00\x10")[prefix]
    reader = PrivateReader()
    for piece in [start, *(heads_of + piece for piece in pieces)]:
        reader.feed(piece)
    reader.flush()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_upset_the_small_readers(data: bytes) -> None:
    read_pes(data)
    read_pes(b"\x00\x00\x01\xbd" + data)
    read_pat(b"\x00" + data)
    read_pmt(b"\x02" + data)
    split_tags(b"ID3" + data)
    tells_more(data)
