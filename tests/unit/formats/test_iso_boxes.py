"""Boxes: strict where media lies in them, lenient where text does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.formats.iso_boxes import boxes, whole_boxes

PAYL = b"\x00\x00\x00\x0apaylhi"
LONG = b"\x00\x00\x00\x01sttg" + (18).to_bytes(8, "big") + b"ab"
REST = b"\x00\x00\x00\x00idenall"


def test_sizes_of_every_form() -> None:
    found = [(b"payl", b"hi"), (b"sttg", b"ab"), (b"iden", b"all")]
    assert list(whole_boxes(PAYL + LONG + REST)) == found
    assert [one.type for one in boxes(PAYL + LONG + REST, 0, 10 + 18 + 11)] == [
        kind for kind, _ in found
    ]


@pytest.mark.parametrize(
    "bad", [b"\x00\x00\x00\x07vtte", b"\x00\x00\x00\x20vtte", b"\x00\x00\x00\x01vtte"]
)
def test_what_is_cut_off_costs_itself_alone(bad: bytes) -> None:
    assert list(whole_boxes(PAYL + bad)) == [(b"payl", b"hi")]
    with pytest.raises(PlayerError):
        list(boxes(PAYL + bad, 0, len(PAYL + bad)))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_give_boxes_that_lie_in_them(data: bytes) -> None:
    assert sum(8 + len(body) for _, body in whole_boxes(data)) <= len(data)
