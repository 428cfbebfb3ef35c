"""LineKeeper: which network is in use, and that what it carries is remembered."""

import logging
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import anyio

from player.abr.estimator import BandwidthEstimator
from player.abr.line_memory import LineMemory
from player.clock import Clock

if TYPE_CHECKING:
    from player.abr.controller import LineView

LOG = logging.getLogger("farol.player")

KEEP_EVERY_S = 300
"""A TV box is switched off at the wall; so much of what was learnt may be lost."""

UNKNOWN = "unknown"
LOOPBACK = "loopback"
_NEAR = "/near"
_PASSING = (UNKNOWN, LOOPBACK)
"""Names that mean another line tomorrow: remembered for as long as the program runs."""


class NetworkMemory(Protocol):
    """Knows the networks that this machine is on, and keeps what they carried."""

    def network(self) -> str | None:
        """Name the network in use, the same each time; None: unknown. Returns at once."""
        ...

    def remembered(self) -> LineMemory:
        """Give what was kept. Returns at once."""
        ...

    def keep(self, memory: LineMemory) -> None:
        """Keep this for the next start. Returns at once."""
        ...


class LineKeeper:
    """Owns the bandwidth memory of a player. Engine thread only."""

    def __init__(
        self, estimator: BandwidthEstimator, clock: Clock, networks: NetworkMemory | None
    ) -> None:
        """Take up what was remembered; without `networks` nothing outlives the program."""
        self._estimator, self._clock, self._networks = estimator, clock, networks
        self._memory = LineMemory() if networks is None else networks.remembered()
        self._line: str | None = None
        self._seen: LineView | None = None

    async def run(self) -> None:
        """Keep what is learnt, now and then, and at the end."""
        try:
            while True:
                await anyio.sleep(KEEP_EVERY_S)
                self.keep()
        finally:
            self.keep()

    def tune(self, url: str) -> None:
        """Be on the line that leads to `url`: if it is another one, the estimate begins anew.

        What was measured before the first channel is of the line that it is tuned by.
        """
        line, former = self._line_to(url), self._line
        if line == former:
            return
        self.keep()
        self._line = line
        if former is None and self._estimator.confidence:
            return
        guess = self._memory.guess(line, self._clock.utc(), self._estimator.default)
        self._estimator.begin_anew(guess)
        LOG.info("line network=%s guess=%s known=%s", line, guess, line in self._memory.lines)

    def keep(self) -> None:
        """Remember what the line carries, for the next start too where it has a name."""
        view, before = self._estimator.view, self._memory
        if self._line is None or view is self._seen:  # nothing came since
            return
        self._seen = view
        self._memory = before.with_seen(self._line, view, self._clock.utc())
        if self._networks is None or self._memory is before or self._line.startswith(_PASSING):
            return
        self._networks.keep(_lasting(self._memory))

    def _line_to(self, url: str) -> str:
        """Name the line: a server in the house is reached by another one than the world."""
        host = _host(url)
        if host == "localhost" or host.endswith(".localhost"):
            return LOOPBACK
        name = (self._networks.network() if self._networks else None) or UNKNOWN
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return name + _NEAR if host.endswith(".local") else name
        if address.is_loopback:
            return LOOPBACK
        return name + _NEAR if address.is_private else name


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _lasting(memory: LineMemory) -> LineMemory:
    lines = memory.lines.items()
    return LineMemory({name: line for name, line in lines if not name.startswith(_PASSING)})
