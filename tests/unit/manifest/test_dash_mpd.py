"""The MPD as a whole: periods, what the root tells, and XML of every kind."""

import pytest

from player.errors import ErrorCode, PlayerError
from player.manifest.bounds import LARGEST_MPD
from player.manifest.face import parse
from player.model.presentation import ManifestFormat
from player.units import micros, seconds
from tests.unit.manifest.mpd_made import NOW, URL, listed, live, read, video


def test_periods_follow_one_another() -> None:
    part = video('<SegmentTemplate media="$Number$" duration="5" presentationTimeOffset="7"/>')
    found = read(
        f'<Period id="a" duration="PT10S">{part}</Period><Period>{part}</Period>'
        f'<Period start="PT30S">{part}</Period>',
        mediaPresentationDuration="PT35S",
    )
    assert [(one.id, seconds(one.start), one.duration) for one in found.periods] == [
        ("a", 0, micros(10)),
        ("@10000000", 10, micros(20)),
        ("@30000000", 30, micros(5)),
    ]
    index = found.periods[1].tracks[0].representations[0].index
    assert index is not None
    assert index.segment(1).start == micros(10)
    assert index.segment(1).media_offset == micros(3)


def test_the_whole_presentation_is_told() -> None:
    found = live(
        video('<SegmentTemplate media="$Number$" duration="2"/>')
        + "</Period><Location>next.mpd?x=1</Location>"
        '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="https://t.example/"/>'
        '<ServiceDescription><Latency target="3500"/></ServiceDescription><Period start="PT500S">',
        minimumUpdatePeriod="PT0S",
        suggestedPresentationDelay="PT9S",
    )
    assert found.location == "https://tv.example/d/next.mpd?x=1"
    assert found.target_latency == micros(3.5)
    assert found.reload_after == micros(1)
    assert found.utc_timing[0].value == "https://t.example/"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", ErrorCode.MANIFEST_EMPTY),
        (b"   ", ErrorCode.MANIFEST_EMPTY),
        (b"no xml at all", ErrorCode.MANIFEST_NOT_A_MANIFEST),
        (b"<SmoothStreamingMedia/>", ErrorCode.MANIFEST_NOT_A_MANIFEST),
        (b"<MPD/>", ErrorCode.MANIFEST_NO_TRACKS),
        (b"<MPD><Period/></MPD>", ErrorCode.MANIFEST_NO_TRACKS),
    ],
)
def test_what_is_no_mpd(body: bytes, code: ErrorCode) -> None:
    with pytest.raises(PlayerError) as caught:
        parse(body, url=URL, now=NOW, format=ManifestFormat.DASH)
    assert caught.value.failure.code is code


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-7"])
def test_entities_are_refused_in_encodings_that_hide_them(encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = '<!DOCTYPE MPD [<!ENTITY a "EXPANDED">]><MPD><Period id="&a;"/></MPD>'
    if encoding == "utf-7":
        body = (declared + text.replace("<!", "+ADwAIQ-")).encode()
    else:
        body = (declared + text).encode(encoding)
    with pytest.raises(PlayerError) as caught:
        parse(body, url=URL, now=NOW, format=ManifestFormat.DASH)
    assert "EXPANDED" not in caught.value.failure.cause


@pytest.mark.parametrize("prolog", ["", '<?xml version="1.0" encoding="utf-16"?>'])
def test_entities_are_refused(prolog: str) -> None:
    text = (
        f'{prolog}<!DOCTYPE MPD [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<MPD mediaPresentationDuration="PT9S"><BaseURL>&f;&b;</BaseURL><Period>'
        + video('<SegmentTemplate media="$Number$" duration="5"/>')
        + "</Period></MPD>"
    )
    with pytest.raises(PlayerError) as caught:
        parse(
            text.encode("utf-16" if prolog else "utf-8"),
            url=URL,
            now=NOW,
            format=ManifestFormat.DASH,
        )
    assert caught.value.failure.code is ErrorCode.MANIFEST_INVALID
    assert "entities" in caught.value.failure.cause


def test_a_manifest_beyond_all_measure_is_refused() -> None:
    body = b"<MPD>" + b" " * (LARGEST_MPD + 1) + b"</MPD>"
    with pytest.raises(PlayerError) as caught:
        parse(body, url=URL, now=NOW, format=ManifestFormat.DASH)
    assert caught.value.failure.code is ErrorCode.MANIFEST_INVALID


def test_an_mpd_in_utf_16() -> None:
    body = video('<SegmentTemplate media="$Number$" duration="5"/>')
    text = (
        '<?xml version="1.0" encoding="utf-16"?><MPD mediaPresentationDuration="PT9S">'
        f"<Period>{body}</Period></MPD>"
    )
    found = parse(text.encode("utf-16"), url=URL, now=NOW, format=ManifestFormat.DASH)
    assert len(listed(found)) == 2


def test_strange_mpds_are_read_with_notes() -> None:
    part = video(
        '<SegmentTemplate media="$Number$" duration="5" availabilityTimeOffset="soon"/>',
        '<ContentProtection schemeIdUri="urn:uuid:1"><pssh>AAAAIA==</pssh><pssh>A</pssh>'
        "<laurl>file:///k</laurl></ContentProtection>",
    )
    text = (
        '<MPD type="dynamic" availabilityStartTime="x" minimumUpdatePeriod="soon">'
        "<Location>file:///m.mpd</Location><Location>http://[</Location><BaseURL/>"
        '<BaseURL>file:///b/</BaseURL><Period xlink:href="http://p.example/"/>'
        f'<Period start="PT9S" duration="PT4S">{part}</Period><Period start="PT2S">{part}</Period>'
        "</MPD>"
    )
    found = parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.DASH)
    assert [seconds(one.start) for one in found.periods] == [9, 13]
    assert (found.location, found.reload_after, found.epoch) == ("", None, 0)
    said = " ".join(one.text for one in found.warnings)
    for word in ("remote", "before", "Location", "BaseURL", "availabilityStartTime", "pssh",
                 "licence", "minimumUpdatePeriod"):  # fmt: skip
        assert word in said, word
