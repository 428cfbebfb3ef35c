"""EventStreams in presentation time, and what `emsg` says of the MPD's validity."""

import base64

import pytest

from player.manifest.face import mpd_validity
from player.model.event import Interstitial, SkipControl, TimedEvent
from player.model.presentation import Presentation
from player.units import micros
from tests.unit.manifest.mpd_made import AST, read, video

PART = video('<SegmentTemplate media="$Number$" duration="2"/>')
SECTION = b"\xfc0\x11\x00"
SCTE = "urn:scte:scte35:2014:xml+bin"


def test_events_are_placed_by_period_and_timescale() -> None:
    found = read(
        f'<Period duration="PT10S">{PART}</Period><Period id="b"><EventStream '
        'schemeIdUri="urn:x" value="v" timescale="1000" presentationTimeOffset="5000">'
        '<Event presentationTime="7500" duration="1500" id="2" who="me"> hello </Event>'
        '<Event presentationTime="6000" messageData="later"/>'
        '<Event presentationTime="6500" contentEncoding="base64">aGk=</Event>'
        '<Event presentationTime="6600" contentEncoding="base64">~~</Event></EventStream>'
        f"{PART}</Period>",
        mediaPresentationDuration="PT20S",
    )
    later, coded, broken, hello = found.events
    assert (later.start, later.data, later.duration) == (micros(11), b"later", None)
    assert later.id == "b/6000"
    assert (coded.data, broken.data) == (b"hi", b"~~")
    assert (hello.start, hello.duration, hello.id) == (micros(12.5), micros(1.5), "2")
    assert (hello.scheme, hello.value, hello.data) == ("urn:x", "v", b"hello")
    assert hello.attributes == (("who", "me"),)
    assert any("Base64" in one.text for one in found.warnings)


def test_splices_are_their_bytes() -> None:
    coded = base64.b64encode(SECTION).decode()
    found = read(
        f'<Period><EventStream schemeIdUri="{SCTE}"><Event presentationTime="3" id="1">'
        f"<scte35:Signal><scte35:Binary>\n{coded}\n</scte35:Binary></scte35:Signal></Event>"
        '</EventStream><EventStream schemeIdUri="urn:scte:scte35:2013:xml"><Event>'
        f'<SpliceInfoSection tier="4095"/></Event></EventStream>{PART}</Period>',
        mediaPresentationDuration="PT20S",
    )
    xml, splice = found.events
    assert splice.data == SECTION
    assert splice.start == micros(3)
    assert b"SpliceInfoSection" in xml.data


def test_each_event_once() -> None:
    stream = '<EventStream schemeIdUri="urn:x"><Event presentationTime="{}" id="0"/></EventStream>'
    found = read(
        f'<Period duration="PT10S">{stream.format(10)}{stream.format(10)}{PART}</Period>'
        f'<Period duration="PT10S">{stream.format(0)}{stream.format(5)}{PART}</Period>',
        mediaPresentationDuration="PT20S",
    )
    assert [(one.id, one.start) for one in found.events] == [
        ("0", micros(10)),
        ("0@15000000", micros(15)),
    ]


def emsg(value: str, data: bytes, duration: float | None = None) -> TimedEvent:
    """An event of the media, placed."""
    return TimedEvent(
        scheme="urn:mpeg:dash:event:2012",
        value=value,
        id="1",
        start=micros(30),
        duration=None if duration is None else micros(duration),
        data=data,
    )


def test_the_validity_of_an_mpd() -> None:
    plain = mpd_validity(emsg("1", b"2023-11-14T22:13:20Z\x00"))
    assert plain is not None
    assert (plain.expires, plain.published, plain.ends) == (micros(30), AST, None)
    bare = mpd_validity(emsg("1", b"2023-11-14T22:13:20Z"))
    assert bare is not None
    assert bare.published == AST
    patch = mpd_validity(emsg("2", b"2023-11-14T22:13:20Z\x00<Patch/>"))
    assert patch is not None
    assert (patch.patch, patch.mpd) == (b"<Patch/>", b"")
    whole = mpd_validity(emsg("3", b"2023-11-14T22:13:20Z\x00<MPD/>"))
    assert whole is not None
    assert whole.mpd == b"<MPD/>"
    over = mpd_validity(emsg("1", b"\x00", 4))
    assert over is not None
    assert (over.published, over.ends) == (None, micros(34))
    assert mpd_validity(emsg("4", b"")) is None
    assert mpd_validity(TimedEvent(scheme="urn:x", value="1", id="", start=micros(0))) is None


INSERT = "urn:mpeg:dash:event:alternativeMPD:insert:2025"


def _alternatives(events: str, scheme: str = INSERT) -> Presentation:
    stream = f'<EventStream schemeIdUri="{scheme}" timescale="1000">{events}</EventStream>'
    return read(f"<Period>{stream}{PART}</Period>", mediaPresentationDuration="PT60S")


def test_an_inserted_presentation_is_an_interstitial() -> None:
    found = _alternatives(
        '<Event presentationTime="12000" duration="9000" id="7"><InsertPresentation '
        'uri="ads/one.mpd" maxDuration="6500" skipAfter="PT4S" noJump="2" executeOnce="true"/>'
        '</Event><Event presentationTime="6000"><InsertPresentation url="http://x.test/b.mpd"/>'
        "</Event>"
    )
    plain, one = found.interstitials
    assert one == Interstitial(
        id="7",
        start=micros(12),
        duration=micros(9),
        asset_uri="https://tv.example/d/ads/one.mpd",
        resume_offset=micros(0),
        playout_limit=micros(6.5),
        cue=frozenset({"ONCE"}),
        restrict=frozenset({"SKIP", "JUMP"}),
        skip=SkipControl(offset=micros(4)),
    )
    assert (plain.start, plain.asset_uri) == (micros(6), "http://x.test/b.mpd")
    assert (plain.restrict, plain.skip, plain.cue) == (frozenset(), None, frozenset())


@pytest.mark.parametrize(("told", "offset"), [('returnOffset="3000"', 3), ("", None)])
def test_a_replacement_goes_on_where_it_says(told: str, offset: float | None) -> None:
    event = f'<Event presentationTime="5"><ReplacePresentation uri="a.mpd" {told}/></Event>'
    (one,) = _alternatives(event, INSERT.replace("insert", "replace")).interstitials
    assert one.resume_offset == (None if offset is None else micros(offset))


@pytest.mark.parametrize(
    ("event", "scheme", "words"),
    [
        ('<Event><InsertPresentation uri="file:///x"/></Event>', INSERT, "address"),
        ("<Event><InsertPresentation/></Event>", INSERT, "address"),
        ("<Event/>", INSERT.replace("2025", "2027"), "another edition"),
    ],
)
def test_what_of_it_cannot_be_done_is_said(event: str, scheme: str, words: str) -> None:
    found = _alternatives(event, scheme)
    assert found.interstitials == ()
    assert any(words in one.text for one in found.warnings)
