"""Where a WebVTT cue stands: its settings, and regions (WebVTT 4.3, 4.4, 7.2)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from player.model.cue import CueAlign, CueBox, CueWriting
from player.model.notes import Notes, quoted

LINE_HEIGHT = 5.33
"""Per cent of the picture's height (WebVTT 7.2: 5.33vh)."""
_FEWEST_PER_CENT = 5.0
_PERCENT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)%\Z")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?\Z")
_ANCHORS = {"start": 0.0, "center": 50.0, "end": 100.0}
_PLACES = {"line-left": 0.0, "center": 50.0, "line-right": 100.0}
_OLD_PLACES = {"start": 0.0, "middle": 50.0, "end": 100.0}
_RIGHT_TO_LEFT = ("R", "AL")
_ALIGNS = {align.value: align for align in CueAlign}


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the picture that cues may stand in; per cent of the picture.

    `lines` is its height. The point `anchor` of the region lies at `viewport` of the picture.
    """

    id: str = ""
    width: float = 100.0
    lines: int = 3
    anchor: tuple[float, float] = (0.0, 100.0)
    viewport: tuple[float, float] = (0.0, 100.0)

    @property
    def left(self) -> float:
        """Where its left edge lies."""
        return self.viewport[0] - self.anchor[0] * self.width / 100

    @property
    def bottom(self) -> float:
        """Where its lower edge lies."""
        height = self.lines * LINE_HEIGHT
        return self.viewport[1] + (100 - self.anchor[1]) * height / 100


@dataclass(slots=True, kw_only=True)
class _Settings:
    """What a cue's settings say; None is "auto"."""

    writing: CueWriting = CueWriting.HORIZONTAL
    line: float | None = None
    snap: bool = True
    line_anchor: float = 0.0
    position: float | None = None
    position_anchor: float | None = None
    size: float = 100.0
    align: CueAlign = CueAlign.CENTER
    region: Region | None = field(default=None)


def region(block: str, line: int, notes: Notes) -> Region:
    """Read a REGION block; `line` is where its text begins."""
    values = dict(_pairs(block))
    lines = values.get("lines", "3")
    for name in values.keys() - {
        "id",
        "width",
        "lines",
        "regionanchor",
        "viewportanchor",
        "scroll",
    }:
        notes.warn(line, f"REGION: unknown setting {quoted(name)}")
    width = percent(values.get("width", "100%"))
    return Region(
        id=values.get("id", ""),
        width=100.0 if width is None else width,
        lines=int(lines) if lines.isdecimal() and len(lines) < 3 else 3,
        anchor=_point(values.get("regionanchor", "")) or (0.0, 100.0),
        viewport=_point(values.get("viewportanchor", "")) or (0.0, 100.0),
    )


def box(
    settings: str, regions: Mapping[str, Region], text: str, line: int, notes: Notes
) -> CueBox:
    """Read a cue's settings (they stood on `line`); `text` tells where its lines start."""
    read = _Settings()
    for name, value in _pairs(settings):
        if not _take(read, name, value, regions):
            notes.warn(line, f"cue setting not read: {quoted(f'{name}:{value}')}")
    return _row(read, text) if read.writing is CueWriting.HORIZONTAL else _column(read)


def percent(text: str) -> float | None:
    """Read "12.5%", None beyond 0 to 100."""
    found = _PERCENT.match(text)
    value = float(found[1]) if found else 101.0
    return value if value <= 100 else None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        name, colon, value = word.partition(":")
        if colon and name and value:
            yield name, value


def _point(text: str) -> tuple[float, float] | None:
    x, y = (percent(part) for part in (*text.split(",", 1), "")[:2])
    return None if x is None or y is None else (x, y)


def _take(read: _Settings, name: str, value: str, regions: Mapping[str, Region]) -> bool:
    takers = {"vertical": _vertical, "line": _line, "position": _position, "size": _size}
    if name == "region":
        read.region = regions.get(value)
        return read.region is not None
    if name == "align":
        return _align(read, value)
    return name in takers and takers[name](read, value)


def _vertical(read: _Settings, value: str) -> bool:
    if value not in ("rl", "lr"):
        return False
    read.writing = CueWriting(value)
    return True


def _line(read: _Settings, value: str) -> bool:
    number, _, anchor = value.partition(",")
    share = percent(number)
    if share is None and not _NUMBER.match(number):
        return False
    read.line, read.snap = (float(number), True) if share is None else (share, False)
    read.line_anchor = _ANCHORS.get(anchor, 0.0)
    return not anchor or anchor in _ANCHORS


def _position(read: _Settings, value: str) -> bool:
    number, _, anchor = value.partition(",")
    share = percent(number)
    if share is None:
        return False
    read.position = share
    read.position_anchor = {**_OLD_PLACES, **_PLACES}.get(anchor)
    return not anchor or read.position_anchor is not None


def _size(read: _Settings, value: str) -> bool:
    share = percent(value)
    read.size = read.size if share is None else share
    return share is not None


def _align(read: _Settings, value: str) -> bool:
    found = _ALIGNS.get("center" if value == "middle" else value)
    read.align = found or read.align
    return found is not None


def _begins_right(text: str) -> bool:
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", *_RIGHT_TO_LEFT)), "L") != "L"


def _side(read: _Settings, text: str) -> float:
    """Where lines begin that are aligned so: 0 left, 50 in the middle, 100 right."""
    if read.align in (CueAlign.CENTER, CueAlign.LEFT, CueAlign.RIGHT):
        return {"center": 50.0, "left": 0.0, "right": 100.0}[read.align.value]
    return 100.0 if (read.align is CueAlign.END) != _begins_right(text) else 0.0


def _row(read: _Settings, text: str) -> CueBox:
    side = _side(read, text)
    place = side if read.position is None else read.position
    anchor = side if read.position_anchor is None else read.position_anchor
    width = max(min(read.size, _room(place, anchor)), _FEWEST_PER_CENT)
    if read.region is not None:
        return _in_region(read, place, anchor, width)
    if read.position is None and read.size == 100 and side == 50:
        x, width = None, CueBox().width if read.line is None else 100.0
    else:
        x = place
    y, anchor_y = _height(read)
    return CueBox(
        x=place if x is None and y is not None else x,
        y=y,
        width=width,
        anchor_x=anchor if x is not None else 50.0,
        anchor_y=anchor_y,
        align=read.align,
    )


def _room(place: float, anchor: float) -> float:
    """How wide a box may be there (WebVTT 7.2, maximum size)."""
    if anchor == 0:
        return 100 - place
    return place if anchor == 100 else 2 * min(place, 100 - place)


def _height(read: _Settings) -> tuple[float | None, float]:
    if read.line is None:
        return None, 100.0
    if not read.snap:
        return read.line, read.line_anchor
    if read.line < 0:
        return max(0.0, round(100 + (read.line + 1) * LINE_HEIGHT, 2)), 100.0
    return min(100.0, round(read.line * LINE_HEIGHT, 2)), 0.0


def _in_region(read: _Settings, place: float, anchor: float, width: float) -> CueBox:
    inside = read.region or Region()
    return CueBox(
        x=round(inside.left + place * inside.width / 100, 2),
        y=round(inside.bottom, 2),
        width=round(max(width * inside.width / 100, _FEWEST_PER_CENT), 2),
        anchor_x=anchor,
        anchor_y=100.0,
        align=read.align,
    )


def _column(read: _Settings) -> CueBox:
    side = _side(read, "")
    place = side if read.position is None else read.position
    anchor = side if read.position_anchor is None else read.position_anchor
    across, anchor_x = _across(read)
    if read.writing is CueWriting.COLUMNS_FROM_RIGHT and read.snap:
        across, anchor_x = 100 - across, 100 - anchor_x
    return CueBox(
        x=across,
        y=place,
        width=max(min(read.size, _room(place, anchor)), _FEWEST_PER_CENT),
        anchor_x=anchor_x,
        anchor_y=anchor,
        align=read.align,
        writing=read.writing,
    )


def _across(read: _Settings) -> tuple[float, float]:
    """Where columns begin, counted from the first one's side; "auto" is the last column."""
    down, anchor = _height(read)
    return (100.0, 100.0) if down is None else (down, anchor)
