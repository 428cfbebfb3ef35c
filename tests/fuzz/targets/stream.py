"""A plain transport stream into pieces: they may come out, and nothing may be raised."""

from player.recording.stream_cutter import LARGEST, StreamCutter
from player.recording.stream_placing import StreamPlacing
from player.units import Micros
from tests.fakes.transport import stream, tables

SEEDS = (stream(5), tables() * 3, stream(2, first=(1 << 33) - 90_000, flag=False))


def take(data: bytes) -> None:
    """All at once, in small steps, and behind something that was recorded."""
    for step, after in ((len(data) or 1, None), (333, 90_000)):
        cutter, placing = StreamCutter(after=after), StreamPlacing(None)
        pieces = []
        for at in range(0, len(data), step):
            pieces += cutter.push(data[at : at + step], Micros(at))
        assert cutter.held <= LARGEST
        end = Micros(0)
        for piece in [*pieces, *cutter.flush()]:
            placed = placing.place(piece, Micros(len(data)))
            assert placed.duration > 0
            assert placed.start >= end
            end = placed.end
