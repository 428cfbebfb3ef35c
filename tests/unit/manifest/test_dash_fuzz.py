"""MPDs that use everything, broken in every way: a Presentation or a PlayerError, and sane."""

from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.manifest.dump import describe
from player.manifest.face import parse, patch, refresh, resolve_index
from player.model.location import relocate
from player.model.presentation import ManifestFormat, Presentation
from player.model.segment import ListedIndex
from tests.unit.manifest.mpd_made import NOW, URL

RICH = b"""<MPD xmlns:xlink="http://www.w3.org/1999/xlink" type="dynamic" id="m"
 availabilityStartTime="2023-11-14T22:13:20Z" publishTime="2023-11-14T22:15:00Z"
 minimumUpdatePeriod="PT2S" timeShiftBufferDepth="PT1M"><PatchLocation ttl="9">p</PatchLocation>
<BaseURL serviceLocation="a" dvb:priority="2">https://a.example/</BaseURL>
<BaseURL serviceLocation="b">https://b.example/</BaseURL><BaseURL>//c.example/</BaseURL>
<Location>x</Location><UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="t"/>
<ContentSteering defaultServiceLocation="a b" queryBeforeStart="1">s</ContentSteering>
<ServiceDescription><Latency target="3000" min="1" max="9"/><PlaybackRate min="0.9" max="1.1"/>
<ClientDataReporting><CMCDParameters schemeIdUri="urn:mpeg:dash:cta-5004:2023" keys="br"/>
</ClientDataReporting></ServiceDescription>
<Period id="p" start="PT0S" duration="PT50S"><BaseURL availabilityTimeOffset="INF">q/</BaseURL>
<EventStream schemeIdUri="urn:x" timescale="10"><Event presentationTime="5" id="1"
 contentEncoding="base64">aGk=</Event><Event><Signal><Binary>/DA=</Binary></Signal></Event>
</EventStream><AdaptationSet id="1" mimeType="video/mp4" selectionPriority="3">
<SupplementalProperty schemeIdUri="urn:mpeg:dash:adaptation-set-switching:2016" value="2"/>
<SegmentTemplate media="$Number%03d$" timescale="10" eptDelta="-3" presentationTimeOffset="3">
<SegmentTimeline><S t="0" d="20" n="5" r="3"/><S d="10" k="2" r="-1"/><S t="300" d="9"/>
</SegmentTimeline></SegmentTemplate><Representation id="v" bandwidth="9" codecs="avc1.4d"
 qualityRanking="2"/><Representation id="w" bandwidth="9" codecs="hvc1.1"/></AdaptationSet>
<AdaptationSet id="2" mimeType="video/mp4"><EssentialProperty id="e"
 schemeIdUri="urn:mpeg:mpegB:cicp:TransferCharacteristics" value="16"/><SegmentTemplate
 media="$Time$" duration="3" endNumber="9"/><Representation id="u" codecs="avc1.4d"/>
</AdaptationSet><AdaptationSet mimeType="image/jpeg"><SegmentTemplate media="$Number$"
 duration="5"/><Representation id="i"><EssentialProperty value="3x3"
 schemeIdUri="http://dashif.org/guidelines/thumbnail_tile"/></Representation></AdaptationSet>
<AdaptationSet mimeType="audio/mp4"><Representation id="s"><BaseURL>s.mp4</BaseURL>
<SegmentBase indexRange="50-93"/></Representation></AdaptationSet></Period>
<Period xlink:href="r" xlink:actuate="onLoad"/><Period/></MPD>"""
REMOTE = b"""<Period duration="PT9S"><AdaptationSet xlink:href="r" xlink:actuate="onLoad"/>
<AdaptationSet mimeType="text/vtt"><Representation id="t"><SegmentList duration="2"><SegmentURL
 media="x"/></SegmentList></Representation></AdaptationSet></Period>"""
PATCH = b"""<Patch mpdId="m" originalPublishTime="2023-11-14T22:15:00Z" publishTime="z">
<replace sel="/MPD/@publishTime">2023-11-14T22:15:02Z</replace><add sel="/MPD/Period[1]"
 pos="after"><Period id="n"/></add><remove sel="/MPD/Period[@id='p']/AdaptationSet[2]"/></Patch>"""
PIECES = st.sampled_from(
    [b'"', b"<", b">", b"0", b"-1", b"9" * 19, b"PT", b"INF", b"file:", b"$", b"/", b" ", b"x:"]
)
MUTATION = st.tuples(
    st.integers(0, 1 << 16), st.integers(0, 10), st.one_of(PIECES, st.binary(max_size=5))
)
SIDX = bytes.fromhex(
    "0000002c73696478000000000000000100000001000000000000000000000001800000200000000500000000"
)


def mutated(body: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Replace some bytes at some places."""
    for at, length, fresh in changes:
        place = at % len(body) if body else 0
        body = body[:place] + fresh + body[place + length :]
    return body


def check(found: Presentation) -> None:
    """Times are in order, locations lead somewhere, everything can be told."""
    describe(found, NOW)
    starts = [one.start for one in found.periods]
    assert starts == sorted(starts)
    assert len({one.id for one in found.periods}) == len(found.periods)
    assert [one.start for one in found.events] == sorted(one.start for one in found.events)
    for period in found.periods:
        names = [track.id for track in (*period.tracks, *period.trick_play)]
        assert len(set(names)) == len(names)
        for one in (rung for track in period.tracks for rung in track.representations):
            assert len({each.name for each in one.locations}) == len(one.locations)
            numbers = one.index.numbers(NOW) if one.index else range(0)
            for number in {*numbers[:2], *numbers[-2:]}:
                assert one.index is not None
                segment = one.index.segment(number)
                assert segment.duration >= 0
                for other in one.locations[1:]:
                    relocate(segment.resource, one.locations[0], other)


def read(body: bytes, remote: dict[str, bytes]) -> Presentation | None:
    """Parse, remote elements and all; only PlayerError may come out."""
    try:
        found = parse(body, url=URL, now=NOW, format=ManifestFormat.DASH)
        if found.links:
            given = dict.fromkeys(found.links, b"") | remote
            found = parse(body, url=URL, now=NOW, format=ManifestFormat.DASH, remote=given)
    except PlayerError:
        return None
    check(found)
    return found


def test_the_seeds_are_good() -> None:
    found = read(RICH, {"https://tv.example/d/r": REMOTE})
    assert found is not None
    assert [one.id for one in found.periods] == ["p", "@50000000"]
    assert found.patch
    after = patch(found, PATCH, url=URL)
    assert [one.id for one in after.periods][:1] == ["p"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(MUTATION, max_size=5), st.lists(MUTATION, max_size=3), st.lists(MUTATION, max_size=3)
)
def test_mutated_mpds_links_and_patches(
    changes: list[tuple[int, int, bytes]],
    more: list[tuple[int, int, bytes]],
    others: list[tuple[int, int, bytes]],
) -> None:
    remote = {"https://tv.example/d/r": mutated(REMOTE, more)}
    found = read(mutated(RICH, changes), remote)
    if found is None:
        return
    try:
        after = refresh(found, patch(found, mutated(PATCH, others), url=URL))
    except PlayerError:
        return
    check(after)


@settings(max_examples=100, deadline=None)
@given(st.lists(MUTATION, max_size=4), st.binary(max_size=80))
def test_mutated_nested_indexes(changes: list[tuple[int, int, bytes]], tail: bytes) -> None:
    found = read(RICH, {})
    assert found is not None
    rung = next(
        one for track in found.periods[0].tracks for one in track.representations if one.source
    )
    source, body, loads = rung.source, mutated(SIDX, changes) + SIDX + tail, 0
    while source is not None and loads < 50:
        try:
            result = resolve_index(rung, body, url=URL, now=NOW, source=source)
        except PlayerError:
            return
        assert isinstance(result.index, ListedIndex)
        assert result.index.ended is (result.more is None)
        source, loads = result.more, loads + 1
