"""The byte feed: what the engine appends, libmpv's demuxer thread reads, without a copy of ours.

One `ByteFeed` is the stream of one epoch. libmpv opens it by its own URI and reads it through
`StreamProtocol`'s callbacks, which never call libmpv and hold the GIL for some microseconds only
(`ctypes.memmove` gives it up while it copies).
"""

import ctypes
import threading
from collections import deque

from player.units import ByteCount

CANCELLED = -1
"""What a read gives to libmpv after `ByteFeed.cancel`: an error, not the end of the stream."""

END = 0
"""What a read gives to libmpv at the end of the stream."""


class ByteFeed:
    """The bytes of one epoch between the engine thread and libmpv's demuxer thread.

    One thread appends, one reads; anybody may cancel or close. Consumed chunks are given up at
    once, so the memory held is what the engine has fed and libmpv (which reads `cache-secs`
    ahead) has not yet taken: `pending` bytes.
    """

    __slots__ = (
        "_abandoned",
        "_changed",
        "_chunks",
        "_finished",
        "_offset",
        "_opened",
        "_over",
        "_pending",
    )

    def __init__(self) -> None:
        """Make an empty feed that waits for bytes."""
        self._chunks: deque[tuple[bytes, int]] = deque()  # and the address of each
        self._changed = threading.Condition()
        self._offset = 0
        self._pending = 0
        self._opened = False
        self._abandoned = False
        self._finished = False
        self._over = False

    @property
    def pending(self) -> ByteCount:
        """Bytes appended and not yet read. Any thread."""
        return ByteCount(self._pending)

    @property
    def finished(self) -> bool:
        """Whether the engine has said that no more bytes come. Any thread."""
        return self._finished

    @property
    def over(self) -> bool:
        """Whether the feed was cancelled or closed. Any thread."""
        return self._over

    def append(self, data: bytes) -> None:
        """Take `data` (kept, not copied) as the stream's next bytes. Engine thread."""
        if not data:
            return
        address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
        with self._changed:
            if self._over or self._finished or self._abandoned:
                return
            self._chunks.append((data, address))
            self._pending += len(data)
            self._changed.notify_all()

    def finish(self) -> None:
        """Say that no more bytes come: the reader sees the end after the last one."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def claim(self) -> bool:
        """Take the feed for reading; False for the second who asks, or when it is over.

        The bytes pass once, so a URI that libmpv opens again must fail rather than give half.
        """
        with self._changed:
            claimed = not self._opened and not self._over
            self._opened = True
            return claimed

    def read_into(self, address: int, size: int) -> int:
        """Copy up to `size` bytes to `address`; block only while there is nothing.

        Gives the number of bytes copied, `END`, or `CANCELLED`. libmpv's demuxer thread.
        """
        while self._wait():
            copied = self._copy(address, size)
            if copied:
                return copied
            if self._finished:
                return END
        return CANCELLED

    def abandon(self) -> None:
        """Give the bytes up, but let the reader wait until libmpv cancels it, as it will.

        An end or an error would be played or logged before libmpv drops the stream.
        """
        with self._changed:
            self._abandoned = True
            self._finished = False
            self._clear()

    def cancel(self) -> None:
        """Wake the reader and let every read fail; the bytes are given up. Any thread, twice."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def close(self) -> None:
        """Give the bytes up: the reader is gone, or will never come. Any thread, twice."""
        self.cancel()
        with self._changed:
            self._clear()

    def _clear(self) -> None:
        self._chunks.clear()
        self._offset = 0
        self._pending = 0

    def _wait(self) -> bool:
        """Wait for bytes or the end; False when cancelled meanwhile."""
        if not self._chunks:
            with self._changed:
                self._changed.wait_for(lambda: self._chunks or self._finished or self._over)
        return not self._over

    def _copy(self, address: int, size: int) -> int:
        copied = 0
        while copied < size:
            count = self._copy_head(address + copied, size - copied)
            if not count:
                break
            copied += count
        return copied

    def _copy_head(self, address: int, room: int) -> int:
        # The lock is not held while copying: the engine thread never waits for it. Only the
        # reader consumes; the bytes may be given up meanwhile, but `data` keeps them alive.
        with self._changed:
            if not self._chunks:
                return 0
            (data, source), offset = self._chunks[0], self._offset
        count = min(len(data) - offset, room)
        ctypes.memmove(address, source + offset, count)
        self._consume(data, count)
        return count

    def _consume(self, data: bytes, count: int) -> None:
        with self._changed:
            if not self._chunks:
                return  # given up while it was copied
            self._offset += count
            self._pending -= count
            if self._offset == len(data):
                self._chunks.popleft()
                self._offset = 0
