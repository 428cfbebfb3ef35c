"""Other people's segments give the packets and times that libav finds in them in one go."""

import io
from pathlib import Path

import av
import pytest

from player.media.demux import open_demuxer
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "playable"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the checkout")
STREAMS = sorted(
    str(path.relative_to(CORPUS))
    for path in CORPUS.rglob("*.ts")
    # One is encrypted, one holds a single empty PES packet.
    if path.name not in ("encrypted.ts", "zeroLength.ts")
)
WRAP = (1 << 33) * 100 / 9


def samples(data: bytes, step: int = 20_000) -> list[Sample]:
    demuxer = open_demuxer(Container.UNKNOWN)
    parts = [p for at in range(0, len(data), step) for p in demuxer.feed(data[at : at + step])]
    parts += demuxer.flush()
    text = {h.stream for part in parts for h in part.heads if h.kind is TrackKind.TEXT}
    return [sample for part in parts for sample in part.samples if sample.stream not in text]


def reference(data: bytes, **options: str) -> list[tuple[float, bool]]:
    with av.open(io.BytesIO(data), options=options) as container:
        chosen = [s for s in container.streams if s.type in ("video", "audio")]
        return [
            (float((packet.pts or 0) * packet.time_base) * 1e6, packet.is_keyframe)
            for packet in container.demux(chosen)
            if packet.size
        ]


@pytest.mark.parametrize("name", STREAMS)
def test_transport_streams(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    mine = sorted((sample.pts % WRAP, sample.key) for sample in samples(data))
    theirs = sorted((t % WRAP, key) for t, key in reference(data, correct_ts_overflow="0"))
    assert [key for _, key in mine] == [key for _, key in theirs]
    # libav counts frames inside a PES packet in whole ticks of 11 us, we in microseconds.
    assert [t for t, _ in mine] == pytest.approx([t for t, _ in theirs], abs=12)


@pytest.mark.parametrize("rung", ["av1", "av1_600", "A48"])
def test_livesim2_fragments_in_one_run(rung: str) -> None:
    folder = CORPUS / "livesim2" / "testpic_2s_av1" / rung
    pieces = [folder / "init.mp4", *(folder / f"{number}.m4s" for number in range(1, 6))]
    data = b"".join(piece.read_bytes() for piece in pieces)
    mine = [sample.pts for sample in samples(data)]
    assert mine == pytest.approx([t for t, _ in reference(data, ignore_editlist="1")], abs=1)
    assert mine[0] == 0


def test_b_frames_begin_at_the_segments_time() -> None:
    folder = CORPUS / "shaka" / "dash-clearkey"
    stem = "video-H264-288-400k_"
    data = b"".join((folder / f"{stem}{n}").read_bytes() for n in ("init.mp4", "3.m4s"))
    assert min(sample.pts for sample in samples(data)) == 8_000_000


def test_opus_keeps_its_priming() -> None:
    data = (CORPUS / "mp4ff" / "mp4" / "testdata" / "opus.mp4").read_bytes()
    assert samples(data)[0].pts == -6500
