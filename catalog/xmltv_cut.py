"""Cuts a guide's byte stream into its `channel` and `programme` elements, at bounded memory.

A guide of a gigabyte is no tree, and a strict or even a recovering parser loses or misplaces
everything after an unclosed `<br>` (libxml2 nests what follows, and gives up at 256 levels). So
each element is cut out on its own: a fault costs the element it stands in, and nothing else. The
document type, its entities and all processing instructions are never looked at.
"""

import io
import re
from collections.abc import Iterator

from catalog.compression import BROKEN_INSIDE

MAX_ELEMENT = 1 << 18
"""Bytes of one element; a larger one is left out."""

_BLOCK = 1 << 18
_START = re.compile(rb"<!--|<(programme|channel)(?=[\s>/])")
_END_OF = {b"programme": b"</programme", b"channel": b"</channel"}
_OTHER = {b"programme": b"channel", b"channel": b"programme"}
_AFTER_NAME = b" >\n\t\r/"
_TAIL = 16


class ElementCutter:
    """Gives the elements of one guide; `oversized` and `broken` say what was left out."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self.oversized = 0
        self.broken = ""
        self.consumed = 0
        self._stream = stream
        self._buffer = b""
        self._at = 0
        self._ended = False

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """Give (element's name, its bytes from `<` up to its end tag)."""
        while (name := self._next_start()) is not None:
            element = self._element(name)
            if element is not None:
                yield name, element

    def _more(self) -> bool:
        """Read another block behind what is still needed; False at the end."""
        if self._ended:
            return False
        try:
            block = self._stream.read1(_BLOCK)
        except BROKEN_INSIDE as broken:
            self.broken, block = f"the file is damaged or cut off: {broken}", b""
        self._ended = not block
        self._buffer = self._buffer[self._at :] + block
        self._at = 0
        self.consumed += len(block)
        return not self._ended

    def _next_start(self) -> bytes | None:
        """Go to the next element, past comments."""
        while True:
            found = _START.search(self._buffer, self._at)
            if found is None:
                self._at = max(self._at, len(self._buffer) - _TAIL)
                if not self._more():
                    return None
            elif found.group(1) is None:
                self._at = found.end()
                self._skip_comment()
            else:
                self._at = found.start()
                return bytes(found.group(1))

    def _skip_comment(self) -> None:
        while (end := self._buffer.find(b"-->", self._at)) < 0:
            self._at = max(self._at, len(self._buffer) - 2)
            if not self._more():
                return
        self._at = end + 3

    def _element(self, name: bytes) -> bytes | None:
        """Take the element that starts here: up to its end tag, or to the next element."""
        while (limit := self._limit(name)) < 0:
            if len(self._buffer) - self._at > MAX_ELEMENT:
                self.oversized += 1
                self._at += len(name)
                return None
            if not self._more():
                limit = len(self._buffer)
                break
        element = self._buffer[self._at : limit]
        self._at = limit
        if len(element) > MAX_ELEMENT:
            self.oversized += 1
            return None
        return element

    def _limit(self, name: bytes) -> int:
        """Find where the element at hand ends: end tag, next start; -1 if not in the buffer."""
        buffer, head = self._buffer, self._at + len(name)
        closing = buffer.find(b">", head)
        if closing < 0:
            return -1
        if buffer[closing - 1 : closing] == b"/":
            return closing + 1
        limit = _find_start(buffer, name, head, len(buffer))
        end = buffer.find(_END_OF[name], head, limit if limit >= 0 else len(buffer))
        limit = end if end >= 0 else limit
        other = _find_start(buffer, _OTHER[name], head, limit if limit >= 0 else len(buffer))
        return other if other >= 0 else limit


def _find_start(buffer: bytes, name: bytes, at: int, limit: int) -> int:
    """Find the next start tag of a name; -1 if there is none."""
    found = buffer.find(b"<" + name, at, limit)
    while found >= 0:
        after = buffer[found + 1 + len(name) : found + 2 + len(name)]
        if after and after in _AFTER_NAME:
            return found
        found = buffer.find(b"<" + name, found + 1, limit)
    return -1
