"""A live manifest is loaded when something may stand in it that is wanted."""

import pytest

from player.manifest.face import parse
from player.model.presentation import ManifestFormat, Presentation
from player.streaming.presentation.manifest_due import WRITTEN, due_after
from player.units import Micros, micros

TIMELINE = '<SegmentTimeline><S t="0" d="2" r="19"/></SegmentTimeline>'  # until 40 s
NUMBERS = ""


def _live(period: str, inner: str, of_period: str = "") -> Presentation:
    addressing = '<SegmentTemplate media="$Number$" {}>{}</SegmentTemplate>'
    template = addressing.format("" if inner else 'duration="2"', inner)
    mpd = (
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic" timeShiftBufferDepth="PT60S" '
        f'availabilityStartTime="1970-01-01T00:00:00Z" {period}>'
        f'<Period id="p" start="PT0S" {of_period}><AdaptationSet contentType="video" '
        f'mimeType="video/mp4">{template}'
        '<Representation id="v" bandwidth="1000" codecs="avc1.64001f"/>'
        "</AdaptationSet></Period></MPD>"
    )
    return parse(mpd.encode(), url="http://h/m.mpd", now=Micros(0), format=ManifestFormat.DASH)


def _every(seconds: float) -> str:
    return f'minimumUpdatePeriod="PT{seconds}S"'


def test_a_segment_that_ends_soon_is_waited_for_and_no_longer() -> None:
    assert due_after(_live(_every(2), TIMELINE), micros(40.5)) == micros(1.5) + WRITTEN


def test_never_more_often_than_once_a_second() -> None:
    assert due_after(_live(_every(2), TIMELINE), micros(41.9)) == micros(1)


def test_a_late_segment_is_looked_for_after_half_the_time() -> None:
    assert due_after(_live(_every(3), TIMELINE), micros(43)) == micros(1.5)


def test_one_that_does_not_come_is_looked_for_at_the_usual_pace() -> None:
    assert due_after(_live(_every(3), TIMELINE), micros(46)) == micros(3)


@pytest.mark.parametrize(
    "live",
    [
        _live(_every(10), TIMELINE),
        _live(_every(10), NUMBERS),
        _live(_every(10), TIMELINE, 'duration="PT40S"'),
    ],
    ids=["seldom", "arithmetic", "a period that is over"],
)
def test_what_the_server_says_counts(live: Presentation) -> None:
    assert due_after(live, micros(41.5)) == micros(10)


def test_arithmetic_needs_no_haste() -> None:
    assert due_after(_live(_every(2), NUMBERS), micros(41.5)) == micros(2)


def test_without_a_word_it_is_not_loaded_again() -> None:
    assert due_after(_live("", TIMELINE), micros(41.5)) is None
