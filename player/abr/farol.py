"""FarolController: what Farol plays with. Of what may be done, it does what is worth most.

What a state is worth to the viewer comes from value iteration over a Markov model of lines
(`playback_value`, `line_model`); which rung to fetch, whether to give a segment up and whether to
fetch a buffered one again are then the same question. Like RobustMPC (Yin, Jindal, Sekar,
Sinopoli, SIGCOMM 2015) it maximises QoE_lin, but over lines that may change at any time instead of
over one prediction, and without an end of the horizon; like Fugu (Yan et al., NSDI 2020) it weighs
all rates that may come by how probable they are.
"""

from dataclasses import replace

from player.abr.abandon import abandon
from player.abr.caps import DecoderRelief, allowed, pinned
from player.abr.controller import FED, AbandonInput, AbrInput, Decision, LadderRung, LineView, mbps
from player.abr.line_model import Chances
from player.abr.outlook import Outlook, Outlooks, terms_of
from player.abr.playback_value import LIVE_STALL_PRICE, NOTICE_S, STALL_PRICE
from player.abr.replacement import lightened
from player.abr.requeue import Queue, best_start
from player.abr.rung_choice import RungChoice, below
from player.abr.rung_rules import lasting, piece_of, waiting
from player.abr.typical_length import TypicalLength
from player.abr.under_way import Transfer
from player.units import BitsPerSecond, Micros, micros, seconds

CAREFUL = 0.7
"""The share of a line that is used at a start, until something was thought over (hls.js's)."""

STEADY_FOR = 10
"""So many transfers alike make a steady line."""

ALIKE = 1.1
"""What the fastest of them may have been faster than the slowest."""

CARRIED = 0.98
"""The share of a line that a rung may take for good."""

LASTS = 35.0
"""Seconds for which the buffer must pay for a climb beyond what the line carries: a shorter one
is a swing.
"""

NEAR = micros(5)
"""Live television that is meant to be less far behind has no buffer to speak of."""

MOST_CREDIT = 0.9
"""The share of a line that a buffer may stand for in that, however large it is."""

AGAIN_CREDIT = 0.3
"""The same for what is fetched a second time."""

BARE = 0.1
"""Seconds; with less the picture stands already, and waits for half a segment as at a start."""

DOUBT = 0.5
"""How far a look at a transfer under way strays, beside whole transfers."""

GIVE_UP = 0.05
"""Top rates that must be gained by giving a segment up: what comes may still change."""


class FarolController:
    """Implements `AbrController` and `Thinker`; never waits."""

    def __init__(self, outlooks: Outlooks | None = None) -> None:
        """Share `outlooks` with the channels before and after, where there are any."""
        self._outlooks = outlooks or Outlooks()
        self._relief = DecoderRelief()
        self._length = TypicalLength()
        self._outlook: Outlook | None = None
        self._rungs: tuple[LadderRung, ...] = ()
        self._last: int | None = None
        self._fetched: BitsPerSecond | None = None
        self._reserve = Micros(0)
        self._transfer = Transfer()
        self._near = False

    def think(self) -> bool:
        """See `Thinker.think`."""
        return self._outlooks.think()

    def choose(self, given: AbrInput) -> Decision:
        """See `AbrController.choose`."""
        fixed = pinned(given)
        if fixed is not None:
            return fixed
        rungs = self._relief.apply(given, allowed(given))
        line = _beside(given)
        if line.rate is None and not line.recent:
            return Decision(
                rung=rungs[0], reason=f"{rungs[0].name}: nothing is known of the line yet"
            )
        self._near = _is_near_the_edge(given)
        self._outlook = outlook = self._look(given, rungs, line)
        self._rungs, self._reserve = rungs, given.reserve
        self._last = last = self._before(rungs, given)
        if last is None or not outlook.value.ready:
            decision = _careful(rungs, outlook, last)
        else:
            decision = self._worthiest(given, rungs, outlook, last)
        decision = lightened(given, decision)
        self._fetched = decision.rung.bandwidth
        return decision

    def abandon(self, given: AbandonInput) -> Decision | None:
        """See `AbrController.abandon`.

        Near the live point a segment that comes whole is given up by the plain rule, too: there
        the buffer is a segment or two, and is empty by the time a transfer has told enough.
        """
        instead = self._worth_giving_up(given)
        whole = given.expected_size is not None and not given.again
        if instead is None and self._near and whole:
            return abandon(given)
        return instead

    def _worth_giving_up(self, given: AbandonInput) -> Decision | None:
        rate, outlook = self._transfer.rate(given), self._outlook
        if outlook is None or not outlook.value.ready:
            return None if given.again else abandon(given)
        if rate is None:
            return None
        rest = max(given.bits - 8 * given.received, 0.0) / 1e6
        buffer = _usable(given.buffer, self._reserve)
        if rest / rate <= min(outlook.value.terms.length, buffer / 2):
            return None
        if given.again:
            if rest / rate <= buffer / 2:
                return None
            return Decision(
                rung=given.rung, reason=f"left as it was: line {mbps(rate * 1e6)} by now"
            )
        return self._instead(given, outlook, rate, rest)

    # ---- choosing ---------------------------------------------------------------------------

    def _before(self, rungs: tuple[LadderRung, ...], given: AbrInput) -> int | None:
        """The rung fetched last; where it is not there any more, the one nearest below it."""
        current = given.current
        fetched = self._fetched if current is None else current.bandwidth
        return None if fetched is None else below(rungs, fetched)

    def _look(self, given: AbrInput, rungs: tuple[LadderRung, ...], line: LineView) -> Outlook:
        terms = terms_of(
            [rung.bandwidth / 1e6 for rung in rungs],
            self._length.after(seconds(given.segment_duration)),
            seconds(given.buffer_limit) - seconds(given.reserve),
            LIVE_STALL_PRICE if self._near else STALL_PRICE,
        )
        guess = None if line.rate is None or line.recent else line.rate / 1e6
        return self._outlooks.of(terms, [one / 1e6 for one in line.recent], guess)

    def _worthiest(
        self, given: AbrInput, rungs: tuple[LadderRung, ...], outlook: Outlook, last: int
    ) -> Decision:
        value, model = outlook.value, outlook.model
        chances = model.ahead(outlook.chances)
        wait = waiting(given)
        buffer = max(_usable(given.buffer, given.reserve) - wait, 0.0)
        bits = _mbits(rungs, given.segment_duration)
        spare = seconds(given.segment_duration) / 2 if buffer < BARE else buffer
        credit = 0.0 if _is_steady(given.line) else min(buffer / LASTS, MOST_CREDIT)
        share = CARRIED * max(1 - wait / lasting(given), 0.0)
        choice = RungChoice(value, rungs, bits, spare, last, share / (1 - credit), piece_of(given))
        best = choice.of(chances)
        worth = value.changing(value.fetching(chances, spare, bits), last)
        mean = model.mean(chances)
        line = _in_words(outlook, chances, buffer)
        sure = share / (1 - min(credit, AGAIN_CREDIT))
        again = None
        if best <= below(rungs, sure * mean * 1e6):
            queue = _queue(given, buffer, took=bits[best] / mean + wait)
            again = best_start(value, chances, queue, best)
        if again is not None:
            start, gain = again
            told = f"{rungs[best].name}: again from {seconds(given.queued[start].start):.1f} s"
            return Decision(
                rung=rungs[best],
                replace=given.queued[start].start,
                reason=f"{told}, worth {gain:.2f} more; {line}",
            )
        return Decision(rung=rungs[best], reason=f"{_named(rungs, best, last, worth)}; {line}")

    # ---- giving up --------------------------------------------------------------------------

    def _instead(
        self, given: AbandonInput, outlook: Outlook, rate: float, rest: float
    ) -> Decision | None:
        """A lower rung that is worth more than the rest of this one."""
        value, rung = outlook.value, _place(self._rungs, given.rung)
        left = {one.id for one in given.ladder}
        bits = _mbits(self._rungs, given.segment_duration)
        lower = [one for one in range(rung) if self._rungs[one].id in left]
        if not lower:
            return None
        chances = outlook.seen(rate, DOUBT)
        buffer = _usable(given.buffer, self._reserve)
        now_or_never = rung if seconds(given.buffer) < seconds(FED) + NOTICE_S else None
        wanted = {one: bits[one] for one in (0, *lower)}
        worth = value.fetching(chances, buffer, {**wanted, rung: rest}, now_or_never)
        if self._last is not None:
            worth = value.changing(worth, self._last)
        best = max(lower, key=worth.__getitem__)
        if worth[best] <= worth[rung] + GIVE_UP * value.terms.rates[-1]:
            return None
        instead = self._rungs[best]
        return Decision(
            rung=instead,
            reason=f"{given.rung.name} given up: line {mbps(rate * 1e6)} by now, buffer "
            f"{buffer:.1f} s; {instead.name} is worth "
            f"{worth[best] - worth[rung]:.2f} more",
        )


def _queue(given: AbrInput, buffer: float, *, took: float) -> Queue:
    return Queue(
        held=tuple(one.bandwidth / 1e6 for one in given.queued),
        settled=tuple(one.settled for one in given.queued),
        starts=tuple(seconds(one.start) for one in given.queued),
        position=seconds(given.media_time) - seconds(given.buffer),
        buffer=buffer,
        took=took,
    )


def _careful(rungs: tuple[LadderRung, ...], outlook: Outlook, last: int | None) -> Decision:
    """What a share of the line carries, while there is nothing better to go by."""
    rate = outlook.model.mean(outlook.chances)
    best = below(rungs, CAREFUL * rate * 1e6)
    if last is not None:
        best = min(best, last + 1)
    return Decision(
        rung=rungs[best],
        reason=f"{rungs[best].name}: within {CAREFUL:g} of {mbps(rate * 1e6)}, nothing else known",
    )


def _is_near_the_edge(given: AbrInput) -> bool:
    return given.target_latency is not None and given.target_latency < NEAR


def _usable(buffer: Micros, reserve: Micros) -> float:
    """What playback uses up before it holds, in seconds."""
    return max(seconds(buffer) - seconds(reserve), 0.0)


def _beside(given: AbrInput) -> LineView:
    """What the line leaves for pictures: sound that is fetched by itself takes its share."""
    if not given.beside:
        return given.line
    line = given.line
    taken = given.beside
    return replace(
        line,
        rate=None
        if line.rate is None
        else type(line.rate)(max(line.rate - taken, line.rate // 4)),
        recent=tuple(type(one)(max(one - taken, one // 4)) for one in line.recent),
    )


def _is_steady(line: LineView) -> bool:
    """Whether a line stays as it is: there a climb beyond what it carries would only swing."""
    newest = line.recent[-STEADY_FOR:]
    return len(newest) == STEADY_FOR and max(newest) < ALIKE * min(newest)


def _in_words(outlook: Outlook, chances: Chances, buffer: float) -> str:
    model = outlook.model
    low, high = model.quantile(chances, 0.1), model.quantile(chances, 0.9)
    if low == model.levels[-1]:  # as good as the table goes
        return f"line over {mbps(low * 1e6)}, buffer {buffer:.1f} s"
    return (
        f"line {mbps(model.mean(chances) * 1e6)} ({low:.2f} to {high:.2f}), buffer {buffer:.1f} s"
    )


def _named(rungs: tuple[LadderRung, ...], best: int, last: int, worth: dict[int, float]) -> str:
    way = "stays" if best == last else "up" if best > last else "down"
    others = [one for one in worth if one != best]
    if not others:
        return f"{rungs[best].name}: {way}, the only one"
    second = max(others, key=worth.__getitem__)
    more = worth[second] - worth[best]
    but = "" if more <= 0 else " but beyond the line" if second > best else " but a low one"
    return f"{rungs[best].name}: {way}, {rungs[second].name} {more:+.2f}{but}"


def _mbits(rungs: tuple[LadderRung, ...], duration: Micros) -> dict[int, float]:
    return {place: rung.bits(duration) / 1e6 for place, rung in enumerate(rungs)}


def _place(rungs: tuple[LadderRung, ...], rung: LadderRung) -> int:
    """Where a rung stands among those allowed; one that is not, where the next lower one does."""
    same = [place for place, one in enumerate(rungs) if one.id == rung.id]
    return same[0] if same else below(rungs, rung.bandwidth)
