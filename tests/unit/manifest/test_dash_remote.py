"""Remote elements: named, put in place, bounded, refused."""

from itertools import pairwise

import pytest

from player.errors import PlayerError
from player.manifest.face import parse
from player.model.presentation import ManifestFormat, Presentation
from player.units import seconds
from tests.unit.manifest.mpd_made import NOW, URL, listed, video

PART = video('<SegmentTemplate media="$Number$" duration="2"/>')
ADS = "https://ads.example/p?x=1"


def link(href: str = "https://ads.example/p?x=1", inner: str = "", when: str = "onLoad") -> str:
    """A Period that lies elsewhere."""
    return f'<Period duration="PT2S" xlink:href="{href}" xlink:actuate="{when}">{inner}</Period>'


def read(inner: str, remote: dict[str, bytes] | None = None) -> Presentation:
    """A static MPD of these periods."""
    text = (
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'mediaPresentationDuration="PT60S">{inner}</MPD>'
    )
    return parse(text.encode(), url=URL, now=NOW, format=ManifestFormat.DASH, remote=remote or {})


def ad(name: str, lasts: int = 2) -> str:
    """A Period as an ad server writes it."""
    return f'<Period id="{name}" duration="PT{lasts}S">{PART}</Period>'


def test_links_are_named_and_then_put_in_place() -> None:
    text = f'<Period id="m" duration="PT10S">{PART}</Period>{link()}{link()}'
    first = read(text)
    assert first.links == (ADS,)
    assert [one.id for one in first.periods] == ["m"]
    body = f'<?xml version="1.0"?>{ad("x")}{ad("y", 3)}'.encode()
    whole = read(text, {ADS: body})
    assert whole.links == ()
    assert [(one.id, seconds(one.start)) for one in whole.periods] == [
        ("m", 0), ("x", 10), ("y", 12), ("x@15000000", 15), ("y@17000000", 17),
    ]  # fmt: skip


def test_an_mpd_of_links_alone_is_not_nothing() -> None:
    assert read(link()).periods == ()
    assert read(link()).links == (ADS,)


def test_sets_lists_and_events_may_lie_elsewhere() -> None:
    text = (
        '<Period><EventStream xlink:href="e" xlink:actuate="onLoad"/><AdaptationSet '
        'xlink:href="a" xlink:actuate="onLoad"/></Period>'
    )
    first = read(text)
    assert first.links == ("https://tv.example/d/e", "https://tv.example/d/a")
    remote = {
        first.links[0]: b'<EventStream schemeIdUri="urn:x"><Event id="1">hi</Event></EventStream>',
        first.links[
            1
        ]: b'<AdaptationSet mimeType="video/mp4"><Representation id="v" bandwidth="1">'
        b'<SegmentList xlink:href="l" xlink:actuate="onLoad"/></Representation></AdaptationSet>',
    }
    second = read(text, remote)
    assert second.links == ("https://tv.example/d/l",)
    remote[second.links[0]] = (
        b'<SegmentList duration="30"><SegmentURL media="1"/><SegmentURL media="2"/></SegmentList>'
    )
    third = read(text, remote)
    assert third.links == ()
    assert len(listed(third)) == 2
    assert third.events[0].data == b"hi"


def test_what_is_resolved_to_nothing_goes() -> None:
    found = read(link("urn:mpeg:dash:resolve-to-zero:2013", PART) + ad("m", 60))
    assert [one.id for one in found.periods] == ["m"]
    assert found.warnings == ()


def test_what_cannot_be_had_keeps_its_own_content() -> None:
    for remote in ({ADS: b""}, {ADS: b"<html/>"}, {ADS: b"\xff\xfe"}, {ADS: b"<!ENTITY x>"}):
        found = read(link(inner=PART) + ad("m"), remote)
        assert len(found.periods) == 2
        assert any("xlink" in one.text for one in found.warnings)
    assert [one.id for one in read(link() + ad("m"), {ADS: b""}).periods] == ["m"]


def test_on_request_foreign_schemes_and_circles() -> None:
    for text in (link(when="onRequest"), link("file:///etc/passwd"), link("http://[")):
        found = read(text + ad("m"))
        assert found.links == ()
        assert [one.id for one in found.periods] == ["m"]
        assert any("xlink" in one.text and one.line for one in found.warnings)
    circle = read(link() + ad("m"), {ADS: link().encode()})
    assert circle.links == ()
    assert [one.id for one in circle.periods] == ["m"]
    deep = {f"https://x.example/{one}": link(f"https://x.example/{one + 1}").encode()
            for one in range(9)}  # fmt: skip
    found = read(link("https://x.example/0") + ad("m"), deep)
    assert found.links == ()
    assert any("too deep" in one.text for one in found.warnings)


def test_links_are_bounded_in_number() -> None:
    bomb = {f"https://x.example/{one}": (link(f"https://x.example/{one + 1}") * 50).encode()
            for one in range(3)}  # fmt: skip
    found = read(link("https://x.example/0") + ad("m"), bomb)
    assert [one.id for one in found.periods] == ["m"]
    assert any("more than 64" in one.text for one in found.warnings)


def test_links_in_links_that_nest_without_end_are_no_recursion() -> None:
    def deep(href: str) -> str:
        return "<Period>" * 120 + link(href) + "</Period>" * 120

    names = [f"https://ads.example/{n}" for n in range(5)]
    remote = {name: deep(after).encode() for name, after in pairwise(names)}
    with pytest.raises(PlayerError):
        read(deep(names[0]), remote)
