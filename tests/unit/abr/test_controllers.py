from collections.abc import Iterable
from dataclasses import replace

import pytest

from player.abr.abandon import abandon
from player.abr.controller import (
    AbandonInput,
    AbrController,
    AbrInput,
    Decision,
    LadderRung,
    LineView,
)
from player.abr.controllers import make_controller
from player.abr.throughput import ThroughputController
from player.units import BitsPerSecond, ByteCount, Micros, micros

LADDER = tuple(
    LadderRung(id=f"{height}", bandwidth=BitsPerSecond(kbps * 1000), height=height)
    for height, kbps in ((240, 400), (360, 800), (480, 1500), (720, 3000), (1080, 6000))
)


def told(**changes: object) -> AbrInput:
    usual: dict[str, object] = {
        "now": Micros(0),
        "media_time": Micros(0),
        "buffer": micros(10),
        "segment_duration": micros(2),
        "ladder": LADDER,
        "playing": "480",
        "estimate": BitsPerSecond(2_000_000),
        "confidence": 0.9,
    }
    told = usual | changes
    line = LineView(rate=told.pop("estimate"), confidence=told.pop("confidence"))  # type: ignore[arg-type]
    return AbrInput(line=line, **told)  # type: ignore[arg-type]


def heights(controller: AbrController, inputs: Iterable[AbrInput]) -> list[int]:
    return [controller.choose(each).rung.height for each in inputs]


@pytest.mark.parametrize(
    ("changes", "height", "word"),
    [
        ({"playing": None, "estimate": None}, 240, "nothing is known"),
        ({"estimate": None}, 480, "nothing is known"),
        ({"playing": None, "estimate": 2_000_000}, 480, "first, 0.9 of line 2.00 Mb/s"),
        ({"playing": None, "estimate": 100_000}, 240, "first"),
        ({}, 480, "stays"),
        ({"estimate": 5_000_000}, 720, "up"),
        ({"estimate": 50_000_000}, 1080, "up"),
        ({"estimate": 5_000_000, "buffer": 1_000_000}, 480, "too thin for 720p"),
        ({"estimate": 5_000_000, "buffer": 1_500_000, "target_latency": 3_000_000}, 720, "up"),
        ({"estimate": 50_000_000, "buffer": 0}, 240, "too thin for 1080p"),
        ({"estimate": 1_000_000}, 360, "down"),
        ({"estimate": 100_000}, 240, "down"),
        ({"estimate": 100_000, "playing": "240"}, 240, "stays"),
        ({"estimate": 50_000_000, "max_height": 720}, 720, "nothing above 720 lines"),
        ({"estimate": 50_000_000, "max_height": 100}, 240, "capped"),
        ({"estimate": 50_000_000, "viewport_height": 600}, 720, "up"),
        ({"estimate": 50_000_000, "viewport_height": 600, "max_height": 480}, 480, "stays"),
        ({"estimate": 50_000_000, "viewport_height": 4000}, 1080, "up"),
        ({"estimate": 50_000_000, "dropped_rate": 0.5}, 360, "480 lines were dropped"),
        ({"estimate": 100_000, "fixed": "1080"}, 1080, "fixed by the viewer"),
        ({"fixed": "gone"}, 480, "stays"),
        ({"playing": "gone", "estimate": 5_000_000}, 720, "first"),
        ({"estimate": 5_000_000, "beside": 2_000_000}, 480, "stays"),
    ],
)
def test_throughput_decides_and_says_why(
    changes: dict[str, object], height: int, word: str
) -> None:
    controller = make_controller("throughput")
    for at in (-4, -2):  # the first two segments may be what they like
        controller.choose(told(media_time=micros(at)))
    decision = controller.choose(told(**changes))
    assert decision.rung.height == height
    assert word in decision.reason
    assert "\n" not in decision.reason


def test_the_wait_for_the_first_byte_counts_but_not_that_for_an_encoder() -> None:
    line = LineView(rate=BitsPerSecond(4_000_000), latency=micros(1))
    far = replace(told(), line=line)
    assert heights(ThroughputController(), [far]) == [480]
    near = replace(far, target_latency=micros(3))
    assert heights(ThroughputController(), [near]) == [480]
    assert heights(ThroughputController(), [replace(near, line=faster(line))]) == [720]


def faster(line: LineView) -> LineView:
    return replace(line, rate=BitsPerSecond(4_500_000))


def test_a_thin_buffer_is_trusted_less_and_less() -> None:
    thin = [told(estimate=BitsPerSecond(5_000_000), buffer=micros(1.5), media_time=micros(2 * at))
            for at in range(8)]  # fmt: skip
    assert heights(ThroughputController(), thin) == [720] * 4 + [480] * 4
    asked_again = [thin[0], thin[1], *[thin[2]] * 8]
    assert heights(ThroughputController(), asked_again) == [720] * 10


def test_after_a_seek_two_segments_are_free_again() -> None:
    controller = ThroughputController()
    rich = {"estimate": BitsPerSecond(5_000_000), "buffer": micros(0.5)}
    before = [told(media_time=micros(at), **rich) for at in (0, 2, 4)]
    assert heights(controller, before) == [720, 720, 360]
    sought = [told(media_time=micros(at), **rich) for at in (60, 62, 64)]
    assert heights(controller, sought) == [720, 720, 360]


def test_a_steady_line_does_not_swing() -> None:
    controller = ThroughputController()
    playing, seen = "240", []
    for wobble in (0.9, 1.1, 1.0, 0.92, 1.08) * 6:
        estimate = BitsPerSecond(int(2_200_000 * wobble))
        playing = controller.choose(told(playing=playing, estimate=estimate)).rung.id
        seen.append(playing)
    assert len(set(seen[5:])) == 1


def test_a_rung_too_heavy_to_decode_stays_out_for_a_minute() -> None:
    controller = ThroughputController()
    rich = {"estimate": BitsPerSecond(50_000_000)}
    dropping = told(playing="1080", dropped_rate=0.4, **rich)
    later = [told(playing="720", now=micros(at), **rich) for at in (10, 59)]
    assert heights(controller, [dropping, *later]) == [720, 720, 720]
    assert heights(controller, [told(playing="720", now=micros(61), **rich)]) == [1080]


def test_cycle_walks_up_and_down_by_media_time() -> None:
    controller = make_controller("cycle:4")
    inputs = [told(media_time=micros(100 + at), ladder=LADDER[:3]) for at in range(0, 24, 2)]
    assert heights(controller, inputs) == [
        240, 240, 360, 360, 480, 480, 360, 360, 240, 240, 360, 360
    ]  # fmt: skip
    assert heights(make_controller("cycle:1"), [told(ladder=LADDER[:1])] * 2) == [240, 240]


def test_fixed_stays() -> None:
    assert heights(make_controller("fixed"), [told(estimate=BitsPerSecond(1))]) == [1080]
    assert heights(make_controller("fixed:500"), [told()]) == [480]
    assert heights(make_controller("fixed:10"), [told()]) == [240]
    assert heights(make_controller("fixed"), [told(fixed="360")]) == [360]


@pytest.mark.parametrize(
    "name",
    ["", "bola:3", "cycle", "cycle:", "cycle:0", "cycle:x", "cycle:nan", "fixed:x", "fixed:"],
)
def test_a_wrong_name_is_answered_with_the_right_ones(name: str) -> None:
    with pytest.raises(
        ValueError, match=r"throughput, bola, dynamic, robust-mpc, .*cycle:SECONDS, fixed"
    ):
        make_controller(name)


def fetching(**changes: object) -> AbandonInput:
    usual: dict[str, object] = {
        "now": micros(2),
        "started": micros(0),
        "received": ByteCount(100_000),
        "buffer": micros(3),
        "segment_duration": micros(4),
        "ladder": LADDER,
        "rung": LADDER[3],
        "expected_size": ByteCount(1_500_000),
        "pieces": 10,
    }
    return AbandonInput(**(usual | changes))  # type: ignore[arg-type]


def decided(**changes: object) -> Decision | None:
    return make_controller("throughput").abandon(fetching(**changes))


def test_a_segment_that_would_come_too_late_is_given_up() -> None:
    decision = decided()
    assert decision is not None
    assert decision.rung.height == 240
    assert "720p" in decision.reason
    assert "6 %" in decision.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"now": micros(0.4)},
        {"pieces": 3},
        {"received": ByteCount(0)},
        {"rung": LADDER[0]},
        {"received": ByteCount(1_400_000)},
        {"received": ByteCount(750_000), "buffer": micros(20)},
        {"received": ByteCount(750_000), "buffer": micros(0)},
    ],
)
def test_a_segment_that_comes_in_time_or_cannot_be_judged_is_kept(
    changes: dict[str, object],
) -> None:
    assert decided(**changes) is None


def test_the_patient_wait_as_long_as_the_buffer_lasts() -> None:
    late = fetching(buffer=micros(40))
    assert abandon(late) is not None
    assert abandon(late, patient=True) is None
    assert abandon(fetching(buffer=micros(0)), patient=True) is not None
    assert abandon(fetching(buffer=micros(3)), patient=True) == decided()


def test_with_nothing_buffered_what_is_late_is_given_up() -> None:
    decision = decided(buffer=micros(0))
    assert decision is not None
    assert decision.rung.height == 240


def test_the_best_rung_that_comes_in_time_is_taken_instead() -> None:
    decision = decided(received=ByteCount(300_000), buffer=micros(6), rung=LADDER[4],
                       expected_size=ByteCount(3_000_000))  # fmt: skip
    assert decision is not None
    assert decision.rung.height == 480


def test_only_the_default_gives_up() -> None:
    assert make_controller("cycle:4").abandon(fetching()) is None
    assert make_controller("fixed").abandon(fetching()) is None


def test_sizes_that_a_manifest_tells_count_when_giving_up() -> None:
    light = LadderRung(id="240", bandwidth=LADDER[0].bandwidth, height=240, sizes=(ByteCount(1),))
    decision = decided(ladder=(light, *LADDER[1:]), expected_size=None)
    assert decision is not None
    assert decision.rung is light


def test_the_viewers_choice_stands_above_the_cycle() -> None:
    assert heights(make_controller("cycle:4"), [told(fixed="720")]) == [720]
