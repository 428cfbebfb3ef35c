"""Whatever strangers send: a Presentation or a PlayerError, in bounded time, and sane indexes."""

import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.manifest.dump import describe
from player.manifest.face import parse, refresh, resolve_index
from player.model.presentation import ManifestFormat, Presentation
from player.model.segment import ListedIndex, SegmentIndex
from player.units import Micros, micros

URL = "https://tv.example/a/m"
NOW = micros(1_700_000_123)
SLOWEST = 3.0

MEDIA = b"""#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:17
#EXT-X-DISCONTINUITY-SEQUENCE:2
#EXT-X-DEFINE:NAME="v",VALUE="w{$v}"
#EXT-X-KEY:METHOD=AES-128,URI="k?{$v}",IV=0x1234
#EXT-X-MAP:URI="i.mp4",BYTERANGE="7@9"
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.5+01:00
#EXTINF:6.006,one
a-{$v}.m4s
#EXT-X-DISCONTINUITY
#EXT-X-BYTERANGE:10@20
#EXTINF:5,
b.m4s
#EXT-X-GAP
#EXTINF:1e1,
c.m4s
#EXT-X-ENDLIST
"""
MULTIVARIANT = b"""#EXTM3U
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="f"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",LANGUAGE="l",CHANNELS="2",URI="x.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.1,mp4a.40",RESOLUTION=1x2,FRAME-RATE=25,AUDIO="a"
v.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1000
w.m3u8
"""
MPD = b"""<MPD type="dynamic" availabilityStartTime="2023-11-14T22:13:20Z"
 minimumUpdatePeriod="PT2S" timeShiftBufferDepth="PT30S"><BaseURL>b/</BaseURL>
<Period start="PT5S" id="p">
<AdaptationSet mimeType="video/mp4"><ContentProtection
 schemeIdUri="urn:uuid:1" cenc:default_KID="a"/>
<SegmentTemplate media="$RepresentationID$_$Number%03d$_$Time$" timescale="90000" duration="180000"
 startNumber="3" endNumber="99" presentationTimeOffset="7" availabilityTimeOffset="1.5"/>
<Representation id="v" bandwidth="1000" codecs="avc1.1" frameRate="30/1"/></AdaptationSet>
<AdaptationSet contentType="audio"><SegmentTemplate media="$Time$" timescale="48000">
<SegmentTimeline><S t="96000" d="96000" r="3"/><S d="48000" r="-1"/></SegmentTimeline>
</SegmentTemplate><Representation id="a" bandwidth="10"/></AdaptationSet>
<AdaptationSet mimeType="text/vtt"><Representation id="t"><SegmentList duration="2">
<SegmentURL media="x"/><SegmentURL mediaRange="1-2"/></SegmentList>
</Representation></AdaptationSet>
</Period></MPD>
"""
NUMBERS = [b"0", b"-1", b"1", b"99999999999999999999", b"9223372036854775807", b"1e308", b"NaN",
           b"INF", b"PT0S", b"P99999999999Y", b"\xff\xfe", b"{$v}", b"\n", b'"', b"",
           b"%99999999d$"]  # fmt: skip
MUTATION = st.tuples(
    st.integers(0, 2_000),
    st.integers(0, 12),
    st.one_of(st.sampled_from(NUMBERS), st.binary(max_size=6)),
)


def mutated(body: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Replace some bytes at some places."""
    for at, length, fresh in changes:
        place = at % len(body) if body else 0
        body = body[:place] + fresh + body[place + length :]
    return body


def check(body: bytes, form: ManifestFormat) -> Presentation | None:
    """Parse and walk; only PlayerError may come out."""
    began = time.perf_counter()
    try:
        found = parse(body, url=URL, now=NOW, format=form)
    except PlayerError:
        return None
    finally:
        assert time.perf_counter() - began < SLOWEST
    describe(found, NOW)
    for period in found.periods:
        for track in period.tracks:
            for one in track.representations:
                if one.index is not None:
                    walk(one.index)
    return found


def walk(index: SegmentIndex) -> None:
    """Numbers are consecutive, times never go backward, find agrees with segment."""
    numbers = index.numbers(NOW)
    near = [index.segment(number) for number in sorted({*numbers[:5], *numbers[-5:]})]
    assert all(before.start <= after.start for before, after in pairwise(near))
    for one in near:
        found = index.find(one.start, NOW)
        assert found is not None
        assert found.number in numbers
        assert one.duration >= 0
    if numbers:
        assert index.find(Micros(-(10**18)), NOW) is not None
        assert index.find(Micros(10**18), NOW) is not None
    else:
        assert index.find(NOW, NOW) is None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([MEDIA, MULTIVARIANT]), st.lists(MUTATION, max_size=6))
def test_mutated_playlists(body: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    check(mutated(body, changes), ManifestFormat.HLS)


@settings(max_examples=200, deadline=None)
@given(st.lists(MUTATION, max_size=5), st.lists(MUTATION, max_size=2))
def test_mutated_mpds(
    changes: list[tuple[int, int, bytes]], more: list[tuple[int, int, bytes]]
) -> None:
    body = mutated(MPD, changes)
    old = check(body, ManifestFormat.DASH)
    new = check(mutated(body, more), ManifestFormat.DASH)
    if old is not None and new is not None:
        describe(refresh(old, new), NOW)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([ManifestFormat.HLS, ManifestFormat.DASH]))
def test_any_bytes(body: bytes, form: ManifestFormat) -> None:
    check(body, form)
    check(b"#EXTM3U\n#EXTINF:1,\n" + body, form)
    check(b"<MPD><Period>" + body, form)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(MUTATION, max_size=3), min_size=2, max_size=4))
def test_reloads_keep_numbers_in_order(reloads: list[list[tuple[int, int, bytes]]]) -> None:
    whole = check(MULTIVARIANT, ManifestFormat.HLS)
    assert whole is not None
    rung = whole.periods[0].tracks[0].representations[0]
    known: SegmentIndex | None = None
    for changes in reloads:
        body = mutated(MEDIA.replace(b"#EXT-X-ENDLIST", b""), changes)
        try:
            result = resolve_index(rung, body, url=URL, now=NOW, known=known, sibling=known)
        except PlayerError:
            continue
        known = result.index
        assert isinstance(known, ListedIndex)
        numbers = [one.number for one in known.segments]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
        assert all(one.start <= two.start for one, two in pairwise(known.segments))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_any_sidx(body: bytes) -> None:
    mpd = (
        b'<MPD mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="video/mp4">'
        b'<Representation id="v"><SegmentBase indexRange="0-99"/></Representation>'
        b"</AdaptationSet></Period></MPD>"
    )
    found = check(mpd, ManifestFormat.DASH)
    assert found is not None
    rung = found.periods[0].tracks[0].representations[0]
    webm = b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\x1c\x53\xbb\x6b\xff" + body
    for each in (body, webm, b"\x00\x00\x00\x60sidx" + body, b"\x00\x00\x00\x00sidx" + body):
        try:
            walk(resolve_index(rung, each, url=URL, now=NOW).index)
        except PlayerError:
            continue
