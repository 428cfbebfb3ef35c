"""`farol probe --json` tells everything that the model knows: no field is forgotten."""

import json
from dataclasses import MISSING, Field, fields, replace
from enum import StrEnum
from typing import Any

import pytest

from app.probe import extras
from player.manifest.dump import describe
from player.model.cmcd import ClientDataReporting, CmcdMode
from player.model.event import Chapter, Interstitial, SessionData, SkipControl, TimedEvent
from player.model.location import IndexSource, Location, Steering
from player.model.presentation import (
    Container,
    LatencyRange,
    ManifestFormat,
    ManifestWarning,
    Period,
    Presentation,
    PresentationType,
    Representation,
    TileGrid,
    Track,
    TrackKind,
    UtcTiming,
)
from player.model.resource import ByteRange, Protection, ProtectionScheme, Resource
from player.model.segment import ListedIndex, Part, Segment
from player.model.service import Service
from player.units import BitsPerSecond, ByteCount, micros

URL = "https://tv.example"
PART = ByteRange(offset=ByteCount(10), length=ByteCount(20))
KEY = Protection(
    scheme=ProtectionScheme.CENC,
    key_id="ab" * 16,
    system="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",
    licence_uri=f"{URL}/licence",
    pssh=b"\1pssh",
    iv=bytes(range(16)),
)
SEGMENT = Segment(
    number=7,
    start=micros(4),
    duration=micros(2),
    resource=Resource(uri=f"{URL}/7.m4s", byte_range=PART),
    init=Resource(uri=f"{URL}/init.mp4", byte_range=PART),
    init_protection=KEY,
    media_offset=micros(-3),
    discontinuity=2,
    gap=True,
    protection=(KEY,),
    program_date_time=micros(99),
    available_at=micros(98),
    whole_at=micros(99),
    step=micros(0.5),
    parts=(
        Part(
            duration=micros(0.5),
            resource=Resource(uri=f"{URL}/7.0", byte_range=PART),
            independent=True,
            gap=True,
        ),
    ),
    making=True,
    hint=Resource(uri=f"{URL}/7.1", byte_range=PART),
    told_size=ByteCount(1234),
)
PLACE = Location(
    name="a",
    base=f"{URL}/a/",
    source=IndexSource(resource=Resource(uri=f"{URL}/a.m3u8")),
    priority=3,
    weight=5,
)
REPRESENTATION = Representation(
    id="v1",
    bandwidth=BitsPerSecond(2_000_000),
    average_bandwidth=BitsPerSecond(1_500_000),
    codecs="avc1.640028",
    width=1280,
    height=720,
    frame_rate=25.0,
    container=Container.FMP4,
    kinds=frozenset({TrackKind.VIDEO, TrackKind.AUDIO}),
    index=ListedIndex(segments=(SEGMENT,), ended=False, reload_after=micros(3)),
    source=IndexSource(resource=Resource(uri=f"{URL}/v1.m3u8")),
    init=Resource(uri=f"{URL}/own.mp4"),
    protection=(replace(KEY, key_id="cd" * 16),),
    score=1.5,
    video_range="PQ",
    hdcp_level="TYPE-1",
    tiles=TileGrid(columns=4, rows=3),
    locations=(PLACE,),
)
TRACK = Track(
    id="video",
    kind=TrackKind.VIDEO,
    language="pt",
    name="Picture",
    roles=("main",),
    default=True,
    forced=True,
    channels=6,
    in_video=True,
    representations=(REPRESENTATION,),
)
PERIOD = Period(
    id="p0",
    start=micros(0.5),
    duration=micros(60),
    tracks=(TRACK,),
    trick_play=(replace(TRACK, id="trick"),),
    early=True,
)
REPORTING = ClientDataReporting(
    version=2,
    mode=CmcdMode.HEADERS,
    keys=frozenset({"br", "bl"}),
    content_id="film",
    session_id="s1",
    locations=frozenset({"a"}),
)
EVENT = TimedEvent(
    scheme="urn:scte",
    id="1",
    start=micros(5),
    duration=micros(6),
    value="9",
    data=b"\xfc",
    attributes=(("SCTE35-OUT", "0xFC"),),
)
INTERSTITIAL = Interstitial(
    id="ad",
    start=micros(10),
    duration=micros(15),
    asset_uri=f"{URL}/ad.m3u8",
    asset_list_uri="",
    resume_offset=micros(0),
    playout_limit=micros(12),
    cue=frozenset({"PRE"}),
    restrict=frozenset({"SKIP"}),
    snap=frozenset({"OUT"}),
    skip=SkipControl(offset=micros(5), duration=micros(3), label="go-on"),
)
SERVICE = Service(id=7, name="One", provider="Farol")
STEERING = Steering(uri=f"{URL}/steer", default=("a", "b"), query_before_start=True)
LATENCY = LatencyRange(least=micros(1), most=micros(9), slowest=0.95, fastest=1.05)
WHOLE = Presentation(
    format=ManifestFormat.DASH,
    type=PresentationType.LIVE,
    periods=(PERIOD,),
    duration=micros(61),
    epoch=micros(1_700_000_000),
    target_latency=micros(3.5),
    start_at=micros(-12),
    reload_after=micros(2),
    location=f"{URL}/elsewhere.mpd",
    utc_timing=(UtcTiming(scheme="urn:mpeg:dash:utc:http-iso:2014", value=f"{URL}/time"),),
    warnings=(ManifestWarning(line=3, text="odd"),),
    start_precise=True,
    latency_range=LATENCY,
    patch=f"{URL}/patch.mpp",
    links=(f"{URL}/remote.xml",),
    events=(EVENT,),
    interstitials=(INTERSTITIAL,),
    chapters=(Chapter(start=micros(1), title="One"),),
    session_data=(SessionData(id="a.b", value="c", uri=f"{URL}/d.json", language="pt"),),
    steering=STEERING,
    reporting=REPORTING,
    other_locations=(f"{URL}/third.mpd",),
    patch_until=micros(1_700_000_060),
    published=micros(1_700_000_001),
    services=(SERVICE,),
)
UNTOLD = {"document"}  # what a patch applies to; a parser's own


def _told(whole: Presentation) -> str:
    return json.dumps(describe(whole, micros(1_700_000_100)), sort_keys=True)


def _within(**changed: Any) -> Presentation:
    """The whole with one rung of it changed (and no rung of the trick-play track)."""
    period = replace(PERIOD, tracks=(replace(TRACK, **changed),))
    return replace(WHOLE, periods=(period,))


def _rung(**changed: Any) -> Presentation:
    return _within(representations=(replace(REPRESENTATION, **changed),))


def _segment(**changed: Any) -> Presentation:
    index = ListedIndex(segments=(replace(SEGMENT, **changed),), ended=False)
    return _rung(index=index, init=None, protection=())


PLACES: dict[str, tuple[Any, Any]] = {
    "presentation": (WHOLE, lambda **new: replace(WHOLE, **new)),
    "latency": (LATENCY, lambda **new: replace(WHOLE, latency_range=replace(LATENCY, **new))),
    "reporting": (REPORTING, lambda **new: replace(WHOLE, reporting=replace(REPORTING, **new))),
    "steering": (STEERING, lambda **new: replace(WHOLE, steering=replace(STEERING, **new))),
    "event": (EVENT, lambda **new: replace(WHOLE, events=(replace(EVENT, **new),))),
    "interstitial": (
        INTERSTITIAL,
        lambda **new: replace(WHOLE, interstitials=(replace(INTERSTITIAL, **new),)),
    ),
    "period": (PERIOD, lambda **new: replace(WHOLE, periods=(replace(PERIOD, **new),))),
    "track": (TRACK, _within),
    "representation": (REPRESENTATION, _rung),
    "location": (PLACE, lambda **new: _rung(locations=(replace(PLACE, **new),))),
    "protection": (KEY, lambda **new: _rung(protection=(replace(KEY, **new),))),
    "segment": (SEGMENT, _segment),
    "service": (SERVICE, lambda **new: replace(WHOLE, services=(replace(SERVICE, **new),))),
}
CASES = [
    pytest.param(place, field, id=f"{place}.{field.name}")
    for place, (one, _) in PLACES.items()
    for field in fields(one)
    if field.name not in UNTOLD
]


def _other(field: "Field[Any]", now: Any) -> Any:
    """Another value of a field than the one that it has now."""
    if field.default is not MISSING and field.default != now:
        return field.default
    if isinstance(now, int):
        return now + 1
    others: dict[Any, Any] = {
        ManifestFormat.DASH: ManifestFormat.HLS,
        PresentationType.LIVE: PresentationType.EVENT,
        TrackKind.VIDEO: TrackKind.IMAGE,
        ProtectionScheme.CENC: ProtectionScheme.CBCS,
    }
    if isinstance(now, StrEnum):
        return others[now]
    if isinstance(now, tuple | str):
        return type(now)()
    source = IndexSource(resource=Resource(uri=f"{URL}/other"))
    return source if field.name == "source" else Resource(uri=f"{URL}/other")


@pytest.mark.parametrize(("place", "field"), CASES)
def test_no_field_of_the_model_is_forgotten(place: str, field: "Field[Any]") -> None:
    one, changed = PLACES[place]
    now = getattr(one, field.name)
    if (place, field.name) == ("interstitial", "asset_list_uri"):
        both = {"asset_uri": "", "asset_list_uri": f"{URL}/list.json"}
        assert _told(changed(**both)) != _told(WHOLE)
        return
    if (place, field.name) == ("location", "base"):  # HLS: the playlist's address stands for it
        assert _told(changed(source=None, base="x:")) != _told(changed(source=None))
        return
    assert _told(changed(**{field.name: _other(field, now)})) != _told(changed())


def test_clocks_and_client_data_are_told_as_the_manifest_has_them() -> None:
    told = describe(WHOLE, micros(0))
    assert told["utc_timing"] == [
        {"scheme": "urn:mpeg:dash:utc:http-iso:2014", "value": f"{URL}/time"}
    ]
    assert told["reporting"] == {
        "version": 2,
        "mode": "headers",
        "keys": ["bl", "br"],
        "content_id": "film",
        "session_id": "s1",
        "locations": ["a"],
    }


def test_a_plain_presentation_says_little() -> None:
    bare = Presentation(format=ManifestFormat.HLS, type=PresentationType.VOD, periods=())
    assert set(describe(bare, micros(0))) == {
        *("format", "type", "duration", "target_latency", "periods", "warnings")
    }


def test_people_are_told_of_clocks_and_client_data_in_a_line() -> None:
    lines = extras(describe(WHOLE, micros(0)))
    assert "clocks: http-iso" in lines
    assert "asks to be told of playback (CMCD 2, in headers: bl, br)" in lines
