"""Interstitials become periods, and what follows them stands where it should."""

from dataclasses import replace

import pytest

from player.model.event import Interstitial
from player.model.presentation import Presentation, PresentationType, TrackKind
from player.streaming.presentation.weaving import Break, forget, place, weave
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


def _weave(film: Presentation, one: Interstitial, assets: list[Presentation]) -> Presentation:
    found = place(film, one, assets)
    return weave(film, [found] if found else []).presentation


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
    woven = _weave(_film(4), _break(12.4), [_film(2)])
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
    woven = _weave(_film(4), _break(6, None), [_film(1)])
    assert _told(woven) == [
        (0, 6, [(0, 0)]),
        (6, 12, [(0, 6)]),
        (12, 24, [(2, 12), (3, 18)]),
    ]
    assert woven.duration == micros(24)


@pytest.mark.parametrize(("cue", "starts"), [("PRE", [0, 6]), ("POST", [0, 12])])
def test_breaks_before_and_after_the_film(cue: str, starts: list[float]) -> None:
    woven = _weave(_film(2), _break(3, cue=frozenset({cue})), [_film(1)])
    assert [one[0] for one in _told(woven)] == starts
    assert _told(woven)[-1][1] == 18


def test_no_more_of_a_break_is_shown_than_allowed() -> None:
    woven = _weave(_film(2), _break(6, playout_limit=micros(13)), [_film(1), _film(3)])
    assert [(one[0], one[1]) for one in _told(woven)] == [(0, 6), (6, 12), (12, 18), (18, 24)]


def test_a_break_that_cannot_be_had_changes_nothing() -> None:
    film = _film(2)
    assert _weave(film, _break(6), []) is film


def test_two_breaks_of_the_same_moment_follow_each_other() -> None:
    live = replace(_film(6), type=PresentationType.LIVE)
    first = place(live, _break(6), [_film(1)])
    assert first is not None
    second = place(live, Interstitial(id="b", start=micros(6)), [_film(1)], [first])
    assert second is not None
    woven = weave(live, [first, second])
    assert [one[:2] for one in _told(woven.presentation)] == [(0, 6), (6, 12), (12, 18), (18, 36)]
    assert [one.id in woven.origins for one in woven.presentation.periods] == [
        True,
        False,
        False,
        True,
    ]


def test_breaks_that_a_live_window_left_behind_are_forgotten_and_names_stay() -> None:
    live = replace(_film(9), type=PresentationType.LIVE)
    breaks: tuple[Break, ...] = ()
    for number in (1, 3, 5):
        one = Interstitial(id=f"ad{number}", start=micros(6 * number))
        found = place(live, one, [_film(1)], breaks)
        assert found is not None
        breaks = (*breaks, found)
    before = weave(live, breaks).presentation
    name = live.periods[0].id
    assert forget(breaks, {name: micros(11)}) == breaks
    kept = forget(breaks, {name: micros(24)})
    assert [(one.id, bool(one.parts)) for one in kept] == [("ad3", False), ("ad5", True)]
    assert forget(kept, {name: micros(24)}) == kept
    after = weave(live, kept).presentation
    assert after.periods == before.periods[-3:]
    assert forget(breaks, {}) == ()
    last = place(live, Interstitial(id="ad7", start=micros(42)), [_film(1)], kept)
    assert last is not None
    assert last.stretch == 1 + max(one.stretch + 1 for one in breaks)


def test_a_break_that_moves_the_programme_is_never_forgotten() -> None:
    found = place(_film(4), _break(6, 0), [_film(1)])
    assert found is not None
    assert forget([found], {found.period: micros(18)}) == (found,)


def test_two_breaks_stand_beside_each_other() -> None:
    film = _film(4)
    first = place(film, _break(6), [_film(1)])
    assert first is not None
    second = place(film, Interstitial(id="b", start=micros(12), resume_offset=NOW), [_film(1)])
    assert second is not None
    twice = weave(film, [first, second]).presentation
    assert [(one[0], one[1]) for one in _told(twice)] == [
        (0, 6), (6, 12), (12, 18), (18, 24), (24, 36),
    ]  # fmt: skip
    assert _told(twice)[-1][2] == [(2, 24), (3, 30)]


def _live(numbers: range) -> Presentation:
    listed = index(*(segment(n) for n in numbers), ended=False, reload_after=6)
    rungs = representation("v1", index=listed), representation("v2", 2_000_000)
    pictures = track("v", TrackKind.VIDEO, rungs)
    return presentation(period(pictures), type=PresentationType.LIVE)


def _numbers(live: Presentation, breaks: list[Break]) -> list[tuple[str, list[int], bool]]:
    found = []
    for one in weave(live, breaks).presentation.periods:
        listed = one.tracks[0].representations[0].index
        assert listed is not None
        found.append((one.id, [*listed.numbers(NOW)], listed.ended))
    return found


def test_a_break_of_a_live_programme_stays_where_it_is_while_the_window_moves() -> None:
    one = place(_live(range(10, 14)), _break(78, 0), [_film(2)])
    assert one is not None
    assert (one.cut, one.back) == (micros(78), micros(90))
    rest = "p0+ad"
    told = [_numbers(_live(range(n, n + 4)), [one]) for n in (10, 12, 14)]
    assert told == [
        [("p0", [10, 11, 12], True), ("ad+0", [0, 1], True), (rest, [], False)],
        [("p0", [12], True), ("ad+0", [0, 1], True), (rest, [15], False)],
        [("p0", [], True), ("ad+0", [0, 1], True), (rest, [15, 16, 17], False)],
    ]
    woven = weave(_live(range(14, 18)), [one])
    assert woven.origins == {"p0": "p0", rest: "p0"}
    assert woven.presentation.periods[-1].start == micros(90)
    rungs = woven.presentation.periods[-1].tracks[0].representations
    assert [rung.id for rung in rungs] == ["v1", "v2"]


def test_a_stretch_that_has_not_come_yet_has_not_ended() -> None:
    one = place(_live(range(10, 14)), _break(78, 0), [_film(2)])
    assert one is not None
    assert _numbers(_live(range(8, 12)), [one])[0] == ("p0", [8, 9, 10, 11], False)


def test_what_is_shown_once_is_passed_over_afterwards() -> None:
    one = place(_film(4), _break(6), [_film(1)])
    assert one is not None
    spent = weave(_film(4), [replace(one, spent=True)]).presentation
    assert [each.early for each in spent.periods] == [False, True, False]
    assert [seconds(each.start) for each in spent.periods] == [0, 6, 12]


def test_a_break_inside_another_one_has_no_place() -> None:
    first = place(_film(6), _break(6, None), [_film(2)])
    assert first is not None
    inner = Interstitial(id="b", start=micros(12))
    assert place(_film(6), inner, [_film(1)], [first]) is None
