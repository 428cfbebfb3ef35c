"""HE-AAC is heard at its own speed, however its second half is told of.

No encoder here makes it (FFmpeg's own writes LC alone), so the corpus' one piece is wrapped anew:
24 kHz with SBR to 48 kHz, told of in the header (MP4) or nowhere but in the sound itself (ADTS,
transport stream: ISO/IEC 14496-3 1.6.5.3).
"""

import io
import json
from pathlib import Path

import av
import pytest

from tests.system.farol_process import run_farol
from tests.system.player.web_doors import folder

pytestmark = pytest.mark.system

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "playable"
PIECE = CORPUS / "mp4ff" / "cmd" / "mp4ff-decrypt" / "testdata" / "PIFF" / "audio"
SECONDS = 120 * 2048 / 48_000
FRAMES = {"sound.aac": "adts", "sound.ts": "mpegts", "sound.mp4": "mp4"}


def _wrapped(into: Path) -> None:
    """The piece in clear, in the container that the name asks for."""
    head = (PIECE / "init.mp4").read_bytes().replace(b"enca", b"mp4a").replace(b"sinf", b"free")
    clear = head + (PIECE / "segment-1.0001_dec.m4s").read_bytes()
    with av.open(io.BytesIO(clear)) as source, av.open(into, "w", FRAMES[into.name]) as made:
        sound = source.streams.audio[0]
        copy = made.add_stream_from_template(sound)
        for packet in source.demux(sound):
            if packet.size:
                packet.stream = copy
                made.mux(packet)


@pytest.mark.skipif(not PIECE.is_dir(), reason="the corpus is not beside the checkout")
@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("sound.aac", True),
        ("sound.ts", True),
        ("sound.aac", False),
        ("sound.ts", False),
        ("sound.mp4", False),  # a listed fragment of MP4 is the corpus test's
    ],
)
def test_it_lasts_as_long_as_it_is(name: str, listed: bool, tmp_path: Path) -> None:
    _wrapped(tmp_path / name)
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:6", f"#EXTINF:{SECONDS:.3f},", name]
    (tmp_path / "index.m3u8").write_text("\n".join([*lines, "#EXT-X-ENDLIST", ""]))
    report = tmp_path / "r.json"
    with folder(tmp_path) as server:
        wanted = "index.m3u8" if listed else name
        url = f"http://127.0.0.1:{server.port}/{wanted}"
        ran = run_farol("play", url, "--headless", "--report", str(report), home=tmp_path)
    assert ran.status == 0, ran.err
    assert json.loads(report.read_text())["played_s"] == pytest.approx(SECONDS, abs=0.6)
