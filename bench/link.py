"""A line in user space: everything that passes is as slow and as late as told.

`python bench/link.py HOST:PORT --mbps 20 --rtt-ms 40` prints `READY http://127.0.0.1:PORT` and
carries connections until it is ended. `--trace FILE [--offset S] [--length S]` follows a trace
instead (a JSON list of {duration_ms, bandwidth_kbps, latency_ms}), from the first request on and
over and over; its latency is the round trip, its rate that of the answers, and requests wait only
while it is 0.

All connections share the rate of each direction; each byte arrives half a round trip after it
left; a new connection costs one round trip more, as the handshake would. A connection has no more
than one bandwidth-delay product under way, as where a router's buffer is well sized: one that
loads much fills the line and leaves the others their turn. Who hangs up stops the answer: only
what was under way still takes its time on the line. What TCP itself does on such a line (slow
start, losses) is not imitated.
"""

import argparse
import asyncio  # noqa: TID251 - a program of its own, which tests of the engine never see
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.abr.line import Line, Stretch, read_trace
from bench.abr_runs.lines import Cut, window

PIECE = 4096
"""Bytes that leave at once at 20 Mbit/s."""

PIECE_S = PIECE * 8 / 20e6
LEAST_PIECE, MOST_PIECE = 512, 16384
"""Pieces are as long in time at any rate, but no smaller than a third of a packet."""

LEAST_UNDER_WAY = 4
"""Pieces that may be under way on a line without delay."""

SYN = 40
GLANCE_S = 0.001
LONG_S = 3600.0
FREE = 1e12
"""Bit/s of a direction that only waits while the line carries nothing."""


def constant(bits_per_second: float, rtt_s: float) -> Line:
    """A line that never changes."""
    return Line("constant", [Stretch(LONG_S, bits_per_second, rtt_s)])


def requests_of(line: Line) -> Line:
    """The way up of a traced line: dead while the way down is dead, else no hindrance."""
    stretches = [
        Stretch(one.duration, FREE if one.rate else 0.0, one.latency) for one in line.stretches
    ]
    return Line(line.name, stretches)


@dataclass(slots=True)
class Lane:
    """One direction of a line: when the last byte handed in will have left. Times of the line."""

    line: Line
    busy_until: float = 0.0

    def leave(self, now: float, size: int) -> float:
        """When a piece that comes now has left; seconds of the same clock as `now`."""
        start = max(now, self.busy_until)
        self.busy_until = max(self.line.when(self.line.bits_until(start) + size * 8), start)
        return self.busy_until

    def rate(self, now: float) -> float:
        """What the line carries now, in bit/s."""
        return (self.line.bits_until(now + GLANCE_S) - self.line.bits_until(now)) / GLANCE_S

    def piece(self, now: float) -> int:
        """How many bytes to take at once."""
        fitting = round(self.rate(now) * PIECE_S / 8)
        return min(max(fitting, LEAST_PIECE), MOST_PIECE)

    def most_under_way(self, now: float) -> float:
        """How many bytes of one connection may be on the line."""
        product = self.line.latency(now) * self.rate(now) / 8
        return max(product, LEAST_UNDER_WAY * self.piece(now))


@dataclass(slots=True)
class UnderWay:
    """What one connection has on the line in one direction: pieces, and when each arrives."""

    pieces: asyncio.Queue[tuple[float, bytes]] = field(default_factory=asyncio.Queue)
    size: int = 0
    fewer: asyncio.Event = field(default_factory=asyncio.Event)
    gone: bool = False
    """Whether the receiver hung up."""

    async def room(self, most: float) -> None:
        """Wait until no more than so many bytes are under way."""
        while self.size >= most and not self.gone:
            self.fewer.clear()
            await self.fewer.wait()

    def put(self, at: float, piece: bytes) -> None:
        """Hand a piece in; an empty one is the end."""
        self.size += len(piece)
        self.pieces.put_nowait((at, piece))

    def arrived(self, piece: bytes) -> None:
        """A piece is there."""
        self.size -= len(piece)
        self.fewer.set()


class Link:
    """Carries connections to one address."""

    def __init__(self, host: str, port: int, down: Line, *, up: Line | None = None) -> None:
        """Lead to `host`, as fast and as late as `down` (and `up`, else the same) tell."""
        self._to = (host, port)
        self._up, self._down = Lane(up or down), Lane(down)
        self._began: float | None = None

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._to)
        except OSError:
            writer.close()
            return
        now = self._now()
        alive = self._up.line.when(self._up.line.bits_until(now) + SYN * 8)
        await asyncio.sleep(max(alive - now, 0.0) + self._down.line.latency(now))  # the handshake
        await asyncio.gather(
            self._pump(reader, far_writer, self._up), self._pump(far_reader, writer, self._down)
        )
        for one in (writer, far_writer):
            with suppress(ConnectionError):
                one.close()
                await one.wait_closed()

    def _now(self) -> float:
        """The line's own time: it begins with the first request."""
        now = asyncio.get_running_loop().time()
        return 0.0 if self._began is None else now - self._began

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lane: Lane
    ) -> None:
        under_way = UnderWay()
        arriving = asyncio.ensure_future(self._arrive(under_way, writer))
        arrival = 0.0
        with suppress(ConnectionError):
            while piece := await reader.read(lane.piece(self._now())):
                if self._began is None:
                    self._began = asyncio.get_running_loop().time()
                await under_way.room(lane.most_under_way(self._now()))
                if under_way.gone:
                    break
                left = lane.leave(self._now(), len(piece))
                arrival = max(left + lane.line.latency(left) / 2, arrival)  # never overtakes
                under_way.put(arrival, piece)
        under_way.put(0.0, b"")
        await arriving

    async def _arrive(self, under_way: UnderWay, writer: asyncio.StreamWriter) -> None:
        """Deliver; where the receiver hung up, tell so, so that the other end can stop."""
        while True:
            at, piece = await under_way.pieces.get()
            if not piece:
                break
            early = at - self._now()
            if early > 0:
                await asyncio.sleep(early)
            try:
                if not under_way.gone:
                    writer.write(piece)
                    await writer.drain()
            except ConnectionError:
                under_way.gone = True
            under_way.arrived(piece)
        with suppress(OSError):
            writer.write_eof()  # the other direction may still have something to say


def _link(options: argparse.Namespace) -> Link:
    host, _, port = options.to.rpartition(":")
    if options.trace is None:
        return Link(host, int(port), constant(options.mbps * 1e6, options.rtt_ms / 1e3))
    line = read_trace(options.trace)
    length = options.length or line.period - options.offset % line.period
    cut = Cut(file="", offset_s=options.offset, length_s=length)
    line = window(line, cut, line.name)
    return Link(host, int(port), line, up=requests_of(line))


async def _serve(link: Link) -> None:
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
    parser.add_argument("--trace", type=Path, help="follow this one instead")
    parser.add_argument("--offset", type=float, default=0.0, help="seconds into the trace")
    parser.add_argument("--length", type=float, default=0.0, help="seconds of it, then again")
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(_link(parser.parse_args())))


if __name__ == "__main__":
    main()
