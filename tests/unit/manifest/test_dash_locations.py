"""BaseURL choices, service locations, steering, and where the manifest itself lies."""

import pytest

from player.errors import ErrorCode, PlayerError
from player.model.location import relocate
from player.units import Micros, micros
from tests.unit.manifest.mpd_made import AST, NOW, listed, live, only, read, static, video

TEMPLATE = '<SegmentTemplate media="$Number$.m4s" duration="5"/>'


def periods(bases: str, inner: str = "") -> str:
    """An MPD body with `bases` at its top and `inner` at the top of its period."""
    return f"{bases}<Period>{inner}{video(TEMPLATE)}</Period>"


def test_every_base_url_is_a_location() -> None:
    found = read(
        periods(
            '<BaseURL serviceLocation="b" dvb:priority="2">https://b.example/x/</BaseURL>'
            '<BaseURL serviceLocation="a" dvb:priority="1" dvb:weight="7">//a.example/</BaseURL>',
            "<BaseURL>hd/</BaseURL>",
        ),
        mediaPresentationDuration="PT10S",
    )
    first, second = only(found).locations
    assert (first.name, first.base, first.priority, first.weight) == (
        "a",
        "https://a.example/hd/",
        1,
        7,
    )
    assert (second.name, second.base, second.priority) == ("b", "https://b.example/x/hd/", 2)
    segment = listed(found)[0]
    assert segment.resource.uri == "https://a.example/hd/1.m4s"
    moved = relocate(segment.resource, first, second)
    assert moved.uri == "https://b.example/x/hd/1.m4s"


def test_alternatives_without_names_are_called_by_their_servers() -> None:
    text = periods(
        "<BaseURL>https://u:secret@c.example/t0ken/</BaseURL><BaseURL>https://d.example/</BaseURL>"
        "<BaseURL>https://d.example/2/</BaseURL>"
    )
    found = read(text, mediaPresentationDuration="PT10S")
    assert [one.name for one in only(found).locations] == ["c.example", "d.example", "d.example#2"]
    again = read(text, mediaPresentationDuration="PT10S")
    assert only(again).locations == only(found).locations


def test_one_place_without_a_name_is_no_choice() -> None:
    found = read(
        periods("<BaseURL>https://c.example/</BaseURL>"), mediaPresentationDuration="PT9S"
    )
    assert only(found).locations == ()
    named = '<BaseURL serviceLocation="x">v/</BaseURL>'
    assert [one.name for one in only(static(video(TEMPLATE, named))).locations] == ["x"]


def test_an_absolute_base_url_below_leaves_the_choice_above() -> None:
    found = read(
        periods(
            '<BaseURL serviceLocation="a">https://a.example/</BaseURL>'
            '<BaseURL serviceLocation="b">https://b.example/</BaseURL>',
            "<BaseURL>https://ads.example/</BaseURL>",
        ),
        mediaPresentationDuration="PT10S",
    )
    assert only(found).locations == ()
    assert listed(found)[0].resource.uri == "https://ads.example/1.m4s"


def test_choices_at_all_levels_stay_bounded() -> None:
    bases = "".join(f'<BaseURL serviceLocation="s{one}">{one}/</BaseURL>' for one in range(9))
    found = read(periods(bases, bases), mediaPresentationDuration="PT10S")
    names = [one.name for one in only(found).locations]
    assert len(names) == len(set(names)) == 16
    assert any("BaseURL choices" in one.text for one in found.warnings)


def test_foreign_schemes_are_left_out_or_refused() -> None:
    text = periods("<BaseURL>file:///etc/</BaseURL><BaseURL>https://ok.example/</BaseURL>")
    found = read(text, mediaPresentationDuration="PT10S")
    assert listed(found)[0].resource.uri == "https://ok.example/1.m4s"
    assert found.warnings
    with pytest.raises(PlayerError) as caught:
        static(video('<SegmentTemplate media="file:///etc/passwd?$Number$" duration="5"/>'))
    assert caught.value.failure.code is ErrorCode.INPUT_UNSUPPORTED_SCHEME


def test_a_base_url_may_be_early() -> None:
    template = '<SegmentTemplate media="$Number$" duration="2" availabilityTimeOffset="0.5"{}/>'
    base = '<BaseURL availabilityTimeOffset="1">v/</BaseURL>'
    index = only(live(video(template.format(""), base))).index
    assert index is not None
    assert index.numbers(Micros(AST + micros(0.5)))[-1] == 1
    in_pieces = template.format(' availabilityTimeComplete="false"')
    growing = only(live(video(in_pieces, base))).index
    assert growing is not None
    assert growing.numbers(Micros(AST + micros(0.5)))[-1] == 1
    one = growing.segment(1)
    assert one.whole_at == AST + micros(2)
    assert one.step == micros(0.5)


def test_content_steering() -> None:
    found = read(
        periods(
            '<ContentSteering defaultServiceLocation="b a" queryBeforeStart="true">steer?x=1'
            "</ContentSteering>"
        ),
        mediaPresentationDuration="PT10S",
    )
    assert found.steering is not None
    assert found.steering.uri == "https://tv.example/d/steer?x=1"
    assert (found.steering.default, found.steering.query_before_start) == (("b", "a"), True)
    refused = read(
        periods("<ContentSteering>file:///x</ContentSteering>"), mediaPresentationDuration="PT9S"
    )
    assert refused.steering is None
    assert any("ContentSteering" in one.text for one in refused.warnings)


def test_several_locations_of_the_manifest() -> None:
    found = live(
        video(TEMPLATE)
        + "</Period><Location>a.mpd</Location><Location>https://b.example/b.mpd</Location>"
        '<Location>a.mpd</Location><Period start="PT500S">'
    )
    assert found.location == "https://tv.example/d/a.mpd"
    assert found.other_locations == ("https://b.example/b.mpd",)
    assert NOW
