"""Answers that wait for their moment (RFC 8216bis section 6.2.5.2), as long as somebody waits."""

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request

from headend.clock import Clock
from headend.origin.options import StreamOptions

_LEAST_S = 0.001
_CLIENT_GONE = 499  # nobody reads it


class AskedClock:
    """The clock of one request: it begins at the moment to answer for, and runs on from there."""

    def __init__(self, clock: Clock, options: StreamOptions) -> None:
        self._clock = clock
        self._ahead = options.skew_s * 1000
        if options.now_ms is not None:
            self._ahead += options.now_ms - clock.now_ms()

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return max(self._clock.now_ms() + self._ahead, 0)

    async def until(self, moment_ms: int) -> None:
        """Returns when the moment has come, and never before."""
        # The wall clock has no event to wait for, and may be set or run unlike the loop's.
        while (ahead_ms := moment_ms - self.now_ms()) > 0:  # noqa: ASYNC110
            await anyio.sleep(max(ahead_ms / 1000, _LEAST_S))


async def hold(request: Request, clock: AskedClock, moment_ms: int) -> None:
    """Keeps a request waiting until the moment; not longer than its client stays.

    Raises:
        HTTPException: the client has gone.
    """
    if moment_ms <= clock.now_ms():
        return
    gone = False
    async with anyio.create_task_group() as tasks:

        async def listen() -> None:
            nonlocal gone
            while (await request.receive())["type"] != "http.disconnect":
                pass
            gone = True
            tasks.cancel_scope.cancel()

        tasks.start_soon(listen)
        await clock.until(moment_ms)
        tasks.cancel_scope.cancel()
    if gone:
        raise HTTPException(_CLIENT_GONE)
