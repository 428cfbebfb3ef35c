"""TTML's time expressions (TTML2 12.3): clock, frames, ticks and offsets."""

import re
from dataclasses import dataclass
from fractions import Fraction

from player.model.notes import Notes, quoted
from player.text.ttml_nodes import Node
from player.units import MICROS_PER_SECOND, Micros

_CLOCK = re.compile(
    r"([0-9]{1,9}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,12})|[:;]([0-9]{2,4})(?:\.([0-9]{1,4}))?)?\Z"
)
_OFFSET = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,12})?)(h|ms|m|s|f|t)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBase:
    """What frames, subframes and ticks of a document last (ttp: parameters)."""

    frame_rate: Fraction = Fraction(30)
    sub_frame_rate: int = 1
    tick_rate: Fraction = Fraction(1)

    def read(self, text: str) -> Micros | None:
        """Read a time expression; None where it is none."""
        clock = _CLOCK.match(text)
        if clock:
            return _micros(self._clock(clock))
        offset = _OFFSET.match(text)
        if offset:
            return _micros(Fraction(offset[1]) * self._metric(offset[2]))
        return None

    def _clock(self, found: re.Match[str]) -> Fraction:
        hours, minutes, seconds, decimals, frames, sub_frames = found.groups()
        whole = Fraction((int(hours) * 60 + int(minutes)) * 60 + int(seconds))
        if decimals:
            return whole + Fraction(int(decimals), 10 ** len(decimals))
        parts = Fraction(int(sub_frames or 0), self.sub_frame_rate)
        return whole + (int(frames or 0) + parts) / self.frame_rate

    def _metric(self, name: str) -> Fraction:
        if name == "f":
            return 1 / self.frame_rate
        if name == "t":
            return 1 / self.tick_rate
        return {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1)}.get(
            name, Fraction(1, 1000)
        )


def time_base(root: Node, notes: Notes) -> TimeBase:
    """Read a document's ttp:frameRate and its kin (TTML2 7.2)."""
    nominal = _positive(root, "frameRate", notes) or 30
    sub_frames = _positive(root, "subFrameRate", notes) or 1
    rate = nominal * _multiplier(root, notes)
    ticks = _positive(root, "tickRate", notes)
    if ticks is None:
        ticks = nominal * sub_frames if root.get("frameRate") else 1
    return TimeBase(
        frame_rate=rate,
        sub_frame_rate=sub_frames,
        tick_rate=Fraction(ticks),
    )


def _positive(root: Node, name: str, notes: Notes) -> int | None:
    text = root.get(name)
    if text.isascii() and text.isdecimal() and len(text) < 12 and int(text) > 0:
        return int(text)
    if text:
        notes.warn(root.line, f"{name} is unreadable: {quoted(text)}")
    return None


def _multiplier(root: Node, notes: Notes) -> Fraction:
    """Read "1000 1001" ("1000:1001" in older documents)."""
    text = root.get("frameRateMultiplier")
    parts = text.replace(":", " ").split()
    if len(parts) in (1, 2) and all(one.isdecimal() and int(one[:9]) > 0 for one in parts):
        return Fraction(int(parts[0][:9]), int(parts[-1][:9]) if len(parts) == 2 else 1)
    if text:
        notes.warn(root.line, f"frameRateMultiplier is unreadable: {quoted(text)}")
    return Fraction(1)


def _micros(seconds: Fraction) -> Micros:
    return Micros(int(seconds * MICROS_PER_SECOND))
