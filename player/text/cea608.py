"""One caption channel of CEA-608 (CTA-608, 47 CFR 15.119): pop-on, roll-up, paint-on."""

from dataclasses import replace
from enum import Enum, auto

from player.text.cea608_chars import PORTUGUESE_GERMAN, SPANISH_FRENCH, SPECIAL, basic
from player.text.cea608_screen import COLUMNS, ROWS, Screen
from player.text.showing import Block
from player.text.style import PLAIN, Style

_ROW_PAIRS = ((11, 11), (1, 2), (3, 4), (12, 13), (14, 15), (5, 6), (7, 8), (9, 10))
"""Rows, from 1, of a preamble's first byte (low three bits); second byte below 0x60 or not."""
COLORS = (
    "", "#00ff00ff", "#0000ffff", "#00ffffff", "#ff0000ff", "#ffff00ff", "#ff00ffff",
)  # fmt: skip
"""White, which is the viewer's own, green, blue, cyan, red, yellow, magenta."""
_GROUNDS = ("#ffffff", *(color[:7] for color in COLORS[1:]), "#000000")


class _Mode(Enum):
    """How what comes is written."""

    POP_ON = auto()
    ROLL_UP = auto()
    PAINT_ON = auto()
    TEXT = auto()


class Channel608:
    """The decoder of one channel; takes its byte pairs without parity, in order of time.

    `typed` tells that the screen is in the middle of a word, as it were.
    """

    def __init__(self) -> None:
        """Begin clear; nothing is written before the first mode is told."""
        self._shown, self._hidden = Screen.clear(), Screen.clear()
        self._mode: _Mode | None = None
        self._row, self._column, self._depth = ROWS - 1, 0, 2
        self._style = PLAIN
        self.typed = False
        self._commands = {
            0x20: self._resume_loading, 0x21: self._backspace, 0x24: self._erase_to_end,
            0x25: lambda: self._roll_up(2), 0x26: lambda: self._roll_up(3),
            0x27: lambda: self._roll_up(4), 0x29: self._resume_direct,
            0x2A: self._resume_text, 0x2B: self._resume_text, 0x2C: self._erase_shown,
            0x2D: self._carriage_return, 0x2E: self._erase_hidden, 0x2F: self._flip,
        }  # fmt: skip

    def blocks(self) -> tuple[Block, ...]:
        """What is on the screen now."""
        return self._shown.blocks()

    def clear(self) -> None:
        """Take everything off the screen."""
        self._shown = Screen.clear()

    def text(self, first: int, second: int) -> None:
        """Take two characters (0: none)."""
        for code in (first, second):
            if code >= 0x20:
                self._write(basic(code))

    def control(self, first: int, second: int) -> None:
        """Take a control pair; `first` without the channel's bit (0x10 to 0x17)."""
        self.typed = False
        if second >= 0x40:
            self._preamble(first, second)
        elif first in (0x14, 0x15) and second in self._commands:
            self._commands[second]()
        elif first == 0x17 and 0x21 <= second <= 0x23:
            self._column = min(COLUMNS - 1, self._column + second - 0x20)
        elif first == 0x11 and second >= 0x30:
            self._write(SPECIAL[second - 0x30])
        elif first == 0x11 and second >= 0x20:
            self._mid_row(second)
        elif first in (0x12, 0x13) and second >= 0x20:
            self._extended((SPANISH_FRENCH if first == 0x12 else PORTUGUESE_GERMAN)[second - 0x20])
        elif first in (0x10, 0x17) and second >= 0x20:
            self._ground(first, second)

    # ---- writing ----

    @property
    def _written(self) -> Screen | None:
        """The screen that characters go to; Text mode and no mode go nowhere."""
        if self._mode is _Mode.POP_ON:
            return self._hidden
        return self._shown if self._mode in (_Mode.ROLL_UP, _Mode.PAINT_ON) else None

    def _write(self, letter: str) -> None:
        screen = self._written
        if screen is not None:
            screen.write(self._row, self._column, letter, self._style)
            self._column = min(COLUMNS - 1, self._column + 1)
            self.typed = screen is self._shown

    def _extended(self, letter: str) -> None:
        """Replace the plain letter that was sent before for older decoders."""
        self._backspace()
        self._write(letter)

    def _mid_row(self, second: int) -> None:
        colour, underline = (second - 0x20) >> 1, bool(second & 1)
        style = replace(self._style, underline=underline or None)
        if colour == 7:
            self._style = replace(style, italic=True)
        else:
            self._style = replace(style, italic=None, color=COLORS[colour])
        self._write(" ")
        self.typed = False

    def _ground(self, first: int, second: int) -> None:
        """Background attributes take the place of the space sent before them."""
        if first == 0x10 and second < 0x30:
            shade = "80" if second & 1 else "ff"
            ground = f"{_GROUNDS[(second - 0x20) >> 1]}{shade}"
            self._style = replace(self._style, background=ground)
        elif first == 0x17 and second == 0x2D:
            self._style = replace(self._style, background="#00000000")
        elif first == 0x17 and second in (0x2E, 0x2F):
            underline = True if second & 1 else None
            self._style = replace(self._style, color="#000000ff", underline=underline)

    def _preamble(self, first: int, second: int) -> None:
        row = _ROW_PAIRS[first & 7][second >= 0x60] - 1
        if self._mode is _Mode.ROLL_UP and row != self._row:
            self._shown.move(self._row, row, self._depth)
        self._row = row
        kind = (second & 0x1F) >> 1
        self._column = (kind - 8) * 4 if kind >= 8 else 0
        self._style = Style(
            italic=True if kind == 7 else None,
            underline=True if second & 1 else None,
            color=COLORS[kind] if kind < 7 else "",
        )

    # ---- commands ----

    def _resume_loading(self) -> None:
        self._mode = _Mode.POP_ON

    def _resume_direct(self) -> None:
        self._mode = _Mode.PAINT_ON

    def _resume_text(self) -> None:
        self._mode = _Mode.TEXT

    def _roll_up(self, depth: int) -> None:
        if self._mode is not _Mode.ROLL_UP:
            self._shown, self._hidden = Screen.clear(), Screen.clear()
            self._row, self._column, self._style = ROWS - 1, 0, PLAIN
        self._mode, self._depth = _Mode.ROLL_UP, depth

    def _backspace(self) -> None:
        screen = self._written
        if screen is not None and self._column:
            self._column -= 1
            screen.erase(self._row, self._column, self._column + 1)

    def _erase_to_end(self) -> None:
        screen = self._written
        if screen is not None:
            screen.erase(self._row, self._column)

    def _erase_shown(self) -> None:
        self._shown = Screen.clear()

    def _erase_hidden(self) -> None:
        self._hidden = Screen.clear()

    def _carriage_return(self) -> None:
        if self._mode is _Mode.ROLL_UP:
            self._shown.roll(self._row, self._depth)
            self._column, self._style = 0, PLAIN

    def _flip(self) -> None:
        self._shown, self._hidden = self._hidden, self._shown
        self._mode = _Mode.POP_ON
