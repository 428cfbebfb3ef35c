"""A segment of live television on its way, part by part as its server makes them."""

from bench.abr.live_viewer import LiveRun
from bench.abr.simulate import BEGUN, LOOK_S
from player.abr.controller import AbandonInput, Decision
from player.model.transfer import Burst, TransferSample
from player.units import ByteCount, micros


class Answer:
    """One request: read once."""

    def __init__(self, run: LiveRun, rung: int) -> None:
        """Ask now."""
        scene = run.scene
        self.run, self.rung, self.index = run, rung, run.index
        self.asked = run.now
        self.bits = scene.film.sizes[self.index][rung]
        self.count = max(round(scene.film.segment_s / scene.part_s), 1)
        self.received = 0.0
        self.latency = scene.line.latency(self.asked)
        self.first_byte = self.asked + self.latency
        self.bursts: list[Burst] = []

    def read(self) -> Decision | None:
        """Read to the end; a decision where it was given up."""
        line, clock = self.run.scene.line, self.first_byte
        part = self.bits / self.count
        for number in range(self.count):
            begun = max(clock, self._made(number) + self.latency / 2)
            clock = line.when(line.bits_until(begun) + part)
            instead = self._wait(begun, clock, part)
            self._note(begun, part)
            if instead is not None or (self.run.over and number + 1 < self.count):
                self._learn()
                return instead
            self._ready(number)
        self._learn()
        return None

    def _made(self, number: int) -> float:
        """When a part is there to be sent."""
        scene = self.run.scene
        length = scene.film.segment_s
        return self.index * length + (number + 1) * length / self.count - scene.joined_s

    def _wait(self, begun: float, end: float, part: float) -> Decision | None:
        """Wait for a part while the picture goes on."""
        run, line = self.run, self.run.scene.line
        before, at = line.bits_until(begun), self.received
        while run.now < end - 1e-9:
            run.pass_until(min(run.now + LOOK_S, end))
            came = max(line.bits_until(run.now) - before, 0.0) if run.now > begun else 0.0
            self.received = at + min(came, part)
            if begun < run.now < end - 1e-9 and not run.over:  # a piece has come
                instead = run.controller.abandon(self._under_way())
                if instead is not None:
                    return instead
            if run.over:
                return None
        self.received = at + part
        return None

    def _note(self, begun: float, part: float) -> None:
        """Parts that follow each other without a pause are one burst."""
        start, end = micros(begun), micros(self.run.now)
        if end <= start or self.received <= 0:
            return
        size = ByteCount(round(min(part, self.received) / 8))
        if self.bursts and start - self.bursts[-1].end <= 1000:
            last = self.bursts.pop()
            start, size = last.start, ByteCount(last.size + size)
        self.bursts.append(Burst(start=start, end=end, size=size))

    def _ready(self, number: int) -> None:
        """A part can be played."""
        run = self.run
        length = run.scene.film.segment_s
        run.until = max(run.until, self.index * length + (number + 1) * length / self.count)
        if number == 0:
            run.seen.came.setdefault(self.index, run.now)
        run.seen.levels.append((run.now, run.buffer))

    def _learn(self) -> None:
        if self.received <= 0:
            return
        self.run.estimator.add(
            TransferSample(
                started=micros(self.asked),
                first_byte=micros(self.first_byte),
                ended=micros(self.run.now),
                size=ByteCount(round(self.received / 8)),
                bursts=tuple(self.bursts),
            )
        )

    def _under_way(self) -> AbandonInput:
        run = self.run
        ladder = run.ladder
        return AbandonInput(
            now=micros(run.now),
            started=micros(self.asked),
            received=ByteCount(round(self.received / 8)),
            buffer=micros(run.buffer),
            segment_duration=micros(run.scene.film.segment_s),
            ladder=ladder,
            rung=ladder[self.rung],
            expected_size=None if self.count > 1 else ByteCount(round(self.bits / 8)),
            pieces=BEGUN,
            first_byte=micros(self.first_byte),
            line=run.estimator.view,
        )
