"""Patience: one track's failures so far, and what the policy makes of the next one."""

import logging
from dataclasses import dataclass, field, replace

from player.clock import Clock
from player.errors import ErrorCode, PlayerError
from player.model.segment import Segment
from player.streaming.choice.rungs import RungAvoider
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.recovery import (
    FailedPart,
    GiveUp,
    History,
    Recovery,
    RecoveryPolicy,
    Retry,
    SkipSegment,
    SwitchLocation,
    SwitchRepresentation,
    in_words,
    is_missing,
)
from player.streaming.fetch.stalls import StallError
from player.streaming.presentation.index_shelf import LoadedIndex
from player.streaming.presentation.presentation_store import PresentationStore
from player.units import Micros

LOG = logging.getLogger("farol.engine")

STALE_AFTER = 7
"""Half target durations without anything new after which a playlist is stuck (Media3: 3.5)."""

_NOT_YET = frozenset({404, 425, 416})
"""How servers refuse what they will have in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What failed: `part` of `lane`; `segment` where it was one, `fed` if libmpv has some.

    `needed`: what is buffered of this track is about to run out.
    """

    failed: PlayerError
    part: FailedPart
    lane: Lane
    segment: Segment | None = None
    fed: bool = False
    needed: bool = True


@dataclass(slots=True, kw_only=True)
class Patience:
    """Counts attempts and holes for one track. Engine thread only."""

    policy: RecoveryPolicy
    store: PresentationStore
    chooser: RungAvoider
    clock: Clock
    _attempts: int = 0
    _skipped: int = 0
    _failing: dict[FailedPart, Micros] = field(default_factory=dict)
    _early: Micros | None = None
    _missed: list[Lane] = field(default_factory=list)
    _blameless: Lane | None = None

    def came(self, segment: Segment, asked: Micros | None) -> None:
        """A segment is whole; `asked` is the server's time when it was asked for, if it was."""
        self._missed.clear()
        self.restore(FailedPart.SEGMENT)
        if asked is not None and segment.available_at is not None:
            self.store.clock.had(Micros(asked - segment.available_at))

    def restore(self, part: FailedPart) -> None:
        """That part came: begin to count anew."""
        self._attempts = 0
        self._failing.pop(part, None)
        if part is FailedPart.SEGMENT:
            self._skipped = 0
            self._failing.clear()
            if self._early is not None:
                self.store.clock.refused(self._early)
                self._early = None

    def decide(self, trouble: Trouble) -> Recovery:
        """What to do about it; another rung only where one is left that has not failed, too."""
        self._attempts += 1
        self._failing.setdefault(trouble.part, self.clock.monotonic())
        recovery = self._ask(trouble)
        LOG.info(
            "recover track=%s rung=%s part=%s code=%s attempt=%d: %s",
            trouble.lane.track.id, trouble.lane.representation.id, trouble.part,
            trouble.failed.failure.code, self._attempts, in_words(recovery),
        )  # fmt: skip
        self._early = self._came_early(trouble, recovery)
        if not isinstance(recovery, GiveUp):
            self.store.recovered(trouble.failed, f"{trouble.part}: {in_words(recovery)}")
        if isinstance(recovery, SwitchRepresentation | SwitchLocation | SkipSegment):
            self._attempts = 0
        if isinstance(recovery, SkipSegment):
            self._skipped += 1
            self._forgive()
            self._leave_what_stood_still(trouble)
        return recovery

    def _forgive(self) -> None:
        """What is missing everywhere is no rung's fault: none is left alone for it."""
        for lane in self._missed:
            self.chooser.readmit(lane)
        self._blameless = self._missed[0] if self._missed else None
        self._missed.clear()

    def _leave_what_stood_still(self, trouble: Trouble) -> None:
        """What libmpv has begun cannot be had elsewhere, but what follows it can."""
        if not trouble.fed or trouble.failed.failure.code is not ErrorCode.NETWORK_TIMEOUT:
            return
        if self.store.other_locations(trouble.lane):
            self.store.leave_location(trouble.lane)
        else:
            self.chooser.exclude(trouble.lane)

    def go_back(self) -> Lane | None:
        """The lane that was left for what turned out to be missing everywhere; asked once."""
        lane, self._blameless = self._blameless, None
        return lane

    def _came_early(self, trouble: Trouble, recovery: Recovery) -> Micros | None:
        """How late a segment comes by our clock that the server did not have yet.

        Should the next try find it: in the middle between this one and that.
        """
        told = (trouble.failed.failure.status or 0) in _NOT_YET
        available_at = trouble.segment.available_at if trouble.segment else None
        if not told or available_at is None or not isinstance(recovery, Retry):
            return None
        return Micros(self.store.now() - available_at + recovery.after // 2)

    def _ask(self, trouble: Trouble) -> Recovery:
        failure, history = trouble.failed.failure, self._history(trouble)
        recovery = self.policy.decide(failure, history)
        if not isinstance(recovery, SwitchRepresentation):
            return recovery
        if trouble.segment is not None and is_missing(failure):
            self._missed.append(trouble.lane)
        if self.chooser.exclude(trouble.lane):
            return recovery
        return self.policy.decide(failure, replace(history, other_rungs=False))

    def _available_for(self, segment: Segment | None, loaded: LoadedIndex | None) -> Micros | None:
        """How long the server should have had a segment; None: long, or it does not matter.

        Where others were there on time, our clock is not to blame for one that is not, and it
        comes within its own duration (an encoder that lags), or never.
        Of a live playlist's newest one, since it was listed first: caches get the list sooner.
        """
        if segment is None:
            return None
        if segment.available_at is not None:
            age, proven = self.store.now() - segment.available_at, self.store.clock.proven
            late = proven is not None and age > max(proven, 0) + segment.duration
            return None if late else Micros(age)
        if loaded is None or loaded.index.ended or not self.store.live:
            return None
        numbers, since = loaded.index.numbers(self.store.now()), self.store.stale_for(loaded)
        newest = bool(numbers) and numbers[-1] == segment.number
        return since if newest and since < segment.duration else None

    def _history(self, trouble: Trouble) -> History:
        store, loaded = self.store, self.store.index(trouble.lane)
        return History(
            part=trouble.part,
            attempts=self._attempts,
            live=store.live and loaded is not None,
            other_rungs=not trouble.fed and len(trouble.lane.track.representations) > 1,
            skipped_in_a_row=self._skipped,
            stale_for=store.stale_for(loaded),
            other_locations=store.other_locations(trouble.lane, fed=trouble.fed),
            needed=trouble.needed,
            chance=store.chance(),
            failing_for=Micros(self.clock.monotonic() - self._failing[trouble.part]),
            available_for=self._available_for(trouble.segment, loaded),
            missing_elsewhere=bool(self._missed),
            hurried=isinstance(trouble.failed, StallError),
        )


def is_stuck(store: PresentationStore, lane: Lane) -> bool:
    """Whether a lane's playlist has brought nothing new for too long."""
    loaded = store.index(lane)
    if loaded is None or loaded.index.ended or loaded.index.reload_after is None:
        return False
    return store.stale_for(loaded) * 2 > loaded.index.reload_after * STALE_AFTER
