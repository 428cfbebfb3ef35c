"""A page of teletext at level 1 with X/26 letters (ETSI EN 300 706 clauses 9, 12)."""

from dataclasses import dataclass, field, replace

from player.model.cue import CueAlign, CueBox
from player.text import teletext_chars
from player.text.showing import Block
from player.text.style import PLAIN, Style, lines_of
from player.text.teletext_codes import letter, triplet

_COLORS = (
    "#000000ff", "#ff0000ff", "#00ff00ff", "#ffff00ff",
    "#0000ffff", "#ff00ffff", "#00ffffff", "",
)  # fmt: skip
"""Alpha colours 0 to 7; white is the viewer's own."""
COLUMNS = 40
_SAFE = 10.0
_ROW = (100 - 2 * _SAFE) / 24
_CENTRED = 3.0
_END_BOX, _START_BOX = 0x0A, 0x0B
_NEW_GROUND, _BLACK_GROUND = 0x1D, 0x1C


@dataclass(slots=True)
class Page:
    """What has come of one page: rows 1 to 24 as seven-bit codes, and letters over them."""

    national: str = teletext_chars.ENGLISH
    boxed: bool = True
    rows: dict[int, list[int]] = field(default_factory=dict)
    letters: dict[tuple[int, int], str] = field(default_factory=dict)

    def erase(self) -> None:
        """Forget all rows (C4)."""
        self.rows, self.letters = {}, {}

    def row(self, number: int, data: bytes) -> None:
        """Take a packet X/1 to X/24; a letter with wrong parity keeps what was there."""
        old = self.rows.get(number, [0x20] * COLUMNS)
        new = [letter(value) for value in data[:COLUMNS]]
        self.rows[number] = [old[i] if code is None else code for i, code in enumerate(new)]
        for place in [place for place in self.letters if place[0] == number]:
            del self.letters[place]

    def enhance(self, data: bytes) -> None:
        """Take a packet X/26: letters that G0 lacks (12.3.2, table 27)."""
        row = 0
        for start in range(1, 40, 3):
            found = triplet(data[start : start + 3])
            if found is None:
                continue
            address, mode, value = found & 0x3F, found >> 6 & 0x1F, found >> 11 & 0x7F
            if address == 0x3F and mode == 0x1F:
                return
            if address >= 40:
                row = address - 40 or 24 if mode in (0x01, 0x04) else row
            elif value >= 0x20:
                self._letter((row, address), mode, value)

    def _letter(self, place: tuple[int, int], mode: int, value: int) -> None:
        if mode == 0x0F:
            self.letters[place] = teletext_chars.supplementary(value)
        elif mode >= 0x10:
            self.letters[place] = teletext_chars.marked(value, mode & 15)

    def blocks(self) -> tuple[Block, ...]:
        """Give the text in boxes (all text of a page without): rows that touch stand together.

        Subtitles in double height leave every other row out; those stand together as well.
        """
        written = [(number, self._runs(number)) for number in sorted(self.rows)]
        groups: list[list[tuple[int, list[tuple[str, Style]]]]] = []
        for number, runs in written:
            if not any(text.strip() for text, _ in runs):
                continue
            if groups and number - groups[-1][-1][0] <= 2:
                groups[-1].append((number, runs))
            else:
                groups.append([(number, runs)])
        return tuple(_block(group) for group in groups)

    def _runs(self, number: int) -> list[tuple[str, Style]]:
        """Read a row's spacing attributes from left to right (table 26)."""
        codes, style, shown, graphic = self.rows[number], PLAIN, not self.boxed, False
        ink, runs = "", []
        for column, code in enumerate(codes):
            text, here = " ", style  # colours hold from the next cell on, grounds at once
            if code >= 0x20:
                text = " " if graphic and code & 0x20 else self._text(number, column, code)
            elif code < 0x08 or 0x10 <= code < 0x18:
                graphic, ink = code >= 0x10, _COLORS[code & 7]
                style = replace(style, color=ink)
            elif code == _NEW_GROUND:
                style = here = replace(style, background=ink or "#ffffffff")
            elif code == _BLACK_GROUND:
                style = here = replace(style, background="")
            elif code in (_START_BOX, _END_BOX) and self.boxed:
                shown = code == _START_BOX
            runs.append((text, here) if shown else (" ", PLAIN))
        return runs

    def _text(self, row: int, column: int, code: int) -> str:
        return self.letters.get((row, column)) or teletext_chars.plain(code, self.national)


def _block(group: list[tuple[int, list[tuple[str, Style]]]]) -> Block:
    runs: list[tuple[str, Style]] = []
    extents = []
    for _, row in group:
        words = [column for column, (text, _) in enumerate(row) if text.strip()]
        first, last = words[0], words[-1] + 1
        extents.append((first, last))
        runs += [*row[first:last], ("\n", PLAIN)]
    bottom = _SAFE + min(24, group[-1][0] + 1) * _ROW
    return Block(lines=lines_of(runs), box=_box(extents, round(bottom, 2)))


def _box(extents: list[tuple[int, int]], bottom: float) -> CueBox:
    middles = [(first + last) / 2 for first, last in extents]
    if all(abs(middle - COLUMNS / 2) <= _CENTRED for middle in middles):
        return CueBox(x=50.0, y=bottom, align=CueAlign.CENTER)
    scale = (100 - 2 * _SAFE) / COLUMNS
    if max(last for _, last in extents) > COLUMNS - 4 and min(middles) > COLUMNS / 2:
        right = _SAFE + max(last for _, last in extents) * scale
        return CueBox(x=right, y=bottom, width=right, anchor_x=100.0, align=CueAlign.RIGHT)
    left = _SAFE + min(first for first, _ in extents) * scale
    return CueBox(x=left, y=bottom, width=100 - left, anchor_x=0.0, align=CueAlign.LEFT)
