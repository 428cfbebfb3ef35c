"""What every MediaSink does: one suite on the fake and on libmpv with null outputs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pytest

from player.mpv.settings import SinkOptions
from player.mpv.sink import MpvSink
from player.ports import TOLD_EVERY, EpochStart, MediaSink, SinkState
from player.units import micros
from tests.fakes.matroska import matroska
from tests.fakes.sink import FakeSink
from tests.fakes.sink_rig import Ears, EngineThread, StepClock

FIRST, ENDED = SinkState.FIRST_PICTURE, SinkState.ENDED
SHORT = 13  # frames: half a second


@dataclass
class Rig:
    """A sink, what it said, and the thread it says it in."""

    sink: MediaSink
    ears: Ears
    engine: EngineThread

    def play(self, epoch, data, *, finish=True, **start):
        self.sink.open(EpochStart(epoch=epoch, **start))
        self.sink.feed(epoch, data)
        if finish:
            self.sink.finish(epoch)

    def heard(self, epoch, state):
        return self.engine.until(lambda: self.ears.heard(epoch, state))


@pytest.fixture(params=["fake", pytest.param("mpv", marks=pytest.mark.system)])
def rig(request) -> Iterator[Rig]:
    if request.param == "fake":
        yield _fake()
        return
    ears, engine = Ears(), EngineThread()
    quiet = SinkOptions(video="null", audio="null", log=lambda *_: None)
    sink = MpvSink(quiet, engine.post, ears)
    yield Rig(sink, ears, engine)
    sink.close()


def _fake():
    clock = StepClock()
    ears = Ears(clock.seconds)
    sink = FakeSink(clock, ears)

    def idle():
        clock.step()
        sink.tick()

    return Rig(sink, ears, EngineThread(idle, wait=0, now=clock.seconds))


def test_an_epoch_begins_once_and_ends_once(rig):
    rig.play(1, matroska(frames=SHORT))
    assert rig.heard(1, ENDED)
    assert rig.ears.states(1) == [FIRST, ENDED]


def test_nothing_is_said_before_the_engine_thread_is_free(rig):
    rig.play(1, matroska(frames=SHORT))
    assert rig.ears.events == []
    assert rig.ears.statuses == []


def test_without_bytes_nothing_begins(rig):
    rig.play(1, b"", finish=False)
    rig.engine.run(0.2)
    assert rig.ears.events == []


def test_an_epoch_that_is_not_finished_does_not_end(rig):
    rig.play(1, matroska(frames=SHORT), finish=False)
    assert rig.heard(1, FIRST)
    rig.engine.run(0.9)
    assert rig.ears.states(1) == [FIRST]
    rig.sink.finish(1)
    assert rig.heard(1, ENDED)


def test_the_position_is_the_streams_and_begins_at_the_start(rig):
    rig.play(1, matroska(base=20.0), start=micros(20.4), paused=True)
    assert rig.engine.until(lambda: rig.ears.position is not None)
    assert rig.ears.position == pytest.approx(micros(20.4), abs=1_000)


def test_the_position_never_goes_backward_and_stops_at_the_end(rig):
    rig.play(1, matroska(frames=SHORT))
    assert rig.heard(1, ENDED)
    positions = [s.position for s in rig.ears.statuses if s.position is not None]
    assert positions == sorted(positions)
    assert positions[-1] <= micros(SHORT / 25)


def test_it_tells_where_it_is_while_the_picture_moves(rig):
    rig.play(1, matroska())
    assert rig.heard(1, ENDED)
    places = [s.position for s in rig.ears.statuses if s.position is not None]
    assert median(later - place for place, later in pairwise(places)) <= TOLD_EVERY


def test_replacing_silences_the_old_epoch(rig):
    rig.play(1, matroska())
    assert rig.heard(1, FIRST)
    rig.play(2, matroska(frames=SHORT))
    assert rig.heard(2, ENDED)
    assert rig.ears.states(1) == [FIRST]
    assert rig.ears.statuses[-1].epoch == 2


def test_an_appended_epoch_waits_for_its_turn(rig):
    rig.play(1, matroska(frames=SHORT))
    rig.play(2, matroska(frames=SHORT, base=60.0), append=True, start=micros(60.0))
    assert rig.heard(2, ENDED)
    told = [(event.epoch, event.state) for event in rig.ears.events]
    assert told == [(1, FIRST), (1, ENDED), (2, FIRST), (2, ENDED)]


def test_an_epoch_may_be_appended_after_the_end(rig):
    rig.play(1, matroska(frames=SHORT))
    assert rig.heard(1, ENDED)
    rig.play(2, matroska(frames=SHORT), append=True)
    assert rig.heard(2, ENDED)


def test_pausing_holds_the_position(rig):
    rig.play(1, matroska())
    assert rig.heard(1, FIRST)
    rig.sink.set_paused(True)
    rig.engine.run(0.3)
    held = rig.ears.position
    rig.engine.run(0.3)
    assert rig.ears.position == held
    rig.sink.set_paused(False)
    assert rig.heard(1, ENDED)


def test_speed_counts(rig):
    rig.sink.set_speed(4.0)
    rig.play(1, matroska())
    assert rig.heard(1, ENDED)
    assert rig.ears.times[1, ENDED] - rig.ears.times[1, FIRST] < 1.5


def test_a_step_is_one_picture_and_the_pause_stays(rig):
    rig.play(1, matroska())
    assert rig.heard(1, FIRST)
    rig.sink.set_paused(True)
    rig.engine.run(0.3)
    places = [rig.ears.position]
    for _ in range(5):
        rig.sink.step_frame(forward=True)
        assert rig.engine.until(lambda: rig.ears.position > places[-1])
        rig.engine.run(0.15)
        places.append(rig.ears.position)
    assert [later - place for place, later in pairwise(places)] == pytest.approx(
        [40_000] * 5, 0.03
    )
    rig.engine.run(0.3)
    assert rig.ears.position == places[-1]


def test_stop_drops_everything(rig):
    rig.play(1, matroska(frames=SHORT))
    rig.play(2, matroska(frames=SHORT), append=True)
    assert rig.heard(1, FIRST)
    rig.sink.stop()
    rig.engine.run(0.9)
    assert rig.ears.states(1) == [FIRST]
    assert rig.ears.states(2) == []


def test_late_and_unknown_calls_are_ignored(rig):
    rig.sink.feed(9, b"late")
    rig.sink.finish(9)
    rig.play(1, matroska(frames=SHORT))
    rig.sink.stop()
    rig.sink.feed(1, b"late")
    rig.sink.finish(1)
    rig.sink.stop()
    rig.sink.set_volume(30)
    rig.sink.set_muted(True)
    rig.engine.run(0.1)
    assert not rig.ears.heard(1, ENDED)
