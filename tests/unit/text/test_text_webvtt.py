"""WebVTT files: W3C WebVTT, and RFC 8216 3.5 for the map of HLS segments."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.model.cue import CueAlign, CueBox, CueSpan, CueWriting
from player.model.presentation import Container
from player.text.face import TimestampMap, read_document
from player.units import micros


def read(text: str):
    return read_document(text.encode(), Container.WEBVTT)


def cue(text: str, settings_: str = ""):
    (only,) = read(f"WEBVTT\n\n00:01.000 --> 00:02.500 {settings_}\n{text}\n").cues
    return only


def spans(text: str, style: str = ""):
    block = f"STYLE\n{style}\n\n" if style else ""
    (only,) = read(f"WEBVTT\n\n{block}00:01.000 --> 00:02.000\n{text}\n").cues
    return only.lines


def test_times_with_and_without_hours():
    found = read(
        "WEBVTT\n\n00:01.466 --> 01:00:01.480\nOne\n\n100:00:00.000 --> 100:00:01.000\nTwo"
    )
    assert [(one.start, one.end, one.text) for one in found.cues] == [
        (1_466_000, micros(3601.48), "One"),
        (micros(360_000), micros(360_001), "Two"),
    ]
    assert (found.warnings, found.timestamp_map) == ((), None)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_mark_and_nul(ends):
    text = ends.join(["WEBVTT - a title", "", "id", "00:00.000 --> 00:01.000", "a\0b", "c", ""])
    (only,) = read_document(b"\xef\xbb\xbf" + text.encode(), Container.WEBVTT).cues
    assert only.text == "a\N{REPLACEMENT CHARACTER}b\nc"


@pytest.mark.parametrize(
    "line",
    [
        "X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:10.000",
        "X-TIMESTAMP-MAP=LOCAL:00:10.000, MPEGTS:900000",
    ],
)
def test_timestamp_map(line):
    found = read(f"WEBVTT\n{line}\n\n00:00.000 --> 00:01.000\nx")
    assert found.timestamp_map == TimestampMap(local=micros(10), mpegts=900_000)
    assert len(found.cues) == 1


def test_a_map_without_local_counts_from_zero():
    found = read("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000\n\n00:00.000 --> 00:01.000\nx")
    assert found.timestamp_map == TimestampMap(local=micros(0), mpegts=900_000)
    assert not found.warnings


def test_a_map_whose_local_cannot_be_read_is_told():
    found = read("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:soon,MPEGTS:900000\n\n")
    assert found.timestamp_map is None


def test_a_broken_map_is_told():
    found = read("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:soon\n\n")
    assert found.timestamp_map is None
    assert found.warnings[0].line == 2


def test_cues_without_blank_lines_between_them():
    found = read("WEBVTT\n00:00.000 --> 00:01.000\none\n00:01.000 --> 00:02.000\ntwo\n")
    assert [one.text for one in found.cues] == ["one", "two"]


def test_overlapping_cues_are_sorted_and_both_there():
    found = read("WEBVTT\n\n00:02.000 --> 00:04.000\nb\n\n00:01.000 --> 00:03.000\na\n")
    assert [one.text for one in found.cues] == ["a", "b"]


def test_what_is_broken_is_left_out_and_named():
    found = read(
        "WEBVTT\n\nNOTE\nno cue\n\n1\n00:xx --> 00:02.000\nx\n\n00:03.000 --> 00:02.000\ny"
    )
    assert found.cues == ()
    assert [one.line for one in found.warnings] == [7, 10]


def test_nothing_and_no_webvtt():
    assert read("").cues == ()
    with pytest.raises(PlayerError):
        read("WEBVTTX\n")
    with pytest.raises(PlayerError):
        read("<html>")


def test_tags():
    assert spans("<b>bold <i>both</i></b> <u>lined</u><00:01.500> end") == (
        (
            CueSpan(text="bold ", bold=True),
            CueSpan(text="both", bold=True, italic=True),
            CueSpan(text=" "),
            CueSpan(text="lined", underline=True),
            CueSpan(text=" end"),
        ),
    )


def test_classes_that_stand_for_colours():
    assert spans("<c.yellow.bg_blue>x</c><c.unknown>y</c>") == (
        (CueSpan(text="x", color="#ffff00ff", background="#0000ffff"), CueSpan(text="y")),
    )


def test_voices_languages_entities_and_ruby():
    assert cue("<v Bob &amp; Eve>a &lt;b&gt; &nbsp;&#231;</v> <lang pt>fim</lang>").text == (
        "a <b>  ç fim"
    )
    assert cue("<ruby>東<rt>とう</rt>京<rt>きょう</ruby>!").text == "東 (とう)京 (きょう)!"
    assert cue("5 < 6").text == "5"  # the rest is a tag that nobody closes


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("::cue { color: #f00; }", {"color": "#ff0000ff"}),
        ("::cue(c) { background-color: rgba(0,0,0,0.5) }", {"background": "#00000080"}),
        ("::cue(.loud) { font-weight: bold }", {"bold": True}),
        ('::cue(v[voice="Eve"]) { font-style: italic }', {"italic": True}),
        (
            "/* ::cue{} */ ::cue(.a), ::cue(.loud) { text-decoration: underline }",
            {"underline": True},
        ),
        ("::cue(lang(x)) {} ::cue(.quiet) { color: red }", {}),
    ],
)
def test_style_blocks(rule, expected):
    ((span,),) = spans("<v Eve><c.loud>x</c></v>", rule)
    assert span == CueSpan(text="x", **expected)


def test_a_rule_for_one_cue():
    text = "WEBVTT\n\nSTYLE\n::cue(#two) { color: lime }\n\ntwo\n00:00.000 --> 00:01.000\nx"
    assert read(text).cues[0].lines == ((CueSpan(text="x", color="#00ff00ff"),),)


def test_place_by_default_and_by_settings():
    assert cue("x").box == CueBox()
    assert cue("x", "line:-1").box == CueBox(x=50, y=100, width=100)
    assert cue("x", "line:0").box == CueBox(x=50, y=0, width=100, anchor_y=0)
    assert cue("x", "line:10%,end position:20%,line-left size:50% align:left").box == CueBox(
        x=20, y=10, width=50, anchor_x=0, anchor_y=100, align=CueAlign.LEFT
    )
    assert cue("x", "align:end").box == CueBox(x=100, width=100, anchor_x=100, align=CueAlign.END)
    assert cue("\u05d0", "align:start").box.x == 100  # Hebrew begins at the right
    assert cue("x", "align:middle position:30%").box.width == 60


def test_vertical_text():
    box = cue("x", "vertical:rl line:0").box
    assert (box.writing, box.x, box.anchor_x) == (CueWriting.COLUMNS_FROM_RIGHT, 100, 100)


def test_regions():
    found = read(
        "WEBVTT\n\nREGION\nid:a\nwidth:40%\nlines:3\nregionanchor:0%,100%\n"
        "viewportanchor:10%,90%\nscroll:up\n\n00:00.000 --> 00:01.000 region:a align:left\nx"
    )
    assert found.warnings == ()
    assert found.cues[0].box == CueBox(
        x=10, y=90, width=40, anchor_x=0, anchor_y=100, align=CueAlign.LEFT
    )


def test_unknown_settings_are_told():
    found = read("WEBVTT\n\n00:00.000 --> 00:01.000 line:x,y color:red region:none\nx")
    assert found.cues[0].box == CueBox()
    assert len(found.warnings) == 3


def test_deep_nesting_is_no_problem():
    assert cue("<b>" * 5000 + "x").text == "x"


_pieces = st.sampled_from(
    ["WEBVTT", "\n", "\n\n", "00:00.000 --> 00:01.000", "STYLE", "REGION\nid:a", "::cue(", ")",
     "{", "}", "<c.red>", "<", ">", "</c>", "<rt>", "</ruby>", "&amp", "line:", "%", "-->", "NOTE",
     "\r", "X-TIMESTAMP-MAP=", "vertical:rl ", "align:end ", "\0", "position:50%,center "]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(_pieces | st.text(max_size=6), max_size=30))
def test_no_text_is_too_strange(parts):
    text = "WEBVTT\n" + "".join(parts)
    try:
        found = read(text)
    except PlayerError:
        return
    for one in found.cues:
        assert one.start < one.end
        assert one.lines


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(data):
    for container in (Container.WEBVTT, Container.TTML, Container.UNKNOWN):
        try:
            read_document(data, container)
        except PlayerError:
            continue
