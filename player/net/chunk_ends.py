"""ChunkEnds: whether what has come of a body are whole chunks, so that its server may be waiting.

Where the encoder is still at work on a segment, its server sends each chunk as it is made, and
nothing until the next one. A line that falters does so anywhere; a server that waits does so
between chunks: boxes of ISO/IEC 14496-12 4.2 (dash.js goes by moof and mdat likewise), or
packets of ISO/IEC 13818-1 2.4.3.2.
"""

from struct import Struct

_HEADER = Struct(">I4s")
_LARGE = Struct(">Q")
_FIRST = frozenset({b"ftyp", b"styp", b"moov", b"moof", b"sidx", b"ssix", b"prft", b"emsg"})
_OPENS = b"moof"
"""What is never the end of a chunk: its samples follow."""
_PACKET, _SYNC = 188, 0x47


class ChunkEnds:
    """Follows one body. What is neither boxes nor packets has no chunks."""

    def __init__(self) -> None:
        """Begin before the first byte."""
        self._size = 0
        self._boxes = self._packets = False
        self._head = b""
        self._type = b""
        self._next = 0

    def take(self, piece: bytes) -> None:
        """Look at the bytes that came next."""
        if not self._size and piece:
            self._packets = piece[0] == _SYNC
            self._boxes = not self._packets
        start, self._size = self._size, self._size + len(piece)
        while self._boxes and (at := self._next + len(self._head) - start) < len(piece):
            self._head += piece[at : at + self._wanted - len(self._head)]
            if len(self._head) == self._wanted:
                self._step()

    @property
    def whole(self) -> bool:
        """Whether what came ends where a chunk ends."""
        if self._packets:
            return self._size % _PACKET == 0
        return self._boxes and self._size == self._next and self._type != _OPENS

    @property
    def _wanted(self) -> int:
        large = self._head[:4] == b"\0\0\0\1"
        return _HEADER.size + _LARGE.size if large else _HEADER.size

    def _step(self) -> None:
        """Go to the end of the box whose head has come."""
        head, first = self._head, not self._type
        size, self._type = _HEADER.unpack_from(head)
        if size == 1:
            (size,) = _LARGE.unpack_from(head, _HEADER.size)
        if size < len(head) or (first and self._type not in _FIRST):
            self._boxes = False  # up to the body's end, or no boxes at all
            return
        self._next += size
        self._head = b""
