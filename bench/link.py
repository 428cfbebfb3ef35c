"""A line in user space: everything that passes is as slow and as late as told.

`python bench/link.py HOST:PORT --mbps 20 --rtt-ms 40` prints `READY http://127.0.0.1:PORT` and
carries connections until it is ended. All connections share the rate of each direction; each
byte arrives half a round trip after it left; a new connection costs one round trip more, as the
handshake would. A connection has no more than one bandwidth-delay product under way, as where a
router's buffer is well sized: one that loads much fills the line and leaves the others their turn.
What TCP itself does on such a line (slow start, losses) is not imitated.
"""

import argparse
import asyncio  # noqa: TID251 - a program of its own, which tests of the engine never see
import sys
from contextlib import suppress
from dataclasses import dataclass

PIECE = 4096
"""Bytes that leave at once: small against what a line carries in a millisecond or two."""

UnderWay = asyncio.Queue[tuple[float, bytes]]


@dataclass(slots=True)
class Lane:
    """One direction of the line: when the last byte handed in will have left."""

    bits_per_second: float
    busy_until: float = 0.0

    def leave(self, now: float, size: int) -> float:
        """When a piece that comes now has left; seconds of the same clock as `now`."""
        self.busy_until = max(now, self.busy_until) + size * 8 / self.bits_per_second
        return self.busy_until


class Link:
    """Carries connections to one address."""

    def __init__(self, host: str, port: int, *, bits_per_second: float, rtt_s: float) -> None:
        """Lead to `host`, at a rate in each direction and with a round trip."""
        self._to = (host, port)
        self._rtt = rtt_s
        self._up, self._down = Lane(bits_per_second), Lane(bits_per_second)
        self._ahead = max(round(rtt_s * bits_per_second / 8 / PIECE), 4)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._to)
        except OSError:
            writer.close()
            return
        await asyncio.sleep(self._rtt)  # the handshake
        await asyncio.gather(
            self._pump(reader, far_writer, self._up), self._pump(far_reader, writer, self._down)
        )
        for one in (writer, far_writer):
            with suppress(ConnectionError):
                one.close()
                await one.wait_closed()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lane: Lane
    ) -> None:
        under_way = UnderWay(self._ahead)
        arriving = asyncio.ensure_future(_arrive(under_way, writer))
        clock = asyncio.get_running_loop().time
        with suppress(ConnectionError):
            while piece := await reader.read(PIECE):
                await under_way.put((lane.leave(clock(), len(piece)) + self._rtt / 2, piece))
        await under_way.put((0.0, b""))
        await arriving


async def _arrive(under_way: UnderWay, writer: asyncio.StreamWriter) -> None:
    """Deliver; where the receiver has gone, go on taking, so that the other end can end."""
    clock, gone = asyncio.get_running_loop().time, False
    while True:
        at, piece = await under_way.get()
        if not piece:
            break
        await asyncio.sleep(max(at - clock(), 0))
        try:
            if not gone:
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            gone = True
    with suppress(OSError):
        writer.write_eof()  # the other direction may still have something to say


async def _serve(options: argparse.Namespace) -> None:
    host, _, port = options.to.rpartition(":")
    link = Link(host, int(port), bits_per_second=options.mbps * 1e6, rtt_s=options.rtt_ms / 1e3)
    server = await asyncio.start_server(link.carry, "127.0.0.1", 0)
    own = server.sockets[0].getsockname()
    sys.stdout.write(f"READY http://127.0.0.1:{own[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def main() -> None:
    """Carry until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("to", metavar="HOST:PORT")
    parser.add_argument("--mbps", type=float, default=20.0)
    parser.add_argument("--rtt-ms", type=float, default=40.0)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
