"""One service of CEA-708: its codes and commands (CTA-708 7, 8)."""

from dataclasses import replace

from player.text.cea708_chars import extended, plain
from player.text.cea708_window import Window
from player.text.showing import Block
from player.text.style import PLAIN, Style

_LENGTHS = {
    **dict.fromkeys(range(0x88, 0x8E), 1),
    0x8E: 0, 0x8F: 0, 0x90: 2, 0x91: 3, 0x92: 2, 0x97: 4, **dict.fromkeys(range(0x98, 0xA0), 6),
}  # fmt: skip
"""Bytes of parameters of the C1 commands."""
_OPACITIES = ("ff", "ff", "80", "00")


class Service708:
    """The decoder of one service; its bytes come whole, block by block, in order of time."""

    def __init__(self) -> None:
        """Begin without windows."""
        self._windows: dict[int, Window] = {}
        self._current = 0
        self._rest = b""
        self.typed = False

    def blocks(self) -> tuple[Block, ...]:
        """What the visible windows hold now."""
        made = (window.block() for _, window in sorted(self._windows.items()))
        return tuple(block for block in made if block is not None)

    def clear(self) -> None:
        """Take everything off the screen."""
        self._windows = {}

    def take(self, data: bytes) -> None:
        """Take a service block; a command may go on in the next one."""
        data = self._rest + data
        place = 0
        while place < len(data):
            size = _size(data, place)
            if place + size > len(data):
                break
            self._code(data[place : place + size])
            place += size
        self._rest = data[place:]

    def _code(self, code: bytes) -> None:
        first, window = code[0], self._windows.get(self._current)
        if 0x80 <= first < 0xA0:
            self.typed = False
            self._command(first, code[1:])
        elif window is None:
            return
        elif first >= 0x20:
            self._write(window, plain(first))
        elif first == 0x10 and len(code) > 1 and (0x20 <= code[1] < 0x80 or code[1] >= 0xA0):
            self._write(window, extended(code[1]))
        elif first == 0x18:
            self._write(window, chr(int.from_bytes(code[1:])) if code[1] < 0xD8 else "_")
        else:
            self._motion(window, first)

    def _write(self, window: Window, letters: str) -> None:
        window.write(letters)
        self.typed = window.visible

    def _motion(self, window: Window, code: int) -> None:
        moves = {
            0x08: window.backspace,
            0x0C: window.clear,
            0x0D: window.carriage_return,
            0x0E: window.home,
        }
        if code in moves:
            moves[code]()
            self.typed = False

    def _command(self, code: int, parameters: bytes) -> None:
        if code < 0x88:
            self._current = code & 7
        elif code <= 0x8C:
            self._on_windows(code, parameters[0])
        elif code == 0x8F:
            self._windows, self._current = {}, 0
        elif code >= 0x98:
            self._define(code & 7, parameters)
        elif self._current in self._windows and 0x90 <= code <= 0x97:
            self._on_current(self._windows[self._current], code, parameters)

    def _on_windows(self, code: int, bits: int) -> None:
        """Clear, display, hide, toggle or delete the windows of a map."""
        for number in [number for number in self._windows if bits >> number & 1]:
            window = self._windows[number]
            if code == 0x88:
                window.clear()
            elif code == 0x8C:
                del self._windows[number]
            else:
                window.visible = {0x89: True, 0x8A: False}.get(code, not window.visible)

    def _define(self, number: int, parameters: bytes) -> None:
        window = self._windows.setdefault(number, Window())
        window.define(parameters)
        if parameters[5] & 7:
            window.pen = PLAIN
        self._current = number

    def _on_current(self, window: Window, code: int, parameters: bytes) -> None:
        if code == 0x90:
            slanted, lined = parameters[1] & 0x80, parameters[1] & 0x40
            window.pen = replace(
                window.pen, italic=bool(slanted) or None, underline=bool(lined) or None
            )
        elif code == 0x91:
            window.pen = _coloured(window.pen, parameters)
        elif code == 0x92:
            window.place(parameters[0] & 0x0F, parameters[1] & 0x3F)
        elif code == 0x97:
            window.attributes(parameters)


def _size(data: bytes, place: int) -> int:
    """Give how many bytes the code at `place` has (CTA-708 7.1.4 to 7.1.11)."""
    first = data[place]
    if first == 0x10:
        return 2 + _extended_size(data, place + 1)
    if first < 0x20:
        return 1 + (0 if first < 0x10 else 1 if first < 0x18 else 2)
    return 1 + _LENGTHS.get(first, 0)


def _extended_size(data: bytes, place: int) -> int:
    """Give how many bytes follow a code of C2 or C3."""
    code = data[place] if place < len(data) else 0x20
    if code < 0x20:
        return code // 8
    if 0x80 <= code < 0x90:
        return 4 + (code >= 0x88)
    if 0x90 <= code < 0xA0:
        return 1 + (data[place + 1] & 0x3F if place + 1 < len(data) else 0)
    return 0


def _coloured(pen: Style, parameters: bytes) -> Style:
    """Take SetPenColor: foreground and background, two bits a colour; white is the viewer's."""
    ink = _color(parameters[0])
    return replace(
        pen, color="" if ink.startswith("#ffffff") else ink, background=_color(parameters[1])
    )


def _color(value: int) -> str:
    parts = (value >> 4 & 3, value >> 2 & 3, value & 3)
    return "#" + "".join(f"{part * 85:02x}" for part in parts) + _OPACITIES[value >> 6]
