"""VideoRungs: what the ABR controller is told about a segment, and what its answer becomes."""

from dataclasses import replace

from player.abr.caps import DecoderRelief, allowed, in_words
from player.abr.controller import AbandonInput, AbrController, AbrInput, Decision, LadderRung
from player.abr.playback_speed import at_speed, in_real_time, under_way_at
from player.abr.shares import Claim
from player.abr.suitability import Output, suitable
from player.model.presentation import Representation, Track
from player.ports import SinkStatus
from player.streaming.choice.dropped_frames import DroppedFrames
from player.streaming.choice.fixed_rung import FixedRung
from player.streaming.choice.ladder import Ladder
from player.streaming.choice.rung_limits import RungLimits, Viewport
from player.streaming.choice.rungs import PENALTY, Arrival, Progress, RungAnswer, RungQuestion
from player.streaming.choice.thinking import Thinking
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.parts import EngineParts
from player.units import BitsPerSecond, ByteCount, Micros, micros


class VideoRungs:
    """Asks one controller for one session's rungs. Engine thread only."""

    def __init__(
        self, *, controller: AbrController, parts: EngineParts, limits: RungLimits
    ) -> None:
        """Begin with no rung excluded and none fixed."""
        self._controller = controller
        self._thinking = Thinking(controller, parts.worker)
        self._parts = parts
        self._limits = limits
        self._fixed = FixedRung()
        self._begun = False
        self._at_hand = ""
        self._excluded: dict[tuple[str, str, str], Micros] = {}
        self._ladder = Ladder()
        self._relief = DecoderRelief()
        self._dropped = DroppedFrames()
        self._shown: str | None = None
        self._under_way: tuple[RungQuestion, tuple[LadderRung, ...]] | None = None
        self._beside, self._speed = BitsPerSecond(0), 1.0
        self._span: tuple[BitsPerSecond, BitsPerSecond] | None = None

    @property
    def claim(self) -> Claim:
        """What of the line it can use, as last asked; its size on the screen is today's."""
        viewport = self._limits.viewport
        pixels = None if viewport is None else viewport.width * viewport.height
        if self._span is None:
            return Claim(pixels=pixels)
        played = (self._speed * (one + self._beside) for one in self._span)
        least, most = (BitsPerSecond(round(one)) for one in played)
        return Claim(pixels=pixels, least=least, most=most)

    # ---- what is told -----------------------------------------------------------------------

    def fix(self, representation: str | None) -> None:
        """Take only this rung from now on; None: leave it to the controller."""
        self._fixed.wanted = representation

    def begin_with(self, representation: str) -> None:
        """Its first segment is here already: begin with this rung, where the line bears it."""
        self._at_hand = representation

    def limit(self, output: Output) -> None:
        """See `RungChooser.limit`."""
        self._limits = replace(self._limits, output=output)

    def view(self, viewport: Viewport | None) -> None:
        """The picture has another place on the screen."""
        self._limits = replace(self._limits, viewport=viewport)
        self._dropped.restart()

    def save(self, *, data: bool) -> None:
        """Save data from now on, or no more."""
        self._limits = replace(self._limits, saving=data)

    def on_sink_status(self, status: SinkStatus) -> None:
        """Count what was dropped; pictures that nobody sees are dropped without a fault."""
        if status.position is not None:
            self._thinking.seen()
        if bool(status.hardware) is not self._limits.hardware and status.decoder:
            self._limits = replace(self._limits, hardware=bool(status.hardware))
        viewport = self._limits.viewport
        if viewport is None or not viewport.hidden:
            self._dropped.look(self._parts.clock.monotonic(), status)

    def came(self, arrival: Arrival) -> None:
        """See `RungChooser.came`."""
        self._ladder.came(arrival)

    async def think(self) -> None:
        """Let the controller think after what it is asked, until cancelled."""
        await self._thinking.run()

    # ---- what is asked ----------------------------------------------------------------------

    def first(self, track: Track) -> Representation:
        """The rung whose index is loaded first: the one the controller would begin with."""
        rungs = suitable(track.representations, self._limits.output)
        given = self._input(rungs, self._ladder.first(rungs))
        decision = self._here(given) or self._controller.choose(given)
        return _named(track, decision.rung.id)

    def choose(self, question: RungQuestion) -> RungAnswer:
        """See `RungChooser.choose`."""
        rungs = self._left(question.lane)
        self._under_way = question, self._ladder.of(rungs, question)
        given = self._given(question, rungs, self._under_way[1])
        decision = (None if self._begun else self._here(given)) or self._controller.choose(given)
        self._begun = True
        self._thinking.asked()
        return RungAnswer(
            representation=_named(question.lane.track, decision.rung.id),
            reason=decision.reason + self._held_back(given, decision) + _at(question.speed),
            wait=in_real_time(question.speed, decision.wait),
            replace=decision.replace,
        )

    def abandon(self, progress: Progress) -> RungAnswer | None:
        """See `RungChooser.abandon`; a fixed rung is never given up."""
        question = progress.question
        if self._fixed.wanted is not None:
            return None
        rung = self._ladder.rung(question.lane.representation, question)
        given = AbandonInput(
            now=self._parts.clock.monotonic(),
            started=progress.started,
            received=ByteCount(progress.received),
            buffer=Micros(max(progress.buffered, 0)),
            segment_duration=question.segment.duration,
            ladder=self._instead(question),
            rung=rung,
            expected_size=progress.expected or rung.segment_size,
            pieces=progress.pieces,
            first_byte=progress.first_byte,
            line=self._parts.estimator.view,
            again=progress.again,
        )
        decision = self._controller.abandon(under_way_at(question.speed, given))
        if decision is None:
            return None
        chosen = _named(question.lane.track, decision.rung.id)
        return RungAnswer(representation=chosen, reason=decision.reason)

    def exclude(self, lane: Lane) -> bool:
        """See `RungChooser.exclude`."""
        self._excluded[lane.key] = Micros(self._parts.clock.monotonic() + PENALTY)
        self._under_way = None
        return any(self._allowed(lane, one) for one in self._suitable(lane))

    def readmit(self, lane: Lane) -> None:
        """See `RungChooser.readmit`."""
        self._excluded.pop(lane.key, None)

    def instead(self, lane: Lane) -> RungAnswer:
        """See `RungChooser.instead`: the nearest one, lower ones first."""
        failed = lane.representation.bandwidth
        rungs = [one for one in self._left(lane) if one.id != lane.representation.id]
        nearest = min(rungs or [lane.representation], key=lambda one: _distance(failed, one))
        return RungAnswer(representation=nearest, reason="the former rung failed")

    # ---- what a controller is told ----------------------------------------------------------

    def _given(
        self,
        question: RungQuestion,
        rungs: tuple[Representation, ...],
        ladder: tuple[LadderRung, ...],
    ) -> AbrInput:
        playing = question.last or question.lane.representation
        self._beside, self._speed = question.beside, question.speed
        told = replace(
            self._input(rungs, ladder),
            buffer=Micros(max(question.buffered, 0)),
            buffer_limit=question.buffer_limit,
            reserve=question.reserve,
            queued=self._ladder.queued(question.queued, question.target_latency),
            segment_duration=question.segment.duration,
            step=question.segment.step,
            playing=playing.id if self._begun else None,
            media_time=question.segment.start,
            latency=question.latency,
            target_latency=question.target_latency,
            dropped_rate=self._dropped_of(question.shown),
            shown=self._shown,
            beside=question.beside,
        )
        return at_speed(question.speed, told)

    def _input(
        self, rungs: tuple[Representation, ...], ladder: tuple[LadderRung, ...]
    ) -> AbrInput:
        """What a first question rests on."""
        limits = self._limits
        given = AbrInput(
            now=self._parts.clock.monotonic(),
            media_time=Micros(0),
            buffer=Micros(0),
            segment_duration=micros(2),
            ladder=ladder,
            max_height=limits.max_height,
            decoder_height=limits.decoder_height,
            max_bandwidth=limits.most,
            viewport_height=limits.viewport.lines(rungs) if limits.viewport else None,
            fixed=self._fixed.among(rungs),
        )
        self._span = _span(given)
        return replace(given, line=self._parts.estimator.view)

    def _here(self, given: AbrInput) -> Decision | None:
        """The rung at hand, where nothing speaks against it: what lies here costs no wait."""
        if given.fixed is not None:
            return None
        rate = given.line.rate
        borne = (one for one in allowed(given) if rate is None or one.bandwidth <= rate)
        rung = next((one for one in borne if one.id == self._at_hand), None)
        return Decision(rung=rung, reason=f"{rung.name}: fetched ahead") if rung else None

    def _dropped_of(self, shown: Representation | None) -> float:
        """The share of pictures dropped of the rung on the screen, counted from its first."""
        name = shown.id if shown else None
        if name != self._shown:
            self._shown = name
            self._dropped.restart()
        return self._dropped.share(shown.frame_rate if shown else None)

    def _instead(self, question: RungQuestion) -> tuple[LadderRung, ...]:
        """The ladder of a fetch under way: it is asked for with each of its pieces."""
        if self._under_way is None or self._under_way[0] is not question:
            rungs = self._left(question.lane)
            self._under_way = question, self._ladder.of(rungs, question)
        return self._under_way[1]

    def _held_back(self, given: AbrInput, decision: Decision) -> str:
        """Which caps decided, in words: those above the best rung allowed, or a fixed one's."""
        left = self._relief.apply(given, allowed(given))
        caps = in_words(given), self._relief.in_words(given.now)
        held = " and ".join(one for one in caps if one and one not in decision.reason)
        if not held or len(left) == len(given.ladder):
            return ""
        if given.fixed is not None and decision.rung.id == given.fixed:
            return "" if decision.rung in left else f", although {held}"
        return f"; {held}" if decision.rung == left[-1] else ""

    # ---- which rungs there are --------------------------------------------------------------

    def _left(self, lane: Lane) -> tuple[Representation, ...]:
        rungs = self._suitable(lane)
        return tuple(one for one in rungs if self._allowed(lane, one)) or rungs

    def _suitable(self, lane: Lane) -> tuple[Representation, ...]:
        return suitable(lane.track.representations, self._limits.output)

    def _allowed(self, lane: Lane, one: Representation) -> bool:
        until = self._excluded.get(lane.on(one).key, Micros(0))
        return until <= self._parts.clock.monotonic()


def _at(speed: float) -> str:
    return "" if speed == 1.0 else f" (by seconds of media, {speed:g} times as fast)"


def _span(given: AbrInput) -> tuple[BitsPerSecond, BitsPerSecond]:
    """The lowest and the best rung that may be taken, whatever the line."""
    fixed = next((one for one in given.ladder if one.id == given.fixed), None)
    rungs = (fixed,) if fixed is not None else allowed(given)
    return rungs[0].bandwidth, rungs[-1].bandwidth


def _distance(bandwidth: int, one: Representation) -> tuple[bool, int]:
    return one.bandwidth > bandwidth, abs(one.bandwidth - bandwidth)


def _named(track: Track, name: str) -> Representation:
    return next(one for one in track.representations if one.id == name)
