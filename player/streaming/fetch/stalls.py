"""How long a body may stand still while the picture lives on what is buffered. Pure."""

from collections.abc import AsyncIterator

import anyio

from player.errors import ErrorCode, PlayerError, error
from player.units import Micros, micros, seconds

LEAST = micros(2)
"""Lines and encoders that deliver piece by piece pause as long as that (mobile networks do)."""

SHARE = 4
"""Two waits, and a whole segment from elsewhere, must come out of what is buffered."""


def stall_limit(buffered: Micros) -> Micros:
    """How long the next bytes may take where the same is to be had elsewhere.

    Shaka waits 5 s whatever is buffered, and so does the network here at most.
    """
    return max(Micros(buffered // SHARE), LEAST)


async def next_chunk(chunks: AsyncIterator[bytes], stall: Micros | None) -> bytes | None:
    """The next bytes, None at the end; raises PlayerError (network.timeout) after `stall`."""
    if stall is None:
        return await anext(chunks, None)
    try:
        with anyio.fail_after(seconds(stall)):
            return await anext(chunks, None)
    except TimeoutError as fault:
        raise _stalled(stall) from fault


def _stalled(stall: Micros) -> PlayerError:
    return error(
        ErrorCode.NETWORK_TIMEOUT,
        "The server stopped sending in the middle of a piece of this channel.",
        cause=f"no byte for {seconds(stall):.1f} s",
    )
