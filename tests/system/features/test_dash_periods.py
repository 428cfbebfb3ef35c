"""Films of several periods, with holes, bumpers and advertisements: each frame once, in time."""

from functools import partial

import pytest

from player.api import ErrorOccurred, EventReached, PlaybackEnded, Recovered
from tests.system.features.played import (
    Notes,
    Played,
    check_even,
    check_in_time,
    check_joints,
    play,
    play_all,
    shown,
    stretch,
)
from tests.system.recording import RecordedPlayer

pytestmark = pytest.mark.system

FILM = "1/vod/dash/manifest.mpd?rungs=v240&length=12"
# Options; what is to be seen; where in the fed stream the joints are, in seconds.
FILMS: dict[str, tuple[str, list[tuple[int, int]], tuple[float, ...]]] = {
    "bumpers": (
        "periods=6&bumper=1",
        [*stretch(2, 0, 2), *stretch(1, 2, 6), *stretch(2, 0, 2), *stretch(1, 8, 12)],
        (0, 2, 6, 8),
    ),
    "advertisement": ("ads=1", [*stretch(2, 0, 8), *stretch(1, 8, 12)], (0, 8)),
    # What is shown at a period's end and reaches beyond it may be cut off or not.
    "gaps between periods": (
        "periods=6&period_gap=500",
        [*stretch(1, 0, 5.48), *stretch(1, 6, 11.48)],
        (0, 5.48),
    ),
    "a hole in the timeline": ("gap=4", [*stretch(1, 0, 6), *stretch(1, 8, 12)], (0, 6)),
    "periods of two seconds": ("periods=2", stretch(1, 0, 12), (0,)),
}


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """Each film, played to its end."""
    urls = {name: f"{lab_url}/channels/{FILM}&{film[0]}" for name, film in FILMS.items()}
    return play_all({name: partial(play, url) for name, url in urls.items()})


@pytest.mark.parametrize("name", FILMS)
def test_each_frame_is_shown_once_and_what_is_missing_is_jumped(
    films: dict[str, Played], name: str
) -> None:
    played, (_, frames, joints) = films[name], FILMS[name]
    assert len(played.of(PlaybackEnded)) == 1
    for trouble in (ErrorOccurred, Recovered):
        assert played.of(trouble) == []
    assert played.refused == []
    fed = played.fed
    assert shown(fed) == frames
    check_even(fed)
    check_in_time(fed, joints)
    check_joints(fed)
    sound = fed.sound
    assert sound is not None
    assert len(sound.pcm) / sound.rate == pytest.approx(len(frames) / 25, abs=0.03 * len(joints))


# ---- events --------------------------------------------------------------------------------

BEGINNINGS = [("period", "p0 0", 0.0), ("period", "p1 0", 6.0), ("period", "p2 0", 12.0)]
BEATS = [("inband", "beat 0", 0.5), ("inband", "beat 1", 10.5)]
LATE = 0.25
"""Both ways: a snapshot is up to a tenth of a second old."""
HALF_A_FRAME = 0.011
"""Version 0 counts from the segment, and one of sound begins beside the second."""


async def _note_events(rig: RecordedPlayer, notes: Notes) -> None:
    """Note at which position each event was told."""

    def look() -> bool:
        for told in rig.of(EventReached)[len(notes.reached) :]:
            event = told.event
            notes.reached.append((event.value, event.data.decode(), rig.now.position / 1e6))
        return bool(rig.of(PlaybackEnded) or rig.of(ErrorOccurred))

    await rig.until(look)


@pytest.fixture(scope="module")
def told(lab_url: str) -> dict[str, Played]:
    """A film with pictures and one of sound alone, with events, in their own time."""
    more = "length=14&periods=6&events=1"
    films = {
        "pictures": f"1/vod/dash/manifest.mpd?rungs=v240&{more}",
        "sound": f"104/vod/dash/manifest.mpd?codecs=aac&{more}",
    }
    return play_all(
        {
            name: partial(play, f"{lab_url}/channels/{path}", _note_events, 1.0)
            for name, path in films.items()
        }
    )


@pytest.mark.parametrize("name", ["pictures", "sound"])
def test_events_are_told_once_each_and_when_they_are_due(
    told: dict[str, Played], name: str
) -> None:
    """The manifest's and the media's: emsg version 1 beside pictures, version 0 in sound."""
    played = told[name]
    expected = sorted([*BEGINNINGS, *BEATS], key=lambda one: one[2])
    assert [one[:2] for one in played.notes.reached] == [one[:2] for one in expected]
    starts = [one.event.start / 1e6 for one in played.of(EventReached)]
    assert starts == pytest.approx([one[2] for one in expected], abs=HALF_A_FRAME)
    for (_, _, seen), (_, _, due) in zip(played.notes.reached, expected, strict=True):
        assert due - LATE <= seen <= due + LATE
    assert {one.event.scheme for one in played.of(EventReached)} == {"urn:farol:event:2026"}
