"""How a recording ends: in its time, with nothing left of what never began, later than ordered."""

import os
from pathlib import Path

import anyio
import pytest

from player.errors import ErrorCode
from player.recording.face import RecordingState, finish, recordings
from player.units import seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.recorded import has_end, read_playlist, studio

NOBODY = {"dark": lambda _: True}
NO_SUCH = {"refuse": lambda path, _: 404}
SILENT = {"uplink": lambda _: 500.0}


@pytest.mark.parametrize(
    ("origin", "order", "within", "code"),
    [
        (NO_SUCH, 1800, (0, 2), ErrorCode.NETWORK_HTTP_STATUS),
        (NO_SUCH, None, (0, 2), ErrorCode.NETWORK_HTTP_STATUS),
        (NOBODY, 5, (0, 5.5), ErrorCode.NETWORK_UNREACHABLE),
        (NOBODY, None, (2, 60), ErrorCode.NETWORK_UNREACHABLE),
        (SILENT, 5, (4.9, 5.5), ErrorCode.NETWORK_UNREACHABLE),
    ],
)
def test_what_somebody_waits_for_and_never_begins_is_over_with_its_time(
    origin, order, within, code, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, **origin) as who:
            began = who.clock.monotonic()
            until = None if order is None else who.after(order)
            status = await who.recorder(until=until, attended=True).run()
            assert within[0] <= (who.clock.monotonic() - began) / 1e6 <= within[1]
            assert status.state is RecordingState.FAILED
            assert status.failure is not None
            assert status.failure.code is code

    at_virtual_time(scenario)
    assert not list(tmp_path.iterdir())


def test_what_comes_slowly_is_waited_for_beyond_its_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, line=lambda _: 3e6) as who:
            status = await who.recorder(until=who.after(4), attended=True).run()
            assert status.state is RecordingState.DONE
            assert status.recorded

    at_virtual_time(scenario)


def test_nobody_waits_for_a_scheduled_one_which_is_tried_to_its_end(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, dark=lambda now: now < 100) as who:
            status = await who.recorder(since=who.after(0), until=who.after(300)).run()
            assert status.state is RecordingState.DONE

    at_virtual_time(scenario)


@pytest.mark.parametrize("how", ["stopped", "cancelled"])
def test_what_is_given_up_before_anything_came_leaves_nothing(how, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, **NOBODY) as who:
            recorder = who.recorder()
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(20)
                assert recordings(tmp_path)
                if how == "cancelled":
                    group.cancel_scope.cancel()
                else:
                    recorder.stop()
            if how == "stopped":
                assert recorder.status.failure is not None
                assert "ended before anything came" in recorder.status.failure.sentence

    at_virtual_time(scenario)
    assert recordings(tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_what_was_had_before_is_never_removed(tmp_path: Path) -> None:
    async def scenario() -> None:
        dark = [False]
        async with studio(tmp_path, dark=lambda _: dark[0]) as who:
            await who.killed(who.recorder(), 60)
            for volume in (tmp_path / "one").glob("0*"):
                volume.write_bytes(b"nothing that could be read")
            dark[0] = True
            await who.killed(who.recorder(), 20)

    at_virtual_time(scenario)
    assert list((tmp_path / "one").glob("0*"))


def test_one_that_holds_nothing_is_not_left_when_it_is_ended(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert finish(tmp_path, "one").state is RecordingState.FAILED
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("moved", [10, 59.9])
def test_one_that_is_lengthened_while_it_records_goes_on(moved, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            recorder = who.recorder(until=who.after(60))
            longer = who.after(180)
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(moved)
                recorder.end_at(longer)
            assert recorder.status.state is RecordingState.DONE
            assert not recorder.status.gaps
            assert recorder.status.until is not None
            assert longer <= recorder.status.until <= longer + SEGMENT * 1_000_000

    at_virtual_time(scenario)


def test_one_that_is_shortened_ends_sooner(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            recorder = who.recorder(until=who.after(600))
            began = who.clock.monotonic()
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(30)
                recorder.end_at(who.after(30))
            assert who.clock.monotonic() - began < 90e6
            assert recorder.status.state is RecordingState.DONE

    at_virtual_time(scenario)


class FullDisk:
    """The texts of a recording cannot be written while it is full."""

    def __init__(self, monkeypatch) -> None:
        self.full = False
        real = os.open

        def opened(path, flags, *mode, **more):
            if self.full and str(path).endswith(".new"):
                raise OSError(28, "No space left on device")
            return real(path, flags, *mode, **more)

        monkeypatch.setattr(os, "open", opened)


def test_the_last_texts_are_tried_again_where_the_disk_is_full_at_the_end(
    tmp_path: Path, monkeypatch, caplog
) -> None:
    async def scenario() -> None:
        disk = FullDisk(monkeypatch)
        async with studio(tmp_path) as who:
            recorder = who.recorder()
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(45)
                disk.full = True
                recorder.stop()
                await anyio.sleep(30)
                disk.full = False
            assert recorder.status.state is RecordingState.DONE

    at_virtual_time(scenario)
    caplog.clear()
    (told,) = recordings(tmp_path)
    assert told.state is RecordingState.DONE
    assert has_end(tmp_path / "one" / "video-0.m3u8")


def test_a_disk_that_stays_full_leaves_what_can_be_ended_later(
    tmp_path: Path, monkeypatch, caplog
) -> None:
    disk = FullDisk(monkeypatch)

    async def scenario() -> None:
        async with studio(tmp_path) as who:
            recorder = who.recorder()
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(45)
                disk.full = True
                recorder.stop()
            assert recorder.status.state is RecordingState.INTERRUPTED
            assert recorder.status.failure is not None
            assert recorder.status.failure.sentence == (
                "There is no room for recordings on this disk."
            )

    at_virtual_time(scenario)
    caplog.clear()
    disk.full = False
    assert recordings(tmp_path)[0].state is RecordingState.INTERRUPTED
    ended = finish(tmp_path, "one")
    assert ended.state is RecordingState.DONE
    assert len(read_playlist(tmp_path / "one" / "video-0.m3u8")) * SEGMENT == seconds(
        ended.recorded
    )
