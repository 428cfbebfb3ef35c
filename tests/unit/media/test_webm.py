"""WebM and Matroska as DASH carries them: clusters without a size, lacing, padding."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from player.media import ebml
from player.model.presentation import Container, TrackKind
from tests.unit.media.decoding import decoded, demux, reference, runs

Made = Callable[..., bytes]


def test_padding_of_opus_is_discarded(made: Made) -> None:
    data = made(container="webm", video="", audio="libopus")
    ((head, samples),) = runs(demux([data]), TrackKind.AUDIO)
    assert samples[0].skip == head.codec_delay == 6500
    assert [s.discard for s in samples[:-1]] == [0] * (len(samples) - 1)
    assert samples[-1].discard > 0
    mine = sum(frame.shape[1] for frame in decoded(head, samples))
    theirs = sum(frame.shape[1] for frame in reference(data, "audio"))
    assert mine == theirs


def document(*clusters: bytes) -> bytes:
    """Write a stream of clusters without a size, with one track of AC-3."""
    head = ebml.master(0x1A45DFA3, ebml.text(0x4282, "webm"))
    entry = ebml.master(
        0xAE,
        ebml.unsigned(0xD7, 1),
        ebml.unsigned(0x73C5, 1),
        ebml.unsigned(0x83, 2),
        ebml.text(0x86, "A_AC3"),
        ebml.master(0xE1, ebml.real(0xB5, 48_000.0), ebml.unsigned(0x9F, 2)),
    )
    info = ebml.master(0x1549A966, ebml.unsigned(0x2AD7B1, 1_000_000))
    return b"".join(
        (head, ebml.opened(0x18538067), info, ebml.master(0x1654AE6B, entry), *clusters)
    )


def laced(frames: Sequence[bytes]) -> bytes:
    """Write a SimpleBlock with fixed-size lacing (RFC 9559 10.3)."""
    return ebml.element(0xA3, b"\x81\x00\x00\x84" + bytes((len(frames) - 1,)) + b"".join(frames))


def test_laced_blocks_in_clusters_without_a_size(made: Made) -> None:
    ac3 = made(container="ac3", video="", audio="ac3", frames=10)
    ((_, packed),) = runs(demux([ac3]), TrackKind.AUDIO)
    frames = [sample.data for sample in packed][:8]
    clusters = [
        ebml.opened(0x1F43B675)
        + ebml.unsigned(0xE7, 32 * at)
        + (laced(frames[at : at + 4]) if not at else group(frames[at : at + 4]))
        for at in (0, 4)
    ]
    cues = ebml.master(0x1C53BB6B, ebml.master(0xBB, ebml.unsigned(0xB3, 0)))
    for pieces in ([document(*clusters)], [document(cues, *clusters)]):
        data = pieces[0]
        cuts = [0, 150, 1000, 2000, len(data)]
        out = demux([data[a:b] for a, b in pairwise(cuts)], Container.WEBM)
        ((head, samples),) = runs(out, TrackKind.AUDIO)
        assert (head.codec, head.channels) == ("ac3", 2)
        assert [s.data for s in samples] == frames
        assert [s.pts for s in samples] == [32_000 * n for n in range(8)]
        assert samples[-1].discard == 10_000


def group(frames: Sequence[bytes]) -> bytes:
    """Write a BlockGroup for each frame, the last one with DiscardPadding of 10 ms."""
    out = b""
    for number, frame in enumerate(frames):
        block = b"\x81" + (32 * number).to_bytes(2, "big") + b"\x00" + frame
        padding = ebml.element(0x75A2, (10_000_000).to_bytes(4, "big"))
        last = number == len(frames) - 1
        out += ebml.master(0xA0, ebml.element(0xA1, block), padding if last else b"")
    return out
