"""Segments that are offered before all of them is made (ISO/IEC 23009-1 5.3.9.5.3)."""

import pytest

from player.model.segment import Segment
from player.units import Micros, micros
from tests.unit.manifest.mpd_made import AST, listed, live, only, static, video

TEMPLATE = '<SegmentTemplate media="$Number$" duration="2" {}/>'
CHUNKED = 'availabilityTimeComplete="false"'


def _first(attributes: str, base: str = "") -> Segment:
    index = only(live(video(TEMPLATE.format(attributes), base))).index
    assert index is not None
    return index.segment(1)


@pytest.mark.parametrize(
    ("attributes", "base", "early", "step"),
    [
        (f'availabilityTimeOffset="1.6" {CHUNKED}', "", 1.6, 0.4),
        (
            f'availabilityTimeOffset="0.5" {CHUNKED}',
            '<BaseURL availabilityTimeOffset="1">v/</BaseURL>',
            1.5,
            0.5,
        ),
        (
            'availabilityTimeOffset="0.5"',
            f'<BaseURL availabilityTimeOffset="1" {CHUNKED}>v/</BaseURL>',
            1.5,
            0.5,
        ),
        (f'availabilityTimeOffset="INF" {CHUNKED}', "", 2.0, 0.5),
        (f'availabilityTimeOffset="7" {CHUNKED}', "", 2.0, 0.5),
        (f'availabilityTimeOffset="1.6" {CHUNKED[:-6]}0"', "", 1.6, 0.4),
    ],
)
def test_a_segment_is_there_before_it_is_whole(
    attributes: str, base: str, early: float, step: float
) -> None:
    one = _first(attributes, base)
    assert one.available_at == AST + micros(2 - early)
    assert one.whole_at == AST + micros(2)
    assert one.step == micros(step)


def test_it_has_been_made_until_now() -> None:
    one = _first(f'availabilityTimeOffset="1.6" {CHUNKED}')
    assert one.made_until(Micros(AST + micros(0.5))) == micros(0.5)
    assert one.is_making(Micros(AST + micros(1.9)))
    assert one.made_until(Micros(AST + micros(2))) == one.end
    assert not one.is_making(Micros(AST + micros(2)))
    assert one.made_until(Micros(AST - micros(1))) == one.start


@pytest.mark.parametrize(
    "attributes",
    [
        CHUNKED,
        f'availabilityTimeOffset="0" {CHUNKED}',
        f'availabilityTimeOffset="soon" {CHUNKED}',
        'availabilityTimeOffset="1.6" availabilityTimeComplete="true"',
        'availabilityTimeOffset="1.6" availabilityTimeComplete="perhaps"',
    ],
)
def test_what_is_whole_once_it_is_there_is_not_being_made(attributes: str) -> None:
    one = _first(attributes)
    assert one.whole_at is None
    assert one.step is None


def test_a_flag_that_says_nothing_is_noted() -> None:
    template = TEMPLATE.format('availabilityTimeOffset="1" availabilityTimeComplete="perhaps"')
    found = live(video(template))
    assert any("availabilityTimeComplete" in one.text for one in found.warnings)


def test_the_last_one_of_a_timeline_may_be_in_the_making() -> None:
    timeline = '<SegmentTimeline><S t="0" d="2" r="50"/></SegmentTimeline></SegmentTemplate>'
    template = f'<SegmentTemplate media="$Number$" availabilityTimeOffset="1.5" {CHUNKED}>'
    found = listed(live(video(template + timeline)), Micros(AST + micros(101)))
    assert found[-1].whole_at == AST + micros(102)
    assert found[-1].made_until(Micros(AST + micros(101))) == micros(101)


def test_of_a_film_all_is_whole() -> None:
    one = listed(static(video(TEMPLATE.format(f'availabilityTimeOffset="1" {CHUNKED}'))))[0]
    assert one.whole_at is None
