"""Multivariant and media playlists, and reloads of one: only PlayerError may come out."""

from contextlib import suppress

from player.errors import PlayerError
from player.manifest.dump import describe
from player.manifest.face import parse, resolve_index
from player.model.presentation import ManifestFormat, Representation
from player.units import BitsPerSecond, micros

URL = "https://tv.example/h/live.m3u8"
NOW = micros(1_700_000_100)
APART = b"\x00\xff\x00"
"""Between a playlist and its reloads."""
MEDIA = b"""#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:17
#EXT-X-DISCONTINUITY-SEQUENCE:2
#EXT-X-START:TIME-OFFSET=-12,PRECISE=YES
#EXT-X-DEFINE:NAME="v",VALUE="w"
#EXT-X-KEY:METHOD=AES-128,URI="k?{$v}",IV=0x1234
#EXT-X-MAP:URI="i.mp4",BYTERANGE="7@9"
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.5+01:00
#EXT-X-DATERANGE:ID="a",CLASS="com.apple.hls.interstitial",START-DATE="2023-11-14T22:13:21Z",X-ASSET-URI="x"
#EXTINF:6.006,one
a.m4s
#EXT-X-DISCONTINUITY
#EXT-X-BYTERANGE:10@20
#EXTINF:5,
b.m4s
#EXT-X-GAP
#EXTINF:1e1,
c.m4s
"""
DELTA = b"""#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:17
#EXT-X-SKIP:SKIPPED-SEGMENTS=2
#EXTINF:6,
d.m4s
"""
PARTS = b"""#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:4
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.2,CAN-SKIP-UNTIL=24
#EXT-X-PART-INF:PART-TARGET=0.4
#EXT-X-MEDIA-SEQUENCE:17
#EXT-X-PART:DURATION=0.4,URI="a",BYTERANGE="9@0",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.4,URI="a",BYTERANGE="9"
#EXTINF:0.8,
a
#EXT-X-PART:DURATION=0.4,URI="b.0",GAP=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="b.1",BYTERANGE-START=3,BYTERANGE-LENGTH=4
#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="i"
#EXT-X-RENDITION-REPORT:URI="w.m3u8",LAST-MSN=18,LAST-PART=0
"""
GROWN = b"""#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-PART-INF:PART-TARGET=0.4
#EXT-X-MEDIA-SEQUENCE:17
#EXT-X-SKIP:SKIPPED-SEGMENTS=1
#EXT-X-PART:DURATION=0.4,URI="b.0"
#EXTINF:0.4,
b
"""
MULTIVARIANT = b"""#EXTM3U
#EXT-X-CONTENT-STEERING:SERVER-URI="s",PATHWAY-ID="a"
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="f"
#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="v"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",LANGUAGE="l",CHANNELS="2",URI="x.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS="avc1.1,mp4a.40",RESOLUTION=1x2,AUDIO="a",PATHWAY-ID="a"
v.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,URI="i.m3u8"
"""
SEEDS = (MEDIA, MULTIVARIANT, APART.join((MEDIA, DELTA)), APART.join((PARTS, GROWN)))
RUNG = Representation(id="v", bandwidth=BitsPerSecond(1))


def take(data: bytes) -> None:
    """Read the first part by itself, then all as reloads of one playlist."""
    parts = data.split(APART)[:4]
    with suppress(PlayerError):
        describe(parse(parts[0], url=URL, now=NOW, format=ManifestFormat.HLS), NOW)
    known = None
    for body in parts:
        try:
            known = resolve_index(RUNG, body, url=URL, now=NOW, known=known).index
        except PlayerError:
            continue
