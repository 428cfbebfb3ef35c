"""TTML2, IMSC 1.1 and EBU-TT-D documents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import PlayerError
from player.model.cue import CueAlign, CueBox, CueSpan
from player.model.presentation import Container
from player.text.face import read_document
from player.units import micros

_HEAD = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" '
    'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" '
    'xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling" {root}>'
    "<head><styling>{styles}</styling><layout>{regions}</layout></head>"
)


def read(body: str, root: str = "", styles: str = "", regions: str = ""):
    head = _HEAD.format(root=root, styles=styles, regions=regions)
    return read_document(f"{head}{body}</tt>".encode(), Container.TTML)


def only(inner: str, **more: str):
    (found,) = read(f"<body><div>{inner}</div></body>", **more).cues
    return found


def times(body: str, root: str = ""):
    return [(one.start, one.end) for one in read(body, root).cues]


@pytest.mark.parametrize(
    ("text", "root", "expected"),
    [
        ("00:00:01.5", "", 1.5),
        ("01:02:03", "", 3723),
        ("100:00:00.001", "", 360_000.001),
        ("00:00:01:12", 'ttp:frameRate="24"', 1.5),
        ("00:00:00:30", 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"', 1.001),
        ("36f", 'ttp:frameRate="24"', 1.5),
        ("15000000t", 'ttp:tickRate="10000000"', 1.5),
        ("1.5s", "", 1.5),
        ("1500ms", "", 1.5),
        ("0.5m", "", 30),
        ("1h", "", 3600),
    ],
)
def test_time_expressions(text, root, expected):
    found = times(f'<body><div><p begin="{text}" dur="1s">x</p></div></body>', root)
    assert found == [(micros(expected), micros(expected + 1))]


def test_nested_times_add_up_and_clip():
    body = '<body begin="10s"><div begin="5s" end="20s"><p begin="1s" end="99s">x</p></div></body>'
    assert times(body) == [(micros(16), micros(30))]
    assert times('<body><div><p begin="1s" end="9s" dur="2s">x</p></div></body>') == [
        (micros(1), micros(3))
    ]


def test_sequences():
    body = (
        '<body><div timeContainer="seq"><p dur="2s">a</p><p begin="1s" dur="2s">b</p></div></body>'
    )
    assert times(body) == [(0, micros(2)), (micros(3), micros(5))]


def test_spans_that_come_and_go():
    found = read(
        '<body><div><p begin="1s" end="4s">a <span begin="1s" end="2s">b</span></p></div></body>'
    )
    assert [(one.start, one.text) for one in found.cues] == [
        (micros(1), "a"),
        (micros(2), "a b"),
        (micros(3), "a"),
    ]


def test_styles_are_inherited_referred_to_and_laid_over():
    styles = (
        '<style xml:id="base" tts:color="yellow" tts:fontStyle="italic"/>'
        '<style xml:id="more" style="base" tts:color="#00ff00"/>'
    )
    found = only(
        '<p begin="0s" end="1s" style="more">a<span tts:fontWeight="bold" tts:fontStyle="normal" '
        'tts:backgroundColor="rgba(0,0,0,128)" tts:textDecoration="underline">b</span></p>',
        styles=styles,
    )
    assert found.lines == (
        (
            CueSpan(text="a", italic=True, color="#00ff00ff"),
            CueSpan(
                text="b", bold=True, underline=True, color="#00ff00ff", background="#00000080"
            ),
        ),
    )


def test_styles_that_refer_to_each_other_end():
    styles = '<style xml:id="a" style="b" tts:color="red"/><style xml:id="b" style="a"/>'
    found = only('<p begin="0s" end="1s" style="b">x</p>', styles=styles)
    assert found.lines[0][0].color == "#ff0000ff"


def test_white_space_and_breaks():
    assert only(
        '<p begin="0s" end="1s">\n  one\n  two <br/>\n  <span> three</span>\n</p>'
    ).text == ("one two\nthree")
    kept = only('<p begin="0s" end="1s" xml:space="preserve">a  b</p>')
    assert kept.text == "a  b"


def test_regions():
    regions = (
        '<region xml:id="low" tts:origin="10% 80%" tts:extent="80% 15%" '
        'tts:displayAlign="after" tts:textAlign="center" tts:color="cyan"/>'
        '<region xml:id="cells" tts:origin="4c 1c" tts:extent="16c 3c"/>'
        '<region xml:id="pixels" tts:origin="192px 108px" tts:extent="960px 540px">'
        '<style tts:displayAlign="center" tts:textAlign="end"/></region>'
    )

    def box(region: str):
        p = f'<p begin="0s" end="1s" region="{region}">x</p>'
        return only(p, regions=regions, root='tts:extent="1920px 1080px"').box

    assert box("low") == CueBox(x=50, y=95, width=80, align=CueAlign.CENTER)
    assert box("cells") == CueBox(
        x=12.5, y=6.67, width=50, anchor_x=0, anchor_y=0, align=CueAlign.START
    )
    assert box("pixels") == CueBox(
        x=60, y=35, width=50, anchor_x=100, anchor_y=50, align=CueAlign.END
    )
    assert only('<p begin="0s" end="1s" region="low">x</p>', regions=regions).lines[0][0].color


def test_no_region_is_the_viewers_place():
    assert only('<p begin="0s" end="1s">x</p>').box == CueBox()


def test_forced_subtitles_and_hidden_ones():
    assert only('<p begin="0s" end="1s" itts:forcedDisplay="true">x</p>').forced
    assert (
        read('<body><div><p begin="0s" end="1s" tts:display="none">x</p></div></body>').cues == ()
    )


def test_styles_that_change():
    found = read(
        '<body><div><p begin="0s" end="2s"><set begin="1s" tts:color="red"/>x</p></div></body>'
    )
    assert [one.lines[0][0].color for one in found.cues] == ["", "#ff0000ff"]


def test_prefixes_that_nobody_bound_and_broken_times():
    text = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
        '<p begin="0s" end="1s" tts:color="red">a</p>\n<p begin="soon">b</p></div></body></tt>'
    )
    found = read_document(text.encode(), Container.TTML)
    assert found.cues[0].lines[0][0].color == "#ff0000ff"
    assert any("begin is no time" in one.text and one.line == 2 for one in found.warnings)


def test_ebu_tt_and_utf_16():
    text = (
        '<?xml version="1.0" encoding="utf-16"?><tt:tt xmlns:tt="http://www.w3.org/ns/ttml">'
        '<tt:body><tt:div><tt:p begin="0s" end="1s">Olá</tt:p></tt:div></tt:body></tt:tt>'
    )
    assert read_document(text.encode("utf-16"), Container.TTML).cues[0].text == "Olá"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_who_defines_entities_is_refused_in_any_encoding(encoding: str):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE tt [<!ENTITY a "aaaa"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0s" end="1s">'
        "x&a;&f;y</p></div></body></tt>"
    )
    with pytest.raises(PlayerError):
        read_document(text.encode(encoding), Container.TTML)


def test_a_doctype_without_entities_is_read():
    text = '<!DOCTYPE tt><tt><body><div><p begin="0s" end="1s">x</p></div></body></tt>'
    assert read_document(text.encode(), Container.TTML).cues[0].text == "x"


def test_styles_that_lead_on_and_on_end():
    styles = "".join(f'<style xml:id="s{n}" style="s{n + 1}"/>' for n in range(600))
    found = read_document(
        f"<tt><head><styling>{styles}</styling></head><body><div>"
        '<p begin="0s" end="1s" style="s0">x</p></div></body></tt>'.encode(),
        Container.TTML,
    )
    assert found.cues[0].text == "x"
    assert any("too deep" in one.text for one in found.warnings)


def test_a_paragraph_that_changes_too_often_is_cut_with_a_note():
    changes = "".join(f'<set begin="{n}s" end="{n + 1}s" color="red"/>' for n in range(90))
    found = read(f'<body><div><p begin="0s" end="100s">{changes}x</p></div></body>')
    assert len(found.cues) <= 64
    assert any("changes" in one.text for one in found.warnings)


def test_more_parts_than_anybody_writes_are_cut_with_a_note():
    parts = "<span>a</span>" * 1_200
    found = read(f'<body><div><p begin="0s" end="1s">{parts}</p></div></body>')
    assert found.cues[0].text == "a" * 1_000
    assert any("1000 parts" in one.text for one in found.warnings)


def test_inner_changes_win_over_outer_ones():
    found = read(
        '<body><div><p begin="0s" end="2s"><set begin="1s" tts:color="red"/>a'
        '<span><set begin="1s" tts:color="blue"/>b</span></p></div></body>'
    )
    looks = [[span.color for line in one.lines for span in line] for one in found.cues]
    assert looks[1] == ["#ff0000ff", "#0000ffff"]


@pytest.mark.parametrize("data", [b"<html/>", b"WEBVTT", b"<", b"\x00\x01"])
def test_no_ttml(data):
    with pytest.raises(PlayerError):
        read_document(data, Container.TTML)


def test_deep_nesting_ends():
    body = "<div>" * 200 + '<p begin="0s" end="1s">x</p>' + "</div>" * 200
    assert read(f"<body>{body}</body>").cues == ()


_bits = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", '<p begin="1s" end="2s">', '<span tts:color="red">',
     "</span>", "<br/>", "x", " ", '<set begin="1f"/>', "&amp;", "&x;",
     '<p begin="99999999h">', "<metadata>"]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(_bits | st.text(max_size=4), max_size=25))
def test_no_document_is_too_strange(parts):
    try:
        found = read(f"<body><div>{''.join(parts)}</div></body>")
    except PlayerError:
        return
    for one in found.cues:
        assert one.start < one.end
        assert one.lines


def test_styles_that_branch_without_end_are_worked_out_once():
    styles = "".join(
        f'<style xml:id="s{i}" style="{f"s{i + 1} " * 16}" tts:color="red"/>' for i in range(40)
    )
    assert only('<p begin="0s" end="1s" style="s0">x</p>', styles=styles).lines[0][0].color


@pytest.mark.parametrize(
    ("position", "x", "y"),
    [
        ("center bottom", 20, 80),
        ("bottom", 20, 80),
        ("right top", 40, 0),
        ("50% 25%", 20, 20),
        ("10c 3c", 31.25, 20),
        ("somewhere", 20, 40),
    ],
)
def test_positions(position, x, y):
    region = f'<region xml:id="r" tts:extent="60% 20%" tts:position="{position}"/>'
    found = only('<p begin="0s" end="1s" region="r">x</p>', regions=region).box
    assert (found.x, found.y) == (x, y)


def test_columns_initial_values_and_what_cannot_be_read():
    region = (
        '<region xml:id="r" tts:origin="far away" tts:extent="20% 100%" tts:writingMode="tbrl"/>'
    )
    styles = '<initial tts:color="lime"/><style xml:id="a"/><style xml:id="a" tts:color="red"/>'
    found = read(
        '<body><div><p begin="0s" end="1s" region="r">x</p>'
        '<p begin="0s" end="1s" region="none" style="a">y</p></div></body>',
        styles=styles,
        regions=region,
        root='ttp:frameRate="fast" ttp:frameRateMultiplier="0 1"',
    )
    first, second = found.cues
    assert (first.box.writing, first.box.x, first.box.y) == ("rl", 20, 0)
    assert [cue.lines[0][0].color for cue in (first, second)] == ["#00ff00ff", "#ff0000ff"]
    told = " ".join(one.text for one in found.warnings)
    for word in ("frameRate ", "frameRateMultiplier", "origin", "two styles", "no region"):
        assert word in told


def test_ruby_and_pictures():
    found = only(
        '<p begin="0s" end="1s"><span tts:ruby="container"><span tts:ruby="base">東</span>'
        '<span tts:ruby="text">とう</span></span></p>'
    )
    assert found.text == "東 (とう)"
    images = read('<body><div><image src="a.png"/></div></body>')
    assert "pictures" in images.warnings[0].text
