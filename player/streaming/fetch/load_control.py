"""LoadControl: how much to buffer, when to hold playback back and when to let it go."""

from dataclasses import dataclass

from player.abr.controller import FED
from player.units import MICROS_PER_SECOND, BitsPerSecond, ByteCount, Micros, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """How the line stands to what is played.

    `headroom` is the line's rate over that of the rungs being fetched, None while nothing is
    known of the line; `held` are bytes ahead of the picture, of all kinds together, `room` what
    the cache can hold of them; `best`: there are no better rungs than those; `need` is what all
    of them take together.
    """

    headroom: float | None = None
    held: ByteCount = ByteCount(0)
    room: ByteCount | None = None
    best: bool = False
    need: BitsPerSecond = BitsPerSecond(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadControl:
    """The goals of one session; pure.

    Defaults lie between hls.js (30 s forward, at most 60 MB) and Media3 (1 s to start, 2 s after
    a rebuffer). `feed` is how far libmpv is fed ahead: what lies beyond can still be replaced.
    `reserve` is what decoders and sound hold anyway, so that playback pauses before it starves.
    A line of `plenty` times what is played is good: there playback starts with the `first` media
    that came (`least` is what it then may shrink to), and on the best rung `generous` is
    buffered, as dash.js does.
    """

    forward: Micros = micros(30)
    generous: Micros = micros(60)
    largest: ByteCount = ByteCount(128 << 20)
    feed: Micros = FED
    start: Micros = micros(1)
    resume: Micros = micros(2)
    longest_resume: Micros = micros(6)
    calm: Micros = micros(60)
    reserve: Micros = micros(0.4)
    plenty: float = 2.0
    first: Micros = micros(0.1)
    least: Micros = micros(0.04)

    def wants_more(self, buffered: Micros, supply: Supply | None = None) -> bool:
        """Whether another segment shall be fetched with `buffered` ahead of the picture."""
        if self.is_heavy(supply):
            return buffered < self.feed
        return buffered < self._goal(supply or Supply())

    def is_heavy(self, supply: Supply | None) -> bool:
        """Whether there is no room for more bytes than libmpv is about to need."""
        return supply is not None and supply.held >= self._largest(supply)

    def limit(self, buffered: Micros, supply: Supply) -> Micros:
        """How far the buffer will be let grow, by time and, at the rungs' rate, by bytes."""
        goal, free = self._goal(supply), self._largest(supply) - supply.held
        if not supply.need:
            return goal
        more = max(free, 0) * 8 * MICROS_PER_SECOND // supply.need
        return Micros(max(min(goal, buffered + more), self.feed))

    def rest(self, buffered: Micros, wanted: Micros) -> Micros:
        """How much of a rest a buffer bears; 0 where the picture waits, or soon may."""
        return Micros(max(min(wanted, buffered - self.longest_resume), 0))

    def _goal(self, supply: Supply) -> Micros:
        return self.generous if supply.best and self.is_good(supply) else self.forward

    def _largest(self, supply: Supply) -> ByteCount:
        return self.largest if supply.room is None else min(self.largest, supply.room)

    def is_good(self, supply: Supply) -> bool:
        """Whether the line carries far more than what is played."""
        return supply.headroom is not None and supply.headroom >= self.plenty

    def spare(self, fed: Micros) -> Micros:
        """How long until libmpv shall be fed again with `fed` ahead of the picture; 0: now."""
        return Micros(max(fed - self.feed, 0))

    def must_hold(
        self, buffered: Micros, *, all_fetched: bool, reserve: Micros | None = None
    ) -> bool:
        """Whether a running picture must pause because the buffer is about to run dry."""
        return not all_fetched and buffered < (self.reserve if reserve is None else reserve)

    def resume_goal(self, rebuffers: int) -> Micros:
        """What to wait for after the so-manieth rebuffer in a row: half as much again each."""
        return Micros(round(min(self.resume * 1.5 ** max(rebuffers - 1, 0), self.longest_resume)))

    def start_goal(self, supply: Supply) -> Micros:
        """What to wait for at a start or after a seek."""
        return self.first if self.is_good(supply) else self.start
