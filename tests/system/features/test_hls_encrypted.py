"""HLS under AES-128 plays as it does in the clear: init sections, segments, subtitles."""

from functools import partial

import pytest

from player.api import ErrorOccurred, PlaybackEnded, Recovered
from tests.system.features.played import Played, check_even, check_unbroken, play, play_all, shown
from tests.system.features.played import stretch as frames

pytestmark = pytest.mark.system

SECONDS = 8
FORMS = {
    "fragmented": "1/vod/hls-cmaf/master.m3u8?aes=1&rungs=v240",
    "transport": "1/vod/hls-ts/master.m3u8?aes=1&rungs=v240",
    "joints": "1/vod/hls-cmaf/master.m3u8?aes=1&rungs=v240&discontinuity=2",
}


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """Eight seconds in each form."""
    urls = {name: f"{lab_url}/channels/{path}&length={SECONDS}" for name, path in FORMS.items()}
    return play_all({name: partial(play, url) for name, url in urls.items()})


@pytest.mark.parametrize("form", FORMS)
def test_it_plays_each_frame_once(films: dict[str, Played], form: str) -> None:
    played = films[form]
    assert len(played.of(PlaybackEnded)) == 1
    for trouble in (ErrorOccurred, Recovered):
        assert played.of(trouble) == []
    assert shown(played.fed) == frames(1, 0, SECONDS)
    check_even(played.fed)
    check_unbroken(played.fed, SECONDS)
    assert played.fetched("init.key") or form == "transport"
    assert played.fetched("segments.key")
