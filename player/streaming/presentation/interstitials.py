"""Interstitials: other programmes are fetched ahead of time and woven into this one."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import anyio

from player.errors import PlayerError
from player.manifest.face import next_reload
from player.model.event import Interstitial
from player.model.presentation import Presentation, PresentationType
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.wake import Wake
from player.streaming.presentation.break_assets import BreakAssets, no_programme
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.weaving import LEAST, Break, leading_index, place
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

SOON = micros(15)
"""A break this near to the start is fetched before anything plays."""

LATE = micros(6)
"""How much later than told a break may begin in a live programme, which tells of it late."""

LOOK = micros(0.5)
"""How often it is looked whether there is something to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakView:
    """Where playback is: the picture, what libmpv was given already, and what is fetched.

    `woven` hears from which moment on the programme is another one.
    """

    position: Callable[[], Micros]
    taken: Callable[[], Micros]
    leading: Callable[[], Lane | None]
    woven: Callable[[Micros], None]


class Interstitials:
    """Weaves what playlists announce, at once or as it is announced. Engine thread only.

    A film goes on after a break as it is told; of a live programme nothing may move, so there a
    break always covers what is broadcast meanwhile.
    """

    def __init__(self, store: PresentationStore, assets: BreakAssets, wake: Wake) -> None:
        """Begin with none woven."""
        self._store = store
        self._assets = assets
        self._wake = wake
        self._done: set[str] = set()
        self._own: Lane | None = None

    async def before(self, start: Micros) -> None:
        """Weave what comes first, before anything plays at `start`."""
        while (one := self._first(start)) is not None:
            pre = self._store.live and "PRE" in one.cue
            at_start = replace(one, start=start, cue=one.cue - {"PRE"}) if pre else one
            self._put(at_start, await self._assets.fetch(one))

    async def run(self, view: BreakView) -> None:
        """Weave all the others while the programme plays, until cancelled."""
        while True:
            one = self._next(view.position())
            if one is not None:
                await self._weave(one, view)
            self._spend(view.position())
            await self._keep_fresh(view.leading())
            await anyio.sleep(seconds(LOOK))  # the engine's bell rings far more often

    def is_spent_after(self, position: Micros) -> bool:
        """Whether something beyond a moment was shown that is not to be shown again."""
        return any(one.spent and self._end(one.id) > position for one in self._store.breaks)

    # ---- which ------------------------------------------------------------------------------

    def _first(self, start: Micros) -> Interstitial | None:
        """What belongs to the start: of a film, its first breaks; live, what precedes it."""
        for one in self._store.main.interstitials:
            near = not self._store.live and "POST" not in one.cue and one.start <= start + SOON
            if one.id not in self._done and ("PRE" in one.cue or near):
                self._done.add(one.id)
                return one
        return None

    def _next(self, position: Micros) -> Interstitial | None:
        for one in self._store.main.interstitials:
            if one.id in self._done or not self._is_due(one):
                continue
            self._done.add(one.id)
            if not self._store.live or one.start > position - LOOK:
                return one
        return None

    def _is_due(self, one: Interstitial) -> bool:
        return "POST" not in one.cue or not self._store.live

    # ---- weaving ----------------------------------------------------------------------------

    async def _weave(self, one: Interstitial, view: BreakView) -> None:
        assets = await self._assets.fetch(one)
        while assets and not self._is_listed(one, view):
            await self._keep_fresh(view.leading())
            await self._wake.wait(LOOK)
        taken = view.taken()
        if self._store.live and taken - LATE < one.start < taken:
            one = replace(one, start=taken)
        found = self._place(one, assets)
        if found is None:
            return
        before = (each.moves for each in self._store.breaks if each.back <= found.cut)
        at = Micros(found.cut + sum(before))
        if at < taken - LEAST and "POST" not in one.cue:
            self._assets.leave_out(one, no_programme("it came too late"))
            return
        self._put(one, assets)
        view.woven(Micros(at - LEAST))

    def _is_listed(self, one: Interstitial, view: BreakView) -> bool:
        """Whether the segments about the break's start are known; live, they come one by one."""
        index = leading_index(self._store.main.periods[-1])
        numbers = index.numbers(self._store.now()) if index else range(0)
        if not self._store.live or index is None or not numbers:
            return True
        return index.segment(numbers[-1]).end >= one.start or view.taken() >= one.start

    def _place(self, one: Interstitial, assets: list[Presentation]) -> Break | None:
        return place(self._store.main, one, assets, self._store.breaks) if assets else None

    def _put(self, one: Interstitial, assets: list[Presentation]) -> None:
        found = self._place(one, assets)
        if found is not None:
            LOG.info("interstitial id=%s at=%d lasts=%d", one.id, found.cut, found.lasts)
            self._store.put((*self._store.breaks, found))

    def _spend(self, position: Micros) -> None:
        """What is to be shown once was shown: a seek back passes it over."""
        told = {one.id: one.cue for one in self._store.main.interstitials}
        once = {one.id for one in self._store.breaks if "ONCE" in told.get(one.id, frozenset())}
        over = {name for name in once if position > self._end(name)}
        if any(one.id in over and not one.spent for one in self._store.breaks):
            spent = (replace(one, spent=one.spent or one.id in over) for one in self._store.breaks)
            self._store.put(tuple(spent))

    def _end(self, name: str) -> Micros:
        periods = self._store.presentation.periods
        ends = [one.end for one in periods if one.id.startswith(f"{name}+")]
        return max((end for end in ends if end is not None), default=Micros(1 << 62))

    # ---- the programme under a break --------------------------------------------------------

    async def _keep_fresh(self, leading: Lane | None) -> None:
        """Go on loading a live programme's list while a break hides it."""
        if leading is None or self._store.presentation.type is PresentationType.VOD:
            return
        if not self._store.is_break(leading):
            self._own = leading
            return
        loaded = self._store.index(self._own) if self._own else None
        if self._own is None or loaded is None:
            return
        pause = next_reload(loaded.index, changed=loaded.changed)
        if pause is None or self._store.age(loaded) < pause:
            return
        try:
            await self._store.load_index(self._own)
        except PlayerError as failed:
            LOG.info("playlist under a break failed code=%s", failed.failure.code)
