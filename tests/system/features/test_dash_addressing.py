"""Every way in which DASH says where segments lie plays: each frame once, in time, gapless."""

from functools import partial

import pytest

from player.api import ErrorOccurred, PlaybackEnded, Recovered
from tests.system.features.played import (
    Played,
    check_even,
    check_in_time,
    check_unbroken,
    play,
    play_all,
    shown,
    stretch,
)

pytestmark = pytest.mark.system

SECONDS = 12
FILM = "1/vod/dash/manifest.mpd?rungs=v240"
LAB = "101/vod/dash/manifest.mpd?container=webm"
FORMS = {
    "mixed": FILM,
    "number": f"{FILM}&addressing=number",
    "time": f"{FILM}&addressing=time",
    "timeline": f"{FILM}&addressing=timeline",
    "list": f"{FILM}&addressing=list",
    "base": "1/vod/dash-range/manifest.mpd?rungs=v240",
    "sidx of sidx": "1/vod/dash-range/manifest.mpd?rungs=v240&sidx=2",
    "webm vp9": f"{LAB}&codecs=vp9,opus",
    "webm av1": f"{LAB}&codecs=av1,opus",
    "priming": f"{FILM}&priming=1",
    "periods": f"{FILM}&periods=6",
    "xlink": f"{FILM}&xlink=1&periods=6",
    "xlink to zero": f"{FILM}&xlink=zero&periods=6",
    "trick and tiles": f"{FILM}&trick=1&thumbnails=1",
    "events": f"{FILM}&events=1&periods=6",
    "base urls": f"{FILM}&base_urls=2",
}
OPUS_SKIP = 312 / 48_000


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """Twelve seconds in each form."""
    urls = {name: f"{lab_url}/channels/{path}&length={SECONDS}" for name, path in FORMS.items()}
    return play_all({name: partial(play, url) for name, url in urls.items()})


@pytest.mark.parametrize("form", FORMS)
def test_it_plays_each_frame_once_and_in_time(films: dict[str, Played], form: str) -> None:
    played = films[form]
    assert len(played.of(PlaybackEnded)) == 1
    for trouble in (ErrorOccurred, Recovered):
        assert played.of(trouble) == []
    assert played.refused == []
    fed = played.fed
    channel = 101 if "webm" in form else 1
    assert shown(fed) == stretch(channel, 0, SECONDS)
    check_even(fed)
    check_in_time(fed)
    assert fed.times[0] == pytest.approx(played.start, abs=0.0005)
    check_unbroken(fed, SECONDS + played.start - (OPUS_SKIP if "webm" in form else 0))


def test_what_an_edit_list_takes_off_is_heard_by_the_decoder_alone(
    films: dict[str, Played],
) -> None:
    """The frame of priming comes before the start of the picture, and nothing else is moved."""
    assert films["priming"].start == pytest.approx(1024 / 48_000, abs=0.0005)
    assert films["mixed"].start == 0


def test_remote_periods_are_fetched_once_each(films: dict[str, Played]) -> None:
    for form in ("xlink", "xlink to zero"):
        assert len(films[form].fetched("/periods/")) == 2


@pytest.mark.parametrize(
    ("how", "code"),
    [("loop", "manifest.no-tracks"), ("file", "input.unsupported-scheme")],
)
def test_remote_periods_that_lead_nowhere_are_refused(lab_url: str, how: str, code: str) -> None:
    played = play(f"{lab_url}/channels/{FILM}&length={SECONDS}&xlink={how}")
    (failed,) = played.of(ErrorOccurred)
    assert failed.failure.code == code
    assert len(played.visits) <= 4
    assert all(visit.uri.startswith("http") for visit in played.visits)
    assert played.streams == []
