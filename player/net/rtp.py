"""RTP's packets: what they carry, in the order in which they were sent (RFC 3550 5.1). Pure."""

import struct

_TS_SYNC = 0x47
_HEAD = 12
_NUMBERS = 1 << 16

WINDOW = 16
"""Later packets that a missing one is waited for; a receiver of television has as many."""

_FAR = 3000
"""A number this far off is no late packet: the sender began anew (RFC 3550 A.1, MAX_DROPOUT)."""


class RtpOrder:
    """Puts packets into order and drops those that come twice; what is no RTP passes as it is.

    `waiting`: some are held until a missing one comes, or is given up.
    """

    def __init__(self) -> None:
        """Begin with whatever comes first."""
        self._next = 0
        self._sender = b""
        self._held: dict[int, bytes] = {}

    @property
    def waiting(self) -> bool:
        """Whether packets are held back."""
        return bool(self._held)

    def push(self, datagram: bytes) -> bytes:
        """Take a datagram; gives the payloads that are next, perhaps none."""
        if not is_rtp(datagram):
            return datagram
        (number,) = struct.unpack_from(">H", datagram, 2)
        ahead, sender = self._ahead(number), datagram[8:12]
        given = b""
        if sender != self._sender or not -_FAR < ahead < _FAR:
            given = self.flush()
            self._sender, self._next, ahead = sender, number, 0
        if ahead < 0:
            return given
        self._held[number] = payload(datagram)
        return given + (self.release() if len(self._held) > WINDOW else self._following())

    def release(self) -> bytes:
        """Give up what is missing first; gives what follows it."""
        if self._held:
            self._next = min(self._held, key=self._ahead)
        return self._following()

    def flush(self) -> bytes:
        """Give all that is held, in order."""
        held = b"".join(self._held[one] for one in sorted(self._held, key=self._ahead))
        self._held.clear()
        return held

    def _ahead(self, number: int) -> int:
        """How far a number, which begins again after 65535, is ahead of the next one."""
        half = _NUMBERS // 2
        return (number - self._next + half) % _NUMBERS - half

    def _following(self) -> bytes:
        given = []
        while (found := self._held.pop(self._next, None)) is not None:
            given.append(found)
            self._next = (self._next + 1) % _NUMBERS
        return b"".join(given)


def is_rtp(datagram: bytes) -> bool:
    """Whether a datagram has an RTP header; plain transport packets begin with 0x47."""
    return len(datagram) >= _HEAD and datagram[0] != _TS_SYNC and datagram[0] >> 6 == 2


def payload(datagram: bytes) -> bytes:
    """Take the RTP header off where there is one; b"" where nothing is behind it."""
    if not is_rtp(datagram):
        return datagram
    start = _HEAD + 4 * (datagram[0] & 15)
    if datagram[0] & 0x10 and len(datagram) >= start + 4:
        (words,) = struct.unpack_from(">H", datagram, start + 2)
        start += 4 + 4 * words
    end = len(datagram) - (datagram[-1] if datagram[0] & 0x20 else 0)
    return datagram[start:end]
