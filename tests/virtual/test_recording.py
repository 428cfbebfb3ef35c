"""A recording: what a server sent, all of it once, through outages, kills and full disks."""

import itertools
import os
from pathlib import Path

import anyio
import pytest

from player.errors import ErrorCode
from player.recording.face import RecordingState, finish, recordings, remove
from player.units import Micros, seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.recorded import HLS, MPD, everything, has_end, read_playlist, studio, times

BOTH = pytest.mark.parametrize("url", [HLS, MPD], ids=["hls", "dash"])


def _video(base: Path) -> Path:
    return base / "one" / "video-0.m3u8"


def _in_a_row(found: list[int]) -> bool:
    return all(b == a + 1 for a, b in itertools.pairwise(found))


@BOTH
def test_a_live_channel_is_recorded_until_its_end_each_segment_once(
    url: str, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            status = await who.recorder(url, until=who.after(60)).run()
            assert status.state is RecordingState.DONE
            assert not status.gaps
            assert status.since is not None
            assert status.until is not None
            assert status.until >= who.after(-30)

    at_virtual_time(scenario)
    for file in ("video-0.m3u8", "audio-0.m3u8"):
        lines = read_playlist(tmp_path / "one" / file)
        assert 10 <= len(lines) <= 12
        assert _in_a_row(times(lines, SEGMENT))
        assert has_end(tmp_path / "one" / file)
    assert max(one.size for one in read_playlist(_video(tmp_path))) == 4_000_000 * SEGMENT // 8


@BOTH
def test_what_the_window_holds_of_the_time_before_is_recorded_too(
    url: str, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            await anyio.sleep(100)
            status = await who.recorder(url, since=who.after(-40), until=who.after(0)).run()
            assert status.state is RecordingState.DONE
            assert not status.gaps

    at_virtual_time(scenario)
    assert 7 <= len(read_playlist(_video(tmp_path))) <= 8


@BOTH
def test_after_a_kill_the_loss_is_no_more_than_the_outage_less_the_window(
    url: str, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            until = who.after(600)
            await who.killed(who.recorder(url, until=until), 120)
            assert [one.state for one in recordings(tmp_path)] == [RecordingState.INTERRUPTED]
            await anyio.sleep(30)  # the window holds a minute: nothing is lost
            await who.killed(who.recorder(url, until=until), 120)
            assert not recordings(tmp_path)[0].gaps
            await anyio.sleep(180)  # two minutes of it are lost
            status = await who.recorder(url, until=until).run()
            assert status.state is RecordingState.DONE
            assert status.since is not None
            assert status.until is not None
            assert until <= status.until <= until + SEGMENT * 1_000_000
            ((since, end),) = status.gaps
            assert 100 <= seconds(Micros(end - since)) <= 130

    at_virtual_time(scenario)
    found = times(read_playlist(_video(tmp_path)), SEGMENT)
    assert found == sorted(set(found))
    holes = [b - a for a, b in itertools.pairwise(found) if b - a > 1]
    assert len(holes) == 1
    assert sum(one.duration for one in read_playlist(_video(tmp_path))) == pytest.approx(
        (found[-1] - found[0] + 1) * SEGMENT
    )


def test_what_has_no_dates_is_gone_on_with_by_its_numbers(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, dated=False) as who:
            until = who.after(400)
            await who.killed(who.recorder(until=until), 60)
            await anyio.sleep(30)
            await who.killed(who.recorder(until=until), 60)
            assert not recordings(tmp_path)[0].gaps
            await anyio.sleep(120)
            status = await who.recorder(until=until).run()
            assert status.state is RecordingState.DONE
            ((since, end),) = status.gaps
            assert 40 <= seconds(Micros(end - since)) <= 80

    at_virtual_time(scenario)
    lines = read_playlist(_video(tmp_path))
    found = times(lines, SEGMENT)
    assert found == sorted(set(found))
    assert sum(one.duration for one in lines) == (found[-1] - found[0] + 1) * SEGMENT


@BOTH
def test_an_outage_is_outlasted_and_told(url: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        dark = range(100, 400)
        async with studio(tmp_path, dark=lambda now: int(now) in dark) as who:
            status = await who.recorder(url, until=who.after(500)).run()
            assert status.state is RecordingState.DONE
            ((since, end),) = status.gaps
            assert 220 <= seconds(Micros(end - since)) <= 260
            states = [one.state for one in who.statuses]
            assert RecordingState.INTERRUPTED in states
            assert states[-1] is RecordingState.DONE

    at_virtual_time(scenario)


def test_a_film_is_recorded_to_its_end_with_all_its_sounds_and_texts(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, vod=20, voices=("a1", "a2"), texts=("s1",)) as who:
            status = await who.recorder().run()
            assert status.state is RecordingState.DONE
            assert seconds(status.recorded) == 20 * SEGMENT

    at_virtual_time(scenario)
    names = {one.name for one in (tmp_path / "one").glob("*.m3u8")}
    assert names == {
        "recording.m3u8", "video-0.m3u8", "audio-0.m3u8", "audio-1.m3u8", "text-0.m3u8",
    }  # fmt: skip
    assert len(read_playlist(tmp_path / "one" / "text-0.m3u8")) == 20


def test_a_full_disk_is_told_once_and_gone_on_from(tmp_path: Path) -> None:
    async def scenario() -> None:
        room = [1 << 40]
        async with studio(tmp_path) as who:
            recorder = who.recorder(until=who.after(400), room=lambda _: room[0])
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(60)
                room[0] = 1 << 20
                before = len(who.statuses)
                await anyio.sleep(150)
                told = {one.failure for one in who.statuses[before:] if one.failure}
                assert {one.code for one in told} == {ErrorCode.STORE_FAILED}
                assert len(told) == 1
                assert recorder.status.state is RecordingState.INTERRUPTED
                room[0] = 1 << 40
            assert recorder.status.state is RecordingState.DONE
            ((since, end),) = recorder.status.gaps
            assert 60 <= seconds(Micros(end - since)) <= 110

    at_virtual_time(scenario)
    assert len(set(times(read_playlist(_video(tmp_path)), SEGMENT))) > 40


def test_a_write_that_fails_in_the_middle_leaves_nothing_torn(tmp_path: Path) -> None:
    async def scenario() -> None:
        count = itertools.count()

        def write(file: int, data: memoryview) -> int:
            if next(count) % 7 == 3:
                os.write(file, data[: len(data) // 2])
                raise OSError(28, "No space left on device")
            return os.write(file, data)

        async with studio(tmp_path) as who:
            await who.killed(who.recorder(until=who.after(200), write=write), 90)
            status = await who.recorder(until=who.after(60)).run()
            assert status.state is RecordingState.DONE
            assert not status.gaps

    at_virtual_time(scenario)
    assert _in_a_row(times(read_playlist(_video(tmp_path)), SEGMENT))


def test_a_line_that_does_not_bear_the_best_rung_takes_the_next_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, line=lambda _: 3e6) as who:
            status = await who.recorder(until=who.after(180)).run()
            assert not status.gaps

    at_virtual_time(scenario)
    sizes = [one.size for one in read_playlist(_video(tmp_path))]
    assert sizes[0] == 4_000_000 * SEGMENT // 8
    assert set(sizes[3:]) == {1_500_000 * SEGMENT // 8}


def test_no_address_and_no_header_lies_on_the_disk(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path, texts=("s1",)) as who:
            await who.recorder(until=who.after(30)).run()

    at_virtual_time(scenario)
    held = everything(tmp_path)
    assert b"origin.test" not in held
    assert b"s3cret" not in held
    assert b".seg" not in held
    assert all(not one.stat().st_mode & 0o077 for one in (tmp_path / "one").iterdir())


def test_a_protected_channel_is_refused_in_plain_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        key = '#EXT-X-KEY:METHOD=AES-128,URI="/key"\n'
        async with studio(tmp_path, tags=key) as who:
            status = await who.recorder(until=who.after(60)).run()
            assert status.state is RecordingState.FAILED
            assert status.failure is not None
            assert status.failure.code is ErrorCode.DRM_NO_COPY
            assert not status.recorded

    at_virtual_time(scenario)
    assert not list((tmp_path / "one").glob("000*"))


def test_two_recorders_never_write_one_folder(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            first = who.recorder(until=who.after(60))
            async with anyio.create_task_group() as group:
                group.start_soon(first.run)
                await anyio.sleep(20)
                second = await who.recorder(until=who.after(60)).run()
                assert second.state is RecordingState.FAILED
                with pytest.raises(OSError, match="being recorded"):
                    remove(tmp_path, "one")
            assert first.status.state is RecordingState.DONE
            remove(tmp_path, "one")
            assert recordings(tmp_path) == []

    at_virtual_time(scenario)


def test_a_recording_that_is_stopped_is_whole(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            recorder = who.recorder()
            async with anyio.create_task_group() as group:
                group.start_soon(recorder.run)
                await anyio.sleep(45)
                recorder.stop()
            assert recorder.status.state is RecordingState.DONE
            assert recordings(tmp_path)[0].recorded == recorder.status.recorded

    at_virtual_time(scenario)
    assert has_end(_video(tmp_path))


def test_a_recording_that_nobody_goes_on_with_can_be_ended(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with studio(tmp_path) as who:
            recorder = who.recorder()
            await who.killed(recorder, 60)
            assert not has_end(_video(tmp_path))
            ended = finish(tmp_path, "one")
            assert ended.state is RecordingState.DONE
            assert ended.recorded == recorder.status.recorded
            assert recordings(tmp_path)[0].state is RecordingState.DONE

    at_virtual_time(scenario)
    assert has_end(_video(tmp_path))
    with pytest.raises(OSError, match="no recording"):
        finish(tmp_path, "two")
    assert not (tmp_path / "two").exists()


def test_a_film_of_several_periods_is_one_recording_with_a_joint(tmp_path: Path) -> None:
    async def scenario() -> None:
        periods = ((8, "video audio"), (8, "video audio"))
        async with studio(tmp_path, vod=16, periods=periods) as who:
            status = await who.recorder(MPD).run()
            assert status.state is RecordingState.DONE
            assert not status.gaps
            assert seconds(status.recorded) == 16 * SEGMENT

    at_virtual_time(scenario)
    for name in ("video-0.m3u8", "audio-0.m3u8"):
        text = (tmp_path / "one" / name).read_text()
        assert text.count("#EXT-X-DISCONTINUITY\n") == 1
        assert len(read_playlist(tmp_path / "one" / name)) == 16


def test_lost_segments_are_gaps_and_no_end(tmp_path: Path) -> None:
    async def scenario() -> None:
        lost = range(300_000_010, 300_000_013)
        async with studio(tmp_path, lost=lambda _, number: number in lost) as who:
            status = await who.recorder(until=who.after(120)).run()
            assert status.state is RecordingState.DONE
            ((since, end),) = status.gaps
            assert end - since == 3 * SEGMENT * 1_000_000

    at_virtual_time(scenario)
    gaps = [one for one in read_playlist(_video(tmp_path)) if one.pts is None]
    assert len(gaps) == 3
