"""The schedule is worked: begun in time, several at once, ended by hand, gone on with."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
import pytest
import trio

from app.schedule_run import ScheduleRun, ScheduleRunParts
from player.api import PlayRequest
from player.errors import ErrorCode, Failure
from player.recording.face import RecordingState, RecordingStatus
from player.recording.schedule import Schedule, ScheduleEntry
from player.recording.schedule_file import ScheduleFile
from player.units import MICROS_PER_SECOND, Micros, micros
from tests.fakes.virtual import EPOCH, VirtualClock, at_virtual_time, inline_worker

START = Micros(EPOCH * MICROS_PER_SECOND)
LOST = Failure(code=ErrorCode.NETWORK_UNREACHABLE, sentence="Nobody answers.")


@dataclass
class Timed:
    """A recording that lasts until its entry's end, or until it is stopped; notes both times."""

    entry: ScheduleEntry
    clock: VirtualClock
    begun: list[tuple[str, float]]
    over: list[tuple[str, float]]
    fails: Failure | None = None
    breaks: bool = False
    recorded: Micros = Micros(0)
    stopped: anyio.Event = field(default_factory=anyio.Event)

    async def run(self) -> RecordingStatus:
        self.begun.append((self.entry.id, self._now()))
        if self.breaks:
            raise RuntimeError("a fault")
        while not self.stopped.is_set():
            ends = self.entry.ends
            lasts = float("inf") if ends is None else ends - self.clock.utc()
            if lasts <= 0:
                break
            with anyio.move_on_after(min(lasts / MICROS_PER_SECOND, 0.1)):
                await self.stopped.wait()
        self.over.append((self.entry.id, self._now()))
        state = RecordingState.FAILED if self.fails else RecordingState.DONE
        return RecordingStatus(
            id=self.entry.id, state=state, failure=self.fails, recorded=self.recorded
        )

    def stop(self) -> None:
        self.stopped.set()

    def end_at(self, until: Micros | None) -> None:
        self.entry = replace(self.entry, until=until, after=Micros(0))

    def _now(self) -> float:
        return (self.clock.utc() - START) / MICROS_PER_SECOND


@dataclass
class Bench:
    """A schedule in a file, and what became of it."""

    file: ScheduleFile
    begun: list[tuple[str, float]] = field(default_factory=list)
    over: list[tuple[str, float]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    known: Callable[[], bool] = lambda: True
    fails: Failure | None = None
    breaks: bool = False
    recorded: Micros = Micros(0)
    looks_up: Callable[[], None] = lambda: None

    def run(self, *, stay: bool = False) -> ScheduleRun:
        clock = VirtualClock()

        def record(entry: ScheduleEntry, _: PlayRequest) -> Timed:
            breaks, self.breaks = self.breaks, False
            return Timed(entry, clock, self.begun, self.over, self.fails, breaks, self.recorded)

        def resolve(_: ScheduleEntry) -> PlayRequest | None:
            self.looks_up()
            return PlayRequest(url="http://h/") if self.known() else None

        parts = ScheduleRunParts(
            file=self.file,
            clock=clock,
            worker=inline_worker,
            resolve=resolve,
            record=record,
            say=self.said.append,
        )
        return ScheduleRun(parts, stay=stay)

    def put(self, name: str, since: float, until: float | None, **told: object) -> None:
        entry = ScheduleEntry(
            id=name,
            title=name,
            source="s",
            channel="c",
            since=Micros(START + micros(since)),
            until=None if until is None else Micros(START + micros(until)),
            **told,  # type: ignore[arg-type]
        )
        self.file.change(lambda schedule: schedule.with_entry(entry))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(ScheduleFile(tmp_path / "schedule.json"))


def rounded(times: list[tuple[str, float]]) -> list[tuple[str, int]]:
    return [(name, round(at)) for name, at in times]


def test_two_overlap_and_a_third_waits_for_its_padded_time(bench):
    bench.put("one", -5, 100)
    bench.put("two", 10, 60)
    bench.put("three", 300, 400, before=micros(60), after=micros(30))
    at_virtual_time(lambda: bench.run().run())
    assert rounded(bench.begun) == [("one", 0), ("two", 10), ("three", 240)]
    assert rounded(bench.over) == [("two", 60), ("one", 100), ("three", 430)]
    assert bench.file.read() == Schedule()


def test_it_ends_where_nothing_is_due_soon_and_stays_where_it_shall(bench):
    bench.put("late", 3600, 3700)
    at_virtual_time(lambda: bench.run().run())
    assert bench.begun == []
    assert bench.file.read().find("late")

    async def stays() -> None:
        with trio.move_on_after(4000):
            await bench.run(stay=True).run()

    at_virtual_time(stays)
    assert rounded(bench.over) == [("late", 3700)]


@pytest.mark.parametrize("how", ["stopped", "without"])
def test_what_another_process_ends_in_the_file_ends_within_two_seconds(bench, how):
    bench.put("one", 0, None)
    bench.put("two", 0, 50)

    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(bench.run().run)
            await trio.sleep(20)
            now = Micros(START + micros(20))
            end = {
                "stopped": lambda s: s.stopped("one", now),
                "without": lambda s: s.without("one"),
            }
            bench.file.change(end[how])

    at_virtual_time(scenario)
    (first, ended), second = bench.over
    assert first == "one"
    assert 20 <= ended <= 22
    assert second[0] == "two"
    assert bench.file.read() == Schedule()


def test_cancelled_it_leaves_everything_to_be_gone_on_with(bench):
    bench.put("one", 0, 100)

    async def scenario(stop_after: float) -> None:
        with trio.move_on_after(stop_after):
            await bench.run().run()

    at_virtual_time(lambda: scenario(30))
    assert bench.file.read().find("one")
    assert bench.over == []
    at_virtual_time(lambda: scenario(1000))
    assert rounded(bench.begun) == [("one", 0), ("one", 0)]
    assert rounded(bench.over) == [("one", 100)]


def test_a_fault_in_one_recording_is_told_and_tried_again_and_ends_no_other(bench, caplog):
    bench.breaks = True
    bench.put("a", 0, 100)
    bench.put("b", 0, 50)
    with caplog.at_level(logging.ERROR):
        at_virtual_time(lambda: bench.run().run())
    assert "ended with a fault" in caplog.text
    caplog.clear()
    assert sorted(name for name, _ in bench.begun) == ["a", "a", "b"]
    assert 20 <= bench.begun[2][1] <= 22
    assert bench.begun[2][0] == "a" or bench.over[0][0] == "a"


def test_one_whose_channel_nobody_knows_is_told_once_and_stays_when_it_was_missed(bench):
    bench.known = lambda: False
    bench.put("one", 0, 100)
    at_virtual_time(lambda: bench.run().run())
    assert bench.said[0].startswith("one cannot be recorded yet. Its channel is in no list")
    assert len([one for one in bench.said if "yet" in one]) == 1
    assert bench.file.read().find("one")


def test_a_list_that_comes_late_is_noticed(bench):
    answers = [False, False]
    bench.known = lambda: answers.pop() if answers else True
    bench.put("one", 0, 100)
    at_virtual_time(lambda: bench.run().run())
    assert rounded(bench.begun)[0][1] in range(40, 45)
    assert rounded(bench.over) == [("one", 100)]


def test_one_of_which_nothing_came_is_told_as_missed_with_its_reason_and_not_tried_again(bench):
    bench.fails = LOST
    bench.put("one", 0, 10)
    at_virtual_time(lambda: bench.run().run())
    assert bench.said == ["Recording one.", "one was not recorded. Nobody answers."]
    missed = bench.file.read().find("one")
    assert missed.failed == "Nobody answers."
    assert missed.missed(START)
    at_virtual_time(lambda: bench.run().run())
    assert len(bench.begun) == 1


def test_one_that_failed_in_the_middle_leaves_the_schedule(bench):
    bench.fails, bench.recorded = LOST, micros(5)
    bench.put("one", 0, 10)
    at_virtual_time(lambda: bench.run().run())
    assert bench.said[-1] == "one was recorded in part. Nobody answers."
    assert bench.file.read() == Schedule()


@pytest.mark.parametrize(("until", "ends"), [(200, 200), (40, 40)])
def test_one_that_is_given_another_end_while_it_records_ends_then(bench, until, ends):
    bench.put("one", 0, 100)

    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(bench.run().run)
            await trio.sleep(20)
            bench.put("one", 0, until)

    at_virtual_time(scenario)
    assert rounded(bench.over) == [("one", ends)]
    assert bench.file.read() == Schedule()


def test_one_that_is_lengthened_as_it_ends_is_gone_on_with(bench):
    bench.put("one", 0, 100)

    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(bench.run().run)
            await trio.sleep(99.95)
            bench.put("one", 0, 200)

    at_virtual_time(scenario)
    assert bench.over[-1][1] == pytest.approx(200, abs=1)
    assert bench.file.read() == Schedule()


def test_what_is_taken_out_while_its_channel_is_looked_up_does_not_begin(bench):
    bench.put("one", 0, 100)
    bench.looks_up = lambda: bench.file.change(lambda schedule: schedule.without("one"))
    at_virtual_time(lambda: bench.run().run())
    assert bench.begun == []


def test_it_waits_a_moment_for_the_order_that_it_was_started_for(bench):
    async def scenario() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(bench.run().run)
            await trio.sleep(3)
            bench.put("one", 3, 10)

    at_virtual_time(scenario)
    assert rounded(bench.over) == [("one", 10)]


def test_a_damaged_schedule_is_said_once(bench, tmp_path, caplog):
    (tmp_path / "schedule.json").write_text("{")
    at_virtual_time(lambda: bench.run().run())
    caplog.clear()
    assert len(bench.said) == 1
    assert "schedule.damaged-1.json" in bench.said[0]


def test_one_that_the_disk_did_not_take_stays_and_is_told_as_missed(bench):
    bench.fails = Failure(code=ErrorCode.STORE_FAILED, sentence="The disk is full.")
    bench.put("one", 0, 10)
    at_virtual_time(lambda: bench.run().run())
    assert bench.said[-1] == "one was not recorded. The disk is full."
    assert bench.file.read().find("one")
