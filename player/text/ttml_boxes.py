"""Where TTML regions stand: origin, extent, position, displayAlign (TTML2 10.2)."""

import re
from dataclasses import dataclass, field, replace

from player.model.cue import CueAlign, CueBox, CueWriting
from player.model.notes import Notes, quoted
from player.text.ttml_nodes import Node
from player.text.ttml_styles import Sheet, Values

_LENGTH = re.compile(r"([+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?)(%|px|c|rw|rh|vw|vh)\Z")
_ALIGNS = {
    "start": CueAlign.START, "center": CueAlign.CENTER, "end": CueAlign.END,
    "left": CueAlign.LEFT, "right": CueAlign.RIGHT, "justify": CueAlign.START,
}  # fmt: skip
_KEYWORDS = {"left": 0.0, "top": 0.0, "center": 50.0, "right": 100.0, "bottom": 100.0}
_DOWN = {"before": 0.0, "center": 50.0, "after": 100.0, "justify": 0.0}

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What lengths are measured by: cells across and down, the root's size in pixels."""

    cells: Pair = (32.0, 15.0)
    pixels: Pair | None = None

    def pair(self, text: str) -> Pair | None:
        """Read two lengths as per cent of the picture; None where they cannot be told."""
        parts = text.split()
        if len(parts) != 2:
            return None
        x, y = (self._length(part, axis) for axis, part in enumerate(parts))
        return None if x is None or y is None else (x, y)

    def _length(self, text: str, axis: int) -> float | None:
        found = _LENGTH.match(text)
        if found is None:
            return None
        number, unit = float(found[1]), found[2]
        if unit == "c":
            return number * 100 / self.cells[axis]
        if unit == "px":
            return number * 100 / self.pixels[axis] if self.pixels else None
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A region: its rectangle in per cent, and the styles that text inherits from it."""

    origin: Pair = (0.0, 0.0)
    extent: Pair = (100.0, 100.0)
    down: float = 0.0
    values: Values = field(default_factory=dict)

    def box(self, values: Values) -> CueBox:
        """Where a paragraph with `values` stands in here."""
        align = _ALIGNS.get(values.get("multiRowAlign", ""))
        side_align = _ALIGNS.get(values.get("textAlign", "start"), CueAlign.START)
        writing = _WRITINGS.get(values.get("writingMode", ""), CueWriting.HORIZONTAL)
        side = _side(side_align, values.get("direction", "ltr") == "rtl")
        if writing is not CueWriting.HORIZONTAL:
            return self._columns(writing, side_align, side)
        return CueBox(
            x=_within(self.origin[0] + self.extent[0] * side / 100),
            y=_within(self.origin[1] + self.extent[1] * self.down / 100),
            width=_within(self.extent[0]) or 100.0,
            anchor_x=side,
            anchor_y=self.down,
            align=align or side_align,
        )

    def _columns(self, writing: CueWriting, align: CueAlign, side: float) -> CueBox:
        across = self.down if writing is CueWriting.COLUMNS_FROM_LEFT else 100 - self.down
        return CueBox(
            x=_within(self.origin[0] + self.extent[0] * across / 100),
            y=_within(self.origin[1] + self.extent[1] * side / 100),
            width=_within(self.extent[1]) or 100.0,
            anchor_x=across,
            anchor_y=side,
            align=align,
            writing=writing,
        )


_WRITINGS = {
    "tbrl": CueWriting.COLUMNS_FROM_RIGHT,
    "tb": CueWriting.COLUMNS_FROM_RIGHT,
    "tblr": CueWriting.COLUMNS_FROM_LEFT,
}


def frame(root: Node) -> Frame:
    """Read ttp:cellResolution and the root's tts:extent."""
    cells = [float(part) for part in root.get("cellResolution").split() if part.isdecimal()]
    pixels = re.match(r"([0-9]{1,6})(?:\.0*)?px\s+([0-9]{1,6})(?:\.0*)?px\Z", root.get("extent"))
    size = (float(pixels[1]), float(pixels[2])) if pixels else None
    good = len(cells) == 2 and min(cells) > 0
    return Frame(
        cells=(cells[0], cells[1]) if good else (32.0, 15.0),
        pixels=size if size and min(size) > 0 else None,
    )


def areas(root: Node, sheet: Sheet, notes: Notes) -> dict[str, Area]:
    """Read all regions of a document by their ids."""
    measured = frame(root)
    return {one.get("id"): area(one, sheet, measured, notes) for one in root.all("region")}


def area(node: Node, sheet: Sheet, measured: Frame, notes: Notes) -> Area:
    """Read one region."""
    own = sheet.specified(node)
    values = sheet.initial | own
    read = Area(down=_DOWN.get(values.get("displayAlign", "before"), 0.0), values=own)
    for name in ("origin", "extent"):
        text = values.get(name, "auto")
        pair = measured.pair(text)
        if pair is None and text not in ("auto", "contain", "cover", ""):
            notes.warn(node.line, f"region: {name} is unreadable: {quoted(text)}")
        elif pair is not None:
            read = replace(read, origin=pair) if name == "origin" else replace(read, extent=pair)
    if "position" in values and "origin" not in values:
        return replace(read, origin=_position(values["position"], read.extent, measured))
    return read


def _position(text: str, extent: Pair, measured: Frame) -> Pair:
    """Read tts:position (TTML2 10.2.36) of one or two parts; offsets from edges are not read."""
    words = (*text.split(), "center")[:2]
    if words[0] in ("top", "bottom") or words[1] in ("left", "right"):
        words = (words[1], words[0])
    free = (100 - extent[0], 100 - extent[1])
    found = []
    for axis, word in enumerate(words):
        share = _KEYWORDS.get(word)
        share = float(word[:-1]) if share is None and _is_share(word) else share
        if share is not None:
            found.append(free[axis] * share / 100)
        else:
            pair = measured.pair(f"{word} {word}")
            found.append(pair[axis] if pair else free[axis] / 2)
    return (found[0], found[1])


def _is_share(word: str) -> bool:
    found = _LENGTH.match(word)
    return found is not None and found[2] == "%"


def _side(align: CueAlign, from_right: bool) -> float:  # noqa: FBT001 - the text's direction
    if align is CueAlign.CENTER:
        return 50.0
    if align in (CueAlign.LEFT, CueAlign.RIGHT):
        return 0.0 if align is CueAlign.LEFT else 100.0
    return 100.0 if (align is CueAlign.END) != from_right else 0.0


def _within(value: float) -> float:
    return round(min(100.0, max(0.0, value)), 2)
