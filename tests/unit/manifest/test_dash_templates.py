"""SegmentTemplate: numbers, timelines, inheritance, and what exists at which time."""

import pytest

from player.errors import ErrorCode, PlayerError
from player.manifest.dash.template_index import TemplateIndex
from player.model.presentation import Container, PresentationType, TrackKind
from player.units import Micros, micros
from tests.unit.manifest.mpd_made import AST, NOW, brief, listed, live, only, read, static, video


def test_number_templates_with_widths_and_a_short_end() -> None:
    found = static(
        video(
            '<SegmentTemplate media="$RepresentationID$/$Number%05d$_$Bandwidth$$$.m4s" '
            'initialization="$RepresentationID$/i.mp4" timescale="1000" duration="4000" '
            'startNumber="0"/>'
        )
    )
    assert brief(found) == [
        (0, 0, 4, "00000_5$.m4s"),
        (1, 4, 4, "00001_5$.m4s"),
        (2, 8, 2, "00002_5$.m4s"),
    ]
    rung = only(found)
    assert rung.init is not None
    assert rung.init.uri == "https://tv.example/d/v/i.mp4"
    assert rung.container is Container.FMP4
    assert rung.kinds == {TrackKind.VIDEO}
    assert rung.frame_rate == pytest.approx(29.97, abs=0.01)
    assert found.type is PresentationType.VOD
    assert found.duration == micros(10)
    assert rung.index is not None
    assert rung.index.ended


def test_a_rounding_error_at_the_end_is_no_segment() -> None:
    template = '<SegmentTemplate media="$Number$" timescale="1000" duration="2000"/>'
    assert len(listed(static(video(template), "PT10.004S"))) == 5
    assert len(listed(static(video(template), "PT10.1S"))) == 6


def test_time_templates_and_timelines_with_holes() -> None:
    found = static(
        video(
            '<SegmentTemplate media="$Time$.m4s" timescale="10" presentationTimeOffset="100">'
            '<SegmentTimeline><S t="100" d="20" r="1"/><S t="150" d="10" r="-1"/>'
            '<S t="180" d="20"/></SegmentTimeline></SegmentTemplate>'
        )
    )
    assert brief(found) == [
        (1, 0, 2, "100.m4s"),
        (2, 2, 2, "120.m4s"),
        (3, 5, 1, "150.m4s"),
        (4, 6, 1, "160.m4s"),
        (5, 7, 1, "170.m4s"),
        (6, 8, 2, "180.m4s"),
    ]
    index = only(found).index
    assert index is not None
    hole = index.find(micros(4.5), NOW)
    assert hole is not None
    assert hole.number == 3
    assert listed(found)[0].media_offset == micros(-10)


def test_inheritance_prefers_what_is_nearest() -> None:
    found = read(
        '<BaseURL>a/</BaseURL><Period><BaseURL>b/</BaseURL><SegmentTemplate timescale="2" '
        'startNumber="5" media="far"/><AdaptationSet contentType="video"><SegmentTemplate '
        'duration="8"/><Representation id="v" bandwidth="1"><BaseURL>/c/</BaseURL>'
        '<SegmentTemplate media="$Number$.m4s"/></Representation></AdaptationSet></Period>',
        mediaPresentationDuration="PT8S",
    )
    assert [one.resource.uri for one in listed(found)] == [
        "https://tv.example/c/5.m4s",
        "https://tv.example/c/6.m4s",
    ]


def test_a_live_number_window_is_a_function_of_now() -> None:
    found = live(
        video('<SegmentTemplate media="$Number$" duration="2" startNumber="1"/>'),
        timeShiftBufferDepth="PT10S",
        suggestedPresentationDelay="PT6S",
    )
    index = only(found).index
    assert isinstance(index, TemplateIndex)
    assert index.numbers(NOW) == range(46, 51)
    assert index.numbers(Micros(NOW + micros(1.9))) == range(46, 51)
    assert index.numbers(Micros(NOW + micros(2))) == range(47, 52)
    assert not index.numbers(AST)
    assert not index.numbers(Micros(0))
    assert index.segment(50).available_at == NOW
    late = index.find(micros(5_000), NOW)
    assert late is not None
    assert late.number == 50
    assert (found.type, found.epoch) == (PresentationType.LIVE, AST)
    assert (found.target_latency, found.reload_after) == (micros(6), micros(2))
    assert not index.ended


def test_availability_time_offset_comes_earlier() -> None:
    template = '<SegmentTemplate media="$Number$" duration="2" availabilityTimeOffset="{}"/>'
    early = only(live(video(template.format("1.5")))).index
    assert early is not None
    assert early.numbers(Micros(AST + micros(0.5)))[-1] == 1
    assert only(live(video(template.format("INF")))).index is not None


def test_a_timeline_without_end_grows_with_now() -> None:
    found = live(
        video(
            '<SegmentTemplate media="$Time$" timescale="10"><SegmentTimeline>'
            '<S t="0" d="20" r="3"/><S d="10" r="-1"/></SegmentTimeline></SegmentTemplate>'
        )
    )
    index = only(found).index
    assert index is not None
    assert index.numbers(Micros(AST + micros(7.9)))[-1] == 3
    assert index.numbers(Micros(AST + micros(9)))[-1] == 5
    assert index.numbers(NOW)[-1] == 4 + 92


def test_absurd_counts_cost_nothing() -> None:
    big = (
        '<SegmentTemplate media="$Time$" timescale="90000"><SegmentTimeline>'
        '<S t="0" d="1" r="99999999999"/><S t="4611686018427387903" d="1" r="-7"/>'
        "</SegmentTimeline></SegmentTemplate>"
    )
    index = only(live(video(big))).index
    assert index is not None
    assert index.find(micros(3), NOW) is not None
    tiny = '<SegmentTemplate media="$Number%099d$" timescale="4000000000" duration="1"/>'
    found = only(static(video(tiny), "P90Y")).index
    assert found is not None
    assert len(found.segment(found.numbers(NOW)[-1]).resource.uri) < 200


@pytest.mark.parametrize(
    "template",
    [
        '<SegmentTemplate media="$Number$" duration="0"/>',
        '<SegmentTemplate media="$Number$" duration="-4"/>',
        '<SegmentTemplate duration="4"/>',
        '<SegmentTemplate media="file:///etc/$Number$" duration="4"/>',
        '<SegmentTemplate media="$Number$_$SubNumber$" duration="4"/>',
        "<SegmentList/>",
    ],
)
def test_what_cannot_be_addressed_is_refused(template: str) -> None:
    with pytest.raises(PlayerError) as caught:
        static(video(template))
    foreign = "file:" in template
    code = ErrorCode.INPUT_UNSUPPORTED_SCHEME if foreign else ErrorCode.MANIFEST_NO_TRACKS
    assert caught.value.failure.code is code
    assert "left out" in caught.value.failure.cause


def test_a_timescale_of_nothing_is_one() -> None:
    found = static(video('<SegmentTemplate media="$Number$" duration="5" timescale="0"/>'))
    assert len(listed(found)) == 2
    assert found.warnings
