"""The test cards: lettering, palettes and movements."""

from pathlib import Path

import numpy as np
import pytest

from headend.asset.__main__ import main
from headend.asset.canvas import Planes, Sketch, blend, stroke_patch, yuv
from headend.asset.card import Card
from headend.asset.glyphs import layout
from headend.asset.ladder import LADDER, LOOP_FRAMES
from headend.asset.lineup import MOTIFS, channel_spec
from headend.asset.motifs import movement
from headend.asset.strip import flash_box

SMALL = LADDER[0]


def same(a: Planes, b: Planes) -> bool:
    pairs = ((a.y, b.y), (a.u, b.u), (a.v, b.v))
    return all(np.array_equal(one, other) for one, other in pairs)


def grey_planes(width: int = 64, height: int = 48) -> Planes:
    half = (height // 2, width // 2)
    planes = (np.full(shape, 100, np.uint8) for shape in ((height, width), half, half))
    return Planes(*planes)


def test_every_channel_has_a_name_of_letters_that_can_be_drawn() -> None:
    specs = [channel_spec(number) for number in range(1, 100)]
    assert len({spec.name for spec in specs}) == 99
    for spec in specs:
        letters = len(spec.name.replace(" ", ""))
        assert len(layout(spec.name)[1]) >= letters
        for colour in (spec.colours.night, spec.colours.accent):
            assert all(16 <= part <= 240 for part in yuv(colour))


@pytest.mark.parametrize("number", [0, 100, -1])
def test_channels_beyond_99_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=r"1\.\.99"):
        channel_spec(number)


def test_accents_stand_over_their_letters() -> None:
    plain, accented = layout("MARE"), layout("MARÉ")
    assert accented[0] == pytest.approx(plain[0])
    assert len(accented[1]) == len(plain[1]) + 1
    assert min(y for _, y in accented[1][-1]) < 0


def test_neighbours_look_different() -> None:
    cards = [Card(channel_spec(number), SMALL).frame(100) for number in range(1, 9)]
    for i, one in enumerate(cards):
        for other in cards[:i]:
            assert np.abs(one.y.astype(int) - other.y.astype(int)).mean() > 2


@pytest.mark.parametrize("motif", MOTIFS)
def test_movements_move_and_close_with_the_loop(motif: str) -> None:
    spec = channel_spec(MOTIFS.index(motif) + 1)
    moving = movement(spec.motif, spec.colours)
    sketch = Sketch(SMALL.width, SMALL.height)
    moving.sketch(sketch)
    still = sketch.planes()
    start, later, end = still.copy(), still.copy(), still.copy()
    for planes, frame in ((start, 0), (later, 20), (end, LOOP_FRAMES)):
        moving.paint(planes, frame)
    assert not same(start, later)
    closing = np.abs(start.y.astype(int) - end.y.astype(int))
    assert closing.max() <= 2


def test_a_frame_is_a_function_of_its_number() -> None:
    card = Card(channel_spec(2), SMALL)
    first = card.frame(30)
    card.frame(31)
    assert same(first, card.frame(30))


def test_the_flash_window_is_white_for_two_frames_and_neutral_in_colour() -> None:
    card = Card(channel_spec(8), SMALL)
    left, top, right, bottom = flash_box(SMALL.width, SMALL.height)
    for number, level in ((0, 235), (1, 235), (2, 16), (24, 16), (25, 235)):
        planes = card.frame(number)
        assert (planes.y[top:bottom, left:right] == level).all()
        assert (planes.u[top // 2 : bottom // 2, left // 2 : right // 2] == 128).all()


def test_painting_over_the_edge_is_cut_off() -> None:
    for x, y in ((0.0, 0.0), (1.3333, 1.0), (-0.05, 0.5), (0.5, 1.04)):
        planes = grey_planes()
        blend(planes, stroke_patch((((x, y), (x, y)),), 0.2, 48), (235, 128, 128))
        assert planes.y.max() <= 235
        assert planes.y.min() == 100


def test_full_cover_gives_the_colour_itself() -> None:
    planes = grey_planes()
    blend(planes, stroke_patch((((0.5, 0.5), (0.5, 0.5)),), 0.5, 48), (16, 240, 90))
    assert (planes.y[24, 24], planes.u[12, 12], planes.v[12, 12]) == (16, 240, 90)


def test_the_command_draws_a_card(tmp_path: Path) -> None:
    target = tmp_path / "card.png"
    assert main(["--card", str(target), "--channel", "3", "--frame", "10"]) == 0
    assert target.read_bytes().startswith(b"\x89PNG")
