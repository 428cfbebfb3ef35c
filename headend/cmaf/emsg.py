"""Event messages inside segments (ISO/IEC 23009-1 clause 5.10.3.3)."""

import struct
from dataclasses import dataclass

from headend.cmaf.boxes import full_box

VALIDITY = "urn:mpeg:dash:event:2012"  # clause 5.10.4.2: the MPD expires
ID3 = "https://aomedia.org/emsg/ID3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event; times in milliseconds.

    Attributes:
        delta_ms: from the start of the segment (version 0).
        time_ms: on the media's own timeline (version 1).
    """

    scheme: str
    value: str
    id: int
    delta_ms: int
    time_ms: int
    duration_ms: int
    data: bytes


def emsg(event: Event, *, version: int) -> bytes:
    """The event as a box; version 0 speaks of its segment, 1 of the timeline."""
    names = event.scheme.encode() + b"\0" + event.value.encode() + b"\0"
    if version == 0:
        times = struct.pack(">IIII", 1000, event.delta_ms, event.duration_ms, event.id)
        return full_box(b"emsg", 0, 0, names, times, event.data)
    times = struct.pack(">IQII", 1000, event.time_ms, event.duration_ms, event.id)
    return full_box(b"emsg", 1, 0, times, names, event.data)


def with_events(segment: bytes, events: bytes) -> bytes:
    """The segment with emsg boxes between its styp and its moof."""
    size = int.from_bytes(segment[:4], "big")
    return segment[:size] + events + segment[size:]
