"""MpvSink on a real libmpv with null outputs."""

import random
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from player.errors import ErrorCode
from player.ports import EpochStart, SinkState
from player.units import Micros, micros
from tests.fakes.matroska import RATE, growing, matroska
from tests.fakes.sink_rig import Ears
from tests.system.mpv.sink_bench import Rig
from tests.system.mpv_door import ask

pytestmark = pytest.mark.system

FIRST, ENDED, FAILED = SinkState.FIRST_PICTURE, SinkState.ENDED, SinkState.FAILED


def _noise(seed, size):
    return random.Random(seed).randbytes(size)  # noqa: S311 - no secret, the same each time


def _native_threads():
    return len(list(Path("/proc/self/task").iterdir()))


def play(rig, epoch, data, *, finish=True, **start):
    rig.sink.open(EpochStart(epoch=epoch, **start))
    rig.sink.feed(epoch, data)
    if finish:
        rig.sink.finish(epoch)


def test_the_first_picture_comes_quickly_and_nothing_is_logged(rig):
    times = []
    for epoch in range(1, 6):
        begun = time.perf_counter()
        play(rig, epoch, matroska())
        assert rig.until(lambda epoch=epoch: rig.ears.heard(epoch, FIRST))
        times.append(rig.ears.times[epoch, FIRST] - begun)
    assert rig.until(lambda: rig.ears.heard(5, ENDED))
    assert rig.ears.states(5) == [FIRST, ENDED]
    assert rig.complaints() == []
    assert min(times) < 0.2, times  # some 30 ms on an idle machine


def test_a_status_says_what_is_played(rig):
    play(rig, 1, matroska())
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    last = rig.ears.statuses[-1]
    assert (last.epoch, last.width, last.height) == (1, 160, 90)
    assert "software" in last.decoder
    assert "264" in last.decoder
    assert last.position == pytest.approx(micros(50 / 25), abs=40_000)
    positions = [s.position for s in rig.ears.statuses if s.position is not None]
    assert positions == sorted(positions)
    assert len(rig.ears.statuses) < 2.0 * 20 * 1.5


def test_the_position_is_the_streams_own_time(rig):
    play(rig, 1, matroska(base=1000.0), paused=True)
    assert rig.until(lambda: rig.ears.position is not None)
    assert rig.ears.position == micros(1000.0)


@pytest.mark.parametrize("frame", [1, 7, 30, 44])
@pytest.mark.parametrize("rate", [25, 30])
def test_the_picture_begins_exactly_where_asked(rig, frame, rate):
    start = micros(500.0 + frame / rate)
    play(rig, 1, matroska(base=500.0, rate=rate), start=start, paused=True)
    assert rig.until(lambda: rig.ears.position is not None)
    assert rig.ears.heard(1, FIRST)
    assert rig.ears.position == pytest.approx(start, abs=1_000)  # Matroska's milliseconds
    assert rig.complaints() == []


def test_a_start_before_the_first_picture_is_harmless(rig):
    play(rig, 1, matroska(base=10.0), start=micros(9.0))
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    assert rig.ears.states(1) == [FIRST, ENDED]


def test_opening_replaces_at_once_and_says_no_more_of_the_old_epoch(rig):
    play(rig, 1, matroska())
    assert rig.until(lambda: rig.ears.heard(1, FIRST))
    play(rig, 2, matroska(base=50.0))
    assert rig.until(lambda: rig.ears.heard(2, ENDED))
    assert rig.ears.states(1) == [FIRST]
    assert rig.ears.statuses[-1].epoch == 2
    epochs = [status.epoch for status in rig.ears.statuses]
    assert epochs == sorted(epochs)


def test_appended_epochs_join_without_a_gap(rig):
    play(rig, 1, matroska(frames=25))
    for epoch in (2, 3):
        play(rig, epoch, matroska(frames=25, base=epoch * 100.0), append=True)
    assert rig.until(lambda: rig.ears.heard(3, ENDED))
    for epoch in (1, 2, 3):
        assert rig.ears.states(epoch) == [FIRST, ENDED]
    told = [(event.epoch, event.state) for event in rig.ears.events]
    assert told == [(e, s) for e in (1, 2, 3) for s in (FIRST, ENDED)]
    took = rig.ears.times[3, ENDED] - rig.ears.times[1, FIRST]
    assert 2.75 < took < 6  # in real time, as well as a busy machine can
    assert rig.complaints() == []


def test_the_sound_of_a_joint_has_no_hole_and_no_click(rig, tmp_path):
    path = tmp_path / "sound.raw"
    rig.sink._core["ao-pcm-file"] = str(path)
    rig.sink._core["ao-pcm-waveheader"] = False
    rig.sink._core["ao"] = "pcm"
    play(rig, 1, matroska(video=False, frames=25))
    play(rig, 2, matroska(video=False, frames=25, base=7.0), append=True, start=micros(7.4))
    assert rig.until(lambda: rig.ears.heard(2, ENDED))
    sound = np.frombuffer(path.read_bytes(), np.int16).astype(int)
    assert RATE * 1.6 - 1024 <= len(sound) <= RATE * 1.6  # written in pieces of 1024
    assert np.abs(np.diff(sound)).max() < 1.1 * 8000 * 2 * np.pi * 440 / RATE


def test_a_trimmed_epoch_may_change_its_size(rig):
    play(rig, 1, growing(), start=micros(0.4))
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    heights = [status.height for status in rig.ears.statuses if status.height]
    assert sorted(set(heights)) == [90, 180]
    assert heights == sorted(heights)
    assert 1.4 < rig.ears.times[1, ENDED] - rig.ears.times[1, FIRST] < 4
    assert rig.ears.statuses[-1].dropped < 20  # of 40, on a machine with much else to do
    assert rig.complaints() == []


def test_an_appended_epoch_begins_exactly_too(rig):
    play(rig, 1, matroska(frames=10))
    play(rig, 2, matroska(base=100.0), append=True, start=micros(101.0))
    assert rig.until(lambda: rig.ears.heard(2, ENDED))
    of_second = [s.position for s in rig.ears.statuses if s.epoch == 2 and s.position is not None]
    assert of_second[0] >= micros(101.0) - 1_000


def test_a_long_chain_of_epochs_is_forgotten_behind(rig):
    play(rig, 1, matroska(frames=3))
    for epoch in range(2, 12):
        play(rig, epoch, matroska(frames=3), append=True)
    assert rig.until(lambda: rig.ears.heard(11, ENDED))
    assert rig.sink._epochs.alive == (11,)
    assert rig.sink._protocol._feeds.keys() <= {11}


def test_appending_after_the_end_plays_on(rig):
    play(rig, 1, matroska(frames=10))
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    play(rig, 2, matroska(frames=10), append=True)
    assert rig.until(lambda: rig.ears.heard(2, ENDED))


def test_appending_to_nothing_plays(rig):
    play(rig, 1, matroska(frames=10), append=True)
    assert rig.until(lambda: rig.ears.heard(1, ENDED))


def test_bytes_may_come_one_by_one_and_late(rig):
    data = matroska(frames=25)
    rig.sink.open(EpochStart(epoch=1))
    for at in range(0, len(data), 997):
        rig.sink.feed(1, data[at : at + 997])
        rig.engine.run(0.002)
    rig.sink.finish(1)
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    assert rig.complaints() == []


def test_starving_is_no_end(rig):
    data = matroska(frames=50)
    play(rig, 1, data[: len(data) // 2], finish=False)
    assert rig.until(lambda: rig.ears.heard(1, FIRST))
    rig.engine.run(1.5)
    assert rig.ears.states(1) == [FIRST]
    rig.sink.feed(1, data[len(data) // 2 :])
    rig.sink.finish(1)
    assert rig.until(lambda: rig.ears.heard(1, ENDED))


def test_sound_alone_begins_and_ends_too(rig):
    play(rig, 1, matroska(video=False))
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    assert rig.ears.states(1) == [FIRST, ENDED]
    assert rig.ears.statuses[-1].height == 0


@pytest.mark.parametrize("seed", range(4))
def test_garbage_fails_and_the_next_epoch_plays(rig, seed):
    garbage = _noise(seed, 50_000) if seed else b"<html>" * 1000
    play(rig, 1, garbage)
    assert rig.until(lambda: rig.ears.heard(1, FAILED))
    failure = rig.ears.events[-1].failure
    assert failure is not None
    assert failure.code is ErrorCode.DECODE_FAILED
    assert "libmpv" in failure.cause
    play(rig, 2, matroska(frames=10))
    assert rig.until(lambda: rig.ears.heard(2, ENDED))


def test_an_empty_stream_fails(rig):
    play(rig, 1, b"")
    assert rig.until(lambda: rig.ears.heard(1, FAILED))


def test_garbage_in_the_middle_does_not_hang(rig):
    data = matroska()
    broken = data[: len(data) // 2] + _noise(1, 20_000)
    play(rig, 1, broken)
    assert rig.until(lambda: rig.ears.heard(1, ENDED) or rig.ears.heard(1, FAILED))


def test_a_failed_epoch_gives_way_to_the_appended_one(rig):
    play(rig, 1, b"garbage" * 100)
    play(rig, 2, matroska(frames=10), append=True)
    assert rig.until(lambda: rig.ears.heard(2, ENDED))
    assert rig.ears.states(1) == [FAILED]


def test_stopping_a_starving_epoch_does_not_hang(rig):
    play(rig, 1, b"", finish=False)
    rig.engine.run(0.2)
    rig.sink.stop()
    play(rig, 2, matroska(frames=10))
    assert rig.until(lambda: rig.ears.heard(2, ENDED))
    assert rig.ears.states(1) == []


def test_two_hundred_rapid_zaps_leave_nothing_behind(rig):
    play(rig, 1, matroska(frames=10))
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    threads, native = threading.active_count(), _native_threads()
    chance = random.Random(7)  # noqa: S311 - no secret, the same each time
    for epoch in range(2, 202):
        data = matroska() if chance.random() < 0.7 else b""
        play(rig, epoch, data, finish=chance.random() < 0.5, append=chance.random() < 0.2)
        if chance.random() < 0.5:
            rig.sink.stop()
        rig.engine.run(chance.choice((0, 0, 0.002, 0.02)))
    play(rig, 500, matroska(frames=10))
    assert rig.until(lambda: rig.ears.heard(500, ENDED))
    assert rig.until(lambda: len(rig.sink._protocol._feeds) <= 1)
    assert threading.active_count() == threads
    assert rig.until(lambda: _native_threads() <= native + 1)


def test_pause_and_resume(rig):
    play(rig, 1, matroska())
    assert rig.until(lambda: rig.ears.heard(1, FIRST))
    rig.sink.set_paused(True)
    rig.engine.run(0.3)
    held = rig.ears.position
    rig.engine.run(0.3)
    assert rig.ears.position == held
    assert not rig.ears.heard(1, ENDED)
    rig.sink.set_paused(False)
    assert rig.until(lambda: rig.ears.heard(1, ENDED))


def test_speed(rig):
    rig.sink.set_speed(4.0)
    play(rig, 1, matroska())
    assert rig.until(lambda: rig.ears.heard(1, ENDED))
    assert rig.ears.times[1, ENDED] - rig.ears.times[1, FIRST] < 1.5


def test_the_ipc_socket_answers(tmp_path):
    path = tmp_path / "mpv.sock"
    rig = Rig(ipc_socket=path)
    try:
        rig.sink.set_volume(40)
        rig.sink.set_muted(True)
        play(rig, 1, matroska(frames=10))
        assert rig.until(lambda: rig.ears.heard(1, ENDED))
        assert ask(path, "get_property", "volume")["data"] == 40
        assert ask(path, "get_property", "mute")["data"] is True
        assert path.stat().st_mode & 0o077 == 0
    finally:
        rig.sink.close()


def test_closing_while_playing_starving_and_loading_returns_at_once():
    for data in (matroska(), b"", b"garbage"):
        rig = Rig()
        play(rig, 1, data, finish=False)
        rig.engine.run(0.05)
        begun = time.perf_counter()
        rig.sink.close()
        rig.sink.close()
        assert time.perf_counter() - begun < 1.0
        rig.sink.stop()
        rig.sink.feed(1, b"late")


def test_the_listener_may_come_later():
    rig = Rig()
    try:
        rig.sink.listener = late = Ears()
        play(rig, 1, matroska(frames=5))
        assert rig.until(lambda: late.heard(1, ENDED))
        assert rig.ears.events == []
    finally:
        rig.sink.close()


def test_start_is_micros():
    assert EpochStart(epoch=1).start == Micros(0)
