"""Teletext subtitles in PES packets (ETSI EN 300 472, EN 300 706)."""

import re
from collections.abc import Iterator

from player.model.cue import Cue
from player.model.sample import Sample
from player.text.showing import Showing
from player.text.teletext_chars import subset
from player.text.teletext_codes import HAMMING_8_4, REVERSED
from player.text.teletext_page import Page
from player.units import Micros

_UNITS = (0x02, 0x03)
"""EBU teletext without and with subtitles (EN 300 472 table 4)."""
_UNIT = 44
_LONGEST = Micros(30_000_000)
_OPEN = Micros(300_000)
"""A page that no other header closes is shown after this long."""
_JUMP = Micros(2_000_000)
_PAGE = re.compile(r"(?:0x)?([0-9a-f]{1,8})\Z", re.IGNORECASE)
DEFAULT_PAGE = 0x888


class TeletextReader:
    """Follows one page; each `Sample` is a PES packet's payload.

    A page's text is on the screen from its header's time on, and told in pieces of half a second
    while packets come; an empty one tells that time goes on.
    """

    def __init__(self, service: str, language: str = "") -> None:
        """Follow page `service` ("888", "1a2"; the magazine 8 may be written 0)."""
        found = _PAGE.match(service.strip())
        number = int(found[1], 16) if found else DEFAULT_PAGE
        self._magazine = (number >> 8 & 7) or 8
        self._number = number & 0xFF
        self._language = language
        self._page = Page()
        self._opened: Micros | None = None
        self._showing = Showing(_LONGEST)
        self._newest: Micros | None = None

    def feed(self, sample: Sample) -> tuple[Cue, ...]:
        """Take a PES payload: data_identifier and data units."""
        cues: list[Cue] = []
        if self._newest is not None and sample.pts < self._newest - _JUMP:
            cues += self.flush()
        self._newest = max(sample.pts, self._newest or sample.pts)
        for packet in packets(sample.data):
            cues += self._packet(packet, sample.pts)
        if self._opened is not None and sample.pts - self._opened >= _OPEN:
            cues += self._show()
        if self._opened is None:
            cues += self._go_on(sample.pts)
        return tuple(cues)

    def flush(self) -> tuple[Cue, ...]:
        """The run is over: give what is there until its last packet, and forget it."""
        cues = self._show() if self._opened is not None else ()
        if self._newest is not None:
            cues += self._showing.reset(self._newest)
        self._page, self._opened, self._newest = Page(), None, None
        return cues

    def _go_on(self, at: Micros) -> tuple[Cue, ...]:
        if self._showing.expired(at):
            self._page.erase()
        return self._showing.take(at, self._page.blocks())

    def _show(self) -> tuple[Cue, ...]:
        """The page is complete: it counts from its header on."""
        at, self._opened = self._opened or Micros(0), None
        self._showing.renew(at)
        return self._showing.take(at, self._page.blocks())

    def _packet(self, data: bytes, at: Micros) -> tuple[Cue, ...]:
        low, high = HAMMING_8_4[data[0]], HAMMING_8_4[data[1]]
        if low is None or high is None:
            return ()
        magazine, number = low & 7 or 8, high << 1 | low >> 3
        if number == 0:
            return self._header(magazine, data[2:], at)
        if magazine != self._magazine or self._opened is None:
            return ()
        if number <= 24:
            self._page.row(number, data[2:])
        elif number == 26:
            self._page.enhance(data[2:])
        return ()

    def _header(self, magazine: int, data: bytes, at: Micros) -> tuple[Cue, ...]:
        """Take X/0 (9.3.1): it closes the page before, and may open ours."""
        nibbles = [HAMMING_8_4[value] for value in data[:8]]
        units, tens, _, erase, _, kind, _, option = nibbles
        if units is None or tens is None:
            return ()
        serial = bool((option or 0) & 1)
        ours = magazine == self._magazine
        cues = self._show() if self._opened is not None and (ours or serial) else ()
        if ours and tens << 4 | units == self._number:
            if (erase or 0) & 8:
                self._page.erase()
            self._page.boxed = bool((kind or 0) & 0xC)
            self._page.national = subset(_turned(option or 0), self._language)
            self._opened = at
        return cues


def packets(payload: bytes) -> Iterator[bytes]:
    """Give the 42 bytes of each teletext packet in a PES payload, bits in their own order."""
    place = 1
    while place + 2 <= len(payload):
        kind, size = payload[place], payload[place + 1]
        data = payload[place + 2 : place + 2 + size]
        if kind in _UNITS and len(data) >= _UNIT:
            yield data[2:_UNIT].translate(REVERSED)
        place += 2 + size


def _turned(option: int) -> int:
    """Give C12 C13 C14 with the first as the highest bit."""
    return (option >> 1 & 1) << 2 | (option >> 2 & 1) << 1 | option >> 3 & 1
