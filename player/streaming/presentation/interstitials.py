"""Interstitials: other programmes are fetched ahead of time and woven into this one."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import anyio

from player.errors import PlayerError
from player.manifest.face import next_reload
from player.model.event import Interstitial
from player.model.presentation import PresentationType
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.break_assets import BreakAssets, Fetched, no_programme
from player.streaming.presentation.presentation_store import PresentationStore
from player.streaming.presentation.weaving import LEAST, Break, leading_index, place
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

SOON = micros(15)
"""A break this near to the start is fetched before anything plays."""

START_PATIENCE = micros(2.5)
"""The longest that breaks may hold the start up, all together; the start does without others."""

AHEAD = micros(45)
"""How far ahead of what libmpv has a live break is fetched: beyond what is buffered."""

AT_ONCE = 2
"""Breaks that are fetched at a time while the programme plays."""

MOST_DONE = 100
"""Names of breaks that are remembered before it is looked which of them are told no more."""

LATE = micros(6)
"""How much later than told a break may begin in a live programme, which tells of it late."""

LOOK = micros(0.5)
"""How often it is looked whether there is something to do, once a break was told of."""


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

    def __init__(self, store: PresentationStore, assets: BreakAssets) -> None:
        """Begin with none woven."""
        self._store = store
        self._assets = assets
        self._done: set[str] = set()
        self._fetching: set[str] = set()
        self._ready: dict[str, Fetched] = {}
        self._own: Lane | None = None

    async def before(self, start: Micros) -> None:
        """Weave what comes first, before anything plays at `start`; what is not there soon, later.

        What a live programme should have begun with is left out then.
        """
        first = self._first(start)
        with anyio.move_on_after(seconds(START_PATIENCE)):
            async with anyio.create_task_group() as group:
                for one in first:
                    group.start_soon(self._fetch, one)
        for one in first:
            pre = self._store.live and "PRE" in one.cue
            at_start = replace(one, start=start, cue=one.cue - {"PRE"}) if pre else one
            if one.id in self._ready:
                self._put(at_start, self._take(one))
            elif pre:
                self._done.add(one.id)
                self._assets.leave_out(one, no_programme("it did not come in time"))

    async def run(self, view: BreakView) -> None:
        """Weave all the others while the programme plays, until cancelled."""
        async with anyio.create_task_group() as group:
            while True:
                for one in self._due(view):
                    if one.id in self._ready:
                        self._weave(one, view)
                    elif one.id not in self._fetching and len(self._fetching) < AT_ONCE:
                        group.start_soon(self._fetch, one)
                        self._fetching.add(one.id)
                self._spend(view.position())
                self._tidy()
                await self._keep_fresh(view.leading())
                await self._rest()

    async def _rest(self) -> None:
        """Sleep until there may be something to do; most channels never tell of a break."""
        if self._fetching or self._store.main.interstitials or self._store.breaks:
            await anyio.sleep(seconds(LOOK))  # the engine's bell rings far more often
        else:
            await self._store.renewed.wait()

    def is_spent_after(self, position: Micros) -> bool:
        """Whether something beyond a moment was shown that is not to be shown again."""
        return any(one.told.spent and one.end > position for one in self._store.times.placed)

    def awaited(self) -> tuple[Interstitial, ...]:
        """Those that are told of, and neither woven in yet nor left out."""
        told = self._store.main.interstitials
        return tuple(one for one in told if one.id not in self._done) if told else ()

    # ---- which ------------------------------------------------------------------------------

    def _first(self, start: Micros) -> list[Interstitial]:
        """What belongs to the start: of a film, its first breaks; live, what precedes it."""
        soon = Micros(start + SOON)
        live = self._store.live
        return [
            one
            for one in self._store.main.interstitials
            if "PRE" in one.cue or (not live and "POST" not in one.cue and one.start <= soon)
        ]

    def _due(self, view: BreakView) -> list[Interstitial]:
        """What is to be fetched, or woven; what lies ahead of the picture first."""
        position = view.position()
        left = [one for one in self._store.main.interstitials if one.id not in self._done]
        if not self._store.live:
            return sorted(left, key=lambda one: (one.start < position, one.start))
        since, until = position - LOOK, view.taken() + AHEAD
        return [
            one
            for one in left
            if one.id in self._ready
            or (since < one.start <= until and not one.cue & {"PRE", "POST"})
        ]

    def _tidy(self) -> None:
        """Remember nothing of what is told no more: a live channel goes on for weeks."""
        if len(self._done) <= MOST_DONE:
            return
        told = {one.id for one in self._store.main.interstitials}
        self._done &= told | {one.id for one in self._store.breaks}
        self._ready = {name: found for name, found in self._ready.items() if name in told}

    # ---- weaving ----------------------------------------------------------------------------

    async def _fetch(self, one: Interstitial) -> None:
        """Have a break's programmes ready."""
        try:
            self._ready[one.id] = await self._assets.fetch(one)
        finally:
            self._fetching.discard(one.id)

    def _take(self, one: Interstitial) -> Fetched:
        self._done.add(one.id)
        return self._ready.pop(one.id)

    def _weave(self, one: Interstitial, view: BreakView) -> None:
        """Put a break in that was fetched, once it is known what it stands in."""
        if self._ready[one.id].programmes and not self._is_listed(one, view):
            return
        assets, taken = self._take(one), view.taken()
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

    def _place(self, one: Interstitial, assets: Fetched) -> Break | None:
        if not assets.programmes:
            return None
        one = replace(one, skip=assets.skip)
        return place(self._store.main, one, assets.programmes, self._store.breaks)

    def _put(self, one: Interstitial, assets: Fetched) -> None:
        found = self._place(one, assets)
        if found is not None:
            LOG.info("interstitial id=%s at=%d lasts=%d", one.id, found.cut, found.lasts)
            self._store.put((*self._store.breaks, found))

    def _spend(self, position: Micros) -> None:
        """What is to be shown once was shown: a seek back passes it over."""
        over = {
            one.told.id
            for one in self._store.times.placed
            if "ONCE" in one.told.cue and not one.told.spent and position > one.end
        }
        if over:
            breaks = self._store.breaks
            spent = (replace(one, spent=True) if one.id in over else one for one in breaks)
            self._store.put(tuple(spent))

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
