"""What the tests of HLS features and of text ask beside `played`."""

from collections.abc import Mapping
from functools import partial

from player.api import CuesChanged, ErrorOccurred, EventReached
from tests.system.features.played import Played, play, play_all

SMALL = 240
LONG_SPEED = 5.0
"""For films longer than the buffer: a full track looks again after 5 s of the machine's time."""


def check_undisturbed(played: Played) -> None:
    """Nothing failed.

    Whether a film stood still cannot be told here: it is played many times as fast as time, and
    another process alone can hold it up. In real time and on the virtual clock that is judged.
    """
    assert played.of(ErrorOccurred) == []


def films(urls: Mapping[str, str], *, together: int = 3, **wish: object) -> dict[str, Played]:
    """Play some films to their ends, at the smallest rung unless wished otherwise."""
    every = {"max_height": SMALL, **wish}
    return play_all({name: partial(play, url, **every) for name, url in urls.items()}, together)  # type: ignore[arg-type]


def reached(played: Played, scheme: str) -> list[tuple[float, str]]:
    """The events of a scheme as they were told: (start in seconds, id)."""
    return [
        (told.event.start / 1e6, told.event.id)
        for told in played.of(EventReached)
        if told.event.scheme == scheme
    ]


def subtitles(played: Played) -> list[tuple[float, float, str]]:
    """The cues in the order in which they were shown first: start, end, words."""
    found: list[tuple[float, float, str]] = []
    for change in played.of(CuesChanged):
        for cue in change.cues:
            one = (round(cue.start / 1e6, 3), round(cue.end / 1e6, 3), cue.text)
            if one not in found:
                found.append(one)
    return found
