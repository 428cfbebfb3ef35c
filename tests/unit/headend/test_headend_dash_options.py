"""What the options write into MPDs."""

import re

import httpx
import pytest
from lxml import etree

from tests.unit.headend.origin_client import DASH, FILM, LIVE, NOW_MS, NS, mpd_of

pytestmark = pytest.mark.anyio


async def test_a_stuck_mpd_is_stuck_in_all_that_it_says(client: httpx.AsyncClient) -> None:
    seen = set()
    for after in (1000, 9000):
        moment = f"stuck=20&at_ms={NOW_MS}&now_ms={NOW_MS + after}"
        mpd = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?addressing=time&{moment}")
        rows = mpd.findall(".//d:S", NS)
        seen.add((mpd.get("publishTime"), rows[0].get("t")))
    assert len(seen) == 1


async def test_periods_join_and_leave_with_the_window(client: httpx.AsyncClient) -> None:
    mpd = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?periods=20&bumper=1&early=1")
    periods = mpd.findall("d:Period", NS)
    ids = [period.get("id") or "" for period in periods]
    starts = [int((period.get("start") or "")[2:-1]) for period in periods]
    assert starts == sorted(starts)
    assert {i[0] for i in ids} == {"p", "b"}
    assert starts[0] + 20 > NOW_MS // 1000 - 60
    assert starts[-1] > NOW_MS // 1000
    bumper = next(period for period in periods if (period.get("id") or "")[0] == "b")
    template = bumper.find(".//d:SegmentTemplate", NS)
    assert template is not None
    assert (template.get("media") or "").startswith("/channels/4/vod/dash/")
    main = periods[ids.index(bumper.get("id") or "") + 1].find(".//d:SegmentTemplate", NS)
    assert main is not None
    assert (
        int(main.get("presentationTimeOffset") or 0)
        == starts[ids.index(bumper.get("id") or "") + 1]
    )
    assert int(main.get("startNumber") or 0) * 2 == int(main.get("presentationTimeOffset") or 0)


async def test_a_gap_between_periods_is_a_duration(client: httpx.AsyncClient) -> None:
    mpd = await mpd_of(client, f"{FILM}/dash/manifest.mpd?periods=30&period_gap=500")
    assert [row.get("duration") for row in mpd.findall("d:Period", NS)] == ["PT29.500S"] * 4


@pytest.mark.parametrize(
    ("timing", "schemes"),
    [
        ("none", []),
        ("direct", ["direct"]),
        ("iso", ["http-iso"]),
        ("xsdate", ["http-xsdate"]),
        ("head", ["http-head"]),
        ("ntp", ["http-ntp"]),
    ],
)
async def test_the_clock_is_told_as_asked(
    client: httpx.AsyncClient, timing: str, schemes: list[str]
) -> None:
    mpd = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?timing={timing}&skew=-40")
    rows = mpd.findall("d:UTCTiming", NS)
    assert [(row.get("schemeIdUri") or "").split(":")[-2] for row in rows] == schemes
    assert mpd.get("publishTime") == "2026-11-22T15:23:54.000Z"
    for row in rows:
        if timing != "direct":
            answer = await client.get(row.get("value") or "")
            assert answer.status_code == 200
            assert answer.headers["date"] == "Sun, 22 Nov 2026 15:23:55 GMT"


async def test_locations_steering_latency_and_cmcd_in_the_mpd(client: httpx.AsyncClient) -> None:
    query = "base_urls=2&steering=1&latency=4000&cmcd=1"
    mpd = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?{query}")
    names = [etree.QName(child).localname for child in mpd]
    assert names[:4] == ["BaseURL", "BaseURL", "ContentSteering", "ServiceDescription"]
    urls = {row.get("serviceLocation"): row.text for row in mpd.findall("d:BaseURL", NS)}
    assert urls["b"] == "http://headend:8001/at/b/channels/3/live/dash/"
    latency = mpd.find("d:ServiceDescription/d:Latency", NS)
    assert latency is not None
    assert latency.get("target") == "4000"
    assert mpd.find(".//d:CMCDParameters", NS) is not None


@pytest.mark.parametrize("more", ["", "&periods=10"])
async def test_a_patch_brings_an_old_mpd_up_to_date(client: httpx.AsyncClient, more: str) -> None:
    old = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?patch=1{more}&now_ms={NOW_MS - 6000}")
    url = old.findtext("d:PatchLocation", None, NS) or ""
    moved = re.sub(r"now_ms=\d+", f"now_ms={NOW_MS}", url)
    patch = await mpd_of(client, f"{LIVE}/dash/{moved}")
    assert patch.get("originalPublishTime") == old.get("publishTime")
    assert patch.get("publishTime") == "2026-11-22T15:24:34.000Z"
    selected = [row.get("sel") or "" for row in patch]
    assert "/MPD/@publishTime" in selected
    assert any("SegmentTimeline" in sel or "Period" in sel for sel in selected)
    new = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?patch=1{more}&now_ms={NOW_MS}")
    _apply(old, patch)
    for path in (".//d:S", ".//d:SegmentTemplate"):
        found, wanted = (
            [dict(row.attrib) for row in root.iterfind(path, NS)] for root in (old, new)
        )
        assert [_lasting(row) for row in found] == [_lasting(row) for row in wanted]


def _lasting(attributes: dict[str, str]) -> dict[str, str]:
    """Without the test's own moment, which addresses carry."""
    return {name: re.sub(r"now_ms=\d+", "", text) for name, text in attributes.items()}


def _apply(mpd: etree._Element, patch: etree._Element) -> None:
    """The operations of RFC 5261 that the headend uses, in their order."""
    for row in patch:
        path, _, attribute = (row.get("sel") or "").partition("/@")
        path = re.sub(r"/(\w+)", r"/d:\1", path).removeprefix("/d:MPD") or "."
        target = mpd.find(f".{path}" if path != "." else path, NS)
        assert target is not None, row.get("sel")
        parent = target.getparent()
        if attribute:
            target.set(attribute, row.text or "")
        elif row.tag.endswith("}add"):
            assert row.get("pos") in {None, "after"}
            if row.get("pos"):
                target.addnext(row[0])
            else:
                target.append(row[0])
        else:
            assert parent is not None
            if row.tag.endswith("}replace"):
                target.addnext(row[0])
            parent.remove(target)


@pytest.mark.parametrize("how", ["1", "zero"])
async def test_remote_periods_are_the_ones_of_the_mpd(client: httpx.AsyncClient, how: str) -> None:
    query = f"periods=20&xlink={how}"
    mpd = await mpd_of(client, f"{FILM}/dash/manifest.mpd?{query}")
    hrefs = [
        row.get("{http://www.w3.org/1999/xlink}href") or "" for row in mpd.findall("d:Period", NS)
    ]
    assert ("resolve-to-zero" in hrefs[0]) == (how == "zero")
    folder = "" if how == "zero" else f"http://headend:8000{FILM}/dash/"
    there = [href for href in hrefs if href.startswith(f"{folder}periods/")]
    assert len(there) == 6
    period = await mpd_of(client, there[1] if how == "1" else f"{FILM}/dash/{there[1]}")
    assert (period.tag, period.get("id")) == (f"{DASH}Period", "p1")
    assert period.find(".//d:Representation", NS) is not None


async def test_events_are_in_the_period_and_in_the_segments(client: httpx.AsyncClient) -> None:
    mpd = await mpd_of(client, f"{FILM}/dash/manifest.mpd?periods=30&events=1&expire=1")
    assert len(mpd.findall("d:Period/d:EventStream/d:Event", NS)) == 12
    schemes = {row.get("schemeIdUri") for row in mpd.findall(".//d:InbandEventStream", NS)}
    assert schemes == {"urn:farol:event:2026", "urn:mpeg:dash:event:2012"}
    video = (await client.get(f"{FILM}/dash/v90/5.m4s?events=1&expire=1")).content
    audio = (await client.get(f"{FILM}/dash/a-en/5.m4s?events=1")).content
    assert (video.count(b"emsg"), audio.count(b"emsg")) == (2, 1)
    at = video.index(b"emsg")
    assert at > video.index(b"styp")
    assert video[at + 4] == 1
    assert audio[audio.index(b"emsg") + 4] == 0
    assert b"beat 1" in video
    assert b"1970-01-01T00:00:10.000Z\0" in video
    live = await mpd_of(client, f"{LIVE}/dash/manifest.mpd?expire=1")
    assert live.get("minimumUpdatePeriod") == "PT0S"


@pytest.mark.parametrize("style", ["number", "time", "timeline", "list"])
async def test_every_addressing_leads_to_the_same_segments(
    client: httpx.AsyncClient, style: str
) -> None:
    mpd = await mpd_of(client, f"{FILM}/dash/manifest.mpd?addressing={style}&length=8&gap=0")
    video = mpd.find(".//d:AdaptationSet", NS)
    assert video is not None
    template = video.find("d:SegmentTemplate", NS)
    assert (template is None) == (style == "list")
    if template is None:
        urls = [row.get("media") or "" for row in video.findall(".//d:SegmentURL", NS)][:4]
    else:
        media = (template.get("media") or "").replace("$RepresentationID$", "v90")
        assert ("$Time$" in media) == (style == "time")
        assert (template.find("d:SegmentTimeline", NS) is None) == (style == "number")
        urls = [
            media.replace("$Number$", str(n)).replace("$Time$", str(n * 180_000)) for n in range(4)
        ]
    for number, url in enumerate(urls):
        fragment = (await client.get(f"{FILM}/dash/{url}")).content
        assert fragment == (await client.get(f"{FILM}/dash/v90/{number}.m4s")).content


async def test_a_hole_in_a_timeline_is_where_the_segment_is_missing(
    client: httpx.AsyncClient,
) -> None:
    mpd = await mpd_of(client, f"{FILM}/dash/manifest.mpd?gap=5&length=20")
    rows = mpd.findall(".//d:AdaptationSet[@contentType='video']//d:S", NS)
    assert [(row.get("t"), row.get("r")) for row in rows] == [("0", "3"), ("900000", "3")]
