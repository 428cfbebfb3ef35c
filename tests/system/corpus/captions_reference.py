"""CEA-608 as libav reads it, from SEI messages that are looked for here: a second reading."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import av

Spans = list[tuple[float, float, str]]

_SEI = 6
_CC_DATA = b"\xb5\x00\x31GA94\x03"
"""ITU-T T.35: United States, ATSC, user data, cc_data (ATSC A/53 part 4, 6.2.3)."""


def captions_told(data: bytes) -> Spans:
    """What the first caption service shows: (start, end, words) in seconds of the programme.

    `data` holds pictures (H.264); the last words stay until the last picture's time.
    """
    with av.open(io.BytesIO(data)) as container:
        packets = [one for one in container.demux(container.streams.video[0]) if one.size]
    packets.sort(key=_time)
    begin, end = _time(packets[0]), _time(packets[-1])
    return _spans([(at - begin, words) for at, words in _screens(packets)], end - begin)


def _spans(screens: Sequence[tuple[float, str]], end: float) -> Spans:
    ends = [at for at, _ in screens[1:]] + [end]
    return [(at, until, words) for (at, words), until in zip(screens, ends, strict=True) if words]


def _screens(packets: Sequence[av.Packet]) -> Iterator[tuple[float, str]]:
    """Each change of the screen, and what it shows then."""
    decoder: Any = av.CodecContext.create("cc_dec", "r")
    decoder.options = {"real_time": "1", "real_time_latency_msec": "0"}
    for packet in packets:
        found = b"".join(_triplets(packet))
        if not found:
            continue
        told = av.Packet(found)
        told.pts, told.time_base = packet.pts, packet.time_base
        for rect in decoder.decode(told):
            words = rect.ass.decode()
            yield _time(packet), words.rpartition("}")[2] if "}" in words else ""


def _triplets(packet: av.Packet) -> Iterator[bytes]:
    for unit in _units(bytes(packet)):
        at = unit.find(_CC_DATA) if unit[0] & 31 == _SEI else -1
        if at >= 0:
            begin = at + len(_CC_DATA)
            yield unit[begin + 2 : begin + 2 + 3 * (unit[begin] & 31)]


def _units(data: bytes) -> Iterator[bytes]:
    """NAL units, whichever way they are told apart, without their emulation prevention."""
    if data.startswith((b"\0\0\1", b"\0\0\0\1")):
        parts = data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
        yield from (one.replace(b"\0\0\3", b"\0\0") for one in parts if one)
        return
    while len(data) > 4:
        size = int.from_bytes(data[:4])
        if size:
            yield data[4 : 4 + size].replace(b"\0\0\3", b"\0\0")
        data = data[4 + size :]


def _time(packet: av.Packet) -> float:
    return float((packet.pts or 0) * packet.time_base)
