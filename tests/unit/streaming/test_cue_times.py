"""Where a text document belongs, and which cues are on the picture."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.cue import Cue, CueSpan
from player.model.presentation import Container
from player.streaming.feed.timeline import WRAP
from player.streaming.text.cue_schedule import CueSchedule
from player.streaming.text.cue_times import TextPlace, discontinuity_of, document_shift, shifted
from player.text.face import TimestampMap, read_document
from player.units import Micros, micros, seconds
from tests.unit.streaming.streaming_made import index, segment

SHAKA = Path(__file__).parents[4] / "shared" / "corpus" / "playable" / "shaka" / "hls-text-offset"


def _cue(start: float, end: float, text: str = "x") -> Cue:
    return Cue(start=micros(start), end=micros(end), lines=((CueSpan(text=text),),))


def test_cues_are_shown_from_their_start_until_their_end() -> None:
    schedule = CueSchedule()
    schedule.add([_cue(5, 7, "b"), _cue(1, 9, "a"), _cue(1, 9, "a"), _cue(4, 4)])
    assert len(schedule) == 2
    assert [cue.text for cue in schedule.at(micros(6))] == ["a", "b"]
    assert [cue.text for cue in schedule.at(micros(7))] == ["a"]
    assert schedule.at(micros(0.9)) == schedule.at(micros(9)) == ()
    schedule.forget(micros(8))
    assert [cue.text for cue in schedule.at(micros(6))] == ["a"]
    schedule.clear()
    assert len(schedule) == 0


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=20))
def test_a_schedule_forgets_none_and_invents_none(spans: list[tuple[int, int]]) -> None:
    cues = [_cue(start, start + length, str(n)) for n, (start, length) in enumerate(spans)]
    schedule = CueSchedule()
    schedule.add(reversed(cues))
    for second in range(0, 82, 3):
        wanted = {cue for cue in cues if cue.start <= micros(second) < cue.end}
        assert set(schedule.at(micros(second))) == wanted


def test_the_map_ties_text_to_the_pictures_and_waits_for_them() -> None:
    tied = TimestampMap(local=micros(3600), mpegts=3600 * 90_000)
    one = segment(4)
    assert document_shift([_cue(1, 2)], tied, TextPlace(segment=one, offset=None)) is None
    assert document_shift([_cue(24, 25)], tied, TextPlace(segment=one, offset=micros(-3))) == (
        micros(-3)
    )


def test_ticks_that_wrapped_are_brought_back_beside_the_segment() -> None:
    tied = TimestampMap(local=Micros(0), mpegts=90_000)
    place = TextPlace(segment=segment(4), offset=Micros(-WRAP))
    assert document_shift([_cue(24, 25)], tied, place) == micros(1)


@pytest.mark.parametrize(
    ("cues", "shift"), [((25, 26), 0), ((1, 3), 24), ((500, 501), 0)], ids=("own", "rel", "lost")
)
def test_text_without_a_map_is_in_presentation_time_or_counts_from_its_segment(
    cues: tuple[int, int], shift: int
) -> None:
    place = TextPlace(segment=segment(4), offset=micros(9))
    assert document_shift([_cue(*cues)], None, place) == micros(shift)


def test_subtitles_without_discontinuities_go_by_the_pictures_at_their_time() -> None:
    pictures = index(segment(0), segment(1, discontinuity=1), segment(2, discontinuity=1))
    plain, own = index(segment(0), segment(1)), index(segment(0), segment(1, discontinuity=1))
    now = micros(0)
    assert discontinuity_of(plain.segment(1), plain, pictures, now) == 1
    assert discontinuity_of(own.segment(0), own, pictures, now) == 0
    assert discontinuity_of(own.segment(1), own, None, now) == 1
    strange = index(segment(0, discontinuity=7), segment(1, discontinuity=8))
    assert discontinuity_of(strange.segment(1), strange, pictures, now) == 1


@pytest.mark.skipif(not SHAKA.is_dir(), reason="the corpus is not beside the checkout")
def test_shakas_three_cues_are_at_their_known_times() -> None:
    """hls-text-offset: media time 140 s is presentation time 0; after the break 3.083 is 5.583."""
    starts = {"069": (0, 0), "070": (2, 0), "071": (4, 1), "072": (4.917, 1), "073": (6.917, 1)}
    offsets = {0: micros(-140), 1: micros(5.583 - 3.083)}
    found: list[tuple[float, float]] = []
    for name, (start, discontinuity) in starts.items():
        read = read_document((SHAKA / f"vtt-{name}.vtt").read_bytes(), Container.WEBVTT)
        one = segment(0, start=start, discontinuity=discontinuity)
        place = TextPlace(segment=one, offset=offsets[discontinuity])
        shift = document_shift(read.cues, read.timestamp_map, place)
        assert shift is not None
        found += [(seconds(c.start), seconds(c.end)) for c in shifted(read.cues, shift)]
    assert found == [(0, 2), (2, 4), (6, 8)]
