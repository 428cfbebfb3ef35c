"""SharedLine: what several players have in common: one line, who may use it, and how much."""

from typing import Protocol

from player.abr.estimator import BandwidthEstimator
from player.abr.line_estimate import LineShareView
from player.abr.shares import Claim, shares
from player.clock import Clock
from player.session.line_keeper import LineKeeper, NetworkMemory
from player.streaming.fetch.connection_limit import Accounts
from player.streaming.fetch.line_share import LineShare
from player.units import BitsPerSecond


class Watcher(Protocol):
    """One of those that play over the line."""

    @property
    def claim(self) -> Claim | None:
        """What it may use of the line; None while it plays nothing."""
        ...

    @property
    def at_ease(self) -> bool:
        """Whether it can spare the line."""
        ...

    @property
    def spares_line(self) -> bool:
        """Whether its buffers can spare the line for a moment, be it paused or not."""
        ...

    @property
    def need(self) -> BitsPerSecond:
        """What its rungs take of the line."""
        ...


class SharedLine:
    """The line of all players of this program, estimated once. Engine thread only.

    What they fetch at once adds up in the estimator to what the line carries; each is told its
    share by size on the screen (ADR 31). One that plays alone has the whole line at once.
    """

    def __init__(
        self,
        estimator: BandwidthEstimator,
        clock: Clock,
        networks: NetworkMemory | None = None,
    ) -> None:
        """Begin with nobody on it; without `networks` what it carried is forgotten with it."""
        self._estimator = estimator
        self._watchers: list[Watcher] = []
        self.share = LineShare(clock, lambda: all(one.at_ease for one in self._watchers))
        self.memory = LineKeeper(estimator, clock, networks)
        self.accounts = Accounts()

    async def run(self) -> None:
        """Keep what is learnt of the line, until cancelled."""
        await self.memory.run()

    def join(self, watcher: Watcher) -> LineShareView:
        """Let another player fetch over the line; gives what it is told of it."""
        self._watchers.append(watcher)
        return LineShareView(self._estimator, lambda: self._part(watcher))

    def leave(self, watcher: Watcher) -> None:
        """Forget a player; what it had is the others' at once."""
        self._watchers = [one for one in self._watchers if one is not watcher]

    def tune(self, url: str, watcher: Watcher) -> None:
        """A player begins with `url`: another network begins another estimate.

        Not where others play: what is known of their line is not thrown away beneath them.
        """
        if not self._others(watcher):
            self.memory.tune(url)

    def alone(self, watcher: Watcher) -> bool:
        """Whether nobody else plays anything."""
        return not self._others(watcher)

    def others_spare(self, watcher: Watcher) -> bool:
        """Whether everybody else can spare the line for what this one's viewer looks at."""
        return all(one.spares_line for one in self._watchers if one is not watcher)

    @property
    def rate(self) -> BitsPerSecond | None:
        """What the whole line carries; None: not even a guess."""
        return self._estimator.estimate

    @property
    def need(self) -> BitsPerSecond:
        """What all of them take of the line."""
        return BitsPerSecond(sum(one.need for one in self._watchers))

    @property
    def watched(self) -> bool:
        """Whether anybody plays what still needs the line."""
        return any(one.claim is not None for one in self._watchers)

    @property
    def free(self) -> bool:
        """Whether nobody fetches, and everybody's buffers can spare the line."""
        return self.share.rests and all(one.spares_line for one in self._watchers)

    @property
    def wanted(self) -> BitsPerSecond:
        """What all of them can use of the line: their best rungs, or what they take now."""
        claims = ((one.claim, one.need) for one in self._watchers)
        return BitsPerSecond(sum((has and has.most) or need for has, need in claims))

    def share_of(self, watcher: Watcher) -> BitsPerSecond | None:
        """What of the line is this player's; None where it has it alone, or nothing is known."""
        part, rate = self._part(watcher), self._estimator.estimate
        return None if part is None or rate is None else BitsPerSecond(round(part * rate))

    def _others(self, watcher: Watcher) -> bool:
        return any(one is not watcher and one.claim is not None for one in self._watchers)

    def _part(self, watcher: Watcher) -> float | None:
        """Which part of the line is this player's, 0..1; None: all of it, and nobody else's."""
        others = (one.claim for one in self._watchers if one is not watcher)
        claims = [watcher.claim or Claim(), *(one for one in others if one is not None)]
        rate = self._estimator.estimate
        if len(claims) < 2 or not rate:
            return None
        return shares(rate, claims)[0] / rate
