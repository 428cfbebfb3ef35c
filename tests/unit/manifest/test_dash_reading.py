"""MPDs: addressing, inheritance, periods, live windows, protection, descriptors, refresh."""

import struct
from typing import Any

import pytest

from player.errors import ErrorCode, PlayerError
from player.manifest.dash.template_index import TemplateIndex
from player.manifest.face import adopt, parse, refresh, resolve_index
from player.model.presentation import (
    Container,
    ManifestFormat,
    Presentation,
    PresentationType,
    Representation,
    TrackKind,
)
from player.model.resource import ByteRange, ProtectionScheme
from player.model.segment import ListedIndex, Segment
from player.units import ByteCount, Micros, micros, seconds

URL = "https://tv.example/d/live.mpd"
AST = micros(1_700_000_000)
NOW = Micros(AST + micros(100))


def read(inner: str, **attributes: str) -> Presentation:
    """Parse an MPD of the given attributes and children."""
    told = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    text = f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" {told}>{inner}</MPD>'
    return parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.DASH)


def static(adaptation: str, duration: str = "PT10S") -> Presentation:
    """A static MPD of one period."""
    return read(f"<Period>{adaptation}</Period>", mediaPresentationDuration=duration)


def live(adaptation: str, **more: str) -> Presentation:
    """A dynamic MPD of one period that began 100 s ago."""
    return read(
        f'<Period id="p" start="PT0S">{adaptation}</Period>',
        **{
            "type": "dynamic",
            "availabilityStartTime": "2023-11-14T22:13:20Z",
            "minimumUpdatePeriod": "PT2S",
            **more,
        },
    )


def video(template: str, rest: str = "") -> str:
    """An AdaptationSet with one representation."""
    return (
        f'<AdaptationSet mimeType="video/mp4">{template}<Representation id="v" bandwidth="5" '
        f'codecs="avc1.64001f" width="64" height="36" frameRate="30000/1001">{rest}'
        "</Representation></AdaptationSet>"
    )


def only(found: Presentation) -> Representation:
    """The first representation."""
    return found.periods[0].tracks[0].representations[0]


def listed(found: Presentation, now: Micros = NOW) -> list[Segment]:
    """The first representation's segments at `now`."""
    index = only(found).index
    assert index is not None
    return [index.segment(number) for number in index.numbers(now)]


def brief(found: Presentation, now: Micros = NOW) -> list[tuple[int, float, float, str]]:
    """(number, start, duration, name) of the first representation's segments."""
    return [
        (
            one.number,
            seconds(one.start),
            seconds(one.duration),
            one.resource.uri.rpartition("/")[2],
        )
        for one in listed(found, now)
    ]


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
        "<SegmentList/>",
    ],
)
def test_what_cannot_be_addressed_is_refused(template: str) -> None:
    with pytest.raises(PlayerError) as caught:
        static(video(template))
    assert caught.value.failure.code is ErrorCode.MANIFEST_NO_TRACKS
    assert "left out" in caught.value.failure.cause


def test_a_timescale_of_nothing_is_one() -> None:
    found = static(video('<SegmentTemplate media="$Number$" duration="5" timescale="0"/>'))
    assert len(listed(found)) == 2
    assert found.warnings


def test_segment_lists() -> None:
    found = static(
        video(
            '<SegmentList duration="4"><Initialization sourceURL="i.mp4" range="0-99"/>'
            '<SegmentURL media="1.m4s"/><SegmentURL mediaRange="100-199"/>'
            '<SegmentURL media="3.m4s"/></SegmentList>'
        )
    )
    assert brief(found)[::2] == [(1, 0, 4, "1.m4s"), (3, 8, 2, "3.m4s")]
    second = listed(found)[1]
    assert second.resource.uri == URL
    assert second.resource.byte_range == ByteRange(offset=ByteCount(100), length=ByteCount(100))
    assert second.init is not None
    assert second.init.byte_range is not None
    assert second.init.byte_range.length == 100


def sidx(version: int, entries: list[tuple[int, int]], first_offset: int = 0) -> bytes:
    """A sidx box of timescale 1000 that begins at time 0."""
    head = struct.pack(">B3xII", version, 1, 1000)
    times = struct.pack(">II" if version == 0 else ">QQ", 0, first_offset)
    body = b"".join(struct.pack(">III", size, duration, 0x90000000) for size, duration in entries)
    box = head + times + struct.pack(">HH", 0, len(entries)) + body
    return struct.pack(">I4s", 8 + len(box), b"sidx") + box


@pytest.mark.parametrize("version", [0, 1])
def test_segment_base_is_resolved_by_its_sidx(version: int) -> None:
    found = static(
        video(
            '<SegmentBase indexRange="800-899" presentationTimeOffset="0">'
            '<Initialization range="0-799"/></SegmentBase>',
            "<BaseURL>v.mp4</BaseURL>",
        )
    )
    rung = only(found)
    assert rung.index is None
    assert rung.source is not None
    assert rung.source.resource.uri == "https://tv.example/d/v.mp4"
    box = sidx(version, [(1000, 4000), (2000, 7000)], first_offset=8)
    body = b"\x00\x00\x00\x0cfree...." + box
    result = resolve_index(rung, body, url=URL, now=NOW)
    assert isinstance(result.index, ListedIndex)
    first, second = result.index.segments
    start = 800 + len(body) + 8
    assert first.resource.byte_range == ByteRange(
        offset=ByteCount(start), length=ByteCount(1000)
    )  # fmt: skip
    assert (second.start, second.duration) == (micros(4), micros(6))
    assert result.init == rung.init
    whole = bytes(800) + box  # a server without ranges; zero-size boxes end the walk
    with pytest.raises(PlayerError):
        resolve_index(rung, whole, url=URL, now=NOW)
    for broken in (box[:20], b"", bytes(100), b"\x1a\x45\xdf\xa3"):
        with pytest.raises(PlayerError):
            resolve_index(rung, broken, url=URL, now=NOW)


def element(ident: str, *parts: bytes) -> bytes:
    """An EBML element of a four-byte size."""
    body = b"".join(parts)
    return bytes.fromhex(ident) + (0x10000000 | len(body)).to_bytes(4, "big") + body


def test_segment_base_is_resolved_by_webm_cues() -> None:
    found = static(
        video('<SegmentBase indexRange="50-99"/>', "<BaseURL>v.webm</BaseURL>").replace(
            "video/mp4", "video/webm"
        )
    )
    rung = only(found)
    assert rung.source is not None
    assert rung.source.resource.byte_range == ByteRange(offset=ByteCount(0), length=ByteCount(100))
    points = [
        element("bb", element("b3", time.to_bytes(2, "big")), element("b7", element("f1", place)))
        for time, place in ((0, b"\x01\x00"), (4000, b"\x03\x00"))
    ]
    info = element(
        "1549a966", element("2ad7b1", b"\x0f\x42\x40"), element("4489", struct.pack(">f", 9000))
    )
    head = element("1a45dfa3", b"")
    body = head + element("18538067", info, element("1c53bb6b", *points))
    result = resolve_index(rung, body, url=URL, now=NOW)
    assert isinstance(result.index, ListedIndex)
    first, second = result.index.segments
    base = len(head) + 8
    assert first.resource.byte_range == ByteRange(
        offset=ByteCount(base + 256), length=ByteCount(512)
    )  # fmt: skip
    assert (first.duration, second.start, second.duration) == (micros(4), micros(4), micros(5))
    for cut in range(4, len(body) - 1, 3):
        try:
            resolve_index(rung, body[:cut], url=URL, now=NOW)
        except PlayerError:
            continue


def test_a_sidecar_file_is_one_segment() -> None:
    found = static(
        '<AdaptationSet contentType="text" mimeType="text/vtt" lang="pt"><Role value="subtitle"/>'
        '<Role value="forced-subtitle"/><Label>Sub</Label><Representation id="t" bandwidth="1">'
        "<BaseURL>s.vtt</BaseURL></Representation></AdaptationSet>"
    )
    track = found.periods[0].tracks[0]
    assert (track.kind, track.language, track.name, track.forced) == (
        TrackKind.TEXT,
        "pt",
        "Sub",
        True,
    )
    assert brief(found) == [(1, 0, 10, "s.vtt")]
    assert only(found).container is Container.WEBVTT


def test_protection_is_gathered_from_all_levels() -> None:
    protection = (
        '<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs" '
        'cenc:default_KID="34E5DB32-8625-47CD-BA06-68FCA0655A72"/>'
        '<ContentProtection schemeIdUri="urn:uuid:E2719D58-A985-B3C9-781A-B030AF78D30E">'
        "<dashif:Laurl>https://keys.example/ck</dashif:Laurl>"
        "<cenc:pssh>AAAAIHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAAAA=</cenc:pssh></ContentProtection>"
    )
    found = static(video('<SegmentTemplate media="$Number$" duration="5"/>', protection))
    (way,) = only(found).protection
    assert way.scheme is ProtectionScheme.CBCS
    assert way.key_id == "34e5db32862547cdba0668fca0655a72"
    assert way.system == "e2719d58-a985-b3c9-781a-b030af78d30e"
    assert way.licence_uri == "https://keys.example/ck"
    assert way.pssh[4:8] == b"pssh"
    assert listed(found)[0].protection == (way,)
    assert any("prefix" in one.text for one in found.warnings)


def test_audio_channels_captions_trick_modes_and_images() -> None:
    template = '<SegmentTemplate media="$Number$" duration="5"/>'
    rung = '<Representation id="{}" bandwidth="1" codecs="{}" mimeType="{}"/>'
    channels = '<AudioChannelConfiguration schemeIdUri="{}" value="{}"/>'
    dolby = channels.format("tag:dolby.com,2014:dash:audio_channel_configuration:2011", "F801")
    found = static(
        f'<AdaptationSet lang="en"><Role value="main"/>{dolby}{template}'
        f"{rung.format('a', 'ec-3', 'audio/mp4')}</AdaptationSet>"
        f'<AdaptationSet><Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" '
        f'value="CC1=eng;CC3=swe"/>{template}{rung.format("v", "avc1", "video/mp4")}'
        f"</AdaptationSet>"
        f'<AdaptationSet><EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode" '
        f'value="1"/>{template}{rung.format("x", "avc1", "video/mp4")}</AdaptationSet>'
        f"<AdaptationSet>{template}{rung.format('i', '', 'image/jpeg')}</AdaptationSet>"
        f"<AdaptationSet>{template}{rung.format('m', 'avc1.4d,mp4a.40.2', 'video/mp4')}"
        "</AdaptationSet>"
    )
    tracks = found.periods[0].tracks
    assert [one.kind.value for one in tracks] == [
        "audio", "video", "image", "video", "text", "text",
    ]  # fmt: skip
    assert (tracks[0].channels, tracks[0].default) == (6, True)
    assert tracks[3].representations[0].kinds == {TrackKind.VIDEO, TrackKind.AUDIO}
    assert [(one.language, one.in_video) for one in tracks[4:]] == [("eng", True), ("swe", True)]


def test_the_whole_presentation_is_told() -> None:
    found = live(
        video('<SegmentTemplate media="$Number$" duration="2"/>')
        + "</Period><Location>next.mpd?x=1</Location>"
        '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="https://t.example/"/>'
        '<ServiceDescription><Latency target="3500"/></ServiceDescription><Period start="PT0S">',
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


def test_entities_are_neither_fetched_nor_expanded() -> None:
    text = (
        '<!DOCTYPE MPD [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<MPD mediaPresentationDuration="PT9S"><BaseURL>&f;&c;</BaseURL><Period>'
        + video('<SegmentTemplate media="$Number$" duration="5"/>')
        + "</Period></MPD>"
    )
    found = parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.DASH)
    assert listed(found)[0].resource.uri == "https://tv.example/d/1"


def test_an_mpd_in_utf_16() -> None:
    body = video('<SegmentTemplate media="$Number$" duration="5"/>')
    text = (
        '<?xml version="1.0" encoding="utf-16"?><MPD mediaPresentationDuration="PT9S">'
        f"<Period>{body}</Period></MPD>"
    )
    found = parse(text.encode("utf-16"), url=URL, now=NOW, format=ManifestFormat.DASH)
    assert len(listed(found)) == 2


def test_adopt_keeps_periods_apart() -> None:
    part = video('<SegmentBase indexRange="0-99"/>', "<BaseURL>v.mp4</BaseURL>")
    whole = read(
        f'<Period id="a" duration="PT5S">{part}</Period><Period id="b">{part}</Period>',
        mediaPresentationDuration="PT10S",
    )
    second = whole.periods[1].tracks[0].representations[0]
    result = resolve_index(second, sidx(0, [(5, 4000)]), url=URL, now=NOW)
    filled = adopt(whole, second.id, result, period_id="b")
    assert filled.periods[0].tracks[0].representations[0].index is None
    assert filled.periods[1].tracks[0].representations[0].index is result.index
    assert filled.duration == micros(10)
    assert isinstance(result.index, ListedIndex)
    assert result.index.segments[0].start == micros(5)


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


# ---- refresh ---------------------------------------------------------------------------------


def timeline(first: int, count: int, **more: Any) -> Presentation:
    """A live timeline of 2 s segments from tick `first`, always numbered from 1 by the server."""
    return live(
        video(
            '<SegmentTemplate media="$Time$" timescale="1"><SegmentTimeline>'
            f'<S t="{first}" d="2" r="{count - 1}"/></SegmentTimeline></SegmentTemplate>'
        ),
        **more,
    )


def test_numbers_stay_when_old_entries_go() -> None:
    first = timeline(0, 5)
    second = refresh(first, timeline(4, 5))
    assert brief(second) == [(3 + step, 4 + 2 * step, 2, f"{4 + 2 * step}") for step in range(5)]
    third = refresh(second, timeline(14, 3))
    assert [one.number for one in listed(third)] == [8, 9, 10]
    slept = refresh(third, timeline(40, 2))
    assert [one.number for one in listed(slept)] == [21, 22]
    index = only(slept).index
    assert index is not None
    assert index.segment(21).start == micros(40)
    with pytest.raises(IndexError):
        index.segment(23)
    with pytest.raises(IndexError):
        index.segment(20)


def test_numbers_of_a_segment_list_stay() -> None:
    def window(first: int) -> Presentation:
        urls = "".join(f'<SegmentURL media="{first + step}"/>' for step in range(3))
        times = f'<SegmentTimeline><S t="{first * 2}" d="2" r="2"/></SegmentTimeline>'
        return live(video(f"<SegmentList>{times}{urls}</SegmentList>"))

    later = refresh(window(0), window(2))
    assert [(one.number, one.resource.uri[-1]) for one in listed(later)] == [
        (3, "2"),
        (4, "3"),
        (5, "4"),
    ]


def test_a_loaded_index_outlives_a_reload() -> None:
    text = video('<SegmentBase indexRange="0-99"/>', "<BaseURL>v.mp4</BaseURL>")
    old, new = static(text), static(text)
    result = resolve_index(only(old), sidx(0, [(5, 4000)]), url=URL, now=NOW)
    period = old.periods[0]
    known = adopt(old, "v", result)
    assert only(refresh(known, new)).index is result.index
    assert refresh(known, new).periods[0].id == period.id


def test_new_periods_come_and_old_ones_go() -> None:
    part = video('<SegmentTemplate media="$Number$" duration="2"/>')
    other = part.replace("mimeType", 'id="9" mimeType')
    old = read(f'<Period id="a" duration="PT8S">{part}</Period>', mediaPresentationDuration="PT8S")
    new = read(
        f'<Period id="b" start="PT8S" duration="PT8S">{other}</Period>',
        mediaPresentationDuration="PT16S",
    )
    assert [one.id for one in refresh(old, new).periods] == ["b"]
