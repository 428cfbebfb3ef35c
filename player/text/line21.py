"""The two fields of CEA-608: parity, doubled control codes, channels, XDS (CTA-608 8, 9)."""

from player.text.cea608 import Channel608

_ODD = tuple(value.bit_count() % 2 == 1 for value in range(256))
NAMES = (("CC1", "CC2"), ("CC3", "CC4"))
"""Caption channels by field and by the channel bit of their control codes."""


class Field:
    """One field's byte pairs on their way to a channel; `wanted` is 0 or 1, the channel bit."""

    def __init__(self, wanted: int) -> None:
        """Listen for one of the field's two channels."""
        self.channel = Channel608()
        self._wanted = wanted
        self._current: int | None = None
        self._last: tuple[int, int] | None = None
        self._in_xds = False

    def take(self, first: int, second: int) -> bool:
        """Take a pair as it was sent; says whether it was for the channel."""
        pair = _checked(first, second)
        if pair is None or pair == (0, 0):
            return False
        if 0x10 <= pair[0] < 0x20:
            return self._control(pair)
        self._last = None
        if pair[0] < 0x10 and pair[0]:  # Extended Data Services: not for the screen
            self._in_xds = pair[0] != 0x0F
            return False
        if self._in_xds or self._current != self._wanted:
            return False
        self.channel.text(*pair)
        return True

    def _control(self, pair: tuple[int, int]) -> bool:
        self._in_xds = False
        repeated, self._last = pair == self._last, pair
        self._current = pair[0] >> 3 & 1
        if repeated:
            self._last = None  # a third one counts again
        elif self._current == self._wanted:
            self.channel.control(pair[0] & 0x17, pair[1])
        return self._current == self._wanted


def heard(field: int, first: int, second: int) -> str:
    """Give the name of the channel that a pair begins or continues by a control code, or ""."""
    pair = _checked(first, second)
    if pair is None or not 0x10 <= pair[0] < 0x20:
        return ""
    return NAMES[field][pair[0] >> 3 & 1]


def _checked(first: int, second: int) -> tuple[int, int] | None:
    """Strip odd parity; a pair whose first byte is broken is lost, a second one shows so."""
    if not _ODD[first]:
        return None
    if _ODD[second]:
        return first & 0x7F, second & 0x7F
    return (first & 0x7F, 0x7F) if first & 0x7F >= 0x20 else None
