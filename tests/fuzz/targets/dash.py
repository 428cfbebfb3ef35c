"""MPDs, remote elements, patches and indexes inside files: only PlayerError may come out."""

from player.errors import PlayerError
from player.manifest.dump import describe
from player.manifest.face import parse, patch, refresh, resolve_index
from player.model.presentation import ManifestFormat, Presentation
from player.units import micros

URL = "https://tv.example/d/live.mpd"
NOW = micros(1_700_000_100)
APART = b"\x00\xff\x00"
"""Between the MPD, a remote element, a patch and an index in one input."""
MPD = b"""<MPD type="dynamic" id="m" availabilityStartTime="2023-11-14T22:13:20Z"
 publishTime="2023-11-14T22:15:00Z" minimumUpdatePeriod="PT2S"><PatchLocation>p</PatchLocation>
<BaseURL serviceLocation="a">a/</BaseURL><BaseURL>https://b.example/</BaseURL>
<Period id="p" start="PT0S" duration="PT50S"><EventStream schemeIdUri="x"><Event>a</Event>
</EventStream><AdaptationSet mimeType="video/mp4"><SegmentTemplate media="$Number%03d$"
 timescale="10" eptDelta="-3"><SegmentTimeline><S t="0" d="20" n="5" r="3"/><S d="1" r="-1"/>
</SegmentTimeline></SegmentTemplate><Representation id="v" bandwidth="9" codecs="avc1.4d"/>
</AdaptationSet><AdaptationSet mimeType="audio/mp4"><Representation id="s">
<SegmentBase indexRange="50-93"/></Representation></AdaptationSet></Period>
<Period href="r" actuate="onLoad"/></MPD>"""
REMOTE = b"""<Period duration="PT9S"><AdaptationSet mimeType="text/vtt"><Representation id="t">
<SegmentList duration="2"><SegmentURL media="x"/></SegmentList></Representation></AdaptationSet>
</Period>"""
PATCH = b"""<Patch mpdId="m" originalPublishTime="2023-11-14T22:15:00Z"><remove
 sel="/MPD/Period[@id='p']/AdaptationSet[2]"/><add sel="/MPD" pos="prepend"><x/></add></Patch>"""
SIDX = bytes.fromhex(
    "0000002c73696478000000000000000100000001000000000000000000000001800000200000000500000000"
)
SEEDS = (APART.join((MPD, REMOTE, PATCH, SIDX)), MPD)


def take(data: bytes) -> None:
    """Read everything that the input holds."""
    mpd, remote, change, index = (*data.split(APART), b"", b"", b"")[:4]
    try:
        found = parse(mpd, url=URL, now=NOW, format=ManifestFormat.DASH)
        given = dict.fromkeys(found.links, remote)
        found = parse(mpd, url=URL, now=NOW, format=ManifestFormat.DASH, remote=given)
    except PlayerError:
        return
    describe(found, NOW)
    _indexes(found, index)
    try:
        describe(refresh(found, patch(found, change, url=URL)), NOW)
    except PlayerError:
        return


def _indexes(found: Presentation, body: bytes) -> None:
    tracks = [track for period in found.periods for track in period.tracks]
    for one in [rung for track in tracks[:4] for rung in track.representations[:2]]:
        source = one.source
        for _ in range(5):
            if source is None:
                break
            try:
                source = resolve_index(one, body, url=URL, now=NOW, source=source).more
            except PlayerError:
                break
