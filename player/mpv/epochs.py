"""Epochs: those that libmpv was given and that still count, with their feeds and addresses."""

from player.mpv.feed import ByteFeed


class Epochs:
    """Knows which epochs are alive. Engine thread, but for `is_finished` and `addresses`.

    libmpv opens a feed by a name of its own, once; a serial number keeps the names apart.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._serial = 0
        self._alive: dict[int, ByteFeed | None] = {}
        self._serials: dict[int, int] = {}
        self._gone: list[int] = []
        self._ended: list[int] = []
        self._addresses: dict[int, str] = {}

    def __contains__(self, epoch: int) -> bool:
        """Whether an epoch is alive."""
        return epoch in self._alive

    @property
    def alive(self) -> tuple[int, ...]:
        """Those that are, the newest last."""
        return tuple(self._alive)

    def feed(self, epoch: int) -> ByteFeed | None:
        """An epoch's feed; None for one that is gone, or that libmpv reads itself."""
        return self._alive.get(epoch)

    def address(self, epoch: int) -> str | None:
        """Where libmpv reads an epoch itself; None: it does not."""
        return self._addresses.get(epoch)

    @property
    def addresses(self) -> tuple[str, ...]:
        """All of them; a copy of what changes seldom, for any thread."""
        return tuple(self._addresses.values())

    def is_finished(self, epoch: int) -> bool:
        """Whether all bytes of an epoch were given.

        Any thread: one look at a dict and a flag, both of which only ever go forward.
        """
        feed = self._alive.get(epoch)
        return feed is None or feed.finished

    def begin_at(self, epoch: int, address: str) -> None:
        """Take in an epoch that libmpv reads itself."""
        self._alive[epoch] = None
        self._addresses[epoch] = address

    def begin(self, epoch: int, feed: ByteFeed) -> int:
        """Take in an epoch of these bytes, and give its serial number."""
        self._serial += 1
        self._alive[epoch] = feed
        self._serials[epoch] = self._serial
        return self._serial

    def end(self, epoch: int) -> None:
        """An epoch has ended; its last picture stands until the next one's first."""
        self._ended.append(epoch)

    def arrive(self, epoch: int) -> bool:
        """The first picture of an epoch: forget those before; tells if it is the newest."""
        for over in self._ended:
            self.drop(over)
        self._ended.clear()
        return epoch == next(reversed(self._alive))

    def drop_all(self) -> None:
        """Forget every epoch."""
        for epoch in list(self._alive):
            self.drop(epoch)
        self._ended.clear()

    def drop(self, epoch: int) -> None:
        """Forget an epoch. libmpv itself cancels and closes the feed, if it has opened it."""
        feed = self._alive.pop(epoch, None)
        self._addresses.pop(epoch, None)
        serial = self._serials.pop(epoch, None)
        if feed is not None and serial is not None:
            feed.abandon()
            self._gone.append(serial)

    def sweep(self, epoch: int) -> list[int]:
        """Serial numbers of what was dropped, which libmpv, now beyond it, opens no more."""
        reached = self._serials.get(epoch, 0)
        passed = [serial for serial in self._gone if serial < reached]
        self._gone = [serial for serial in self._gone if serial >= reached]
        return passed
