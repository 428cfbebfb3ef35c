"""No address, with whatever token is in it, stands in the repr of what is read from a manifest."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

import player.manifest
import player.model
from player.manifest.face import parse, resolve_index
from player.model.presentation import ManifestFormat, Presentation
from player.units import Micros

MARK = "T0KEN-IN-AN-ADDRESS"
URL = f"https://user:{MARK}@tv.example/{MARK}/list?token={MARK}"
NOW = Micros(0)

MULTIVARIANT = f"""#EXTM3U
#EXT-X-DEFINE:NAME="t",VALUE="{MARK}"
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="https://k/{MARK}",KEYFORMAT="k"
#EXT-X-SESSION-DATA:DATA-ID="a",URI="{MARK}.json"
#EXT-X-CONTENT-STEERING:SERVER-URI="https://s/{MARK}"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="a.m3u8?{MARK}"
#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a",PATHWAY-ID="p"
v.m3u8?{MARK}
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8?{MARK}"
no-tag-above?{MARK}
"""
MEDIA = f"""#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-DEFINE:NAME="t",VALUE="{MARK}"
#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00Z
#EXT-X-DATERANGE:ID="a",CLASS="com.apple.hls.interstitial",START-DATE="2024-01-01",X-ASSET-URI="{MARK}"
#EXT-X-KEY:METHOD=AES-128,URI="k?{MARK}",IV=0x1
#EXT-X-MAP:URI="i.mp4?{MARK}"
#EXTINF:6,
a.m4s?{MARK}
"""
MPD = f"""<MPD type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z"
 minimumUpdatePeriod="PT2S" publishTime="1970-01-01T00:00:00Z">
<Location>l?{MARK}</Location><PatchLocation>p?{MARK}</PatchLocation>
<BaseURL serviceLocation="a">https://a/{MARK}/</BaseURL><BaseURL>https://b/{MARK}/</BaseURL>
<ContentSteering>https://s/{MARK}</ContentSteering>
<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="t?{MARK}"/>
<Period start="PT0S"><AdaptationSet mimeType="video/mp4">
<ContentProtection schemeIdUri="urn:uuid:1"><Laurl>https://k/{MARK}</Laurl></ContentProtection>
<SegmentTemplate media="$Number$?{MARK}" initialization="i?{MARK}" duration="2"/>
<Representation id="t" bandwidth="1"/></AdaptationSet>
<AdaptationSet mimeType="video/mp4"><Representation id="b" bandwidth="1">
<BaseURL>x?{MARK}</BaseURL><SegmentBase indexRange="0-9"/></Representation></AdaptationSet>
<AdaptationSet mimeType="video/mp4"><Representation id="l" bandwidth="1">
<SegmentList duration="2"><SegmentURL media="x?{MARK}"/></SegmentList>
</Representation></AdaptationSet></Period></MPD>"""


def _read(text: str, told: ManifestFormat) -> Presentation:
    return parse(text.encode(), url=URL, now=NOW, format=told)


def test_the_examples_hold_what_they_are_to_hold() -> None:
    whole, one, dash = (
        _read(MULTIVARIANT, ManifestFormat.HLS),
        _read(MEDIA, ManifestFormat.HLS),
        _read(MPD, ManifestFormat.DASH),
    )
    assert whole.steering
    assert whole.session_data
    assert one.interstitials
    assert dash.patch
    assert dash.utc_timing
    assert len(dash.periods[0].tracks) == 3


def _within(one: object, seen: set[int]) -> Iterator[object]:
    """All dataclasses below `one`, those included that a repr leaves out."""
    if id(one) in seen:
        return
    seen.add(id(one))
    if is_dataclass(one) and not isinstance(one, type):
        yield one
        for field in fields(one):
            yield from _within(getattr(one, field.name), seen)
    elif isinstance(one, dict):
        for each in one.values():
            yield from _within(each, seen)
    elif isinstance(one, list | tuple | set | frozenset):
        for each in one:
            yield from _within(each, seen)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MULTIVARIANT, ManifestFormat.HLS),
        (MEDIA, ManifestFormat.HLS),
        (MPD, ManifestFormat.DASH),
    ],
    ids=["multivariant", "media", "mpd"],
)
def test_nothing_that_is_read_shows_an_address(text: str, told: ManifestFormat) -> None:
    found = _read(text, told)
    shown = {type(one).__name__ for one in _within(found, set()) if MARK in repr(one)}
    assert shown == set()


def test_no_index_and_no_plan_shows_an_address() -> None:
    rung = _read(MULTIVARIANT, ManifestFormat.HLS).periods[0].tracks[0].representations[0]
    made = resolve_index(rung, MEDIA.encode(), url=URL, now=NOW)
    shown = {type(one).__name__ for one in _within(made, set()) if MARK in repr(one)}
    assert shown == set()


ADDRESSES = ("uri", "url", "base", "media", "location", "variables", "values", "_folder")
"""How the names of fields end that hold addresses, or what those are made of."""


def _dataclasses() -> Iterator[type]:
    for package in (player.manifest, player.model):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for one in vars(module).values():
                if isinstance(one, type) and is_dataclass(one) and one.__module__ == found.name:
                    yield one


def test_every_field_that_is_called_like_an_address_is_left_out() -> None:
    told = {
        f"{one.__name__}.{field.name}"
        for one in _dataclasses()
        for field in fields(one)
        if field.repr
        and field.type in ("str", str, "dict[str, str]", "tuple[tuple[str, str], ...]")
        and field.name.endswith(ADDRESSES)
    }
    assert told == set()
