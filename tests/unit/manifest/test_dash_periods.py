"""Periods: holes, early ones, names that last, bumpers; and the clock's and service's words."""

import pytest

from player.manifest.face import least_skew, refresh
from player.model.cmcd import CmcdMode
from player.model.presentation import LatencyRange, Presentation, PresentationType
from player.units import Micros, micros, seconds
from tests.unit.manifest.mpd_made import AST, NOW, read, video

PART = video('<SegmentTemplate media="$Number$" duration="2"/>')
DYNAMIC = {
    "type": "dynamic",
    "availabilityStartTime": "2023-11-14T22:13:20Z",
    "minimumUpdatePeriod": "PT2S",
}


def spans(found: Presentation) -> list[tuple[str, float, float | None]]:
    """(id, start, duration) of all periods in seconds."""
    return [
        (one.id, seconds(one.start), None if one.duration is None else seconds(one.duration))
        for one in found.periods
    ]


def test_a_hole_between_periods_stays_one() -> None:
    found = read(
        f'<Period id="a" start="PT0S" duration="PT8S">{PART}</Period>'
        f'<Period id="b" start="PT10S" duration="PT5.05S">{PART}</Period>'
        f'<Period id="c" start="PT15S" duration="PT9S">{PART}</Period>'
        f'<Period id="d" start="PT20S">{PART}</Period>',
        mediaPresentationDuration="PT22S",
    )
    assert spans(found) == [("a", 0, 8), ("b", 10, 5), ("c", 15, 5), ("d", 20, 2)]
    said = " ".join(one.text for one in found.warnings)
    assert "a hole" in said
    assert "cut short" in said
    index = found.periods[0].tracks[0].representations[0].index
    assert index is not None
    assert len(index.numbers(NOW)) == 4


def test_bumpers_of_two_seconds_keep_their_places() -> None:
    inner = "".join(f'<Period id="{one}" duration="PT2S">{PART}</Period>' for one in range(30))
    found = read(inner, mediaPresentationDuration="PT1M")
    assert [one[1:] for one in spans(found)] == [(2 * one, 2) for one in range(30)]
    for place, period in enumerate(found.periods):
        index = period.tracks[0].representations[0].index
        assert index is not None
        assert [index.segment(one).start for one in index.numbers(NOW)] == [micros(2 * place)]


def test_periods_without_ids_keep_their_names_over_reloads() -> None:
    def mpd(*starts: float) -> Presentation:
        inner = "".join(f'<Period start="PT{one}S">{PART}</Period>' for one in starts)
        return read(inner, **DYNAMIC)

    first = mpd(0, 30, 60)
    later = refresh(first, mpd(30.004, 60, 90))
    assert [one.id for one in later.periods] == ["@30000000", "@60000000", "@90000000"]
    assert later.periods[0].start == micros(30.004)
    assert [one.id for one in refresh(later, mpd(60, 90)).periods] == ["@60000000", "@90000000"]


def test_repeated_ids_are_told_apart_for_good() -> None:
    def mpd(*starts: int) -> Presentation:
        inner = "".join(f'<Period id="x" start="PT{one}S">{PART}</Period>' for one in starts)
        return read(inner, **DYNAMIC)

    assert [one.id for one in mpd(0, 30, 60).periods] == ["x", "x@30000000", "x@60000000"]


def test_an_early_available_period_waits_at_the_end() -> None:
    found = read(
        f'<Period id="now" start="PT0S">{PART}</Period><Period id="soon">{PART}</Period>',
        **DYNAMIC,
    )
    now, soon = found.periods
    assert (now.id, now.early, now.end) == ("now", False, None)
    assert (soon.id, soon.early) == ("soon", True)
    assert soon.start > micros(10**9)
    index = now.tracks[0].representations[0].index
    assert index is not None
    assert not index.ended
    begun = read(
        f'<Period id="now" start="PT0S">{PART}</Period>'
        f'<Period id="soon" start="PT60S">{PART}</Period>',
        **DYNAMIC,
    )
    later = refresh(found, begun)
    assert [(one.id, one.early, one.start) for one in later.periods] == [
        ("now", False, 0),
        ("soon", False, micros(60)),
    ]


def test_a_live_period_that_another_follows_has_segments_still_to_come() -> None:
    found = read(
        f'<Period id="a" start="PT0S">{PART}</Period>'
        f'<Period id="b" start="PT200S">{PART}</Period>',
        **DYNAMIC,
    )
    index = found.periods[0].tracks[0].representations[0].index
    assert index is not None
    assert not index.ended
    assert index.numbers(NOW) == range(1, 51)
    assert index.segment(51).available_at == NOW + micros(2)
    assert index.numbers(Micros(NOW + micros(1000))) == range(1, 101)


def test_nothing_of_length_zero_is_a_period() -> None:
    found = read(
        f'<Period id="a" duration="PT0S">{PART}</Period><Period id="b">{PART}</Period>',
        mediaPresentationDuration="PT9S",
    )
    assert spans(found) == [("b", 0, 9)]


def test_a_total_that_counts_from_the_first_period() -> None:
    late = read(f'<Period id="a" start="PT1H">{PART}</Period>', mediaPresentationDuration="PT6S")
    assert spans(late) == [("a", 3600, 6)]
    assert late.warnings


def test_clocks_of_all_kinds() -> None:
    kinds = ("direct:2014", "http-head:2014", "http-xsdate:2014", "http-iso:2012",
             "http-ntp:2014", "ntp:2014", "sntp:2014")  # fmt: skip
    told = "".join(
        f'<UTCTiming schemeIdUri="urn:mpeg:dash:utc:{one}" value="{value}"/>'
        for one, value in zip(
            kinds, ("2023-11-14T22:15:00Z", "t?a b", "/x", "u", "n", "0.pool 1.pool", "s"),
            strict=True,
        )
    )  # fmt: skip
    found = read(
        f'{told}<UTCTiming schemeIdUri="urn:x" value="y"/>'
        '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="file:///etc/x"/>'
        f"<Period>{PART}</Period>",
        **DYNAMIC,
    )
    assert [one.scheme.removeprefix("urn:mpeg:dash:utc:") for one in found.utc_timing] == [*kinds]
    assert found.utc_timing[1].value == "https://tv.example/d/t?a https://tv.example/d/b"
    assert found.utc_timing[5].value == "0.pool 1.pool"
    assert sum("clock" in one.text for one in found.warnings) == 2


def test_the_publish_time_bounds_a_clock_that_is_late() -> None:
    inner = f"<Period>{PART}</Period>"
    found = read(inner, **DYNAMIC, publishTime="2023-11-14T22:15:00Z")
    assert found.published == AST + micros(100)
    assert least_skew(found, AST) == micros(100)
    assert least_skew(found, Micros(NOW + 1)) == 0
    assert least_skew(read(inner, **DYNAMIC, publishTime="lately"), AST) == 0


SERVICE = (
    '<ServiceDescription><Scope schemeIdUri="urn:dvb:x"/><Latency target="1"/>'
    '</ServiceDescription><ServiceDescription id="0">'
    '<Latency target="3500" min="2000" max="6000" referenceId="7"/>'
    '<PlaybackRate min="0.96" max="1.04"/>'
    '<ClientDataReporting serviceLocations="a b"><CMCDParameters version="2" mode="header" '
    'schemeIdUri="urn:mpeg:dash:cta-5004:2023" keys="br d" contentID="c" sessionID="s"/>'
    "</ClientDataReporting></ServiceDescription>"
)


def test_the_service_description_is_told() -> None:
    found = read(f"{SERVICE}<Period>{PART}</Period>", **DYNAMIC, suggestedPresentationDelay="PT9S")
    assert found.type is PresentationType.LIVE
    assert found.target_latency == micros(3.5)
    assert found.latency_range == LatencyRange(
        least=micros(2), most=micros(6), slowest=0.96, fastest=1.04
    )
    asked = found.reporting
    assert asked is not None
    assert (asked.version, asked.mode, asked.keys) == (2, CmcdMode.HEADERS, {"br", "d"})
    assert (asked.content_id, asked.session_id, asked.locations) == ("c", "s", {"a", "b"})


@pytest.mark.parametrize("rate", ["NaN", "x", "-1", "1e99"])
def test_absurd_service_descriptions_are_passed_over(rate: str) -> None:
    found = read(
        f'<ServiceDescription><Latency target="-5" min="x"/><PlaybackRate max="{rate}"/>'
        f'<ClientDataReporting><CMCDParameters schemeIdUri="x"/></ClientDataReporting>'
        f"</ServiceDescription><Period>{PART}</Period>",
        **DYNAMIC,
    )
    assert (found.target_latency, found.latency_range) == (None, LatencyRange())
    assert found.reporting is None


def test_a_listed_period_is_over_once_the_next_has_begun_not_once_that_is_announced() -> None:
    listed = video(
        '<SegmentTemplate media="$Time$"><SegmentTimeline><S t="0" d="2" r="4"/>'
        "</SegmentTimeline></SegmentTemplate>"
    )

    def ended(published: str) -> bool:
        found = read(
            f'<Period id="a" start="PT0S">{listed}</Period>'
            f'<Period id="b" start="PT20S">{listed}</Period>',
            publishTime=published,
            **DYNAMIC,
        )
        index = found.periods[0].tracks[0].representations[0].index
        assert index is not None
        return index.ended

    assert not ended("2023-11-14T22:13:39Z")
    assert ended("2023-11-14T22:13:40Z")
    assert ended("no date at all")


def test_where_events_call_for_the_next_manifest_it_is_seldom_asked_for() -> None:
    def pause(period: str, scheme: str) -> float:
        events = f'<InbandEventStream schemeIdUri="{scheme}" value="1"/>'
        part = PART.replace("<SegmentTemplate", f"{events}<SegmentTemplate", 1)
        wish = DYNAMIC | {"minimumUpdatePeriod": period}
        found = read(f'<Period id="a" start="PT0S">{part}</Period>', **wish)
        assert found.reload_after is not None
        return seconds(found.reload_after)

    assert pause("PT0S", "urn:mpeg:dash:event:2012") == 10
    assert pause("PT2S", "urn:mpeg:dash:event:2012") == 2
    assert pause("PT0S", "urn:example") == 1
