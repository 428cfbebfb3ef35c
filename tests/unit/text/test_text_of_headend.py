"""What our own headend writes is read back: two readings of the books, made apart."""

import pytest

from headend.asset import cea608, teletext
from headend.asset.ladder import FRAME_RATE, LOOP_SECONDS
from player.model.cue import Cue
from player.model.presentation import TrackKind
from player.model.sample import Sample, StreamHead
from player.text.face import open_reader, services
from player.units import Micros, micros


def read(samples: list[Sample], codec: str, service: str) -> list[Cue]:
    reader = open_reader(StreamHead(stream=0, kind=TrackKind.TEXT, codec=codec, service=service))
    return [*(cue for one in samples for cue in reader.feed(one)), *reader.flush()]


def sample(seconds: float, data: bytes, duration: float) -> Sample:
    at = micros(seconds)
    return Sample(stream=0, pts=at, dts=at, duration=micros(duration), key=True, data=data)


def showing(cues: list[Cue], at: float) -> list[str]:
    return [cue.text for cue in cues if cue.start <= micros(at) < cue.end]


@pytest.fixture(scope="module")
def captioned() -> list[Sample]:
    pairs = cea608.loop_pairs(105)
    return [
        sample(i / FRAME_RATE, b"\xfc" + pairs.get(i, cea608.NOTHING), 1 / FRAME_RATE)
        for i in range(LOOP_SECONDS * FRAME_RATE)
    ]


def test_captions_stand_on_the_very_frames(captioned):
    assert services(captioned) == ("CC1",)
    cues = read(captioned, "cea", "CC1")
    for second in range(2, LOOP_SECONDS):
        expected = cea608.caption(105, second - second % 2)
        assert showing(cues, second + 0.001) == [expected]
    edges = {cue.start for cue in cues if cue.text == cea608.caption(105, 4)}
    assert min(edges) == micros(4)


def test_captions_survive_the_order_of_decoding(captioned):
    mixed = [captioned[i ^ 1] for i in range(len(captioned))]
    assert read(mixed, "cea", "CC1")[:20] == read(captioned, "cea", "CC1")[:20]


def test_teletext_pages():
    samples = [sample(i, teletext.page_payload(f"TELETEXT {i}"), 0) for i in range(0, 24, 2)]
    cues = read(samples, "teletext", "888")
    assert showing(cues, 5) == ["TELETEXT 4"]
    assert [cue.start for cue in cues] == [Micros(2_000_000 * i) for i in range(11)]
