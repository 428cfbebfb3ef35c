"""Tuning: which commands go down, and whose snapshots count."""

import pytest

from player.api import (
    Play,
    PlayerState,
    Seek,
    SelectAudio,
    SelectQuality,
    SelectText,
    SetPaused,
    Stop,
)
from player.errors import ErrorCode, Failure
from player.units import micros
from tests.ui.ui_fakes import channels, snapshot
from ui.languages import Languages
from ui.live import LiveViewModel


def tuned(controls):
    return [command.request.tag for command in controls.of(Play)]


def test_the_line_up_tunes_to_the_first_channel_with_its_headers(live, controls):
    request = controls.of(Play)[0].request
    assert (request.tag, request.url) == ("channel-1", "http://127.0.0.1/1.m3u8")
    assert request.headers == {"User-Agent": "Farol"}


@pytest.mark.parametrize(("start", "expected"), [("3", "channel-3"), ("channel-5", "channel-5")])
def test_a_wanted_channel_is_found_by_number_or_id(qapp, controls, clock, start, expected):
    model = LiveViewModel(controls, clock)
    model.set_channels(channels(), start)
    assert tuned(controls) == [expected]


def test_zapping_goes_round_both_ends(live, controls, clock):
    live.zap(-1)
    clock.advance(1)
    live.zap(1)
    assert tuned(controls) == ["channel-1", "channel-9", "channel-1"]


def test_hurried_zaps_tune_only_where_they_settle(live, controls, clock, qtbot):
    for _ in range(5):
        live.zap(1)
        clock.advance(0.05)
    assert tuned(controls) == ["channel-1", "channel-2"]
    qtbot.waitUntil(lambda: tuned(controls)[-1] == "channel-6", timeout=2000)
    assert len(tuned(controls)) == 3


def test_a_snapshot_of_a_channel_that_was_left_is_passed_over(live, clock):
    live.zap(1)
    live.on_snapshot(snapshot("channel-1"))
    assert live.loading
    live.on_snapshot(snapshot("channel-2"))
    assert not live.loading


def test_previous_goes_back_and_forth(live, controls, clock):
    live.on_snapshot(snapshot("channel-1"))
    live.zap(1)
    live.on_snapshot(snapshot("channel-2"))
    clock.advance(1)
    live.back_to_previous()
    live.on_snapshot(snapshot("channel-1"))
    clock.advance(1)
    live.back_to_previous()
    assert tuned(controls) == ["channel-1", "channel-2", "channel-1", "channel-2"]


def test_tuning_to_the_playing_channel_does_nothing(live, controls):
    live.on_snapshot(snapshot("channel-1"))
    live.tune_to("channel-1")
    assert len(tuned(controls)) == 1


def test_a_broken_channel_can_be_tried_again(live, controls, clock):
    failure = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="Gone.", status=404)
    live.on_snapshot(snapshot(state=PlayerState.FAILED, failure=failure))
    assert live.failed
    assert live.errorCode == "network.http-status · 404"
    assert "server" in live.errorSentence
    live.retry()
    assert tuned(controls) == ["channel-1", "channel-1"]
    assert not live.failed


def test_a_refreshed_line_up_keeps_the_playing_channel(live, controls):
    live.on_snapshot(snapshot("channel-1"))
    live.set_channels(tuple(reversed(channels())))
    assert live.channel.id == "channel-1"
    assert len(tuned(controls)) == 1


def test_a_line_up_that_lost_the_playing_channel_tunes_to_its_first(live, controls):
    live.set_channels(channels()[4:])
    assert live.channel.id == "channel-5"


def test_an_empty_line_up_is_empty_only_once_it_is_known(qapp, controls, clock):
    model = LiveViewModel(controls, clock)
    assert not model.empty
    model.set_channels(())
    assert model.empty
    model.zap(1)
    model.back_to_previous()
    model.retry()
    assert controls.commands == []


def test_pause_asks_for_the_opposite(live, controls):
    live.on_snapshot(snapshot())
    live.toggle_pause()
    live.on_snapshot(snapshot(state=PlayerState.PAUSED))
    live.toggle_pause()
    assert [command.paused for command in controls.of(SetPaused)] == [True, False]


def test_seeking_stays_within_the_window(live, controls):
    live.on_snapshot(snapshot(position=micros(1234)))
    assert live.seek_by(micros(-10))
    assert live.seek_by(micros(10))
    assert [command.position for command in controls.of(Seek)] == [micros(1224), micros(1238)]


def test_nothing_to_seek_in_is_no_seek(live, controls):
    live.on_snapshot(snapshot(window=None))
    assert not live.seek_by(micros(-10))
    assert controls.of(Seek) == []


def test_stop_is_sent(live, controls):
    live.stop()
    assert controls.of(Stop)


def _wanted(controls) -> tuple[str, str]:
    request = controls.of(Play)[-1].request
    return request.audio_language, request.text_language


def test_chosen_languages_go_along_to_the_next_channels(live, controls, clock):
    live.on_snapshot(snapshot())
    assert _wanted(controls) == ("", "")
    for command in (
        SelectAudio(track="en"),
        SelectText(track="t1"),
        SelectQuality(representation="b"),
    ):
        live.choose(command)
    assert len(controls.of(SelectText)) == 1
    live.zap(1)
    clock.advance(1)
    assert _wanted(controls) == ("en", "pt")
    live.on_snapshot(snapshot("channel-2", text=(), text_track=None))
    live.zap(1)
    assert _wanted(controls) == ("en", "pt")


def test_subtitles_put_off_stay_off(qapp, controls, clock):
    model = LiveViewModel(controls, clock, languages=Languages(audio="pt", text="pt"))
    model.set_channels(channels())
    clock.advance(1)
    assert _wanted(controls) == ("pt", "pt")
    model.on_snapshot(snapshot(text_track="t1"))
    model.choose(SelectText(track=None))
    model.zap(1)
    assert _wanted(controls) == ("pt", "")
