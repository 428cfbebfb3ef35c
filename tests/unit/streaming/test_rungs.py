"""Who chooses the rung of a segment, and what becomes of rungs that failed."""

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from player.abr.controllers import make_controller
from player.abr.estimator import BandwidthEstimator
from player.model.presentation import Track, TrackKind
from player.ports import SinkStatus
from player.streaming.choice.audio_rungs import AudioRungs
from player.streaming.choice.rung_limits import RungLimits
from player.streaming.choice.rungs import PENALTY, Progress, RungQuestion
from player.streaming.choice.video_rungs import VideoRungs
from player.streaming.fetch.lane import Lane
from player.units import BitsPerSecond, Micros, micros
from tests.fakes.virtual import inline_worker
from tests.unit.streaming.streaming_made import period, representation, segment, track

if TYPE_CHECKING:
    from player.clock import Clock
    from player.streaming.fetch.parts import EngineParts

LADDER = (
    representation("low", 400_000, height=180),
    representation("mid", 1_500_000, height=360),
    representation("top", 4_000_000, height=540),
)
PICTURES = track("v", TrackKind.VIDEO, LADDER)
SOUNDS = track(
    "a",
    TrackKind.AUDIO,
    (representation("64", 64_000), representation("128", 128_000), representation("256", 256_000)),
)


class _Clock:
    now = 0.0

    def monotonic(self) -> Micros:
        return micros(self.now)


def _video(line: int, abr: str = "throughput", height: int | None = None) -> VideoRungs:
    estimator = BandwidthEstimator(BitsPerSecond(line))
    parts = SimpleNamespace(clock=_Clock(), estimator=estimator, worker=inline_worker)
    return VideoRungs(
        controller=make_controller(abr),
        parts=cast("EngineParts", parts),
        limits=RungLimits(max_height=height),
    )


def _lane(which: Track, place: int) -> Lane:
    rung = which.representations[place]
    return Lane(period=period(which), track=which, representation=rung)


def _ask(which: Track, place: int, buffered: float = 20) -> RungQuestion:
    return RungQuestion(lane=_lane(which, place), segment=segment(1), buffered=micros(buffered))


def _progress(question: RungQuestion, started: float) -> Progress:
    return Progress(
        question=question,
        started=micros(started),
        received=1000,
        pieces=9,
        buffered=question.buffered,
    )


def test_a_picture_begins_with_what_the_line_carries() -> None:
    assert _video(10_000_000).first(PICTURES).id == "top"
    assert _video(3_000_000).first(PICTURES).id == "mid"
    assert _video(10_000_000, height=200).first(PICTURES).id == "low"


def test_the_first_answer_is_the_one_that_was_begun_with() -> None:
    rungs = _video(10_000_000)
    answer = rungs.choose(_ask(PICTURES, 2))
    assert answer.representation is LADDER[2]
    assert answer.reason


def test_a_fixed_rung_is_taken_and_never_given_up() -> None:
    rungs = _video(10_000_000)
    rungs.fix("low")
    assert rungs.choose(_ask(PICTURES, 2)).representation is LADDER[0]
    slow = _progress(_ask(PICTURES, 2), -9)
    assert rungs.abandon(slow) is None
    rungs.fix(None)
    assert rungs.choose(_ask(PICTURES, 2)).representation is LADDER[2]
    given_up = rungs.abandon(slow)
    assert given_up is not None
    assert given_up.representation is LADDER[0]
    quick = _progress(_ask(PICTURES, 2), -0.1)
    assert rungs.abandon(quick) is None


def test_a_rung_that_failed_is_left_alone_for_a_minute() -> None:
    rungs = _video(10_000_000)
    assert rungs.exclude(_lane(PICTURES, 2))
    assert rungs.choose(_ask(PICTURES, 2)).representation is LADDER[1]
    assert rungs.exclude(_lane(PICTURES, 1))
    assert not rungs.exclude(_lane(PICTURES, 0)), "now all of them failed"
    assert rungs.choose(_ask(PICTURES, 1)).representation in LADDER
    rungs._parts.clock.now = PENALTY / 1e6 + 1  # type: ignore[attr-defined]
    rungs.choose(_ask(PICTURES, 2))
    assert rungs.choose(_ask(PICTURES, 2)).representation is LADDER[2]


def test_sound_is_as_good_as_anybody_hears_and_kept() -> None:
    rungs = AudioRungs(cast("Clock", _Clock()))
    assert rungs.first(SOUNDS).id == "128"
    assert rungs.first(track("x", TrackKind.AUDIO, SOUNDS.representations[2:])).id == "256"
    assert rungs.choose(_ask(SOUNDS, 0)).representation.id == "64"
    progress = _progress(_ask(SOUNDS, 0), -60)
    assert rungs.abandon(progress) is None


def test_sound_that_failed_is_had_from_another_rung() -> None:
    rungs = AudioRungs(cast("Clock", _Clock()))
    assert rungs.exclude(_lane(SOUNDS, 1))
    assert rungs.choose(_ask(SOUNDS, 1)).representation.id == "64"
    assert rungs.exclude(_lane(SOUNDS, 0))
    assert rungs.choose(_ask(SOUNDS, 0)).representation.id == "256"
    assert not rungs.exclude(_lane(SOUNDS, 2))
    assert rungs.choose(_ask(SOUNDS, 2)).representation.id == "256", "the last one is kept"


def test_sound_that_failed_is_forgiven_after_a_while() -> None:
    clock = _Clock()
    rungs = AudioRungs(cast("Clock", clock))
    rungs.exclude(_lane(SOUNDS, 1))
    clock.now = PENALTY / 1e6 + 1
    assert rungs.choose(_ask(SOUNDS, 1)).representation.id == "128"


def test_8k_is_for_hardware_decoders_and_for_viewers_who_insist() -> None:
    ladder = (
        representation("4k", 8_000_000, height=2160),
        representation("8k", 20_000_000, height=4320),
    )
    pictures = track("v", TrackKind.VIDEO, ladder)
    rungs = _video(100_000_000)
    answer = rungs.choose(_ask(pictures, 0))
    assert answer.representation.id == "4k"
    assert "without a hardware decoder no more than 2160 lines" in answer.reason
    status = SinkStatus(epoch=1, position=micros(1), decoder="hevc (vaapi)", hardware="vaapi")
    rungs.on_sink_status(status)
    assert rungs.choose(_ask(pictures, 0)).representation.id == "8k"
    rungs.on_sink_status(replace(status, decoder="hevc (software)", hardware=""))
    assert rungs.choose(_ask(pictures, 1)).representation.id == "4k"
    rungs.fix("8k")
    assert rungs.choose(_ask(pictures, 0)).representation.id == "8k"
