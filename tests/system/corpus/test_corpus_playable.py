"""The corpus plays: what libmpv is fed decodes to what the clear files decode to, all of it."""

from pathlib import Path

import pytest

from player.api import ErrorOccurred
from player.errors import Severity
from tests.system.corpus.cases import CASES, CORPUS, Case
from tests.system.corpus.reference import differences, fed, told
from tests.system.recording import Recording, record

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout"),
]

NOISE = 1e-4


@pytest.mark.parametrize("name", CASES)
def test_every_picture_and_sound_comes_through(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    recording = played(case, tmp_path)
    fatal = [one.failure for one in recording.of(ErrorOccurred)]
    assert [one for one in fatal if one.severity is Severity.FATAL] == []
    assert not recording.direct
    shown, wanted = fed(recording.streams, recording.starts), told(case)
    assert shown.pictures == wanted.pictures
    assert len(shown.pcm) == len(wanted.pcm)
    assert differences(shown.pcm, wanted.pcm, wanted.seams) < NOISE


def played(case: Case, folder: Path) -> Recording:
    """Play a case to its end."""
    keys = {ident: bytes.fromhex(key) for ident, key in case.keys.items()}
    address = address_of(case, folder)
    return record(address, abr="fixed:100000000", audio_language=case.language, keys=keys)


def address_of(case: Case, folder: Path) -> str:
    """The manifest of a case: its own, or one written into `folder`."""
    if case.manifest:
        return str(CORPUS / case.manifest)
    (folder / "corpus").symlink_to(CORPUS)
    playlist = folder / "index.m3u8"
    playlist.write_text(case.playlist())
    return str(playlist)
