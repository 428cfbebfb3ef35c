"""The bell: everybody who waits, once, and nobody who comes later."""

import trio
import trio.testing

from player.streaming.fetch.wake import Wake
from player.units import micros
from tests.fakes.virtual import at_virtual_time


def test_everybody_who_waits_is_woken_each_time() -> None:
    woken: list[str] = []

    async def scenario() -> None:
        wake, began = Wake(), trio.current_time()

        async def wait(name: str) -> None:
            for _ in range(2):
                await wake.wait(micros(60))
                woken.append(name)

        async with trio.open_nursery() as nursery:
            for name in ("a", "b"):
                nursery.start_soon(wait, name)
            for _ in range(2):
                await trio.testing.wait_all_tasks_blocked()
                wake.notify()
        assert trio.current_time() - began < 1

    at_virtual_time(scenario)
    assert sorted(woken) == ["a", "a", "b", "b"]


def test_a_bell_that_nobody_heard_wakes_nobody_later() -> None:
    async def scenario() -> None:
        wake, began = Wake(), trio.current_time()
        wake.notify()
        wake.notify()
        await wake.wait(micros(5))
        assert trio.current_time() - began == 5

    at_virtual_time(scenario)


def test_who_gave_up_waiting_does_not_spoil_the_bell_for_others() -> None:
    async def scenario() -> None:
        wake, began = Wake(), trio.current_time()
        await wake.wait(micros(1))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wake.wait, micros(60))
            await trio.sleep(2)
            wake.notify()
        assert trio.current_time() - began == 3

    at_virtual_time(scenario)
