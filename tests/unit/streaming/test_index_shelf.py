"""What is known of loads of indexes, as periods come and go."""

from dataclasses import replace

import anyio

from player.model.presentation import Period, Presentation, PresentationType
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.locations import LocationChooser
from player.streaming.presentation.index_shelf import IndexShelf
from player.streaming.presentation.programme import Programme
from player.streaming.presentation.whereabouts import Whereabouts
from player.units import Micros, micros
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.unit.streaming.streaming_made import (
    index,
    period,
    presentation,
    representation,
    segment,
    track,
)


def _period(start: float) -> Period:
    rung = representation(index=index(segment(0)))
    return period(track("v", rungs=(rung,)), start=start)


def _live(*periods: Period) -> Presentation:
    return presentation(*periods, type=PresentationType.LIVE)


def _lane(programme: Programme) -> Lane:
    first = programme.presentation.periods[0]
    (one,) = first.tracks
    return Lane(period=first, track=one, representation=one.representations[0])


def test_a_load_is_forgotten_with_its_period_and_kept_as_long_as_that_is_there() -> None:
    async def scenario() -> None:
        clock = VirtualClock()
        programme = Programme(_live(_period(0)))
        whereabouts = Whereabouts(LocationChooser(draw=lambda: 0.5), clock)
        shelf = IndexShelf(programme, whereabouts, clock)

        async def renew(*periods: Period) -> None:
            await anyio.sleep(10)
            shelf.manifest_came()
            programme.renew(_live(*periods), (), Micros(0))
            shelf.renewed()

        def loaded_at() -> Micros:
            found = shelf.of(_lane(programme))
            assert found is not None
            return found.loaded_at

        asked = clock.monotonic()
        shelf.came(_lane(programme), changed=True, asked=asked, place="")
        await renew(_period(0), _period(60))
        assert loaded_at() == asked
        await renew(_period(60))
        await renew(replace(_period(0), duration=micros(60)))
        assert loaded_at() == clock.monotonic(), "another period of the same name"

    at_virtual_time(scenario)
