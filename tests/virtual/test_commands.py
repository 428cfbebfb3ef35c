"""What a viewer does, at any speed: zaps, seeks, tracks, quality, the end of a film."""

import anyio
import pytest
import trio

from player.api import (
    ErrorOccurred,
    FirstPicture,
    Play,
    PlaybackEnded,
    PlayerState,
    PlayRequest,
    QualityChanged,
    RebufferStarted,
    Seek,
    SegmentFetched,
    SelectAudio,
    SelectQuality,
    SelectText,
    SessionStarted,
    SetMuted,
    SetPaused,
    SetVolume,
    Stop,
)
from player.errors import ErrorCode
from player.model.presentation import TrackKind
from player.session.session import PlaybackSession
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import URL, Rig, tuned

ZAPS = 100


def _zap(rig: Rig, tag: str) -> None:
    rig.do(Play(request=PlayRequest(url=URL, tag=tag)))


def _tasks() -> int:
    return trio.lowlevel.current_statistics().tasks_living


@pytest.mark.parametrize("pause", [0, 0.03])
def test_of_a_storm_of_zaps_only_the_last_plays(pause: float) -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(20)
            before = _tasks()
            for number in range(ZAPS):
                _zap(rig, f"zap-{number}")
                if pause:
                    await anyio.sleep(pause)
            await anyio.sleep(20)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.tag == f"zap-{ZAPS - 1}"
            assert _tasks() == before
            rig.do(Stop())
            await anyio.sleep(1)
            assert _tasks() < before
        tags = [one.tag for one in rig.of(SessionStarted)]
        assert tags[-1] == f"zap-{ZAPS - 1}"
        assert rig.of(FirstPicture)[-1].tag == f"zap-{ZAPS - 1}"
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


def test_snapshots_come_ten_times_a_second_at_most_and_events_all() -> None:
    async def scenario() -> None:
        async with tuned(tick=0.02) as (rig, _):
            await anyio.sleep(10)
            for number in range(ZAPS):
                _zap(rig, f"zap-{number}")
                rig.do(SetVolume(percent=number))
                await anyio.sleep(0.013)
            await anyio.sleep(5)
            assert rig.now.volume == ZAPS - 1
        pauses = [b - a for a, b in zip(rig.shown_at, rig.shown_at[1:], strict=False)]
        assert min(pauses) >= micros(0.0999)
        assert [one.tag for one in rig.of(SessionStarted)][1:] == [
            f"zap-{number}" for number in range(ZAPS)
        ]
        assert [event.at for event in rig.events] == sorted(event.at for event in rig.events)

    at_virtual_time(scenario)


def test_the_states_of_a_film_are_those_that_a_viewer_expects() -> None:
    async def scenario() -> None:
        async with tuned(vod=5) as (rig, _):
            await anyio.sleep(10)
            rig.do(SetPaused(paused=True))
            await anyio.sleep(5)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(40)
            rig.do(Stop())
            await anyio.sleep(1)
        loading, playing, paused = PlayerState.LOADING, PlayerState.PLAYING, PlayerState.PAUSED
        found = [one for one in rig.states if one is not PlayerState.BUFFERING]
        assert found == [loading, playing, paused, playing, PlayerState.ENDED, PlayerState.IDLE]

    at_virtual_time(scenario)


def test_a_film_ends_once_and_can_be_gone_back_into() -> None:
    async def scenario() -> None:
        async with tuned(vod=5, samples=24) as (rig, _):
            await anyio.sleep(5 * SEGMENT + 60)
            assert rig.now.state is PlayerState.ENDED
            assert len(rig.of(PlaybackEnded)) == 1
            rig.do(Seek(position=micros(10)))
            await anyio.sleep(5)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) == pytest.approx(15, abs=1.5)
            await anyio.sleep(60)
            assert rig.now.state is PlayerState.ENDED
            assert len(rig.of(PlaybackEnded)) == 2
        assert len(rig.of(FirstPicture)) == 1
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_seeking_in_a_film_is_exact_and_clamped() -> None:
    async def scenario() -> None:
        async with tuned(vod=20, samples=24) as (rig, _):
            await anyio.sleep(3)
            for wanted, found in [(47.3, 47.3), (3.0, 3.0), (1e6, 119.5), (-5.0, 0.0)]:
                rig.do(SetPaused(paused=True), Seek(position=micros(wanted)))
                await anyio.sleep(8)
                assert rig.now.state is PlayerState.PAUSED
                assert seconds(rig.now.position) == pytest.approx(found, abs=0.6)
            begins = [one.start for one in rig.sink.opened]
            assert all(0 <= seconds(start) < SEGMENT for start in begins)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(5)
            assert seconds(rig.now.position) == pytest.approx(5, abs=1)

    at_virtual_time(scenario)


def test_a_film_begins_where_it_was_asked_to() -> None:
    async def scenario() -> None:
        async with tuned(vod=20, wish={"start": micros(61.5)}) as (rig, _):
            await anyio.sleep(4)
            assert seconds(rig.now.position) == pytest.approx(65, abs=1.5)
            assert rig.now.duration == micros(20 * SEGMENT)
            assert not rig.now.live

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [URL, "http://origin.test/manifest.mpd"])
def test_pause_and_seek_while_the_channel_is_opened_are_obeyed(url: str) -> None:
    async def scenario() -> None:
        async with tuned(url, vod=20, samples=24) as (rig, _):
            rig.do(Seek(position=micros(61.5)), SetPaused(paused=True))
            await anyio.sleep(8)
            assert rig.now.state is PlayerState.PAUSED
            assert seconds(rig.now.position) == pytest.approx(61.5, abs=0.6)
            rig.do(SetPaused(paused=False))
            await anyio.sleep(4)
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) == pytest.approx(65.5, abs=1)

    at_virtual_time(scenario)


@pytest.mark.parametrize("url", [URL, "http://origin.test/manifest.mpd"])
@pytest.mark.parametrize("given", [0.15, 0.3, 0.55, 0.8, 1.05])
def test_tracks_chosen_while_the_channel_is_opened_are_kept(url: str, given: float) -> None:
    async def scenario() -> None:
        async with tuned(
            url,
            uplink=lambda _: 0.2,
            vod=20,
            samples=24,
            voices=("a1", "a2"),
            texts=("s1", "s2"),
        ) as (rig, _origin):
            await rig.until(PlayerState.PLAYING)
            sound = rig.now.audio[-1]  # HLS: the other one; the MPD has no more
            text = rig.now.text[-1].id if rig.now.text else None
            rung = rig.now.rungs[0]
            rig.do(Stop())
            rig.play(url)
            await anyio.sleep(given)
            assert rig.now.state is PlayerState.LOADING
            rig.do(
                SelectAudio(track=sound.id),
                SelectText(track=text),
                SelectQuality(representation=rung.id),
            )
            await anyio.sleep(15)
            assert rig.now.state is PlayerState.PLAYING
            assert (rig.now.audio_track, rig.now.text_track) == (sound.id, text)
            assert rig.now.bandwidth == rung.bandwidth
            assert bool(rig.now.cues) is bool(text)
            engine = rig.player._tuned.session.engine  # type: ignore[union-attr]
            assert engine is not None
            assert engine.streams[TrackKind.AUDIO].lane.track.id == sound.id

    at_virtual_time(scenario)


def test_another_sound_track_plays_on_from_where_the_picture_is() -> None:
    async def scenario() -> None:
        async with tuned(vod=20, voices=("a1", "a2")) as (rig, origin):
            await anyio.sleep(20)
            other = next(one for one in rig.now.audio if one.id != rig.now.audio_track)
            stood = rig.now.position
            rig.do(SelectAudio(track=other.id))
            await anyio.sleep(5)
            assert rig.now.audio_track == other.id
            assert rig.now.state is PlayerState.PLAYING
            assert seconds(rig.now.position) == pytest.approx(seconds(stood) + 5, abs=1.5)
            sounds = [name for name, _ in origin.segments() if name not in RUNGS]
            assert sounds[-1] == "a2"
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_the_language_asked_for_is_chosen_from_the_start() -> None:
    async def scenario() -> None:
        async with tuned(vod=5, voices=("a1", "a2"), wish={"audio_language": "pt"}) as (_, origin):
            await anyio.sleep(10)
            assert {name for name, _ in origin.segments()} & {"a1", "a2"} == {"a2"}

    at_virtual_time(scenario)


def test_a_fixed_quality_replaces_what_was_not_fed_yet() -> None:
    async def scenario() -> None:
        async with tuned(vod=40, wish={"max_height": 180}, line=lambda _: 60e6) as (rig, origin):
            await anyio.sleep(20)
            assert rig.now.bandwidth == RUNGS["v1"]
            buffered = seconds(rig.now.buffer)
            assert buffered > 25
            best = rig.now.rungs[-1]
            rig.do(SelectQuality(representation=best.id))
            await anyio.sleep(12)
            assert rig.now.bandwidth == RUNGS["v3"], "the picture changes long before the buffer"
            assert rig.now.quality == best.id
            again = {n for name, n in origin.segments() if name == "v3"}
            assert again & {n for name, n in origin.segments() if name == "v1"}
            rig.do(SelectQuality(representation=None))
            await anyio.sleep(70)
            assert rig.now.bandwidth == RUNGS["v1"]
        assert rig.of(RebufferStarted) == []
        assert len(rig.sink.opened) == 1
        assert [one.reason for one in rig.of(QualityChanged)]

    at_virtual_time(scenario)


def test_a_quality_fixed_while_a_segment_comes_takes_it_back() -> None:
    async def scenario() -> None:
        async with tuned(vod=20, pieces=True, line=lambda _: 1.5e6) as (rig, origin):
            await anyio.sleep(10.3)
            before = len(origin.segments())
            rig.do(SelectQuality(representation=rig.now.rungs[1].id))
            await anyio.sleep(60)
            assert rig.now.bandwidth == RUNGS["v2"]
            pictures = [one for one in origin.segments()[before:] if one[0] in RUNGS]
            assert {name for name, _ in pictures} == {"v2"}
            numbers = [number for _, number in pictures]
            assert numbers == sorted(set(numbers))

    at_virtual_time(scenario)


def test_an_untroubled_film_is_fetched_once_and_whole() -> None:
    async def scenario() -> None:
        async with tuned(vod=20) as (rig, origin):
            await anyio.sleep(20 * SEGMENT + 20)
        for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
            fetched = [one for one in rig.of(SegmentFetched) if one.kind is kind]
            assert len(fetched) == 20
        pictures = [n for name, n in origin.segments() if name in RUNGS]
        sounds = [n for name, n in origin.segments() if name not in RUNGS]
        assert pictures == sounds == list(range(20))

    at_virtual_time(scenario)


def test_commands_without_a_channel_do_no_harm() -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            rig.do(Stop(), SetPaused(paused=True), Seek(position=micros(5)))
            rig.do(SelectAudio(track="x"), SelectQuality(representation="y"), SetMuted(muted=True))
            rig.do(SetVolume(percent=300))
            await anyio.sleep(1)
            assert rig.now.state is PlayerState.IDLE
            assert rig.now.muted
            assert rig.sink.muted
            assert rig.now.volume == rig.sink.volume == 100
            assert rig.sink.stops == 1

    at_virtual_time(scenario)


def test_a_command_after_the_player_ended_is_nobodys_business() -> None:
    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(1)
        rig.do(Stop())

    at_virtual_time(scenario)


def test_a_fault_of_ours_costs_the_channel_and_not_the_player(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fault(_session: PlaybackSession) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        async with tuned() as (rig, _):
            await anyio.sleep(20)
            with monkeypatch.context() as patch:
                patch.setattr(PlaybackSession, "run", fault)
                _zap(rig, "broken")
                await anyio.sleep(1)
            assert rig.now.state is PlayerState.FAILED
            _zap(rig, "well")
            await anyio.sleep(20)
            assert (rig.now.tag, rig.now.state) == ("well", PlayerState.PLAYING)
        (fatal,) = rig.of(ErrorOccurred)
        assert (fatal.tag, fatal.failure.code) == ("broken", ErrorCode.INTERNAL_FAULT)
        assert "fault in a session" in caplog.text

    at_virtual_time(scenario)
