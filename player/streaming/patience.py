"""Patience: one track's failures so far, and what the policy makes of the next one."""

import logging
from dataclasses import dataclass, field, replace

from player.clock import Clock
from player.errors import PlayerError
from player.model.segment import Segment
from player.streaming.lane import Lane
from player.streaming.presentation_store import PresentationStore
from player.streaming.recovery import (
    FailedPart,
    History,
    Recovery,
    RecoveryPolicy,
    SkipSegment,
    SwitchRepresentation,
)
from player.streaming.rungs import RungChooser
from player.units import Micros

LOG = logging.getLogger("farol.engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What failed: `part` of `lane`; `segment` where it was one, `fed` if libmpv has some."""

    failed: PlayerError
    part: FailedPart
    lane: Lane
    segment: Segment | None = None
    fed: bool = False


@dataclass(slots=True, kw_only=True)
class Patience:
    """Counts attempts and holes for one track. Engine thread only."""

    policy: RecoveryPolicy
    store: PresentationStore
    chooser: RungChooser
    clock: Clock
    _attempts: int = 0
    _skipped: int = 0
    _failing: dict[FailedPart, Micros] = field(default_factory=dict)

    def restore(self, part: FailedPart) -> None:
        """That part came: begin to count anew."""
        self._attempts = 0
        self._failing.pop(part, None)
        if part is FailedPart.SEGMENT:
            self._skipped = 0
            self._failing.clear()

    def decide(self, trouble: Trouble) -> Recovery:
        """What to do about it; another rung only where one is left that has not failed, too."""
        self._attempts += 1
        self._failing.setdefault(trouble.part, self.clock.monotonic())
        recovery = self._ask(trouble)
        LOG.info(
            "recover track=%s rung=%s part=%s code=%s attempt=%d: %s",
            trouble.lane.track.id, trouble.lane.representation.id, trouble.part,
            trouble.failed.failure.code, self._attempts, type(recovery).__name__,
        )  # fmt: skip
        if isinstance(recovery, SwitchRepresentation | SkipSegment):
            self._attempts = 0
        if isinstance(recovery, SkipSegment):
            self._skipped += 1
        return recovery

    def _ask(self, trouble: Trouble) -> Recovery:
        failure, history = trouble.failed.failure, self._history(trouble)
        recovery = self.policy.decide(failure, history)
        if not isinstance(recovery, SwitchRepresentation):
            return recovery
        if self.chooser.exclude(trouble.lane):
            return recovery
        return self.policy.decide(failure, replace(history, other_rungs=False))

    def _history(self, trouble: Trouble) -> History:
        store, loaded = self.store, self.store.index(trouble.lane)
        available_at = trouble.segment.available_at if trouble.segment else None
        return History(
            part=trouble.part,
            attempts=self._attempts,
            live=store.live and loaded is not None,
            other_rungs=not trouble.fed and len(trouble.lane.track.representations) > 1,
            skipped_in_a_row=self._skipped,
            stale_for=store.stale_for(loaded),
            failing_for=Micros(self.clock.monotonic() - self._failing[trouble.part]),
            available_for=None if available_at is None else Micros(store.now() - available_at),
        )
