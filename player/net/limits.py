"""How long is waited for what: one table, in seconds."""

from dataclasses import dataclass

from player.ports import RequestKind
from player.units import Micros, seconds

_FIRST_BYTE = {RequestKind.KEY: 8.0, RequestKind.TIME: 4.0}
_WHOLE = {
    RequestKind.MANIFEST: 60.0,
    RequestKind.INIT: 30.0,
    RequestKind.KEY: 20.0,
    RequestKind.TIME: 5.0,
    RequestKind.LIST: 20.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Time-outs in seconds, and how many connections may be open at once.

    `connect` covers name, TCP and TLS; `first_byte` the whole way to the response's head, once
    for each redirect; `stall` the wait between two pieces of the body. hls.js waits 10 s for a
    first byte (keys: 8 s) and 20 s for small things whole; Shaka gives a stall 5 s, Media3 8 s.
    What trickles without stalling ends by `whole_for`; segments do not: whoever chooses rungs
    gives them up.
    """

    connect: float = 5.0
    first_byte: float = 10.0
    stall: float = 5.0
    connections: int = 32
    keep_alive: int = 16
    keep_alive_seconds: float = 30.0

    def head_within(self, kind: RequestKind, held: Micros = Micros(0)) -> float:
        """The longest from the request to the head of the answer; `held`: see FetchRequest."""
        usual = min(self.first_byte, _FIRST_BYTE.get(kind, self.first_byte))
        return self.connect + usual + seconds(held)

    def whole_within(self, kind: RequestKind, held: Micros = Micros(0)) -> float | None:
        """The longest from the request to the last byte; None: as long as bytes come."""
        usual = _WHOLE.get(kind)
        return None if usual is None else usual + seconds(held)
