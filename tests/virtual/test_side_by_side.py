"""Several channels at once over one line: no rebuffering, shares by size, nobody starves."""

import gc

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, Stop
from player.errors import ErrorCode
from tests.fakes.origin import RUNGS
from tests.fakes.virtual import at_virtual_time
from tests.virtual.side_by_side import Tile, wall
from tests.virtual.zapping import SOUND

LARGE, SMALL = (960, 540), (320, 180)
LADDER = list(RUNGS.values())
Size = tuple[int, int]


def _rung_of(rate: float) -> int:
    """The place of the best rung that a rate bears."""
    return max((place for place, one in enumerate(LADDER) if one + SOUND <= rate), default=0)


def _wanted(size: Size) -> int:
    """What a picture of a size takes where the line is no question: the rung that fills it."""
    return {LARGE: LADDER[2], (640, 360): LADDER[1], SMALL: LADDER[0]}[size] + SOUND


def _fair(line: float, sizes: list[Size]) -> list[int]:
    """The place of each one's rung where the line goes by area, as a reader would reckon it."""
    shares = dict.fromkeys(range(len(sizes)), 0.0)
    left, open_ = line, set(shares)
    while open_:
        area = sum(sizes[one][0] * sizes[one][1] for one in open_)
        full = [
            one
            for one in open_
            if left * sizes[one][0] * sizes[one][1] / area >= _wanted(sizes[one])
        ]
        if not full:
            for one in open_:
                shares[one] = left * sizes[one][0] * sizes[one][1] / area
            break
        for one in full:
            shares[one] = _wanted(sizes[one])
            left -= shares[one]
        open_ -= set(full)
    return [_rung_of(share) for share in shares.values()]


@pytest.mark.parametrize("kind", ["live", "film"])
@pytest.mark.parametrize("times", [1.1, 1.5, 2.0])
@pytest.mark.parametrize(
    "sizes",
    [[LARGE, LARGE], [LARGE, SMALL], [LARGE, SMALL, SMALL], [(640, 360)] * 3],
    ids=["two alike", "large and small", "one and two small", "three alike"],
)
def test_the_line_goes_by_size_and_no_picture_stands_still(
    sizes: list[Size], times: float, kind: str
) -> None:
    line = times * sum(map(_wanted, sizes))

    async def scenario() -> None:
        async with wall(line, vod=80 if kind == "film" else None) as side:
            tiles = [side.open() for _ in sizes]
            for number, (tile, size) in enumerate(zip(tiles, sizes, strict=True)):
                tile.show(f"c{number}", size)
            await anyio.sleep(100)
            assert [one.now.state for one in tiles] == [PlayerState.PLAYING] * len(sizes)
            assert [one.dry for one in tiles] == [0] * len(sizes)
            last = [one.rates()[-1] for one in tiles]
            assert sum(last) <= line, "the sum of rungs never exceeds the line"
            for has, fair in zip(last, _fair(line, sizes), strict=True):
                assert abs(LADDER.index(has) - fair) <= 1
            if times > 1.1:
                assert last == [_wanted(size) - SOUND for size in sizes]

    at_virtual_time(scenario)


def test_a_short_line_goes_to_the_large_picture_and_the_small_ones_still_run() -> None:
    """The line bears three of 360 lines; by size it is one of 540 and two of 180."""

    async def scenario() -> None:
        async with wall(7e6) as side:
            large, *small = tiles = [side.open() for _ in range(3)]
            large.show("a", (1920, 1080))
            for number, one in enumerate(small):
                one.show(f"s{number}", (640, 360))
            await anyio.sleep(120)
            assert [one.dry for one in tiles] == [0, 0, 0]
            assert large.rates(60)[-1] == RUNGS["v3"]
            assert [one.rates(60)[-1] for one in small] == [RUNGS["v1"]] * 2
            shares = [one.now.share or 0 for one in tiles]
            assert shares[0] > shares[1] > RUNGS["v1"]

    at_virtual_time(scenario)


def test_sizes_that_change_move_the_line_over() -> None:
    async def scenario() -> None:
        async with wall(5.6e6) as side:
            a, b = side.open(), side.open()
            a.show("a", (1920, 1080))
            b.show("b", (480, 270))
            await anyio.sleep(90)
            assert (a.rates(60)[-1], b.rates(60)[-1]) == (RUNGS["v3"], RUNGS["v1"])
            a.show_at((480, 270))
            b.show_at((1920, 1080))
            await anyio.sleep(90)
            assert (a.rates(150)[-1], b.rates(150)[-1]) == (RUNGS["v1"], RUNGS["v3"])
            assert (a.dry, b.dry) == (0, 0)

    at_virtual_time(scenario)


def test_one_that_is_alone_again_has_the_whole_line_at_once() -> None:
    async def scenario() -> None:
        async with wall(5.6e6) as side:
            a, b = side.open(), side.open()
            a.show("a", LARGE)
            b.show("b", LARGE)
            await anyio.sleep(90)
            assert a.rates(60)[-1] == b.rates(60)[-1] == RUNGS["v2"]
            await side.close(b)
            await anyio.sleep(2)
            assert a.now.share is None
            await anyio.sleep(40)
            assert a.rates()[-1] == RUNGS["v3"]
            assert a.dry == 0

    at_virtual_time(scenario)


def test_another_beside_one_that_plays_does_not_stop_it() -> None:
    async def scenario() -> None:
        async with wall(5.6e6) as side:
            a = side.open()
            a.show("a", LARGE)
            await anyio.sleep(60)
            assert a.rates(40)[-1] == RUNGS["v3"]
            b = side.open()
            b.show("b", LARGE)
            await anyio.sleep(60)
            assert (a.dry, b.dry) == (0, 0)
            assert a.rates(90)[-1] == b.rates(90)[-1] == RUNGS["v2"]
            assert b.now.state is PlayerState.PLAYING

    at_virtual_time(scenario)


def test_a_channel_that_stopped_or_failed_leaves_its_share() -> None:
    async def scenario() -> None:
        async with wall(8e6, away=lambda host, _: 404 if host == "gone" else 0) as side:
            a, b, c = (side.open() for _ in range(3))
            a.show("a", LARGE)
            b.show("b", LARGE)
            c.show("gone", LARGE)
            await anyio.sleep(60)
            assert c.now.state is PlayerState.FAILED
            assert a.now.share == pytest.approx(4e6, rel=0.1)
            b.do(Stop())
            await anyio.sleep(1)
            assert a.now.share is None

    at_virtual_time(scenario)


# ---- connections ----------------------------------------------------------------------------


def _codes(tile: Tile) -> list[ErrorCode]:
    return [one.failure.code for one in tile.of(ErrorOccurred)]


def test_a_source_of_one_connection_plays_once_and_the_second_is_told_why() -> None:
    async def scenario() -> None:
        async with wall(20e6) as side:
            a, b, c = (side.open() for _ in range(3))
            a.show("a", max_connections=1)
            b.show("a", max_connections=1)
            c.show("other", max_connections=1)
            await anyio.sleep(20)
            first, second = sorted((a, b), key=lambda one: len(one.fatal))  # at once: either
            assert _codes(first) == _codes(c) == []
            assert _codes(second) == [ErrorCode.NETWORK_CONNECTIONS]
            assert "no more channels at once" in second.fatal[0].sentence
            assert second.now.state is PlayerState.FAILED
            assert first.now.state is c.now.state is PlayerState.PLAYING
            first.do(Stop())
            await anyio.sleep(0.1)
            second.show("a", max_connections=1)
            await anyio.sleep(20)
            assert second.now.state is PlayerState.PLAYING, "a place is free again"

    at_virtual_time(scenario)


def test_two_channels_of_a_source_of_two_connections_never_take_a_third() -> None:
    async def scenario() -> None:
        async with wall(20e6, uplink=lambda _: 0.2) as side:
            a, b, c = (side.open() for _ in range(3))
            for one in (a, b, c):
                one.show("a", max_connections=2)
                await anyio.sleep(1)
            await anyio.sleep(60)
            assert side.network.most == 2
            assert [one.now.state for one in (a, b)] == [PlayerState.PLAYING] * 2
            assert (a.dry, b.dry) == (0, 0)
            assert _codes(c) == [ErrorCode.NETWORK_CONNECTIONS]

    at_virtual_time(scenario)


# ---- leaks ----------------------------------------------------------------------------------


def test_fifty_pictures_opened_and_closed_leave_nothing() -> None:
    async def scenario() -> None:
        async with wall(20e6) as side:
            a = side.open()
            a.show("a", LARGE)
            await anyio.sleep(20)
            for number in range(50):
                b = side.open()
                b.show(f"b{number % 3}", SMALL, max_connections=4)
                await anyio.sleep(0.3 + number % 7)
                await side.close(b)
            del b
            assert side.line.alone(a.player)
            assert len(side.line._watchers) == 1
            assert side.line.accounts.sessions == 0
            await anyio.sleep(15)
            assert side.network.now <= 2, "answers of the one that plays"
            gc.collect()
            assert sum(isinstance(one, Tile) for one in gc.get_objects()) == 1
            assert a.now.state is PlayerState.PLAYING
            assert a.dry == 0
            assert a.now.share is None
            assert side.cache.size <= 64 << 20

    at_virtual_time(scenario)
