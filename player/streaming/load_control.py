"""LoadControl: how much to buffer, when to hold playback back and when to let it go."""

from dataclasses import dataclass

from player.units import Micros, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadControl:
    """The goals of one session; pure.

    Defaults lie between hls.js (30 s forward) and Media3 (1 s to start, 2 s after a rebuffer).
    `feed` is how far libmpv is fed ahead: what lies beyond can still be replaced. `reserve` is
    what decoders and sound hold anyway, so that playback pauses before it starves.
    """

    forward: Micros = micros(30)
    feed: Micros = micros(4)
    start: Micros = micros(1)
    resume: Micros = micros(2)
    reserve: Micros = micros(0.4)

    def wants_more(self, buffered: Micros) -> bool:
        """Whether another segment shall be fetched with `buffered` ahead of the picture."""
        return buffered < self.forward

    def spare(self, fed: Micros) -> Micros:
        """How long until libmpv shall be fed again with `fed` ahead of the picture; 0: now."""
        return Micros(max(fed - self.feed, 0))

    def must_hold(self, buffered: Micros, *, all_fetched: bool) -> bool:
        """Whether a running picture must pause because the buffer is about to run dry."""
        return not all_fetched and buffered < self.reserve

    def may_go(self, buffered: Micros, *, rebuffering: bool, all_fetched: bool) -> bool:
        """Whether a held picture may run: `rebuffering` where it ran dry, not after a seek."""
        return all_fetched or buffered >= (self.resume if rebuffering else self.start)
