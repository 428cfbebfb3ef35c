"""Subtitle documents and samples: only cues or PlayerError may come out."""

from player.errors import PlayerError
from player.model.presentation import Container, TrackKind
from player.model.sample import Sample, StreamHead
from player.text.face import open_reader, read_document
from player.units import Micros

CODECS = ("wvtt", "stpp", "cea608", "cea708", "teletext")
VTT = b"""WEBVTT
X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000

STYLE
::cue(b) { color: red }

1
00:01.000 --> 00:02.000 line:10% align:start
<b>one</b> <c.red>two</c>
"""
TTML = b"""<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>
<p begin="1s" end="00:00:02.5">a<br/><span>b</span></p></div></body></tt>"""
SEEDS = (
    b"\x00" + VTT,
    b"\x00" + TTML,
    b"\x01" + bytes.fromhex("00000014767474630000000c7061796c68690a21"),
    b"\x02" + TTML,
    b"\x03\x14\x20\x14\x2c\xc8\xe9",
    b"\x04\x03\x22\x21\x41",
    b"\x05\x10\x02\x2c\xe7",
)


def take(data: bytes) -> None:
    """The first byte chooses a document or a codec; the rest is it, a sample in two halves."""
    choice = data[0] % (len(CODECS) + 1) if data else 0
    try:
        if choice:
            _samples(CODECS[choice - 1], data[1:])
        else:
            read_document(data[1:], Container.UNKNOWN)
    except PlayerError:
        return


def _samples(codec: str, body: bytes) -> None:
    service = "100" if codec == "teletext" else "1" if codec == "cea708" else "CC1"
    reader = open_reader(StreamHead(stream=0, kind=TrackKind.TEXT, codec=codec, service=service))
    if reader is None:
        return
    half = len(body) // 2
    for place, part in enumerate((body[:half], body[half:], body)):
        time = Micros(place * 1_000_000)
        try:
            reader.feed(
                Sample(
                    stream=0, pts=time, dts=time, duration=Micros(1_000_000), key=True, data=part
                )
            )
        except PlayerError:
            continue
    reader.flush()
