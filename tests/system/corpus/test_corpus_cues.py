"""The corpus is read: each subtitle and caption is shown at its time, with its words."""

from itertools import groupby
from pathlib import Path

import pytest

from player.api import CuesChanged, ErrorOccurred, SelectText
from tests.system.corpus.captions_reference import Spans
from tests.system.corpus.cases import CORPUS
from tests.system.corpus.cues import TEXT_CASES, TextCase
from tests.system.features.played import Notes, Played, play
from tests.system.recording import RecordedPlayer

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout"),
]

AT_ITS_TIME = 0.002
"""What a cue says of itself may be off by so many seconds."""

LOOKED = 0.3
"""Seconds of the machine within which a change is seen: ten looks a second, and the choice."""


@pytest.mark.parametrize("name", TEXT_CASES)
def test_cues_have_the_words_and_the_times_that_others_read(name: str, tmp_path: Path) -> None:
    case = TEXT_CASES[name]
    expected = case.told()
    played = _played(case, tmp_path, expected[-1][1] + LOOKED * case.speed)
    assert played.of(ErrorOccurred) == []
    begun = [(start, words) for start, _, words in _told(played)]
    assert begun == [
        (pytest.approx(start, abs=AT_ITS_TIME), words) for start, _, words in expected
    ]
    late = (LOOKED + played.notes.held_up) * case.speed
    seen = _shown(played)
    assert {words for _, _, words in seen} <= {words for _, _, words in expected}
    for begin, end, words in expected:
        if end - begin > 2 * late:  # a shorter one may come and go between two looks
            assert any(
                words == shown
                and begin - AT_ITS_TIME <= first < begin + late
                and end - late < last < end + late
                for first, last, shown in seen
            ), (begin, end, words, seen)


def _told(played: Played) -> Spans:
    """The cues in the order in which they were told first."""
    cues = [cue for change in played.of(CuesChanged) for cue in change.cues]
    told = [(cue.start / 1e6, cue.end / 1e6, cue.text.strip()) for cue in cues]
    return list(dict.fromkeys(told))


def _shown(played: Played) -> Spans:
    """What was on the picture, by the looks at it: (first, last, words)."""
    looks = [
        (one.position / 1e6, "\n".join(cue.text for cue in one.cues)) for one in played.snapshots
    ]
    spans = [(words, [at for at, _ in same]) for words, same in groupby(looks, lambda one: one[1])]
    told = [(min(at), max(at), words.strip()) for words, at in spans if words]
    return [one for one in told if one[1] > one[0]]


def _played(case: TextCase, folder: Path, end: float) -> Played:
    """Choose as soon as there is a choice, and play until the last words are over."""

    async def script(rig: RecordedPlayer, _: Notes) -> None:
        await rig.until(lambda: _named(rig, case.choice) or rig.of(ErrorOccurred))
        rig.do(SelectText(track=_named(rig, case.choice)))
        await rig.until(lambda: rig.now.position > end * 1e6 or rig.over)

    return play(case.address(folder), script, case.speed)


def _named(rig: RecordedPlayer, word: str) -> str | None:
    return next((one.id for one in rig.now.text if word in f"{one.id} {one.name}"), None)
