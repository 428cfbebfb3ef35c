"""AAC in LATM comes out as the raw frames of plain AAC."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from player.media.latm import LatmStream
from player.model.presentation import Container, TrackKind
from player.model.sample import StreamHead
from tests.unit.media.decoding import decoded, demux, reference, runs, same_sound

Made = Callable[..., bytes]


def test_the_frames_are_those_of_adts(made: Made) -> None:
    same = {"container": "mpegts", "video": "", "audio": "aac"}
    data = made(**same, muxing=(("mpegts_flags", "latm"),))
    ((head, samples),) = runs(demux([data], Container.TS), TrackKind.AUDIO)
    ((plain, frames),) = runs(demux([made(**same)], Container.TS), TrackKind.AUDIO)
    assert (head.codec, head.sample_rate, head.channels) == ("aac", 48_000, 2)
    assert head.config[:2] == plain.config
    assert [s.data for s in samples] == [s.data for s in frames]
    assert same_sound(decoded(head, samples), reference(data, "audio"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=4))
def test_no_bytes_upset_the_reader(pieces: list[bytes]) -> None:
    stream = LatmStream(StreamHead(stream=1, kind=TrackKind.AUDIO, codec="aac_latm"))
    for piece in pieces:
        stream.take(b"\x56" + bytes((0xE0,)) + bytes((len(piece) & 0xFF,)) + piece)
