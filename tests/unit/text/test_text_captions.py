"""CEA-608 and CEA-708 in pictures."""

import itertools
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.model.cue import CueAlign, CueSpan
from player.model.presentation import TrackKind
from player.model.sample import StreamHead
from player.text.face import open_reader, services
from tests.unit.text.captions_made import (
    PICTURE,
    dtvcc,
    letters,
    pair,
    pictures,
    quiet,
    sample,
    twice,
)

RCL, EDM, EOC, CR, RU2, RU3, RDC = 0x20, 0x2C, 0x2F, 0x2D, 0x25, 0x26, 0x29
ROW_15, ROW_14_ITALIC, ROW_1_GREEN = (0x14, 0x70), (0x14, 0x4E), (0x11, 0x42)


def read(samples, service="CC1"):
    head = StreamHead(stream=0, kind=TrackKind.TEXT, codec="cea", service=service)
    reader = open_reader(head)
    cues = [cue for one in samples for cue in reader.feed(one)]
    return [*cues, *reader.flush()]


def joined(cues):
    """Join pieces that differ in their times alone: (start and end in pictures, text)."""
    found = []
    for cue in cues:
        start, end = round(cue.start / PICTURE), round(cue.end / PICTURE)
        if found and (found[-1][1], found[-1][2]) == (start, cue.text):
            start = found.pop()[0]
        found.append((start, end, cue.text))
    return found


def pop_on(text: str, where=ROW_15) -> list[bytes]:
    return [*twice((0x14, RCL), (0x14, 0x2E), where), *letters(text), *twice((0x14, EOC))]


def test_pop_on_shows_all_at_once_and_in_pieces_while_it_stays():
    made = pop_on("Hello")
    shown = pictures(made)
    samples = [*shown, *quiet(len(shown), 60), sample(len(shown) + 60, pair(0x14, EDM))]
    cues = read(samples)
    assert joined(cues) == [(len(shown) - 2, len(shown) + 60, "Hello")]
    assert max(cue.end - cue.start for cue in cues) <= 600_000


def test_pictures_in_decode_order():
    made = pictures(pop_on("Hello there"))
    samples = [*made, *quiet(len(made), 30)]
    mixed = [one for four in zip(*[iter(samples)] * 4, strict=False) for one in four[::-1]]
    rest = samples[len(mixed) :]
    assert joined(read([*mixed, *rest])) == joined(read(samples))


def test_a_control_code_is_counted_once_where_doubled():
    made = [*twice((0x14, RU2), ROW_15), *letters("a"), *twice((0x14, CR)), *letters("b")]
    assert read([*pictures(made), *quiet(20, 30)])[-1].text == "a\nb"


def test_roll_up_keeps_its_depth():
    made = [*twice((0x14, RU2))]
    for word in ("one", "two", "three"):
        made += [*twice((0x14, CR), ROW_15), *letters(word)]
    cue = read([*pictures(made), *quiet(len(made), 30)])[-1]
    assert cue.text == "two\nthree"
    assert cue.box.y == 90


def test_paint_on_appears_as_it_is_typed():
    made = [*twice((0x14, RDC), ROW_15), *letters("abcdefghijklmnopqrstuvwxyz")]
    texts = [text for *_, text in joined(read([*pictures(made), *quiet(len(made), 30)]))]
    assert texts[-1] == "abcdefghijklmnopqrstuvwxyz"
    assert all(after.startswith(before) for before, after in itertools.pairwise(texts))
    assert len(texts) <= 4  # not at every pair of letters


def test_looks_and_places():
    made = [
        *twice((0x14, RCL), ROW_1_GREEN),
        *letters("gr"),
        *twice((0x11, 0x2F)),  # mid-row: italics, underlined
        *letters("it"),
        *twice(ROW_14_ITALIC),
        *letters("low"),
        *twice((0x14, EOC)),
    ]
    high, low = read([*pictures(made), *quiet(len(made), 20)])[:2]
    assert high.lines == (
        (
            CueSpan(text="gr", color="#00ff00ff"),
            CueSpan(text=" it", italic=True, underline=True, color="#00ff00ff"),
        ),
    )
    assert (high.box.align, high.box.x, high.box.anchor_x) == (CueAlign.LEFT, 10, 0)
    assert high.box.y == pytest.approx(15.33)
    assert low.lines == ((CueSpan(text="low", italic=True),),)
    assert low.box.y == pytest.approx(84.67)


def test_letters_beyond_the_basic_set():
    made = [
        *twice((0x14, RCL), ROW_15),
        pair(0x11, 0x37),  # a note
        *letters("aA"),
        pair(0x13, 0x20),  # Ã instead of the A
        *letters("`*"),
        *twice((0x14, EOC)),
    ]
    assert read([*pictures(made), *quiet(40, 20)])[0].text == "♪aÃúá"


def test_backspace_tabs_and_erase():
    made = [
        *twice((0x14, RCL), ROW_15),
        *letters("abc"),
        *twice((0x14, 0x21), (0x17, 0x22)),
        *letters("d"),
        *twice((0x14, EOC)),
    ]
    assert read([*pictures(made), *quiet(40, 20)])[0].text == "ab  d"


def test_channels_and_fields_keep_apart():
    made = [
        *twice((0x14, RCL), ROW_15), *letters("one"), *twice((0x14, EOC)),
        *twice((0x1C, RCL), (0x1C, 0x70)), *letters("two"), *twice((0x1C, EOC)),
        *twice((0x15, RCL), (0x14, 0x70), field=1), *letters("three", 1),
        pair(0x01, 0x03, 1), *letters("no", 1), pair(0x0F, 0x1D, 1),  # XDS: not for the screen
        *twice((0x15, EOC), field=1),
    ]  # fmt: skip
    samples = [*pictures(made), *quiet(len(made), 20)]
    for name, text in (("CC1", "one"), ("CC2", "two"), ("CC3", "three")):
        assert {cue.text for cue in read(samples, name)} == {text}
    assert read(samples, "CC4") == []
    assert services(samples) == ("CC1", "CC2", "CC3")


def test_broken_parity_shows_and_loses_no_more_than_its_pair():
    made = [*twice((0x14, RCL), ROW_15), *letters("ab"), bytes((0xFC, 0x61, 0x63)), *letters("ef")]
    bad = bytes((0xFC, 0x61 | 0x80, 0x62))
    made = [*made, bad, *twice((0x14, EOC))]
    assert read([*pictures(made), *quiet(len(made), 20)])[0].text == "aba█ef"


def test_text_that_nobody_renews_goes_after_sixteen_seconds():
    made = pop_on("Old")
    ended = joined(read([*pictures(made), *quiet(len(made), 700)]))
    assert len(ended) == 1
    assert 15 < (ended[0][1] - ended[0][0]) * PICTURE / 1e6 < 17


def test_time_that_jumps_back_begins_anew():
    made = [*pictures(pop_on("A"), start=9000), *quiet(9020, 20)]
    later = [*pictures(pop_on("B")), *quiet(20, 20)]
    assert {cue.text for cue in read([*made, *later])} == {"A", "B"}


def window(number=0, *, visible=True, rows=2, columns=32, point=7, down=74, across=105) -> bytes:
    head = 0x98 + number
    flags = 0x20 * visible
    return bytes((head, flags, down, across, point << 4 | rows - 1, columns - 1, 0x11))


def pictures_708(*data: bytes, service=1):
    return [sample(i * 10, dtvcc((service, one))) for i, one in enumerate(data)] + quiet(
        len(data) * 10, 40
    )


def test_708_window():
    data = window() + b"\x97\x00\x00\x02\x00" + b"Ol\xe1\x0d" + b"\x90\x05\x80" + b"mundo\x10\x30"
    cue = read(pictures_708(data), "SERVICE1")[0]
    assert cue.lines == (
        (CueSpan(text="Olá"),),
        (CueSpan(text="mundo█", italic=True),),
    )
    assert (round(cue.box.x), cue.box.y, cue.box.align) == (50, 90, CueAlign.CENTER)
    assert (cue.box.anchor_x, cue.box.anchor_y) == (50, 100)


def test_708_windows_show_hide_and_go():
    hidden = window(visible=False) + b"wait"
    samples = pictures_708(hidden, b"\x89\x01", b"\x8a\x01", b"\x8b\x01", b"\x8c\x01")
    assert joined(read(samples, "SERVICE1")) == [(10, 20, "wait"), (30, 40, "wait")]


def test_708_rolls_and_colours():
    data = window(rows=2) + b"\x91\x30\x00\x00one\x0dtwo\x0dthree"
    cue = read(pictures_708(data[:20], data[20:]), "SERVICE1")[-1]
    assert cue.text == "two\nthree"
    assert cue.lines[0][0].color == "#ff0000ff"


def test_708_services_are_named_and_kept_apart():
    samples = pictures_708(window() + b"one") + [
        sample(100 + one.pts // PICTURE, one.data)
        for one in pictures_708(window() + b"two", service=2)
    ]
    assert services(samples) == ("SERVICE1", "SERVICE2")
    assert {cue.text for cue in read(samples, "SERVICE2")} == {"two"}


def test_708_commands_that_are_cut_go_on_in_the_next_block():
    data = window() + b"\x92\x01\x04x"
    assert read(pictures_708(data[:4], data[4:]), "SERVICE1")[0].text == "x"


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=30), max_size=30), st.sampled_from(["CC1", "CC4", "SERVICE1"]))
def test_no_triplets_are_too_strange(data, service):
    check(read([sample(i, one) for i, one in enumerate(data)], service))


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=31), max_size=20))
def test_no_service_data_are_too_strange(data):
    check(
        read(
            [sample(i, dtvcc((1, window() + one[:20]))) for i, one in enumerate(data)], "SERVICE1"
        )
    )


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0x10, 0x1F), st.integers(0x20, 0x7F)), max_size=60))
def test_no_control_codes_are_too_strange(codes):
    made = [one for code in codes for one in (pair(*code), *letters("xy"))]
    check(read(pictures(made)))


def check(cues):
    for one in cues:
        assert one.start < one.end
        assert any(one.lines)
    for before, after in itertools.pairwise(cues):
        assert after.start >= before.start


SPOKEN = ("Hello", "caf\u00e9 \u00e1\u00ed\u00f3\u00fa", "two\nlines", "\u266a la \u266a", "Ã Ñ ü")
_BYTES = {"\u00e1": "*", "\u00e9": "\\", "\u00ed": "^", "\u00f3": "_", "\u00fa": "`", "Ñ": "}"}
_PAIRS = {"\u266a": (0x11, 0x37), "Ã": (0x13, 0x20), "ü": (0x12, 0x25)}


def written(text: str) -> list[bytes]:
    """Give the pairs of a line, with what is not basic behind its stand-in."""
    made: list[bytes] = []
    run = ""
    for letter in text:
        if letter not in _PAIRS:
            run += _BYTES.get(letter, letter)
            continue
        code = _PAIRS[letter]
        run += "" if code[0] == 0x11 else "u"
        made += [*letters(run), *twice(code)]
        run = ""
    return [*made, *letters(run)]


def caption(text: str) -> list[bytes]:
    """Load a caption of one or two lines and show it."""
    made = twice((0x14, RCL), (0x14, 0x2E))
    for row, line in zip(((0x14, 0x50), (0x14, 0x70)), text.split("\n"), strict=False):
        made += [*twice(row), *written(line)]
    return [*made, *twice((0x14, EOC))]


def test_what_is_spoken_is_read():
    made = [one for text in SPOKEN for one in (*caption(text), *[pair(0, 0)] * 20)]
    cues = joined(read([*pictures(made), *quiet(len(made), 9)]))
    assert [text for *_, text in cues] == list(SPOKEN)


@pytest.mark.system
def test_captions_of_a_scenarist_file_as_ffmpeg_reads_them(tmp_path):
    lines = []
    for second, text in enumerate(SPOKEN):
        words = " ".join(one[1:].hex() for one in caption(text))
        lines.append(f"00:00:{4 * second + 2:02}:00\t{words}\n")
    lines.append("00:00:40:00\t942c 942c\n")
    file = tmp_path / "a.scc"
    file.write_text("Scenarist_SCC V1.0\n\n" + "\n".join(lines))
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-f", "srt", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    plain = re.sub(r"<[^>]*>|\{[^}]*\}", "", said)
    blocks = [block.split("\n") for block in plain.strip().split("\n\n")]
    assert ["\n".join(block[2:]).strip() for block in blocks] == list(SPOKEN)


def shown_by(*triplets, service="CC1"):
    return read([*pictures(list(triplets)), *quiet(len(triplets), 30)], service)[-1]


def test_rolling_rows_move_with_their_base():
    made = [*twice((0x14, RU2), ROW_15), *letters("ab"), *twice((0x14, CR)), *letters("cd")]
    cue = shown_by(*made, *twice((0x11, 0x60)), *letters("ef"))
    assert cue.text == "ab\nef"
    assert cue.box.y == pytest.approx(10 + 2 * 80 / 15, abs=0.01)


def test_grounds_and_colours_in_the_middle_of_a_row():
    cue = shown_by(
        *twice((0x14, RDC), ROW_15),
        *twice((0x10, 0x2A)),  # a yellow ground
        *letters("a"),
        *twice((0x17, 0x2D)),  # none
        *letters("b"),
        *twice((0x17, 0x2F)),  # black, underlined
        *letters("c"),
        *twice((0x11, 0x28)),  # mid-row: red
        *letters("d"),
        *twice((0x14, 0x24)),  # erases nothing: the pen is at the end
    )
    looks = [(span.text, span.color, span.background, span.underline) for span in cue.lines[0]]
    assert looks == [
        ("a", "", "#ffff00ff", False),
        ("b", "", "#00000000", False),
        ("c", "#000000ff", "#00000000", True),
        (" d", "#ff0000ff", "#00000000", False),
    ]


def test_text_mode_is_not_for_the_screen():
    made = [*twice((0x14, RDC), ROW_15), *letters("on"), *twice((0x14, 0x2A)), *letters("off")]
    assert shown_by(*made).text == "on"


def test_708_letters_motions_and_resets():
    data = window() + b"abc\x08\x0e\x7f\x10\x39\x10\xa0\x18\x30\x42\x10\x08z"
    assert read(pictures_708(data), "SERVICE1")[0].text == "♪™[CC]あ"
    gone = joined(read(pictures_708(window() + b"x", b"\x8f"), "SERVICE1"))
    assert gone == [(0, 10, "x")]
    cleared = joined(read(pictures_708(window() + b"x", b"\x0cy"), "SERVICE1"))
    assert [text for *_, text in cleared] == ["x", "y"]


def test_708_relative_places_and_smaller_windows():
    data = window(rows=3, down=0x80 | 50, across=25, point=0) + b"a\x0db\x0dc"
    cue = read(pictures_708(data, window(rows=1, down=0x80 | 50, across=25, point=0)), "SERVICE1")
    assert (cue[0].box.x, cue[0].box.y, cue[0].box.anchor_x, cue[0].box.anchor_y) == (30, 50, 0, 0)
    assert cue[-1].text == "c"
