"""A feed that libmpv goes about in at will: a film whose bytes the engine brings."""

from collections.abc import Callable

from player.mpv.feed import CANCELLED, ByteFeed
from player.units import ByteCount

STEP = ByteCount(1 << 20)
"""How much is read before it is told."""


class FileFeed(ByteFeed):
    """The bytes of one file from wherever libmpv's demuxer is.

    It reads and seeks on libmpv's demuxer thread; `wanted(offset, ticket)` and `read(position)`
    are called there too, must not wait, and reach the engine thread in order. After a seek
    nothing is taken from the engine until it has answered by `move(ticket)`: what it fed before
    belongs elsewhere. `size` None: no seeking.
    """

    __slots__ = ("_position", "_read", "_ticket", "_told", "_waiting", "_wanted", "size")

    def __init__(
        self,
        size: ByteCount | None,
        wanted: Callable[[ByteCount, int], None],
        read: Callable[[ByteCount], None],
    ) -> None:
        """Begin at the first byte."""
        super().__init__()
        self.size = size
        self._wanted = wanted
        self._read = read
        self._position = 0
        self._told = 0
        self._ticket = 0
        self._waiting = False

    @property
    def finished(self) -> bool:
        """A demuxer may be done before it has read the last byte. Any thread."""
        return True

    def append(self, data: bytes) -> None:
        """Take the next bytes. Engine thread."""
        with self._changed:
            if not self._waiting:
                super().append(data)

    def finish(self) -> None:
        """Say that the file ends here. Engine thread."""
        with self._changed:
            if not self._waiting:
                super().finish()

    def move(self, ticket: int) -> bool:
        """From now on bytes of the place that was wanted come; False: of no interest any more."""
        with self._changed:
            self._waiting = self._waiting and ticket != self._ticket
            return ticket == self._ticket

    def read_into(self, address: int, size: int) -> int:
        """Copy what is there; see `ByteFeed.read_into`."""
        copied = super().read_into(address, size)
        if copied > 0:
            self._position += copied
            if self._position - self._told >= STEP:
                self._told = self._position
                self._read(ByteCount(self._position))
        return copied

    def seek(self, offset: int) -> int:
        """Go to `offset` and give it, or `CANCELLED`. libmpv's demuxer thread."""
        if self._over or self.size is None or not 0 <= offset <= self.size:
            return CANCELLED
        if offset != self._position and not self._passes(offset - self._position):
            self._leave(offset)
        self._position = offset
        return offset

    def _passes(self, ahead: int) -> bool:
        """Go forward in what is there already, if it reaches that far."""
        with self._changed:
            if self._waiting or not 0 < ahead <= self._pending:
                return False
            while ahead:
                (data, _), offset = self._chunks[0], self._offset
                count = min(len(data) - offset, ahead)
                self._consume(data, count)
                ahead -= count
            return True

    def _leave(self, offset: int) -> None:
        with self._changed:
            self._clear()
            self._finished = False
            self._waiting = True
            self._ticket += 1
            self._told = offset
            ticket = self._ticket
        self._wanted(ByteCount(offset), ticket)
