"""Interstitials become periods, and what follows them stands where it should."""

import pytest

from player.model.event import Interstitial
from player.model.presentation import Presentation, TrackKind
from player.streaming.weaving import weave
from player.units import Micros, micros, seconds
from tests.unit.streaming.streaming_made import (
    index,
    period,
    presentation,
    representation,
    segment,
    track,
)

NOW = Micros(0)


def _film(count: int) -> Presentation:
    listed = index(*(segment(n) for n in range(count)))
    rung = representation("v1", index=listed)
    pictures = track("v", TrackKind.VIDEO, (rung,))
    return presentation(period(pictures, duration=count * 6), duration=micros(count * 6))


def _told(film: Presentation) -> list[tuple[float, float, list[tuple[int, float]]]]:
    """(start, end, [(segment number, its start)]) of each period."""
    told = []
    for one in film.periods:
        listed = one.tracks[0].representations[0].index
        assert listed is not None
        found = [listed.segment(n) for n in listed.numbers(NOW)]
        assert one.end is not None
        told.append(
            (
                seconds(one.start),
                seconds(one.end),
                [(each.number, seconds(each.start)) for each in found],
            )
        )
    return told


def _break(start: float, resume: float | None = 0, **more: object) -> Interstitial:
    offset = None if resume is None else micros(resume)
    return Interstitial(
        id="ad",
        start=micros(start),
        asset_uri="http://h/ad",
        resume_offset=offset,
        **more,  # type: ignore[arg-type]
    )


def test_the_rest_of_a_film_moves_behind_a_break() -> None:
    woven = weave(_film(4), _break(12.4), [_film(2)])
    assert _told(woven) == [
        (0, 12, [(0, 0), (1, 6)]),
        (12, 24, [(0, 12), (1, 18)]),
        (24, 36, [(2, 24), (3, 30)]),
    ]
    assert woven.duration == micros(36)
    assert len({one.id for one in woven.periods}) == 3
    clocks = set()
    for one in woven.periods:
        listed = one.tracks[0].representations[0].index
        assert listed is not None
        clocks.add(listed.segment(listed.numbers(NOW)[0]).discontinuity)
    assert len(clocks) == 3


def test_without_a_resume_offset_what_the_break_covers_is_left_out() -> None:
    woven = weave(_film(4), _break(6, None), [_film(1)])
    assert _told(woven) == [
        (0, 6, [(0, 0)]),
        (6, 12, [(0, 6)]),
        (12, 24, [(2, 12), (3, 18)]),
    ]
    assert woven.duration == micros(24)


@pytest.mark.parametrize(("cue", "starts"), [("PRE", [0, 6]), ("POST", [0, 12])])
def test_breaks_before_and_after_the_film(cue: str, starts: list[float]) -> None:
    woven = weave(_film(2), _break(3, cue=frozenset({cue})), [_film(1)])
    assert [one[0] for one in _told(woven)] == starts
    assert _told(woven)[-1][1] == 18


def test_no_more_of_a_break_is_shown_than_allowed() -> None:
    woven = weave(_film(2), _break(6, playout_limit=micros(13)), [_film(1), _film(3)])
    assert [(one[0], one[1]) for one in _told(woven)] == [(0, 6), (6, 12), (12, 18), (18, 24)]


def test_a_break_that_cannot_be_had_changes_nothing() -> None:
    film = _film(2)
    assert weave(film, _break(6), []) is film


def test_two_breaks_stand_beside_each_other() -> None:
    film = _film(4)
    once = weave(film, _break(6), [_film(1)])
    twice = weave(once, Interstitial(id="b", start=micros(18), resume_offset=NOW), [_film(1)])
    assert [(one[0], one[1]) for one in _told(twice)] == [
        (0, 6), (6, 12), (12, 18), (18, 24), (24, 36),
    ]  # fmt: skip
    assert _told(twice)[-1][2] == [(2, 24), (3, 30)]
