"""The film of real runs: true sizes, one timeline, and manifests that the player reads."""

import io

import av
import pytest

from bench.abr_runs.film import COUNT, HEIGHTS, RATES_KBPS, SIZES, filled, film, rungs
from bench.abr_runs.origin import media_playlist, mpd, multivariant


@pytest.fixture(scope="module")
def ladder():
    return rungs()


def test_a_picture_is_filled_to_the_byte():
    assert len(filled(b"abc", 50)) == 50
    assert filled(b"abc", 50).startswith(b"abc\x00\x00\x00\x2b\x0c\xff")
    assert filled(b"abc", 50).endswith(b"\xff\x80")


@pytest.mark.parametrize("size", [0, 3, 8])
def test_a_picture_that_is_large_enough_stays(size):
    assert filled(b"abc", size) == b"abc"


def test_every_segment_is_as_large_as_the_film_says(ladder):
    for place, rung in enumerate(ladder):
        for number in (0, 1, 77, COUNT - 1):
            wanted = film().sizes[number][place] / 8

            assert len(rung.segment(number)) == pytest.approx(wanted, rel=0.02)


def test_rates_are_true_on_the_whole():
    whole = film()

    for place, rate in enumerate(RATES_KBPS):
        bits = sum(row[place] for row in whole.sizes)
        assert bits / (COUNT * whole.segment_s) == pytest.approx(1000 * rate)


def test_segments_of_another_rung_go_on_in_time_and_shape(ladder):
    for rung, number in zip(ladder, (0, 1, 5, 9, 149), strict=True):
        with av.open(io.BytesIO(rung.init() + rung.segment(number)), format="mp4") as file:
            frames = list(file.decode(video=0))

        assert len(frames) == 50
        assert (frames[0].width, frames[0].height) == (rung.width, rung.height)
        assert frames[0].time == 2.0 * number
        assert frames[0].key_frame
        assert frames[-1].time == pytest.approx(2.0 * number + 1.96)


def test_the_rung_can_be_told_by_its_height(ladder):
    assert [HEIGHTS[rung.height] * 1e6 for rung in ladder] == [rung.bandwidth for rung in ladder]
    assert len(HEIGHTS) == len(SIZES) == len(RATES_KBPS)


def test_both_manifests_tell_of_the_same(ladder):
    named = {str(rung.height): rung for rung in ladder}

    for rung in ladder:
        assert f"BANDWIDTH={rung.bandwidth}," in multivariant(named)
        assert f'bandwidth="{rung.bandwidth}"' in mpd(named)
    assert media_playlist().count("#EXTINF:2.000") == COUNT
    assert f'"PT{2 * COUNT}S"' in mpd(named)
