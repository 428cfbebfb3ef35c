"""ManifestKeeper: loads a live manifest again when it is due, through whatever fails."""

import logging
from typing import Protocol

import anyio

from player.errors import PlayerError
from player.model.presentation import Presentation
from player.streaming.fetch.parts import EngineParts
from player.streaming.fetch.recovery import FailedPart, History, Retry, SwitchLocation, in_words
from player.streaming.fetch.wake import Wake
from player.streaming.presentation.manifest_due import due_after
from player.streaming.presentation.manifest_loader import ManifestLoader
from player.units import Micros, micros, seconds

LOG = logging.getLogger("farol.engine")

LAST_LOOKS = micros(60)
"""How long an ended programme's manifest is still loaded: its last segments, or the whole as a
recording (type static), may be told some time after the end."""


class Kept(Protocol):
    """Whose manifest is kept fresh: the presentation store."""

    renewed: Wake

    @property
    def live(self) -> bool:
        """Whether the end is not known yet."""
        ...

    @property
    def over_for(self) -> Micros | None:
        """How long ago the programme ended for good, None while it is not known to have."""
        ...

    @property
    def presentation(self) -> Presentation:
        """The newest manifest."""
        ...

    def now(self) -> Micros:
        """The server's UTC time, as well as it is known."""
        ...

    async def reload(self) -> None:
        """Load it again; raises PlayerError."""
        ...

    def recovered(self, failed: PlayerError, decision: str) -> None:
        """Tell that something failed and playback goes on, and how."""
        ...


class ManifestKeeper:
    """The loop of one session. Engine thread only."""

    def __init__(self, kept: Kept, loader: ManifestLoader, parts: EngineParts) -> None:
        """Keep what `loader` loads fresh in `kept`."""
        self._kept = kept
        self._loader = loader
        self._parts = parts

    async def run(self) -> None:
        """Load as often as the manifest asks for, while anything may come of it. Never raises.

        One that does not ask may be renewed for another reason, and ask from then on.
        """
        while self._kept.live and (self._kept.over_for or Micros(0)) < LAST_LOOKS:
            pause = due_after(self._kept.presentation, self._kept.now())
            if pause is None:
                await self._kept.renewed.wait()
                continue
            await anyio.sleep(seconds(pause))
            await self._reload_patiently()

    async def _reload_patiently(self) -> None:
        """Load again, as often as the policy says; then when it is due anyway."""
        attempts = 0
        while True:
            try:
                await self._kept.reload()
            except PlayerError as failed:
                attempts += 1
                if not await self._try_again(failed, attempts):
                    return
                continue
            return

    async def _try_again(self, failed: PlayerError, attempts: int) -> bool:
        history = History(
            part=FailedPart.MANIFEST,
            attempts=attempts,
            other_locations=self._loader.others_left(attempts),
            chance=self._parts.draw(),
        )
        decision = self._parts.recovery.decide(failed.failure, history)
        goes_on = isinstance(decision, SwitchLocation | Retry)
        told = in_words(decision) if goes_on else "when it is due again"
        LOG.warning("manifest reload failed code=%s: %s", failed.failure.code, told)
        self._kept.recovered(failed, f"manifest: {told}")
        if isinstance(decision, SwitchLocation):
            self._loader.leave()
        elif isinstance(decision, Retry):
            await anyio.sleep(seconds(decision.after))
        return goes_on
