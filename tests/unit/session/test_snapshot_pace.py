"""Snapshots: at most ten a second, at least one."""

from itertools import pairwise

import anyio
import pytest

from player.session.snapshot_pace import SnapshotPace
from player.units import MICROS_PER_SECOND
from tests.fakes.virtual import VirtualClock, at_virtual_time


@pytest.mark.parametrize(("alive", "shown"), [(True, 5), (False, 1)])
def test_a_channel_that_says_nothing_is_told_of_each_second(alive: bool, shown: int) -> None:
    async def scenario() -> None:
        told: list[int] = []
        pace = SnapshotPace(VirtualClock(), lambda: told.append(1), lambda: alive)
        async with anyio.create_task_group() as group:
            group.start_soon(pace.run)
            pace.show()
            await anyio.sleep(4.5)
            group.cancel_scope.cancel()
        assert len(told) == shown

    at_virtual_time(scenario)


def test_many_changes_make_ten_a_second_and_the_last_one_is_told() -> None:
    async def scenario() -> None:
        clock = VirtualClock()
        told: list[float] = []
        pace = SnapshotPace(
            clock, lambda: told.append(clock.monotonic() / MICROS_PER_SECOND), lambda: True
        )
        async with anyio.create_task_group() as group:
            group.start_soon(pace.run)
            for _ in range(100):
                pace.show()
                await anyio.sleep(0.01)
            await anyio.sleep(0.2)
            group.cancel_scope.cancel()
        assert 9 <= len(told) <= 12
        assert all(b - a >= 0.0999 for a, b in pairwise(told))
        assert told[-1] - told[0] >= 0.99

    at_virtual_time(scenario)
