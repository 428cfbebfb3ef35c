"""The endless transport stream over HTTP, as a receiver would tune to it."""

from collections.abc import AsyncIterator

import anyio

from headend.clock import Clock
from headend.ts.mux import CLOCK_HZ, TsMuxer

_STEP_MS = 40


async def endless(muxer: TsMuxer, clock: Clock, segment_s: int) -> AsyncIterator[bytes]:
    """From the key frame of the last whole segment: that one at once, then at real time's pace."""
    number = max(clock.now_ms() // (segment_s * 1000) - 1, 0)
    while True:
        async for piece in _paced(muxer, clock, number):
            yield piece
        number += 1


async def _paced(muxer: TsMuxer, clock: Clock, number: int) -> AsyncIterator[bytes]:
    """One segment in pieces, none before its time has come."""
    ready: list[bytes] = []
    for time, data in muxer.paced(number):
        ahead = time * 1000 // CLOCK_HZ - clock.now_ms()
        if ahead > 0:
            if ready:
                yield b"".join(ready)
                ready = []
            await anyio.sleep(max(ahead, _STEP_MS) / 1000)
        ready.append(data)
    yield b"".join(ready)
