"""What cannot be played is said to be that, at once, and never hangs."""

from pathlib import Path

import pytest

from player.api import ErrorOccurred, Recovered
from player.errors import Severity
from tests.system.corpus.cases import CORPUS, Case
from tests.system.corpus.refused import REFUSED
from tests.system.corpus.test_corpus_playable import played

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout"),
]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_played_is_told_with_its_reason(name: str, tmp_path: Path) -> None:
    one = REFUSED[name]
    case = Case(segments=(one.segment,), seconds=(2.0,), init=one.init)
    recording = played(case, tmp_path)
    assert recording.direct is one.direct
    told = [found.code for found in recording.of(Recovered)]
    fatal = [
        found.failure.code
        for found in recording.of(ErrorOccurred)
        if found.failure.severity is Severity.FATAL
    ]
    assert (told if one.direct else fatal) == [one.code]
