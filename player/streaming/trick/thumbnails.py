"""Thumbnails: small pictures of where the viewer is about to go."""

from collections.abc import Callable
from dataclasses import dataclass

import anyio

from player.streaming.fetch.wake import Wake
from player.streaming.trick.thumbnail_shelf import Made, ThumbnailShelf
from player.streaming.trick.thumbnail_sources import ThumbnailSources
from player.units import Micros, micros, seconds

SETTLE = micros(0.08)
"""Nothing is fetched for a place that the pointer only passes."""

SOON = micros(0.4)
"""So long the best picture may take before one that is at hand stands in for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailTimes:
    """Wishes are told in the programme's time, pictures lie in the presentation's.

    `woven` leads from the first to the second; `known` changes where that does.
    """

    woven: Callable[[Micros], Micros]
    known: Callable[[], object]


class Thumbnails:
    """Answers the newest wish, and no other; one that lies in the same picture costs nothing.

    Where a wish leads is looked up when it is carried out: a break may have come between. `shown`
    hears of each picture that is wanted. Engine thread only; nothing here fails.
    """

    def __init__(
        self,
        sources: ThumbnailSources,
        shelf: ThumbnailShelf,
        times: ThumbnailTimes,
        shown: Callable[[Made], None],
    ) -> None:
        """Begin without a wish."""
        self._sources = sources
        self._shelf = shelf
        self._times = times
        self._known = times.known()
        self._shown = shown
        self._bell = Wake()
        self._wish: Micros | None = None
        self._answered: Micros | None = None
        self._told: Made | None = None
        self._life = anyio.CancelScope()

    def want(self, position: Micros | None) -> None:
        """Take another wish, a time of the programme, or none.

        What was being fetched for the former one is given up, unless it brings this one's, too:
        sheets hold many.
        """
        if position == self._wish:
            return
        self._wish, self._answered = position, None
        self._look_at_times()
        if position is None:
            self._told = None
            self._life.cancel()
        else:
            made = self._at_hand(position)
            if made is not None:
                self._answer(made)
            if not self._sources.is_coming(self._times.woven(position)):
                self._life.cancel()
        self._bell.notify()

    async def run(self) -> None:
        """Look after wishes until cancelled."""
        while True:
            wish = self._wish
            if wish is None or wish == self._answered:
                await self._bell.wait(None)
                continue
            self._look_at_times()
            if (made := self._at_hand(wish)) is not None:
                self._answer(made)
                continue
            with anyio.CancelScope() as self._life:
                await self._see_to(self._times.woven(wish))
                if not self._look_at_times():
                    self._answered = wish

    async def _see_to(self, place: Micros) -> None:
        await anyio.sleep(seconds(SETTLE))
        async with anyio.create_task_group() as group:
            group.start_soon(self._stand_in, place)
            self._take(await self._sources.best(place), place)
            group.cancel_scope.cancel()

    async def _stand_in(self, place: Micros) -> None:
        await anyio.sleep(seconds(SOON))
        self._take(await self._sources.at_hand(place), place)

    def _take(self, made: Made | None, place: Micros) -> None:
        """Tell of a picture where nothing has come between: another wish, or a break."""
        if made is None or self._wish is None or self._times.known() != self._known:
            return
        if self._times.woven(self._wish) == place:
            self._answer(made)

    def _at_hand(self, position: Micros) -> Made | None:
        return self._shelf.find(self._times.woven(position))

    def _look_at_times(self) -> bool:
        """Whether times mean something else now: then what was made, or is being made, is void."""
        known = self._times.known()
        if known == self._known:
            return False
        self._known = known
        self._shelf.clear()
        self._life.cancel()
        return True

    def _answer(self, made: Made) -> None:
        """Tell of a picture, unless it is the one that was told last."""
        self._answered = self._wish
        if made is not self._told:
            self._told = made
            self._shown(made)
