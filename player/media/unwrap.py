"""33-bit time stamps onto a line that does not wrap."""

_WRAP = 1 << 33


class Unwrapper:
    """Unwraps the 33-bit, 90 kHz time stamps of one run (ISO/IEC 13818-1 2.4.3.7).

    The first time stamp is taken as it stands (0 up to 2^33 - 1): there the run begins. Every
    later one, of whichever stream, lands within 13 hours of the one before. A run may so end
    beyond 2^33 where the next one begins near 0 again; who joins runs sets them side by side.
    """

    def __init__(self) -> None:
        """Start with no time known."""
        self._last: int | None = None

    def near(self, stamp: int) -> int:
        """Give `stamp` (90 kHz, modulo 2^33) nearest to the last one, and remember it."""
        stamp %= _WRAP
        if self._last is not None:
            stamp = self._last + signed(stamp - self._last)
        self._last = stamp
        return stamp

    def beside(self, stamp: int) -> int:
        """Give `stamp` as `near` does, for a stream whose word sets no time for the others."""
        if self._last is None:
            return self.near(stamp)
        return self._last + signed(stamp - self._last)


def signed(difference: int) -> int:
    """Give a difference of two 33-bit time stamps in -2^32 .. 2^32 - 1."""
    return (difference + _WRAP // 2) % _WRAP - _WRAP // 2
