"""Reading bit fields out of codec headers."""


class BitReader:
    """Bits from the most significant one on; reading past the end gives zeros.

    Zeros rather than an error: a header cut short yields numbers that its caller's own checks
    refuse, and no stranger's byte can raise here.
    """

    def __init__(self, data: bytes) -> None:
        """Start at the first bit of `data`."""
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def u(self, count: int) -> int:
        """Give `count` bits as an unsigned number (u(n) of ISO/IEC 14496-10 7.2)."""
        self._left -= count
        if self._left < 0:
            return (self._value << -self._left) & ((1 << count) - 1)
        return (self._value >> self._left) & ((1 << count) - 1)

    @property
    def left(self) -> int:
        """Bits not read yet; negative past the end."""
        return self._left

    def copy(self) -> "BitReader":
        """Give a reader that goes on from here by itself."""
        twin = BitReader(b"")
        twin._value, twin._left = self._value, self._left
        return twin

    def skip(self, count: int) -> None:
        """Pass over `count` bits."""
        self._left -= count

    def ue(self) -> int:
        """Give an Exp-Golomb number (ue(v) of ISO/IEC 14496-10 9.1); 0 past the end."""
        zeros = 0
        while self._left > 0 and zeros < 32 and not self.u(1):
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros) if self._left >= zeros else 0

    def se(self) -> int:
        """Give a signed Exp-Golomb number (se(v) of ISO/IEC 14496-10 9.1.1)."""
        number = self.ue()
        return (number + 1) // 2 if number % 2 else -(number // 2)
