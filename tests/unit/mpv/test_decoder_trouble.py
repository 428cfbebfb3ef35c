"""Decoders that fail are told of once, for pictures and for sound."""

import pytest

from player.errors import ErrorCode, Severity
from player.mpv.translate import Translator
from player.mpv.trouble import MOST, DecoderWatch
from player.ports import SinkState
from player.units import micros

BROKEN = "Error while decoding frame!"


def test_a_codec_without_a_decoder_is_told_of_at_once():
    watch = DecoderWatch()
    line = "Failed to initialize a decoder for codec 'vvc'."
    assert watch.hear("vd", line, micros(0)) == "video"
    assert watch.hear("vd", line, micros(0)) == "", "once"
    assert watch.hear("ad", line, micros(0)) == "audio"
    watch.restart()
    assert watch.hear("vd", line, micros(0)) == "video"


@pytest.mark.parametrize(("every", "told"), [(0.04, True), (1.0, False)])
def test_errors_that_go_on_are_trouble_and_single_ones_are_not(every, told):
    watch = DecoderWatch()
    heard = [watch.hear("vd", BROKEN, micros(n * every)) for n in range(MOST * 2)]
    assert ("video" in heard) is told


def test_other_lines_are_no_trouble():
    watch = DecoderWatch()
    for _ in range(MOST * 2):
        assert watch.hear("cplayer", BROKEN, micros(0)) == ""
        assert watch.hear("vd", "Using hardware decoding", micros(0)) == ""


def test_the_epoch_in_trouble_is_named():
    translator = Translator(lambda _: False)
    translator.loaded(7, 1)
    assert translator.logged("vd", "Could not open codec.", micros(0)) == ()
    translator.started(1)
    (told,) = translator.logged("ad", "Could not open codec.", micros(0))
    assert (told.epoch, told.state) == (7, SinkState.TROUBLE)
    assert told.failure.code is ErrorCode.DECODE_FAILED
    assert told.failure.severity is Severity.RECOVERABLE
    assert told.failure.cause == "audio: Could not open codec."
