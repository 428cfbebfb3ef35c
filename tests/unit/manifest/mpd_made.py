"""Small MPDs for the tests of this room, and what their first representation holds."""

import struct

from player.manifest.face import parse
from player.model.presentation import ManifestFormat, Presentation, Representation
from player.model.segment import Segment
from player.units import Micros, micros, seconds

URL = "https://tv.example/d/live.mpd"
AST = micros(1_700_000_000)
NOW = Micros(AST + micros(100))


def read(inner: str, **attributes: str) -> Presentation:
    """Parse an MPD of the given attributes and children."""
    told = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    text = f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" {told}>{inner}</MPD>'
    return parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.DASH)


def static(adaptation: str, duration: str = "PT10S") -> Presentation:
    """A static MPD of one period."""
    return read(f"<Period>{adaptation}</Period>", mediaPresentationDuration=duration)


def live(adaptation: str, **more: str) -> Presentation:
    """A dynamic MPD of one period that began 100 s ago."""
    return read(
        f'<Period id="p" start="PT0S">{adaptation}</Period>',
        **{
            "type": "dynamic",
            "availabilityStartTime": "2023-11-14T22:13:20Z",
            "minimumUpdatePeriod": "PT2S",
            **more,
        },
    )


def video(template: str, rest: str = "") -> str:
    """An AdaptationSet with one representation."""
    return (
        f'<AdaptationSet mimeType="video/mp4">{template}<Representation id="v" bandwidth="5" '
        f'codecs="avc1.64001f" width="64" height="36" frameRate="30000/1001">{rest}'
        "</Representation></AdaptationSet>"
    )


def only(found: Presentation) -> Representation:
    """The first representation."""
    return found.periods[0].tracks[0].representations[0]


def listed(found: Presentation, now: Micros = NOW) -> list[Segment]:
    """The first representation's segments at `now`."""
    index = only(found).index
    assert index is not None
    return [index.segment(number) for number in index.numbers(now)]


def brief(found: Presentation, now: Micros = NOW) -> list[tuple[int, float, float, str]]:
    """(number, start, duration, name) of the first representation's segments."""
    return [
        (
            one.number,
            seconds(one.start),
            seconds(one.duration),
            one.resource.uri.rpartition("/")[2],
        )
        for one in listed(found, now)
    ]


def sidx(version: int, entries: list[tuple[int, int]], first_offset: int = 0) -> bytes:
    """A sidx box of timescale 1000 that begins at time 0."""
    head = struct.pack(">B3xII", version, 1, 1000)
    times = struct.pack(">II" if version == 0 else ">QQ", 0, first_offset)
    body = b"".join(struct.pack(">III", size, duration, 0x90000000) for size, duration in entries)
    box = head + times + struct.pack(">HH", 0, len(entries)) + body
    return struct.pack(">I4s", 8 + len(box), b"sidx") + box
