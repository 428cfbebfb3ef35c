"""How long bytes may be waited for while the picture lives on what is buffered. Pure."""

from player.errors import ErrorCode, Failure, PlayerError
from player.units import Micros, micros, seconds

LEAST = micros(2)
"""Lines and encoders that deliver piece by piece pause as long as that (mobile networks do)."""

LONGEST = micros(5)
"""As long as the network waits for the next bytes: no limit of ours is longer (Shaka: 5 s)."""

SHARE = 4
"""Two waits, and a whole segment from elsewhere, must come out of what is buffered."""


STEPS = 3
"""A server that sends as its encoder goes along pauses for a step each time, and may be late."""


def stall_limit(buffered: Micros, step: Micros | None = None) -> Micros:
    """How long the next bytes may take where there is something better to do than to wait.

    `step` is how much media a server sends at once that sends them as they are made.
    """
    return max(Micros(buffered // SHARE), LEAST, Micros(STEPS * (step or 0)))


class Pauses:
    """The longest pause of each server after which its bytes did come; for one channel.

    Packagers that make a segment while they send it pause in each of them: to ask them anew, or
    for another rung, only meets the next pause.
    """

    def __init__(self) -> None:
        """Begin with servers that never paused."""
        self._longest: dict[str, Micros] = {}

    def ended(self, uri: str, pause: Micros) -> None:
        """A server's bytes came after `pause`."""
        server = _server(uri)
        self._longest[server] = max(pause, self._longest.get(server, pause))

    def limit(self, uri: str, wanted: Micros | None) -> Micros | None:
        """`wanted`, but never below twice a server's longest pause; None: the network's own."""
        if wanted is None:
            return None
        limit = max(wanted, Micros(2 * self._longest.get(_server(uri), Micros(0))))
        return limit if limit < LONGEST else None


class StallError(PlayerError):
    """Nothing came within a limit of ours (network.timeout); the network would wait on."""

    def __init__(self, limit: Micros) -> None:
        """Say how long nothing came."""
        super().__init__(
            Failure(
                code=ErrorCode.NETWORK_TIMEOUT,
                sentence="The server stopped sending in the middle of a piece of this channel.",
                cause=f"no byte for {seconds(limit):.1f} s",
            )
        )


def _server(uri: str) -> str:
    """Scheme, host and port of an address, as they are written."""
    return "/".join(uri.split("/", 3)[:3])
