"""libmpv's events into the sink's, without libmpv."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.mpv.events import EventPump
from player.mpv.translate import BrokeOff, DropCounter, EndReason, Translator, Unplaced
from player.ports import SinkEvent, SinkState, SinkStatus
from player.units import Micros

NOW = Micros(0)
FIRST, ENDED = SinkState.FIRST_PICTURE, SinkState.ENDED


class _Still:
    """Time that does not pass."""

    def monotonic(self):
        return NOW

    def utc(self):
        return NOW


def made(*, finished=True, epoch=7, entry=1):
    translator = Translator(lambda _: finished)
    translator.loaded(epoch, entry)
    assert translator.started(entry) == ()
    return translator


def states(outputs):
    return [output.state for output in outputs if isinstance(output, SinkEvent)]


def test_the_first_picture_is_told_once():
    translator = made()
    assert translator.playing() == (SinkEvent(epoch=7, state=FIRST),)
    assert translator.playing() == ()


def test_what_was_not_loaded_by_us_is_not_told():
    translator = made()
    translator.started(99)
    assert translator.playing() == ()
    assert translator.ended(99, EndReason.ERROR, -13) == ()
    assert translator.changed("dwidth", 5, NOW) == ()


def test_the_end_is_told_once_by_property_or_event():
    translator = made()
    translator.playing()
    assert states(translator.changed("eof-reached", True, NOW)) == [ENDED]
    assert translator.changed("eof-reached", True, NOW) == ()
    assert translator.ended(1, EndReason.EOF, 0) == ()
    other = made()
    other.playing()
    assert states(other.ended(1, EndReason.EOF, 0)) == [ENDED]


def test_an_end_left_over_from_the_former_file_does_not_count():
    translator = made()
    assert translator.changed("eof-reached", True, NOW) == ()
    translator.playing()
    assert translator.changed("eof-reached", False, NOW) == ()


def test_an_end_that_nobody_announced_is_a_failure():
    translator = made(finished=False)
    translator.playing()
    assert translator.changed("eof-reached", True, NOW) == ()
    broke = BrokeOff(epoch=7, error=0, reason=EndReason.EOF)
    assert translator.ended(1, EndReason.EOF, 0) == (broke,)


@pytest.mark.parametrize("reason", [EndReason.STOP, EndReason.QUIT])
def test_an_end_that_we_asked_for_is_silent(reason):
    assert made().ended(1, reason, 0) == ()


@pytest.mark.parametrize("reason", [EndReason.ERROR, EndReason.REDIRECT, 17])
def test_everything_else_broke_off(reason):
    (broke,) = made().ended(1, reason, -17)
    assert isinstance(broke, BrokeOff)
    assert (broke.epoch, broke.error) == (7, -17)


def test_the_position_waits_for_the_first_picture_and_its_place():
    translator = made()
    assert translator.changed("time-pos", 0.0, NOW) == ()
    translator.playing()
    assert translator.changed("time-pos", 0.0, NOW) == ()
    (status,) = translator.located(7, 12.5, NOW)
    assert status.position == 12_500_000
    assert translator.changed("time-pos", 0.0, Micros(1_000_000)) == ()
    (status,) = translator.changed("time-pos", 12.54, Micros(1_000_000))
    assert status.position == 12_540_000
    assert translator.located(7, 3.0, NOW) == ()
    assert translator.located(6, 3.0, NOW) == ()


@pytest.mark.parametrize("told", ["-0.000000", "-0.001333"])
def test_sound_alone_begins_a_hair_before_nothing_and_has_a_place(told):
    heard = []
    pump = EventPump(heard.append, lambda _: True, print, str, _Still())
    pump._translator.loaded(7, 1)
    pump._translator.started(1)
    pump._translator.playing()
    pump.on_located(7, None, told)
    pump._on_property("time-pos", 0.04)
    assert [one.position for one in heard] == [0]
    assert pump._translator.changed("time-pos", 0.2, Micros(1_000_000))


@pytest.mark.parametrize("told", ["", "nan", "(unavailable)", None])
def test_who_did_not_know_its_place_is_asked_again(told):
    heard = []
    pump = EventPump(heard.append, lambda _: True, print, str, _Still())
    pump._translator.loaded(7, 1)
    pump._translator.started(1)
    pump._translator.playing()
    pump._on_property("time-pos", 0.0)
    pump.on_located(7, None, told)
    pump._on_property("time-pos", None)
    assert heard == []
    pump._on_property("time-pos", 0.04)
    pump._on_property("time-pos", 0.06)
    assert heard == [Unplaced(epoch=7)]
    pump.on_located(7, None, "0.050000")
    assert heard[-1].position == 50_000


def test_a_new_file_forgets_the_old_ones_position():
    translator = made()
    translator.playing()
    translator.located(7, 12.5, NOW)
    translator.loaded(8, 2)
    translator.started(2)
    (status,) = translator.changed("dheight", 360, NOW)
    assert status == SinkStatus(epoch=8, position=None, height=360)


def test_positions_are_thinned_out_but_other_changes_are_not():
    translator = made()
    translator.playing()
    translator.located(7, 0.0, NOW)
    told = [translator.changed("time-pos", i / 60, Micros(i * 16_667)) for i in range(1, 61)]
    assert 7 <= sum(map(bool, told)) <= 10
    assert translator.changed("dwidth", 1280, Micros(1_000_021))
    assert translator.changed("pause", True, Micros(1_000_022))
    assert translator.changed("pause", True, Micros(1_000_023)) == ()


def test_the_decoder_says_codec_and_how():
    translator = made()
    translator.changed("video-codec", "H.264", NOW)
    (status,) = translator.changed("hwdec-current", "vaapi", NOW)
    assert status.decoder == "H.264 (vaapi)"
    (status,) = translator.changed("hwdec-current", "no", NOW)
    assert status.decoder == "H.264 (software)"


def test_dropped_frames_add_up_over_decoders():
    translator = made()
    for name, value in (
        ("frame-drop-count", 2),
        ("decoder-frame-drop-count", 1),
        ("frame-drop-count", None),
        ("frame-drop-count", 3),
    ):
        (status,) = translator.changed(name, value, NOW)
    assert status.dropped == 6


@settings(max_examples=50)
@given(st.lists(st.integers(0, 100) | st.none()))
def test_the_drop_counter_never_goes_back(values):
    counter, before = DropCounter(), 0
    for value in values:
        counter.update("frame-drop-count", value)
        assert counter.total >= before
        before = counter.total


def test_what_libmpv_warned_of_is_kept_for_the_file_at_hand():
    translator = made()
    for i in range(9):
        translator.logged("ffmpeg", f"line {i}")
    translator.logged("ffmpeg", "")
    assert translator.told == "; ".join(f"ffmpeg: line {i}" for i in range(5, 9))
    translator.loaded(8, 2)
    translator.started(2)
    assert translator.told == ""
