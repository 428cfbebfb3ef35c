"""A feed rests while libmpv has enough, and goes on as the picture moves: no timer in between."""

import itertools

import anyio

from player.model.presentation import TrackKind
from player.streaming.feed.feeder import Feeder, FeederParts, FeedStart
from player.streaming.fetch.load_control import LoadControl
from player.streaming.fetch.wake import Wake
from player.units import Micros, micros
from tests.fakes.sink import FakeSink
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.unit.streaming.streaming_feed import Blocks, filled, line_parts, pieces


class _Picture:
    """Where the picture is, and how often that was asked."""

    def __init__(self) -> None:
        self.position = Micros(0)
        self.asked = 0

    def __call__(self) -> Micros:
        self.asked += 1
        return self.position


def _feeder(picture: _Picture) -> Feeder:
    parts = FeederParts(
        sink=FakeSink(VirtualClock(), end_of=Blocks),
        line=line_parts([]),
        control=LoadControl(),
        wake=Wake(),
        epochs=itertools.count(1),
        position=picture,
        held=lambda: False,
        opened=lambda *_: None,
    )
    buffers = {TrackKind.VIDEO: filled(*pieces(TrackKind.VIDEO, *range(6)))}
    return Feeder(buffers, FeedStart(position=Micros(0), exact=False), parts)


def test_a_paused_picture_costs_nothing() -> None:
    async def scenario() -> None:
        picture = _Picture()
        feeder = _feeder(picture)
        async with anyio.create_task_group() as group:
            group.start_soon(feeder.run)
            await anyio.sleep(1)
            picture.position = Micros(feeder.fed_until - LoadControl().feed - micros(0.01))
            feeder.moved()
            await anyio.sleep(1)
            fed, asked = feeder.fed_until, picture.asked
            await anyio.sleep(60)
            assert (feeder.fed_until, picture.asked) == (fed, asked)
            picture.position = Micros(picture.position + micros(0.5))
            feeder.moved()
            await anyio.sleep(0.1)
            assert feeder.fed_until > fed
            group.cancel_scope.cancel()

    at_virtual_time(scenario)
