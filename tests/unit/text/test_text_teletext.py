"""Teletext subtitles, written by an encoder of the tests' own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.model.cue import CueAlign, CueSpan
from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.text.face import open_reader
from player.text.teletext_codes import HAMMING_8_4
from player.text.teletext_codes import triplet as decoded
from tests.unit.text.captions_made import (
    HAMMING,
    PICTURE,
    accents,
    header,
    payload,
    row,
    sample,
    triplet,
)

PAGE = 0x888


def codes(text: str) -> list[int]:
    return [ord(letter) for letter in text]


def read(*payloads: bytes, service="888", language="", quiet=30):
    head = StreamHead(
        stream=0, kind=TrackKind.TEXT, codec="teletext", service=service, language=language
    )
    reader = open_reader(head)
    every = [*payloads, *[payload()] * quiet]
    cues = [cue for i, one in enumerate(every) for cue in reader.feed(sample(i, one))]
    return [*cues, *reader.flush()]


def page(*rows: bytes, option: int = 0, number: int = PAGE) -> bytes:
    return payload(header(number, option), *rows, header(number | 0xFF))


def test_a_page_is_shown_from_its_header_on_until_it_is_erased():
    first = page(row(PAGE, 20, codes("Hello")), row(PAGE, 22, codes("there")))
    cues = read(payload(), first, *[payload()] * 60, page())
    assert {cue.text for cue in cues} == {"Hello\nthere"}
    assert (cues[0].start, cues[-1].end) == (PICTURE, 62 * PICTURE)
    assert max(cue.end - cue.start for cue in cues) < 700_000
    assert (cues[0].box.x, cues[0].box.align) == (50, CueAlign.CENTER)


def test_a_page_over_several_packets_and_one_that_nobody_closes():
    parts = [payload(header(PAGE)), payload(row(PAGE, 22, codes("slow")))]
    assert read(*parts)[0].text == "slow"


def test_only_what_is_in_boxes_shows():
    text = row(PAGE, 22, codes("secret"), boxed=False)
    assert read(page(text)) == []


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        (0, "#[", "£←"),
        (1, "{|}~", "äöüß"),
        (2, "@}", "Éå"),
        (3, "[_`", "°#ù"),
        (4, "@{~", "àâç"),
        (5, "@[]_|~#", "¡áíúñàç"),
        (6, "$", "ů"),
    ],
)
def test_national_subsets(option, text, expected):
    line = row(PAGE, 22, codes(f"x{text}x"))
    assert read(page(line, option=option))[0].text == f"x{expected}x"


def test_letters_of_portuguese_over_the_subset():
    line = row(PAGE, 22, codes("nao so"))
    start = (40 - 10) // 2 + 2
    over = accents(PAGE, 22, {start + 1: "ã", start + 5: "ó"})
    assert read(page(line, over, option=5))[0].text == "não só"


def test_colours_double_height_and_grounds():
    line = row(PAGE, 22, [0x0D, 0x03, *codes("gold"), 0x07, *codes("plain")])
    assert read(page(line))[0].lines == (
        (CueSpan(text="gold ", color="#ffff00ff"), CueSpan(text="plain")),
    )
    line = row(PAGE, 22, [0x01, 0x1D, 0x07, *codes("x")])
    assert read(page(line))[0].lines == ((CueSpan(text="x", background="#ff0000ff"),),)


def test_other_pages_and_magazines_are_passed_over():
    other = payload(header(0x801), row(0x801, 22, codes("weather")), header(0x8FF))
    mine = payload(header(PAGE), row(0x100, 21, codes("news")), row(PAGE, 22, codes("me")))
    assert {cue.text for cue in read(other, mine)} == {"me"}
    assert {cue.text for cue in read(other, mine, service="801")} == {"weather"}


def test_one_wrong_bit_is_mended():
    for value, code in enumerate(HAMMING):
        assert {HAMMING_8_4[code ^ 1 << place] for place in range(8)} == {value}
        assert HAMMING_8_4[code] == value
        assert HAMMING_8_4[code ^ 3] is None
    good = triplet(0x2A, 0x15, 0x5B)
    for place in range(24):
        hurt = (int.from_bytes(good, "little") ^ 1 << place).to_bytes(3, "little")
        assert decoded(hurt) == decoded(good) == 0x2A | 0x15 << 6 | 0x5B << 11


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=40), max_size=8), st.binary(max_size=60))
def test_no_packets_are_too_strange(rows, rest):
    units = [bytes((3, 44, 0xE7, 0xE4)) + (one * 42)[:42].ljust(42, b"\x15") for one in rows]
    first = page(row(PAGE, 22, codes("x")))
    for one in read(first, payload(header(PAGE), *units), rest, first):
        assert one.start < one.end


def test_speakers_at_the_sides_and_letters_that_were_hurt():
    right = [0x20] * 31 + [0x0B, 0x0B, *codes("right"), 0x0A, 0x0A]
    left = [0x0B, 0x0B, *codes("left"), 0x0A] + [0x20] * 33
    one = read(page(row(PAGE, 20, right, boxed=False)))[0]
    other = read(page(row(PAGE, 20, left, boxed=False)))[0]
    assert (one.box.align, one.box.anchor_x) == (CueAlign.RIGHT, 100)
    assert (other.box.align, other.box.anchor_x) == (CueAlign.LEFT, 0)
    hurt = bytearray(row(PAGE, 22, codes("abc")))
    hurt[4 + 2 + 16 + 2] ^= 0x10
    assert len(read(page(bytes(hurt)))[0].text.replace(" ", "")) == 2


def test_time_that_jumps_back_begins_anew():
    reader = open_reader(
        StreamHead(stream=0, kind=TrackKind.TEXT, codec="teletext", service="888")
    )
    cues = [*reader.feed(sample(9000, page(row(PAGE, 22, codes("a")))))]
    cues += [*reader.feed(sample(9030, payload())), *reader.feed(sample(3, payload()))]
    assert {cue.text for cue in cues} == {"a"}
    assert reader.flush() == ()
