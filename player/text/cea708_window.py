"""A window of CEA-708 (CTA-708 8.4, 8.10): its text, pen and place."""

from dataclasses import dataclass

from player.model.cue import CueAlign, CueBox
from player.text.showing import Block
from player.text.style import PLAIN, Style, lines_of

_SAFE = 10.0
"""Per cent of the picture outside the safe title area on each side."""
_DOWN, _ACROSS = 75, 210
"""The grid of anchors, for pictures of 16:9."""
_ALIGNS = (CueAlign.LEFT, CueAlign.RIGHT, CueAlign.CENTER, CueAlign.LEFT)
_WIDEST = 42


@dataclass(slots=True, kw_only=True)
class Geometry:
    """What DefineWindow says: anchor in per cent of the safe area, size in rows and columns."""

    across: float = 50.0
    down: float = 100.0
    point: int = 7
    rows: int = 2
    columns: int = 32


class Window:
    """One of the eight windows of a service."""

    def __init__(self) -> None:
        """Begin hidden, in the middle at the bottom."""
        self.visible = False
        self.geometry = Geometry()
        self.align = CueAlign.LEFT
        self.pen = PLAIN
        self._rows: list[dict[int, tuple[str, Style]]] = [{}]
        self._row = self._column = 0

    def define(self, parameters: bytes) -> None:
        """Take the six bytes of DefineWindow."""
        relative = bool(parameters[1] & 0x80)
        down, across = parameters[1] & 0x7F, parameters[2]
        geometry = Geometry(
            down=min(100.0, down if relative else down * 100 / (_DOWN - 1)),
            across=min(100.0, across if relative else across * 100 / (_ACROSS - 1)),
            point=min(8, parameters[3] >> 4),
            rows=(parameters[3] & 0x0F) + 1,
            columns=(parameters[4] & 0x3F) + 1,
        )
        if parameters[5] >> 3 & 7:
            self.align = _STYLED.get(parameters[5] >> 3 & 7, CueAlign.LEFT)
        self.visible = bool(parameters[0] & 0x20)
        self.geometry = geometry
        while len(self._rows) > geometry.rows:
            self._rows.pop(0)
            self._row = max(0, self._row - 1)

    def attributes(self, parameters: bytes) -> None:
        """Take the four bytes of SetWindowAttributes; of them only the justification shows."""
        self.align = _ALIGNS[parameters[2] & 3]

    def clear(self) -> None:
        """Empty the window and go to its beginning."""
        self._rows, self._row, self._column = [{}], 0, 0

    def place(self, row: int, column: int) -> None:
        """Take SetPenLocation."""
        self._row, self._column = min(row, self.geometry.rows - 1), min(column, _WIDEST)
        while len(self._rows) <= self._row:
            self._rows.append({})

    def write(self, letters: str) -> None:
        """Put a character where the pen is."""
        self._rows[self._row][self._column] = (letters, self.pen)
        self._column = min(self._column + 1, 255)

    def backspace(self) -> None:
        """Take the last character away."""
        self._column = max(0, self._column - 1)
        self._rows[self._row].pop(self._column, None)

    def carriage_return(self) -> None:
        """Begin the next row; the first one rolls out where there is no room."""
        self._row, self._column = self._row + 1, 0
        if self._row >= self.geometry.rows:
            self._rows.pop(0)
            self._row = self.geometry.rows - 1
        while len(self._rows) <= self._row:
            self._rows.append({})

    def home(self) -> None:
        """Clear the row and go to its beginning (HCR)."""
        self._rows[self._row], self._column = {}, 0

    def block(self) -> Block | None:
        """Give what the window shows; None where it is hidden or blank."""
        lines = lines_of(self._runs()) if self.visible else ()
        return Block(lines=lines, box=self._box()) if any(lines) else None

    def _runs(self) -> list[tuple[str, Style]]:
        runs: list[tuple[str, Style]] = []
        for row in self._rows:
            last = max(row, default=-1)
            runs += [row.get(column, (" ", PLAIN)) for column in range(last + 1)]
            runs.append(("\n", PLAIN))
        return runs

    def _box(self) -> CueBox:
        where, safe = self.geometry, 100 - 2 * _SAFE
        return CueBox(
            x=round(_SAFE + where.across * safe / 100, 2),
            y=round(_SAFE + where.down * safe / 100, 2),
            width=min(100.0, max(10.0, where.columns * safe / 32)),
            anchor_x=where.point % 3 * 50.0,
            anchor_y=where.point // 3 * 50.0,
            align=self.align,
        )


_STYLED = {3: CueAlign.CENTER, 6: CueAlign.CENTER}
"""Predefined window styles that are not aligned to the left (CTA-708 table 26)."""
