"""Services of a transport stream: named by the SDT on PID 0x11, counted by the PAT."""

from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.media.ts_services import ServiceReader
from player.model.service import Service
from tests.unit.formats.test_service_tables import described
from tests.unit.media.ts_made import packets, pat, section

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "playable"
SDT_PID = 0x11


def names(*services: tuple[int, str], table: int = 0x42) -> bytes:
    """The packets of an SDT."""
    body = b"\x20\x00\xff"
    for number, name in services:
        told = described(b"Farol", b"\x15" + name.encode())
        body += number.to_bytes(2, "big") + b"\xfc" + (0x8000 | len(told)).to_bytes(2, "big")
        body += told
    return packets(SDT_PID, section(table, 1, body))


def muxed(*programmes: str, provider: str = "Farol Öst") -> bytes:
    """A stream that ffmpeg's muxer wrote."""
    sink = BytesIO()
    with av.open(sink, "w", format="mpegts") as out:
        out.metadata["service_name"], out.metadata["service_provider"] = programmes[0], provider
        sound = out.add_stream("mp2", rate=48000, layout="stereo")
        for number in range(50):
            silence = np.zeros((1, 2 * 1152), np.int16)
            frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = 48000, number * 1152
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    return sink.getvalue()


def read(data: bytes, step: int = 1_000) -> tuple[Service, ...]:
    reader = ServiceReader()
    for at in range(0, len(data), step):
        reader.feed(data[at : at + step])
    return reader.services


@pytest.mark.parametrize("name", ["Farol One", "Canção", "Первый канал", "中央电视台"])
def test_what_ffmpeg_writes_is_read(name: str) -> None:
    assert read(muxed(name)) == (Service(id=1, name=name, provider="Farol Öst"),)


@pytest.mark.parametrize("stride", [188, 192, 204])
def test_tables_of_many_packets_at_every_step(stride: int) -> None:
    told = [(number, f"Channel {number} {'é' * 40}") for number in range(1, 30)]
    tables = pat(*((number, 0x1000 + number) for number, _ in told)) + names(*told)
    room = bytes(stride - 188)
    data = b"".join(tables[at : at + 188] + room for at in range(0, len(tables), 188))
    found = read(data * 2, step=333)
    assert [(one.id, one.name) for one in found] == told


def test_services_that_were_left_out_of_the_stream_are_not_told() -> None:
    tables = names((1, "One"), (2, "Two"), (3, "Three"))
    null = packets(0x1FFF, bytes(184))
    assert [one.name for one in read(pat((2, 0x100)) + tables + null * 9)] == ["Two"]
    renumbered = read(pat((7, 0x100)) + tables + null * 9)
    assert [one.name for one in renumbered] == ["One", "Two", "Three"]
    assert [one.name for one in read(tables + null * 9)] == ["One", "Two", "Three"]


def test_another_streams_services_and_scrambled_packets_are_not_read() -> None:
    null = packets(0x1FFF, bytes(184))
    assert read(names((1, "One"), table=0x46) + null * 9) == ()
    scrambled = bytearray(names((1, "One")))
    scrambled[3] |= 0xC0
    assert read(bytes(scrambled) + null * 9) == ()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=200)), max_size=6))
def test_any_damage_is_survived(damage: list[tuple[int, bytes]]) -> None:
    data = (pat((1, 0x100)) + names((1, "One" * 60), (2, "Two"))) * 3
    for at, junk in damage:
        data = data[:at] + junk + data[at + len(junk) // 2 :]
    assert len(read(data, step=500)) < 1_000


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_streams_of_the_corpus() -> None:
    found = [read(path.read_bytes()) for path in sorted(CORPUS.rglob("*.ts"))]
    told = {(one.name, one.provider) for said in found for one in said}
    assert told == {("Service01", "FFmpeg")}
    assert len([said for said in found if said]) > 10
