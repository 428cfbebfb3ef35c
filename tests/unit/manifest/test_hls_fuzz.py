"""Whatever strangers put into the newer tags: no fault, and indexes that stay in order."""

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.manifest.dump import describe
from player.manifest.face import adopt, parse, resolve_index
from player.manifest.hls.interstitials import read_asset_list
from player.model.presentation import ManifestFormat
from player.model.segment import ListedIndex, SegmentIndex
from player.units import micros

URL = "https://tv.example/a/m"
NOW = micros(1_700_000_123)

MEDIA = b"""#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36,HOLD-BACK=18
#EXT-X-MEDIA-SEQUENCE:17
#EXT-X-START:TIME-OFFSET=-3.5,PRECISE=YES
#EXT-X-BITRATE:900
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.5+01:00
#EXTINF:6.006,one
a.m4s
#EXT-X-DISCONTINUITY
#EXT-X-KEY:METHOD=AES-128,URI="k"
#EXTINF:5,
#EXT-X-BYTERANGE:10@20
b.m4s
#EXT-X-TILES:RESOLUTION=1x2,LAYOUT=5x5,DURATION=2
#EXTINF:5,
c.m4s
#EXT-X-DATERANGE:ID="a",CLASS="com.apple.hls.interstitial",START-DATE="2023-11-14T21:13:24Z",\
DURATION=15,X-ASSET-URI="x",X-RESUME-OFFSET=0,CUE="PRE",X-PLAYOUT-LIMIT=9
#EXT-X-DATERANGE:ID="b",START-DATE="2023-11-14T21:13:24Z",SCTE35-OUT=0xFC,END-ON-NEXT=YES,CLASS="c"
"""
SKIP = b'#EXT-X-SKIP:SKIPPED-SEGMENTS=2,RECENTLY-REMOVED-DATERANGES="a"\n#EXTINF:6.006,one\n'
MULTIVARIANT = b"""#EXTM3U
#EXT-X-CONTENT-STEERING:SERVER-URI="s",PATHWAY-ID="B"
#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="v",LANGUAGE="en"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",LANGUAGE="l",CHANNELS="2",URI="x.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="n",LANGUAGE="l",CHANNELS="2",URI="y.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="n",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.1,mp4a.40",SCORE=1,AUDIO="a",PATHWAY-ID="A"
v.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.1,mp4a.40",SCORE=1,AUDIO="b",PATHWAY-ID="B"
w.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=64,CODECS="mp4a.40",AUDIO="b",STABLE-VARIANT-ID="s"
y.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=10,URI="i.m3u8",VIDEO-RANGE=PQ,HDCP-LEVEL=TYPE-1
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=10,URI="t.m3u8"
"""
PIECES = [b"0", b"-1", b"99999999999999999999", b"1e308", b"NaN", b"\xff", b"{$v}", b"\n", b'"',
          b"", b",", b"=", b"\t", b"#EXT-X-DISCONTINUITY\n", b"#EXT-X-ENDLIST\n", b"2x2", b"file:",
          b"#EXT-X-MEDIA-SEQUENCE:18\n", SKIP, b"9999-12-31T23:59:59Z"]  # fmt: skip
MUTATION = st.tuples(st.integers(0, 2_000), st.integers(0, 12), st.sampled_from(PIECES))


def mutated(body: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """Replace some bytes at some places."""
    for at, length, fresh in changes:
        place = at % len(body) if body else 0
        body = body[:place] + fresh + body[place + length :]
    return body


@settings(max_examples=120, deadline=None)
@example(
    [], [[(171, 0, b"#EXT-X-MEDIA-SEQUENCE:18\n")], [(303, 0, b"0")]], "https://tv.example/a/m"
)
@given(
    st.lists(MUTATION, max_size=4),
    st.lists(st.lists(MUTATION, max_size=3), min_size=2, max_size=4),
    st.sampled_from([URL, "https://b.example/m"]),
)
def test_any_playlists_in_any_order(
    changes: list[tuple[int, int, bytes]],
    reloads: list[list[tuple[int, int, bytes]]],
    other: str,
) -> None:
    try:
        whole = parse(mutated(MULTIVARIANT, changes), url=URL, now=NOW, format=ManifestFormat.HLS)
    except PlayerError:
        return
    rungs = [one for track in whole.periods[0].tracks for one in track.representations]
    known: SegmentIndex | None = None
    for step, mutation in enumerate(reloads):
        url = other if step % 2 else URL
        try:
            made = resolve_index(rungs[0], mutated(MEDIA, mutation), url=url, now=NOW, known=known)
        except PlayerError:
            continue
        known = made.index
        whole = adopt(whole, rungs[step % len(rungs)].id, made)
        assert isinstance(known, ListedIndex)
        for before, after in pairwise(known.segments):
            assert before.number + 1 == after.number
            assert before.start <= after.start
            assert before.discontinuity <= after.discontinuity
        starts = [one.start for one in whole.events]
        assert starts == sorted(starts)
        describe(whole, NOW)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 40))
def test_any_asset_list(body: bytes, at: int) -> None:
    listed = b'{"ASSETS": [{"URI": "a", "DURATION": 1}]}'
    for each in (body, listed[:at] + body + listed[at:]):
        try:
            read_asset_list(each, url=URL)
        except PlayerError:
            continue
