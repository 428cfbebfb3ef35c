"""Directions, turns and what of the frame is needed: the arithmetic of looking around."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.model.sphere import HALF_SPHERE, WHOLE_SPHERE, Sphere, Stereo
from ui.look import NARROWEST, WIDEST, Look, cut, lines_wanted


def _ahead(look: Look) -> tuple[float, float]:
    """Longitude to the right and latitude up, in degrees, of the middle of the screen."""
    row = look.rotation()
    x, y, z = (-row[place] for place in (2, 5, 8))
    return math.degrees(math.atan2(x, -z)), math.degrees(math.asin(min(max(y, -1.0), 1.0)))


@given(yaw=st.floats(-179, 179), pitch=st.floats(-89, 89))
def test_the_middle_of_the_screen_is_where_one_looks(yaw: float, pitch: float) -> None:
    found = _ahead(Look().turned(yaw, pitch))
    assert found == pytest.approx((yaw, pitch), abs=1e-3)


@given(turns=st.lists(st.tuples(st.floats(-400, 400), st.floats(-400, 400)), max_size=20))
def test_one_turns_round_for_ever_but_not_over(turns: list[tuple[float, float]]) -> None:
    look = Look()
    for right, up in turns:
        look = look.turned(right, up)
    assert -180 <= look.yaw <= 180
    assert -90 <= look.pitch <= 90


@given(factors=st.lists(st.floats(0.01, 100), max_size=10))
def test_zoom_has_ends(factors: list[float]) -> None:
    look = Look()
    for factor in factors:
        look = look.zoomed(factor)
    assert NARROWEST <= look.fov <= WIDEST


def test_an_eye_has_its_half() -> None:
    assert cut(Sphere(stereo=Stereo.TOP_BOTTOM)) == (0, 0, 1, 0.5)
    assert cut(Sphere(stereo=Stereo.LEFT_RIGHT)) == (0, 0, 0.5, 1)
    assert cut(HALF_SPHERE) == (0, 0, 1, 1)


def test_the_whole_frame_needs_more_lines_than_the_screen_has() -> None:
    assert lines_wanted(WHOLE_SPHERE, 60, 1080) == 3240
    assert lines_wanted(Sphere(stereo=Stereo.TOP_BOTTOM), 60, 1080) == 6480
    assert lines_wanted(Sphere(top=0.25, bottom=0.25), 90, 1080) == 1080
