"""A plain transport stream is recorded: all of it once, through what lines and servers do."""

import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from player.errors import ErrorCode
from player.formats.transport_packets import begins, payload, pes_pts, pid_of
from player.recording.face import Recorder, RecordingState, RecordingStatus, finish, recordings
from player.recording.folder import RESERVE
from player.units import seconds
from tests.fakes.transport import PMT, TICKS, VIDEO, tables
from tests.fakes.virtual import EPOCH, at_virtual_time
from tests.unit.media.ts_made import split
from tests.virtual.panel import FPS, URL, Panel
from tests.virtual.recorded import Studio, everything, has_end, studio

OFFSET = 50_000


class Booth:
    """A panel, and recorders of its channel."""

    def __init__(self, who: Studio, panel: Panel) -> None:
        self.who, self.panel = who, panel

    def recorder(self, **more: Any) -> Recorder:
        """A recorder of the channel; `lasts` seconds from now on, if told."""
        if "lasts" in more:
            more["until"] = self.who.after(more.pop("lasts"))
        return self.who.recorder(URL, **more)


@asynccontextmanager
async def booth(base: Path, **moods: Any) -> AsyncIterator[Booth]:
    """A booth whose panel has these moods; begins in the middle of the channel's day."""
    async with studio(base) as who:
        panel = Panel(who.clock, **moods)
        who.parts = replace(who.parts, fetcher=panel)
        await anyio.sleep(31)
        yield Booth(who, panel)


def _at(scenario: Callable[[], Awaitable[None]]) -> None:
    at_virtual_time(scenario)


def _pieces(base: Path, file: str = "video-0.m3u8") -> list[tuple[str, float, bytes]]:
    """What each line of the playlist is: "gap", "joint" or "", its duration, and its bytes."""
    found: list[tuple[str, float, bytes]] = []
    folder = base / "one"
    kind, duration, part = "", 0.0, (0, 0)
    for line in (folder / file).read_text().splitlines():
        if line == "#EXT-X-DISCONTINUITY":
            kind = "joint"
        elif line == "#EXT-X-GAP":
            kind = "gap"
        elif line.startswith("#EXTINF:"):
            duration = float(line[8:-1])
        elif line.startswith("#EXT-X-BYTERANGE:"):
            length, _, offset = line[17:].partition("@")
            part = int(length), int(offset)
        elif line and not line.startswith("#"):
            body = b""
            if kind != "gap":
                whole = (folder / line).read_bytes()
                body = whole[part[1] : part[1] + part[0]]
                assert len(body) == part[0]
            found.append((kind, duration, body))
            kind = ""
    return found


def _pictures(body: bytes) -> list[float]:
    """When each picture of a piece was on air, s."""
    stamps = (pes_pts(payload(one)) for one in split(body) if pid_of(one) == VIDEO and begins(one))
    return [one / TICKS - OFFSET for one in stamps if one is not None]


def _all_pictures(base: Path) -> list[float]:
    return [one for _, _, body in _pieces(base) for one in _pictures(body)]


def _stands_alone(body: bytes) -> bool:
    return [pid_of(one) for one in split(body)][:3] == [0, PMT, VIDEO]


def _whole(times: list[float]) -> bool:
    return all(abs(b - a - 1 / FPS) < 1e-4 for a, b in itertools.pairwise(times))


def _lost(status: RecordingStatus) -> list[float]:
    return [(end - since) / 1e6 for since, end in status.gaps]


@pytest.mark.parametrize("burst", [0, 4, 10])
def test_a_stream_is_recorded_to_its_end_each_picture_once(tmp_path: Path, burst: float) -> None:
    async def scenario() -> None:
        async with booth(tmp_path, burst=burst) as here:
            status = await here.recorder(lasts=60).run()
            assert status.state is RecordingState.DONE
            assert status.failure is None
            assert not status.gaps
            assert status.until is not None
            assert status.since is not None
            assert status.until >= EPOCH * 1_000_000 + 91_000_000
            assert abs(status.since / 1e6 - EPOCH - 30) <= max(burst, 4)
            assert len(here.panel.asked) == 1

    _at(scenario)
    pieces = _pieces(tmp_path)
    assert all(_stands_alone(body) for _, _, body in pieces)
    assert all(3.9 < duration <= 4.1 for _, duration, _ in pieces[:-1])
    times = _all_pictures(tmp_path)
    assert _whole(times)
    assert times[-1] > 90.7
    assert has_end(tmp_path / "one" / "video-0.m3u8")
    assert b"s3cret" not in everything(tmp_path)


@pytest.mark.parametrize("burst", [0, 10])
def test_after_an_outage_the_gap_is_told_just_as_long_as_it_is(
    tmp_path: Path, burst: float
) -> None:
    async def scenario() -> None:
        dark = range(50, 70)
        async with booth(tmp_path, burst=burst, dark=lambda now: int(now) in dark) as here:
            status = await here.recorder(lasts=90).run()
            assert status.state is RecordingState.DONE
            states = [one.state for one in here.who.statuses]
            assert RecordingState.INTERRUPTED in states
            (lost,) = _lost(status)
            told.append(lost)

    told: list[float] = []
    _at(scenario)
    times = _all_pictures(tmp_path)
    jumps = [(a, b) for a, b in itertools.pairwise(times) if abs(b - a - 1 / FPS) > 1e-4]
    assert len(jumps) == 1
    ((a, b),) = jumps
    assert a > 49.5
    assert 70 - burst <= b + 4
    assert told == [pytest.approx(b - a, abs=0.05)]
    lengths = [duration for _, duration, _ in _pieces(tmp_path)]
    assert sum(lengths) == pytest.approx(times[-1] - times[0], abs=0.05)
    assert not any(kind == "joint" for kind, _, _ in _pieces(tmp_path))


@pytest.mark.parametrize(("burst", "lasts"), [(10, 17), (14, 31), (8, 8.3)])
def test_a_server_that_closes_again_and_again_and_sends_a_burst_costs_nothing(
    tmp_path: Path, burst: float, lasts: float
) -> None:
    async def scenario() -> None:
        async with booth(tmp_path, burst=burst, lasts=lasts) as here:
            status = await here.recorder(lasts=120).run()
            assert status.state is RecordingState.DONE
            assert not status.gaps
            assert 120 // lasts <= len(here.panel.asked) <= 120 // lasts + 2
            assert all(one.state is not RecordingState.INTERRUPTED for one in here.who.statuses)

    _at(scenario)
    assert _whole(_all_pictures(tmp_path))
    assert not any(kind for kind, _, _ in _pieces(tmp_path))


def test_a_server_that_codes_anew_for_each_connection_loses_no_more_than_the_pause(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        offset = lambda at: -(at // 20 * 20)  # noqa: E731
        panel = {"burst": 0, "offset": offset, "dark": lambda now: now % 20 > 18}
        async with booth(tmp_path, **panel) as here:
            status = await here.recorder(lasts=120).run()
            assert status.state is RecordingState.DONE
            assert len(status.gaps) == 6
            assert all(1 < one < 5 for one in _lost(status))
            assert status.until is not None
            assert abs(status.until - here.who.after(0)) < 3_000_000

    _at(scenario)
    assert [kind for kind, _, _ in _pieces(tmp_path)].count("joint") >= 5


def test_a_server_that_throws_everybody_out_at_once_is_not_stormed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path, burst=10, lasts=0.5) as here:
            await here.recorder(lasts=60).run()
            assert len(here.panel.asked) < 60

    _at(scenario)
    times = _all_pictures(tmp_path)
    assert times == sorted(set(times))


def test_a_page_of_words_in_the_middle_is_an_outage_and_at_the_beginning_the_end(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        moods = {"lasts": 20, "excuse": lambda now: 50 < now < 70 or now > 200}
        async with booth(tmp_path, **moods) as here:
            status = await here.recorder(lasts=90).run()
            assert status.state is RecordingState.DONE
            (lost,) = _lost(status)
            assert 18 < lost < 45
            await anyio.sleep(100)
            other = await here.recorder(name="two", lasts=30).run()
            assert other.state is RecordingState.FAILED
            assert other.failure is not None
            assert other.failure.code is ErrorCode.MANIFEST_NOT_A_MANIFEST

    _at(scenario)


def test_a_few_seconds_that_somebody_waits_for_are_had(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path) as here:
            status = await here.recorder(lasts=3, attended=True).run()
            assert status.state is RecordingState.DONE
            assert status.recorded

    _at(scenario)


@pytest.mark.parametrize("moved", [10, 59.9])
def test_one_that_is_lengthened_while_it_records_goes_on(moved: float, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path) as here:
            recorder, longer = here.recorder(lasts=60), here.who.after(180)
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(moved)
                recorder.end_at(longer)
            assert recorder.status.state is RecordingState.DONE
            assert not recorder.status.gaps
            assert len(here.panel.asked) == 1

    _at(scenario)
    assert _whole(_all_pictures(tmp_path))
    assert _all_pictures(tmp_path)[-1] > 31 + 179


def test_a_kill_costs_the_piece_that_grew_and_the_outage(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path) as here:
            until = here.who.after(120)
            async with anyio.create_task_group() as group:
                group.start_soon(here.recorder(until=until).run)
                await anyio.sleep(33)
                killed = {one: one.read_bytes() for one in (tmp_path / "one").iterdir()}
                group.cancel_scope.cancel()
            for path, content in killed.items():  # as it was in that moment, nothing flushed
                path.write_bytes(content)
            assert recordings(tmp_path)[0].state is RecordingState.INTERRUPTED
            await anyio.sleep(20)
            status = await here.recorder(until=until).run()
            assert status.state is RecordingState.DONE
            (lost,) = _lost(status)
            assert 20 <= lost <= 20 + 4 + 2 + 1

    _at(scenario)
    times = _all_pictures(tmp_path)
    assert times == sorted(set(times))
    assert times[-1] > 150


def test_cancelled_and_stopped_all_that_came_is_on_the_disk(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path) as here:
            await here.who.killed(here.recorder(), 10.5)
            await anyio.sleep(5)
            recorder = here.recorder()
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(11.1)
                recorder.stop()
            assert recorder.status.state is RecordingState.DONE

    _at(scenario)
    times = _all_pictures(tmp_path)
    assert any(abs(one - 41.3) < 0.3 for one in times)
    assert times[-1] > 57.3


def test_what_comes_back_after_the_end_is_not_recorded(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path, dark=lambda now: 60 < now < 100) as here:
            status = await here.recorder(lasts=60).run()
            assert status.state is RecordingState.DONE
            (lost,) = _lost(status)
            assert lost == pytest.approx(31, abs=1)

    _at(scenario)
    assert _all_pictures(tmp_path)[-1] < 60.3


def test_a_clock_that_begins_anew_is_a_joint(tmp_path: Path) -> None:
    async def scenario() -> None:
        offset = lambda at: OFFSET if at < 60 else 3  # noqa: E731
        async with booth(tmp_path, offset=offset) as here:
            status = await here.recorder(lasts=60).run()
            assert status.state is RecordingState.DONE
            assert not status.gaps
            assert seconds(status.recorded) == pytest.approx(61, abs=1)

    _at(scenario)
    kinds = [kind for kind, _, _ in _pieces(tmp_path)]
    assert kinds.count("joint") == 1
    assert "gap" not in kinds


def test_other_streams_are_a_joint_without_a_loss(tmp_path: Path) -> None:
    def shape(at: float, packets: bytes) -> bytes:
        return packets if at < 61 else packets.replace(tables(), tables(audio_type=0x81))

    async def scenario() -> None:
        async with booth(tmp_path, shape=shape) as here:
            status = await here.recorder(lasts=60).run()
            assert not status.gaps

    _at(scenario)
    assert [kind for kind, _, _ in _pieces(tmp_path)].count("joint") == 1
    assert _whole(_all_pictures(tmp_path))


def _scrambled(packets: bytes) -> bytes:
    out = bytearray(packets)
    for at in range(0, len(out), 188):
        if pid_of(packets[at : at + 4]) == VIDEO:
            out[at + 3] |= 0x80
    return bytes(out)


@pytest.mark.parametrize("since", [0, 62])
def test_a_scrambled_stream_is_refused_and_nothing_of_it_is_kept(
    tmp_path: Path, since: float
) -> None:
    def shape(at: float, packets: bytes) -> bytes:
        return packets if at < since else _scrambled(packets)

    async def scenario() -> None:
        async with booth(tmp_path, shape=shape) as here:
            status = await here.recorder(lasts=600).run()
            assert status.state is RecordingState.FAILED
            assert status.failure is not None
            assert status.failure.code is ErrorCode.DRM_NO_COPY
            assert status.failure.sentence == (
                "This channel is protected and cannot be recorded. It can still be watched."
            )
            assert (status.recorded > 0) == (since > 0)

    _at(scenario)
    for _, _, body in _pieces(tmp_path) if since else []:
        assert not any(one[3] & 0xC0 for one in split(body))


def test_a_file_that_comes_without_its_length_ends(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path, burst=31, ends=25) as here:
            status = await here.recorder().run()
            assert status.state is RecordingState.DONE
            assert seconds(status.recorded) == pytest.approx(25, abs=0.1)
            assert len(here.panel.asked) == 1

    _at(scenario)


def test_a_full_disk_lacks_what_it_could_not_take_and_no_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path) as here:

            def room(_: Path) -> int:
                return 1 if 50 < here.panel.now < 65 else RESERVE << 1

            status = await here.recorder(lasts=60, room=room).run()
            assert status.state is RecordingState.DONE
            assert not status.gaps
            codes = {one.failure.code for one in here.who.statuses if one.failure}
            assert codes == {ErrorCode.STORE_FAILED}

    _at(scenario)
    assert _whole(_all_pictures(tmp_path))


def test_a_disk_that_stays_full_holds_no_more_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.recording.stream_writer.HELD", 600_000)

    async def scenario() -> None:
        async with booth(tmp_path) as here:

            def room(_: Path) -> int:
                return 1 if 50 < here.panel.now < 120 else RESERVE << 1

            status = await here.recorder(lasts=150, room=room).run()
            assert status.state is RecordingState.DONE
            (lost,) = _lost(status)
            assert 30 < lost < 70

    _at(scenario)
    times = _all_pictures(tmp_path)
    assert times == sorted(set(times))


def test_a_write_that_fails_in_its_middle_leaves_nothing_torn(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with booth(tmp_path) as here:

            def write(file: int, data: bytes) -> int:
                if 50 < here.panel.now < 56:
                    os.write(file, data[: len(data) // 2])
                    raise OSError(28, "No space left on device")
                return os.write(file, data)

            status = await here.recorder(lasts=60, write=write).run()
            assert not status.gaps

    _at(scenario)
    assert _whole(_all_pictures(tmp_path))
    assert finish(tmp_path, "one").state is RecordingState.DONE


def test_bytes_that_make_no_picture_are_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        junk = lambda at, packets: packets if at < 33 else b"\x47" * len(packets)  # noqa: E731
        async with booth(tmp_path, shape=junk) as here:
            status = await here.recorder(lasts=200).run()
            assert status.state is RecordingState.FAILED or status.recorded
            codes = [one.failure.code for one in here.who.statuses if one.failure]
            assert ErrorCode.MEDIA_INVALID in codes

    _at(scenario)
