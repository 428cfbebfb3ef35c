"""WebVTT's times: time stamps, the arrow line and HLS's X-TIMESTAMP-MAP."""

import re
from dataclasses import dataclass

from player.units import Micros

_STAMP = re.compile(r"(?:([0-9]{1,9}):)?([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?\Z")
_ARROW = re.compile(r"\s*(\S+)\s*-->\s*(\S+)(.*)\Z", re.DOTALL)
_TICKS = re.compile(r"[0-9]{1,20}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampMap:
    """X-TIMESTAMP-MAP (RFC 8216 3.5): the cue time `local` is the MPEG time `mpegts`.

    `local` in microseconds, `mpegts` in ticks of 90 kHz as written (33 bits where sane).
    """

    local: Micros = Micros(0)
    mpegts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The line with the arrow: from, to, and the settings behind."""

    start: Micros
    end: Micros
    settings: str = ""


def timestamp(text: str) -> Micros | None:
    """Read "hh:mm:ss.ttt" (WebVTT 6.3, "collect a timestamp"); hours may be missing."""
    found = _STAMP.match(text)
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    if int(minutes) > 59 or int(seconds) > 59:
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return Micros(whole * 1_000_000 + int(f"{(fraction or '0')[:6]:0<6}"))


def timing(line: str) -> Timing | None:
    """Read a line with an arrow; None where its times cannot be read."""
    found = _ARROW.match(line)
    if found is None:
        return None
    start, end = timestamp(found[1]), timestamp(found[2])
    if start is None or end is None:
        return None
    return Timing(start=start, end=end, settings=found[3].strip())


def timestamp_map(line: str) -> TimestampMap | None:
    """Read "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000", in either order.

    A missing LOCAL is 0: servers leave it out where their cues count from the MPEG time.
    """
    _, _, value = line.partition("=")
    local: Micros | None = Micros(0)
    mpegts = None
    for part in value.split(","):
        name, _, text = part.strip().partition(":")
        if name.upper() == "LOCAL":
            local = timestamp(text.strip())
        elif name.upper() == "MPEGTS" and _TICKS.match(text.strip()):
            mpegts = int(text.strip())
    if local is None or mpegts is None:
        return None
    return TimestampMap(local=local, mpegts=mpegts)
