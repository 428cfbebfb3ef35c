"""The corpus plays: what libmpv is fed decodes to what the clear files decode to, all of it."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path

import av
import numpy as np
import pytest

from player.api import ErrorOccurred
from player.errors import Severity
from tests.system.corpus.cases import CASES, CORPUS, Case
from tests.system.recording import record

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout"),
]


@dataclass
class Decoded:
    """Each picture as a digest, and the sound of one channel."""

    pictures: list[str] = field(default_factory=list)
    sound: list["np.ndarray"] = field(default_factory=list)

    @property
    def pcm(self) -> "np.ndarray":
        return np.concatenate(self.sound) if self.sound else np.zeros(0, np.float32)


@pytest.mark.parametrize("name", CASES)
def test_every_picture_and_sound_comes_through(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    recording = record(
        _address(case, tmp_path),
        abr="fixed:100000000",
        audio_language=case.language,
        keys={ident: bytes.fromhex(key) for ident, key in case.keys.items()},
    )
    fatal = [
        one.failure
        for one in recording.of(ErrorOccurred)
        if one.failure.severity is Severity.FATAL
    ]
    assert fatal == []
    fed = decode(recording.streams, "va")
    told = decode([read(files) for files in case.video], "v", key=case.reference_key).pictures
    assert fed.pictures == told
    heard = decode([read(files) for files in case.audio], "a").pcm
    check_sound(fed.pcm, heard)


def check_sound(fed: "np.ndarray", told: "np.ndarray") -> None:
    """The same samples, but for what a decoder makes of its first moments."""
    assert len(fed) == len(told)
    if len(told):
        assert np.abs(fed - told).max() < 1e-4


def _address(case: Case, folder: Path) -> str:
    if case.manifest:
        return str(CORPUS / case.manifest)
    (folder / "corpus").symlink_to(CORPUS)
    playlist = folder / "index.m3u8"
    playlist.write_text(case.playlist())
    return str(playlist)


def read(files: Iterable[str]) -> bytes:
    """The bytes of files, joined."""
    return b"".join((CORPUS / name).read_bytes() for name in files)


def decode(runs: Iterable[bytes], kinds: str, key: str = "") -> Decoded:
    """Decode each run by itself, one after another."""
    found = Decoded()
    for run in runs:
        options = {"decryption_key": key} if key else {}
        with av.open(io.BytesIO(run), options=options) as container:
            wanted = [one for one in container.streams if one.type[:1] in kinds]
            for packet in container.demux(wanted):
                for frame in packet.decode():
                    _take(found, frame)
    return found


def _take(found: Decoded, frame: object) -> None:
    if isinstance(frame, av.VideoFrame):
        found.pictures.append(md5(frame.to_ndarray().tobytes(), usedforsecurity=False).hexdigest())
    elif isinstance(frame, av.AudioFrame):
        first = frame.to_ndarray()[0]
        found.sound.append(first.astype(np.float32))
