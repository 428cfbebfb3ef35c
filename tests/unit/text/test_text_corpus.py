"""Other people's subtitles, and FFmpeg's decoders as a second opinion."""

import re
import subprocess
from pathlib import Path
from typing import Any

import av
import pytest

from player.model.cue import Cue
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.text.face import open_reader, read_document, services
from player.units import Micros, micros

_CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
_HTTP = _CORPUS / "playable" / "http-streaming"
pytestmark = pytest.mark.skipif(not _CORPUS.is_dir(), reason="the corpus is not beside")


def test_subtitles_vtt():
    (cue,) = read_document((_HTTP / "subtitles.vtt").read_bytes(), Container.WEBVTT).cues
    assert (cue.start, cue.end, cue.text) == (1_466_000, 1_480_000, "Test subtitle")


def test_shaka_hls_text_offset():
    """shaka#5168: where cues stand is told by X-TIMESTAMP-MAP alone."""
    folder = _CORPUS / "playable" / "shaka" / "hls-text-offset"
    read = [
        read_document(file.read_bytes(), Container.WEBVTT) for file in sorted(folder.glob("*.vtt"))
    ]
    assert all(one.timestamp_map is not None for one in read)
    assert len({cue.text for one in read for cue in one.cues}) == 3


def test_wvtt_samples():
    data = (_HTTP / "mp4WebVtt.mp4").read_bytes()
    head = StreamHead(
        stream=0,
        kind=TrackKind.TEXT,
        codec="wvtt",
        config=(_HTTP / "mp4WebVttInit.mp4").read_bytes(),
    )
    reader = open_reader(head)
    start = data.index(b"mdat") + 4
    one = Sample(
        stream=0, pts=Micros(0), dts=Micros(0), duration=micros(1), key=True, data=data[start:]
    )
    assert [cue.text for cue in reader.feed(one)] == [
        "2024-10-16T05:13:50Z\nen # 864527815",
        "2024-10-16T05:13:51Z\nen # 864527815",
    ]


def _captions(path: Path) -> list[Sample]:
    """Take the cc_data of the pictures out by libav."""
    found: list[Sample] = []
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        for frame in container.decode(video):
            at = micros(frame.time or 0)
            sides: Any = frame.side_data  # typed as the mapping that it is not
            data = [bytes(one) for one in sides if one.type.name == "A53_CC"]
            found += [_sample(at, one) for one in data]
    return found


def _sample(at: Micros, data: bytes) -> Sample:
    return Sample(stream=0, pts=at, dts=at, duration=Micros(33_333), key=True, data=data)


def _heard(samples: list[Sample]) -> list[Cue]:
    head = StreamHead(stream=0, kind=TrackKind.TEXT, codec="cea", service="CC1")
    reader = open_reader(head)
    return [*(cue for one in samples for cue in reader.feed(one)), *reader.flush()]


@pytest.mark.system
def test_captions_as_ffmpeg_reads_them():
    samples = _captions(_HTTP / "caption.ts")
    assert services(samples) == ("CC1",)
    cues = _heard(samples)
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "movie=caption.ts[out+subcc]",
               "-map", "0:1", "-f", "srt", "-"]  # fmt: skip
    said = subprocess.run(command, cwd=_HTTP, capture_output=True, text=True, check=True).stdout
    texts = [re.sub(r"<[^>]*>|\{[^}]*\}", "", one) for one in re.findall(r"\n(<font.*)\n", said)]
    assert [cue.text for cue in cues] == texts == ["Bip!", "Bop!"]
    starts = [_seconds(one) for one in re.findall(r"(\S+) -->", said)]
    first = samples[0].pts
    for cue, start in zip(cues, starts, strict=True):
        assert (cue.start - first) / 1e6 == pytest.approx(start, abs=0.04)


@pytest.mark.system
def test_webvtt_as_ffmpeg_reads_it(tmp_path):
    file = tmp_path / "a.vtt"
    file.write_text(
        "WEBVTT\n\n1\n00:01.000 --> 00:02.500 line:0\n<i>Um</i> &amp; "
        "<c.x>dois</c>\n\nNOTE no\n\n01:00:00.000 --> 01:00:01.000\ntrês\nquatro\n"
    )
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-c:s", "srt", "-f", "srt", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    plain = re.sub(r"<[^>]*>|\{[^}]*\}", "", said)
    blocks = [block.split("\n") for block in plain.strip().split("\n\n")]
    cues = read_document(file.read_bytes(), Container.WEBVTT).cues
    assert [cue.text for cue in cues] == ["\n".join(block[2:]) for block in blocks]
    assert [cue.start / 1e6 for cue in cues] == [_seconds(block[1].split()[0]) for block in blocks]


def _seconds(text: str) -> float:
    hours, minutes, rest = text.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)
