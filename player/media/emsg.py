"""Event messages in fragments (ISO/IEC 23009-1 5.10.3.3), ID3 among them."""

from player.errors import PlayerError
from player.formats.iso_boxes import Fields, header_at
from player.media.elementary import ticks_to_micros
from player.media.id3 import ID3_SCHEME
from player.model.event import TimedEvent
from player.ports import MediaEvent

_ID3_SCHEMES = frozenset(
    {"https://aomedia.org/emsg/ID3", "https://developer.apple.com/streaming/emsg-id3"}
)
_UNKNOWN = 0xFFFFFFFF
_BEFORE_MEDIA = frozenset({b"styp", b"sidx", b"prft", b"free", b"emsg"})


def leading_events(data: bytes) -> tuple[MediaEvent, ...]:
    """What the boxes before a segment's first `moof` say of moments; nothing of other bytes."""
    found, at = [], 0
    while box := header_at(data, at, len(data)):
        if box.type not in _BEFORE_MEDIA or not at < box.end <= len(data):
            break
        event = read_emsg(data[box.body : box.end]) if box.type == b"emsg" else None
        found += [event] if event else []
        at = box.end
    return tuple(found)


def read_emsg(body: bytes) -> MediaEvent | None:
    """Read the body of an `emsg`; None where it is of an unknown version or cut short.

    Version 0 counts from the start of its segment, version 1 on the track's own timeline. A tag
    of ID3 comes under the scheme "id3", as one out of a transport stream does.
    """
    fields = Fields(body, 0, len(body))
    try:
        version = fields.u32() >> 24
        return _read(fields, version) if version in (0, 1) else None
    except PlayerError:
        return None


def _read(fields: Fields, version: int) -> MediaEvent:
    if version == 0:
        scheme, value = _string(fields), _string(fields)
    timescale = fields.u32() or 1
    start = fields.u64() if version else fields.u32()
    duration, number = fields.u32(), fields.u32()
    if version == 1:
        scheme, value = _string(fields), _string(fields)
    event = TimedEvent(
        scheme=ID3_SCHEME if scheme in _ID3_SCHEMES else scheme,
        value=value,
        id=str(number),
        start=ticks_to_micros(start, timescale),
        duration=None if duration == _UNKNOWN else ticks_to_micros(duration, timescale),
        data=fields.take(fields.left),
    )
    return MediaEvent(event=event, relative=version == 0)


def _string(fields: Fields) -> str:
    out = bytearray()
    while byte := fields.u8():
        out.append(byte)
    return out.decode("utf-8", "replace")
