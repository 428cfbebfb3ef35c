"""The MPD: addressing, clocks, and the order of its elements."""

import pytest
from lxml import etree

from headend.asset.model import Asset
from headend.dash.mpd import LiveTiming, to_bytes
from headend.live.window import LiveSettings, on_demand, window
from headend.origin.cache import SegmentCache
from headend.origin.manifests import DashRequest, dash_element
from headend.origin.options import StreamOptions
from headend.origin.packager import ChannelPackager
from tests.unit.headend.origin_client import NOW_MS, NS


@pytest.fixture(scope="module")
def packager(asset: Asset) -> ChannelPackager:
    return ChannelPackager(asset, SegmentCache(1 << 24))


def _film(packager: ChannelPackager, form: str) -> etree._Element:
    film = on_demand(packager.asset, 5)
    return _read(DashRequest(packager=packager, form=form, segments=film, options=StreamOptions()))


def _live(packager: ChannelPackager, query: str = "") -> etree._Element:
    offered = window(packager.asset, LiveSettings(), NOW_MS)
    timing = LiveTiming(now_ms=NOW_MS, window_s=60, time_url="http://localhost/time")
    options = StreamOptions(query=query)
    return _read(
        DashRequest(packager=packager, form="dash", segments=offered, options=options, live=timing)
    )


def _read(asked: DashRequest) -> etree._Element:
    return etree.fromstring(to_bytes(dash_element(asked)))


def test_a_film_says_how_long_it_is(packager: ChannelPackager) -> None:
    root = _film(packager, "dash")
    assert root.get("type") == "static"
    assert root.get("mediaPresentationDuration") == "PT120S"
    assert root.get("maxSegmentDuration") == "PT2.006S"
    assert not root.findall("d:UTCTiming", NS)


def test_live_counts_from_the_epoch_and_tells_the_time(packager: ChannelPackager) -> None:
    root = _live(packager)
    assert root.get("availabilityStartTime") == "1970-01-01T00:00:00Z"
    assert root.get("timeShiftBufferDepth") == "PT60S"
    assert root.get("publishTime") == "2026-11-22T15:24:34.000Z"
    timings = {row.get("schemeIdUri"): row.get("value") for row in root.findall("d:UTCTiming", NS)}
    assert timings == {
        "urn:mpeg:dash:utc:http-iso:2014": "http://localhost/time",
        "urn:mpeg:dash:utc:direct:2014": "2026-11-22T15:24:35.500Z",
    }


def test_there_is_a_set_for_the_ladder_and_one_for_each_language(
    packager: ChannelPackager,
) -> None:
    sets = _live(packager).findall("d:Period/d:AdaptationSet", NS)
    kinds = [(row.get("contentType"), row.get("lang")) for row in sets]
    languages = [("audio", "en"), ("audio", "pt"), ("text", "en"), ("text", "pt")]
    assert kinds == [("video", None), *languages]
    assert [len(row.findall("d:Representation", NS)) for row in sets] == [2, 1, 1, 1, 1]


def test_video_is_numbered_and_audio_has_a_timeline(packager: ChannelPackager) -> None:
    templates = _live(packager).findall(".//d:SegmentTemplate", NS)
    video, audio = templates[0], templates[1]
    assert (video.get("timescale"), video.get("duration")) == ("1", "2")
    assert "$Number$" in (video.get("media") or "")
    assert "$Time$" in (audio.get("media") or "")
    segments = []
    for row in audio.findall("d:SegmentTimeline/d:S", NS):
        start, length = int(row.get("t") or 0), int(row.get("d") or 0)
        segments += [(start + i * length, length) for i in range(int(row.get("r") or 0) + 1)]
    timeline = packager.timelines["a-en"]
    numbers = window(packager.asset, LiveSettings(), NOW_MS).numbers
    expected = [timeline.segment(number) for number in numbers]
    assert segments == [(segment.start, segment.duration) for segment in expected]


def test_options_carry_over_to_every_template(packager: ChannelPackager) -> None:
    for template in _live(packager, "?rate=800").findall(".//d:SegmentTemplate", NS):
        assert (template.get("media") or "").endswith(".m4s?rate=800")
        assert (template.get("initialization") or "").endswith("init.mp4?rate=800")


def test_one_file_says_where_its_index_lies(packager: ChannelPackager) -> None:
    root = _film(packager, "dash-range")
    assert root.get("profiles") == "urn:mpeg:dash:profile:isoff-on-demand:2011"
    representation = root.find(".//d:Representation", NS)
    assert representation is not None
    base = representation.find("d:SegmentBase", NS)
    assert base is not None
    first, last = map(int, (base.get("indexRange") or "").split("-"))
    head = packager.indexed_file("v90", on_demand(packager.asset, 5)).head
    assert head[first + 4 : first + 8] == b"sidx"
    assert last + 1 == len(head)


def test_children_stand_in_the_order_of_the_schema(packager: ChannelPackager) -> None:
    audio = _live(packager).findall("d:Period/d:AdaptationSet", NS)[1]
    names = [etree.QName(child).localname for child in audio]
    assert names == ["Label", "Role", "SegmentTemplate", "Representation"]
