"""Four times the subtitles is not much more than four times the work, whatever they repeat."""

from collections.abc import Callable

import pytest

from player.errors import PlayerError
from player.model.presentation import Container
from player.text.face import TextDocument, read_document
from tests.unit.growth import STEEP, growth


def _paragraph(inside: Callable[[int], str]) -> Callable[[int], bytes]:
    return lambda count: _document("", f'<p begin="0s" end="100s">{inside(count)}</p>')


def _document(styles: str, paragraphs: str) -> bytes:
    head = f"<head><styling>{styles}</styling></head>"
    return f"<tt>{head}<body><div>{paragraphs}</div></body></tt>".encode()


def _set(place: int) -> str:
    return f'<set begin="{place % 90}s" color="red"/>'


def _repeated(made: Callable[[int], str]) -> Callable[[int], str]:
    return lambda count: "".join(map(made, range(count)))


def _changing(place: int) -> str:
    """A span that comes and goes by itself, and changes meanwhile."""
    times = f'begin="{place % 90}s" end="{place % 90 + 1}s"'
    return f"<span {times}>{_set(place)}{'<span>a</span>' * 3}</span>"


def _paragraphs(count: int) -> bytes:
    changes = "".join(map(_set, range(50)))
    one = f'<p begin="0s" end="100s">{changes}{"<span>a</span>" * 20}</p>'
    return _document("", one * count)


TTML = {
    "changes-and-spans": (
        _paragraph(lambda n: _repeated(_set)(n) + "<span>a</span>" * (2 * n)),
        40,
    ),
    "spans-that-change": (_paragraph(_repeated(_changing)), 40),
    "breaks": (_paragraph(lambda n: "<br/>" * n + _repeated(_set)(n)), 100),
    "paragraphs": (_paragraphs, 3),
    "styles-that-lead-on": (
        lambda n: _document(
            _repeated(lambda i: f'<style xml:id="s{i}" style="s{i + 1}"/>')(n),
            "".join(f'<p begin="0s" end="1s" style="s{i}">x</p>' for i in range(n)),
        ),
        100,
    ),
}


@pytest.mark.parametrize("kind", TTML)
def test_ttml(kind: str) -> None:
    made, count = TTML[kind]
    assert growth(lambda body: _read(body, Container.TTML), made, count) < STEEP


def _cue(text: str) -> str:
    return f"00:00.000 --> 00:01.000\n{text}\n\n"


def _vtt(style: str, cues: str) -> bytes:
    return f"WEBVTT\n\n{style}\n\n{cues}".encode()


def _rules(count: int) -> bytes:
    """As many rules, up to their bound, as tags they are tried on."""
    rules = "".join(f"::cue(.c{place}){{color:red}}\n" for place in range(min(count, 100)))
    return _vtt(f"STYLE\n{rules}", _cue("<c.x>a</c>" * 10 * count))


WEBVTT = {
    "rules-and-tags": (_rules, 50),
    "comments": (lambda n: _vtt("STYLE\n" + "/*" * n, ""), 3_000),
    "arrows": (lambda n: _vtt("", "a" * n + " " * n + "-->\n"), 2_000),
    "settings": (lambda n: _vtt("", "00:00.000 --> 00:01.000 " + "line:1 " * n + "\nx\n"), 500),
    "tags": (lambda n: _vtt("", _cue("<ruby><rt>" * n)), 500),
    "open-tags": (lambda n: _vtt("", _cue("<" * n)), 5_000),
    "cues": (lambda n: _vtt("", _cue("x") * n), 150),
    "regions": (lambda n: _vtt("REGION\nid:a\n\n" * n, _cue("x") * n), 100),
}


@pytest.mark.parametrize("kind", WEBVTT)
def test_webvtt(kind: str) -> None:
    made, count = WEBVTT[kind]
    assert growth(lambda body: _read(body, Container.WEBVTT), made, count) < STEEP


def _read(body: bytes, container: Container) -> TextDocument | None:
    try:
        return read_document(body, container)
    except PlayerError:
        return None
