"""The screens of CEA-608: fifteen rows of 32 cells, and where their text stands."""

from dataclasses import dataclass

from player.model.cue import CueAlign, CueBox
from player.text.showing import Block
from player.text.style import PLAIN, Style, lines_of

ROWS = 15
COLUMNS = 32
_SAFE = 10.0
"""Per cent of the picture outside the title-safe area on each side."""
_ROW = (100 - 2 * _SAFE) / ROWS
_COLUMN = (100 - 2 * _SAFE) / COLUMNS
_CENTRED = 2.5
"""Columns that a line's middle may be off the middle and still be meant to be centred."""

Row = dict[int, tuple[str, Style]]


@dataclass(slots=True)
class Screen:
    """Rows 0 to 14, each with its written cells by column."""

    rows: list[Row]

    @classmethod
    def clear(cls) -> "Screen":
        """Give a screen with nothing on it."""
        return cls([{} for _ in range(ROWS)])

    def write(self, row: int, column: int, letter: str, style: Style) -> None:
        """Put a character into a cell."""
        self.rows[row][column] = (letter, style)

    def erase(self, row: int, column: int, last: int = COLUMNS) -> None:
        """Clear the cells of a row from `column` to before `last`."""
        for place in range(column, last):
            self.rows[row].pop(place, None)

    def roll(self, base: int, depth: int) -> None:
        """Move the rows that end at `base` up by one; what leaves them is gone."""
        top = max(0, base - depth + 1)
        kept = self.rows[top + 1 : base + 1]
        self.rows = [{} for _ in range(top)] + [*kept, {}] + [{} for _ in range(base + 1, ROWS)]

    def move(self, base: int, onto: int, depth: int) -> None:
        """Bring the rolling rows to another base row."""
        top = max(0, base - depth + 1)
        block = self.rows[top : base + 1]
        self.rows = [{} for _ in range(ROWS)]
        for offset, row in enumerate(reversed(block)):
            if onto - offset >= 0:
                self.rows[onto - offset] = row

    def blocks(self) -> tuple[Block, ...]:
        """Give the text on the screen: rows that touch each other stand together."""
        found: list[Block] = []
        first = None
        for number in range(ROWS + 1):
            written = number < ROWS and _words(self.rows[number]) is not None
            if written and first is None:
                first = number
            elif not written and first is not None:
                found.append(_block(self.rows[first:number], number))
                first = None
        return tuple(found)


def _words(row: Row) -> tuple[int, int] | None:
    """Give the first written column and the one behind the last, blanks aside."""
    written = [column for column, (letter, _) in row.items() if letter.strip(" \xa0")]
    return (min(written), max(written) + 1) if written else None


def _runs(row: Row) -> list[tuple[str, Style]]:
    extent = _words(row) or (0, 0)
    cells = (row.get(column, (" ", PLAIN)) for column in range(*extent))
    return [(letter.replace("\xa0", " "), style) for letter, style in cells]


def _block(rows: list[Row], below: int) -> Block:
    runs: list[tuple[str, Style]] = []
    for row in rows:
        runs += [*_runs(row), ("\n", PLAIN)]
    extents = [extent for extent in map(_words, rows) if extent is not None]
    return Block(lines=lines_of(runs), box=_box(extents, _SAFE + below * _ROW))


def _box(extents: list[tuple[int, int]], y: float) -> CueBox:
    middles = [(first + last) / 2 for first, last in extents]
    if all(abs(middle - COLUMNS / 2) <= _CENTRED for middle in middles):
        return CueBox(x=50.0, y=round(y, 2), align=CueAlign.CENTER)
    left = _SAFE + min(first for first, _ in extents) * _COLUMN
    return CueBox(x=left, y=round(y, 2), width=100 - left, anchor_x=0.0, align=CueAlign.LEFT)
