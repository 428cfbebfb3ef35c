"""The events that segments carry in themselves, by the stream's options."""

from headend.asset.model import Rendition
from headend.clock import iso_utc
from headend.cmaf.emsg import ID3, VALIDITY, Event, emsg, with_events
from headend.dash.mpd import EVENTS
from headend.origin.options import StreamOptions
from headend.ts.id3 import tag, text_frame

_BEAT_SEGMENTS = 5
_DELAY_MS, _LENGTH_MS = 500, 1_000


def segment_events(
    data: bytes,
    rendition: Rendition,
    options: StreamOptions,
    place: int,
    segment_s: int,
    shift_s: int,
) -> bytes:
    """The segment with its events: version 1 in video, version 0 in audio, none in text."""
    if rendition.kind == "text" or not (options.events or options.expire or options.id3):
        return data
    version = 1 if rendition.kind == "video" else 0
    start_ms = (place * segment_s + shift_s) * 1000
    rows = []
    if options.events and place % _BEAT_SEGMENTS == 0:
        number = place // _BEAT_SEGMENTS
        rows.append(_event(EVENTS, "inband", number, start_ms, f"beat {number}".encode()))
    if options.expire:
        words = iso_utc(place * segment_s * 1000).encode() + b"\0"
        rows.append(_event(VALIDITY, "1", place, start_ms, words))
    if options.id3:
        words = tag(text_frame(b"TIT2", f"segment {place:012}"))
        rows.append(_event(ID3, "0", place, start_ms, words))
    return with_events(data, b"".join(emsg(row, version=version) for row in rows))


def _event(scheme: str, value: str, number: int, start_ms: int, data: bytes) -> Event:
    return Event(
        scheme=scheme,
        value=value,
        id=number & 0xFFFFFFFF,
        delta_ms=_DELAY_MS,
        time_ms=start_ms + _DELAY_MS,
        duration_ms=_LENGTH_MS,
        data=data,
    )
