"""Thumbnails: small pictures of where the viewer is about to go."""

from collections.abc import Callable

import anyio

from player.streaming.fetch.wake import Wake
from player.streaming.trick.thumbnail_shelf import Made, ThumbnailShelf
from player.streaming.trick.thumbnail_sources import ThumbnailSources
from player.units import Micros, micros, seconds

SETTLE = micros(0.08)
"""Nothing is fetched for a place that the pointer only passes."""

SOON = micros(0.4)
"""So long the best picture may take before one that is at hand stands in for it."""


class Thumbnails:
    """Answers the newest wish, and no other; one that lies in the same picture costs nothing.

    `shown` hears of each picture that is wanted. Engine thread only; nothing here fails.
    """

    def __init__(
        self,
        sources: ThumbnailSources,
        shelf: ThumbnailShelf,
        woven: Callable[[], object],
        shown: Callable[[Made], None],
    ) -> None:
        """Begin without a wish; `woven` changes where the presentation's times do."""
        self._sources = sources
        self._shelf = shelf
        self._woven = woven
        self._known = woven()
        self._shown = shown
        self._bell = Wake()
        self._wish: Micros | None = None
        self._answered: Micros | None = None
        self._told: Made | None = None
        self._life = anyio.CancelScope()

    def want(self, position: Micros | None) -> None:
        """Take another wish, or none; what was being fetched for the former one is given up.

        Unless it brings this one's, too: sheets hold many.
        """
        if position == self._wish:
            return
        self._wish, self._answered = position, None
        if position is None:
            self._told = None
        made = self._at_hand(position) if position is not None else None
        if made is not None:
            self._answer(made)
        if position is None or not self._sources.is_coming(position):
            self._life.cancel()
        self._bell.notify()

    async def run(self) -> None:
        """Look after wishes until cancelled."""
        while True:
            wish = self._wish
            if wish is None or wish == self._answered:
                await self._bell.wait(None)
                continue
            if (made := self._at_hand(wish)) is not None:
                self._answer(made)
                continue
            with anyio.CancelScope() as self._life:
                await self._see_to(wish)
                self._answered = wish

    async def _see_to(self, wish: Micros) -> None:
        await anyio.sleep(seconds(SETTLE))
        async with anyio.create_task_group() as group:
            group.start_soon(self._stand_in, wish)
            self._take(await self._sources.best(wish), wish)
            group.cancel_scope.cancel()

    async def _stand_in(self, wish: Micros) -> None:
        await anyio.sleep(seconds(SOON))
        self._take(await self._sources.at_hand(wish), wish)

    def _take(self, made: Made | None, wish: Micros) -> None:
        if made is not None and self._wish == wish:
            self._answer(made)

    def _at_hand(self, position: Micros) -> Made | None:
        woven = self._woven()
        if woven != self._known:
            self._known = woven
            self._shelf.clear()
        return self._shelf.find(position)

    def _answer(self, made: Made) -> None:
        """Tell of a picture, unless it is the one that was told last."""
        self._answered = self._wish
        if made is not self._told:
            self._told = made
            self._shown(made)
