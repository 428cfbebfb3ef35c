"""ID3 tags as the player meets them: how long one is, and the times it tells."""

from zlib import crc32

from player.model.event import TimedEvent
from player.ports import MediaEvent
from player.units import Micros

ID3_SCHEME = "id3"
HEADER = 10
_OWNER = b"com.apple.streaming.transportStreamTimestamp\x00"
_FOOTER = 0x10


def tag_size(header: bytes) -> int:
    """Give the bytes of the whole tag that begins with the 10 of `header` (ID3v2.4 3.1)."""
    size = 0
    for byte in header[6:HEADER]:
        size = size << 7 | byte & 0x7F
    return size + HEADER * (2 if header[5] & _FOOTER else 1)


def timestamp(tag: bytes) -> int | None:
    """Give the 33-bit, 90 kHz time stamp of a tag's PRIV frame (RFC 8216 3.4), or None."""
    found = tag.find(_OWNER)
    value = tag[found + len(_OWNER) : found + len(_OWNER) + 8]
    if found < 0 or len(value) < 8:
        return None
    return int.from_bytes(value, "big") & ((1 << 33) - 1)


def tag_event(tag: bytes, start: Micros) -> MediaEvent:
    """Make an event of a tag at `start` on the container's timeline.

    The same tag at the same time is the same event, however often it is fetched.
    """
    name = f"{start}-{crc32(tag):08x}"
    return MediaEvent(event=TimedEvent(scheme=ID3_SCHEME, id=name, start=start, data=tag))


def tells_more(tag: bytes) -> bool:
    """Whether a tag holds frames besides the one that tells the time (ID3v2.4 4)."""
    at, wide = HEADER, tag[3:4] == b"\x03"
    while at + HEADER <= len(tag) and tag[at : at + 1].isalpha():
        kind, raw = tag[at : at + 4], tag[at + 4 : at + 8]
        size = int.from_bytes(raw, "big") if wide else tag_size(bytes(6) + raw) - HEADER
        if kind != b"PRIV" or not tag[at + HEADER :].startswith(_OWNER):
            return True
        at += HEADER + size
    return False


def split_tags(data: bytes) -> list[bytes]:
    """Give the tags in the payload of a PES packet (Timed Metadata for HTTP Live Streaming)."""
    tags = []
    at = data.find(b"ID3")
    while at >= 0 and at + HEADER <= len(data):
        size = tag_size(data[at : at + HEADER])
        tags.append(data[at : at + size])
        at = data.find(b"ID3", at + size)
    return tags
