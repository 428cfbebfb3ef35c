"""What a server does wrong, live and on demand, and what the viewer sees of it."""

import anyio
import pytest

from player.api import (
    ErrorOccurred,
    FirstPicture,
    PlaybackEnded,
    PlayerState,
    RebufferStarted,
    Recovered,
    Seek,
    SelectQuality,
    SetPaused,
)
from player.errors import ErrorCode, Severity
from player.units import micros, seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

LOST = 4


def test_a_lost_segment_of_a_film_is_a_hole_and_no_end() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, lost=lambda rung, n: n == LOST) as (rig, origin):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert len(rig.of(PlaybackEnded)) == 1
        assert len(rig.sink.opened) == 1, "the hole is jumped inside the stream"
        assert {n for _, n in origin.segments()} == set(range(10))
        assert {e.failure.code for e in rig.of(ErrorOccurred)} == {ErrorCode.NETWORK_HTTP_STATUS}
        assert {e.failure.severity for e in rig.of(ErrorOccurred)} == {Severity.RECOVERABLE}

    at_virtual_time(scenario)


def test_a_segment_lost_on_one_rung_is_had_from_another() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, lost=lambda rung, n: (rung, n) == ("v3", LOST)) as (rig, _):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert len(rig.sink.opened) == 1
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_lost_live_segment_is_a_hole_and_no_end() -> None:
    async def scenario() -> None:
        lost: list[int] = []
        async with tuned(lost=lambda rung, n: n in lost) as (rig, origin):
            await anyio.sleep(30)
            lost.append(origin.newest + 2)
            await anyio.sleep(90)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert seconds(rig.now.latency) < 5 * SEGMENT
        assert len(rig.sink.opened) == 1
        assert {e.failure.severity for e in rig.of(ErrorOccurred)} == {Severity.RECOVERABLE}

    at_virtual_time(scenario)


def test_one_sound_segment_lost_leaves_the_picture_alone() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, lost=lambda rung, n: (rung, n) == ("a1", LOST)) as (rig, _):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert len(rig.sink.opened) == 1
        assert len(rig.of(ErrorOccurred)) == 1

    at_virtual_time(scenario)


def test_a_playlist_that_is_stuck_for_a_while_costs_a_rebuffer_at_most() -> None:
    async def scenario() -> None:
        async with tuned(samples=24) as (rig, origin):
            await anyio.sleep(30)
            origin.stuck = 30
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.BUFFERING
            origin.stuck = float("inf")
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
        assert len(rig.of(RebufferStarted)) == 1
        assert rig.fatal == []

    at_virtual_time(scenario)


def test_a_playlist_that_is_stuck_for_good_ends_the_channel_with_a_sentence() -> None:
    async def scenario() -> None:
        async with tuned(samples=24) as (rig, origin):
            await anyio.sleep(30)
            origin.stuck = 30
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.FAILED
        (fatal,) = rig.fatal
        assert fatal.code is ErrorCode.MANIFEST_STALE

    at_virtual_time(scenario)


@pytest.mark.parametrize("dated", [True, False])
def test_a_media_sequence_that_starts_over_is_followed(dated: bool) -> None:
    async def scenario() -> None:
        async with tuned(dated=dated, reset=60.0) as (rig, _):
            await anyio.sleep(180)
            assert rig.now.state is PlayerState.PLAYING
        assert len(rig.of(FirstPicture)) == 1
        assert len(rig.of(RebufferStarted)) <= 1
        positions = [shown.position for shown in rig.snapshots if shown.position]
        assert positions == sorted(positions)

    at_virtual_time(scenario)


@pytest.mark.parametrize("after", [58.0, 60.2, 60.6, 61.5, 64.0])
def test_another_rung_is_taken_while_the_sequence_starts_over(after: float) -> None:
    async def scenario() -> None:
        async with tuned(dated=False, reset=60.0) as (rig, _):
            await anyio.sleep(after)
            lowest = min(rig.now.rungs, key=lambda one: one.bandwidth)
            rig.do(SelectQuality(representation=lowest.id))
            await anyio.sleep(6)
            for _ in range(60):
                await anyio.sleep(1)
                assert rig.now.state is PlayerState.PLAYING

    at_virtual_time(scenario)


def test_a_pause_longer_than_the_window_joins_the_window_again() -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(30)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(300)
            assert rig.now.state is PlayerState.PAUSED
            rig.do(SetPaused(paused=False))
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.window is not None
            assert rig.now.window[0] <= rig.now.position <= rig.now.window[1]
        assert rig.fatal == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_short_pause_goes_on_where_it_was() -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(30)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(1)
            stood = rig.now.position
            await anyio.sleep(10)
            assert rig.now.position == stood
            rig.do(SetPaused(paused=False))
            await anyio.sleep(5)
            assert seconds(rig.now.position) == pytest.approx(seconds(stood) + 5, abs=0.5)
        assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


def test_a_live_playlist_without_dates_plays_near_its_edge() -> None:
    async def scenario() -> None:
        async with tuned(dated=False) as (rig, _):
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.latency is not None
            assert SEGMENT < seconds(rig.now.latency) < 5 * SEGMENT
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_seeking_back_in_the_live_window_and_beyond_its_ends() -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(30)
            window = rig.now.window
            assert window is not None
            back = micros(seconds(window[0]) + 10)
            rig.do(Seek(position=back))
            await anyio.sleep(5)
            assert seconds(rig.now.position) == pytest.approx(seconds(back) + 4, abs=2)
            rig.do(Seek(position=micros(0)))
            await anyio.sleep(5)
            assert rig.now.state is PlayerState.PLAYING
            rig.do(Seek(position=micros(9e9)))
            await anyio.sleep(20)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.window is not None
            assert rig.now.position <= rig.now.window[1]

    at_virtual_time(scenario)


def test_a_playlist_refused_once_at_the_start_is_asked_for_again() -> None:
    async def scenario() -> None:
        def refuse(path: str, times: int) -> int:
            return 503 if path.endswith(".m3u8") and times == 1 else 0

        async with tuned(refuse=refuse) as (rig, _):
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING

    at_virtual_time(scenario)


def test_playlists_refused_for_good_end_the_session_with_a_sentence() -> None:
    async def scenario() -> None:
        def refuse(path: str, _times: int) -> int:
            return 404 if path == "/a1.m3u8" else 0

        async with tuned(refuse=refuse) as (rig, _):
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.FAILED
            assert rig.now.failure is not None
            assert rig.now.failure.status == 404

    at_virtual_time(scenario)


def test_segments_that_hold_no_media_are_reported_and_passed() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, bad=lambda rung, n: n == LOST and rung != "a1") as (rig, _):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert [e.failure.code for e in rig.of(ErrorOccurred)] == [ErrorCode.MEDIA_INVALID]
        assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


def test_a_truncated_segment_is_reported_once() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, samples=6, cut=lambda rung, n: n == LOST and rung != "a1") as (
            rig,
            _,
        ):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert [e.failure.code for e in rig.of(ErrorOccurred)] == [ErrorCode.MEDIA_TRUNCATED]

    at_virtual_time(scenario)


def test_a_gap_is_never_asked_for_and_passed() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, gaps=frozenset({LOST})) as (rig, origin):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        assert {n for _, n in origin.segments()} == set(range(10)) - {LOST}
        assert rig.of(ErrorOccurred) == []
        assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


def test_a_server_that_asks_for_time_is_given_it() -> None:
    async def scenario() -> None:
        def refuse(path: str, times: int) -> int:
            return 429 if path == f"/a1/{LOST}.seg" and times == 1 else 0

        async with tuned(vod=10, refuse=refuse, waits=7, samples=6) as (rig, origin):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        asked = [at for at, _, path in origin.hosts if path == f"/a1/{LOST}.seg"]
        assert len(asked) == 2
        assert asked[1] - asked[0] == pytest.approx(7, abs=0.2)
        assert rig.of(RebufferStarted) == []
        assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


@pytest.mark.parametrize(("status", "word"), [(401, "password"), (403, "account"), (404, "there")])
def test_why_a_channel_is_refused_is_told_apart(status: int, word: str) -> None:
    async def scenario() -> None:
        async with tuned(refuse=lambda *_: status) as (rig, _):
            await anyio.sleep(10)
            assert rig.now.state is PlayerState.FAILED
            assert rig.now.failure is not None
            assert word in rig.now.failure.sentence
        (fatal,) = rig.fatal
        assert fatal.status == status

    at_virtual_time(scenario)


def test_each_recovery_is_told() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, lost=lambda rung, n: n == LOST and rung != "a1") as (rig, _):
            await anyio.sleep(10 * SEGMENT + 10)
            assert rig.now.state is PlayerState.ENDED
        told = [one.decision for one in rig.of(Recovered)]
        assert told[0] == "segment: again after 0.5 s"
        assert "segment: another rung" in told
        assert told[-1] == "segment: left out"
        assert {one.code for one in rig.of(Recovered)} == {ErrorCode.NETWORK_HTTP_STATUS}

    at_virtual_time(scenario)


def test_a_segment_that_breaks_off_goes_on_at_another_server() -> None:
    async def scenario() -> None:
        async with tuned(
            "http://origin.test/manifest.mpd",
            vod=10,
            places=("alpha", "beta"),
            broken=lambda rung, n: n == LOST and rung != "a1",
            down=lambda host, at: host == "alpha" and at > 0.9,
            line=lambda _: 4e6,
            samples=6,
        ) as (rig, origin):
            await anyio.sleep(10 * SEGMENT + 15)
            assert rig.now.state is PlayerState.ENDED
        assert len(rig.sink.opened) == 1
        assert rig.fatal == []
        assert {n for _, n in origin.segments()} == set(range(10))

    at_virtual_time(scenario)


def test_a_live_segment_that_is_listed_before_it_is_there_is_waited_for() -> None:
    async def scenario() -> None:
        late: dict[int, float] = {}

        def lost(_rung: str, number: int) -> bool:
            return number in late and origin.seconds < late[number]

        async with tuned(lost=lost, samples=6) as (rig, origin):
            await anyio.sleep(30)
            late |= {origin.newest + 1: 40.0, origin.newest + 3: 52.0}
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.PLAYING
        assert origin.refused, "it was asked for too soon"
        assert len({rung for rung, n in origin.segments() if n in late and rung != "a1"}) == 1
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_six_lost_live_segments_in_a_row_are_one_hole() -> None:
    async def scenario() -> None:
        lost: list[int] = []
        async with tuned(samples=24, lost=lambda rung, n: n in lost) as (rig, origin):
            await anyio.sleep(30)
            lost.extend(range(origin.newest + 2, origin.newest + 8))
            await anyio.sleep(120)
            assert rig.now.state is PlayerState.PLAYING
        assert rig.fatal == []

    at_virtual_time(scenario)
