"""The text of a WebVTT cue: tags, classes, voices, ruby and entities (WebVTT 6.4)."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from player.text.bounds import DEEPEST_TAGS
from player.text.style import PLAIN, Style
from player.text.webvtt_css import Rules, Target

_TOKEN = re.compile(r"<([^>]*)(?:>|\Z)|([^<]+)")
_OWN_LOOKS = {"b": Style(bold=True), "i": Style(italic=True), "u": Style(underline=True)}
_KNOWN = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})

_CLASS_LOOKS = {
    **{
        name: Style(color=color)
        for name, color in (
            ("white", "#ffffffff"), ("lime", "#00ff00ff"), ("cyan", "#00ffffff"),
            ("red", "#ff0000ff"), ("yellow", "#ffff00ff"), ("magenta", "#ff00ffff"),
            ("blue", "#0000ffff"), ("black", "#000000ff"),
        )
    },
}  # fmt: skip
DEFAULT_CLASSES = {
    **_CLASS_LOOKS,
    **{f"bg_{name}": Style(background=look.color) for name, look in _CLASS_LOOKS.items()},
}
"""The classes that stand for colours in every document (WebVTT 5.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A tag that is open, and how text looks inside."""

    name: str
    style: Style
    language: str


def runs(text: str, rules: Rules, identifier: str = "") -> Iterator[tuple[str, Style]]:
    """Give the cue's text in order, each stretch with its style."""
    base = rules.style(Target(identifier=identifier)).over(PLAIN)
    stack = [_Open(name="", style=base, language="")]
    for token in _TOKEN.finditer(text):
        tag, plain = token.groups()
        if plain is not None:
            yield _unescaped(plain), stack[-1].style
        elif tag.startswith("/"):
            yield from _closed(stack, tag[1:].strip())
        else:
            yield from _opened(stack, tag, rules)


def _unescaped(text: str) -> str:
    return html.unescape(text).replace("\N{NO-BREAK SPACE}", " ").replace("\r", "\n")


def _opened(stack: list[_Open], tag: str, rules: Rules) -> Iterator[tuple[str, Style]]:
    name, classes, annotation = _parts(tag)
    if name not in _KNOWN or len(stack) > DEEPEST_TAGS:
        return  # a time stamp (its text is shown from the start) or nothing we know
    around = stack[-1]
    language = annotation if name == "lang" else around.language
    style = _OWN_LOOKS.get(name, PLAIN).over(around.style)
    for one in classes:
        style = DEFAULT_CLASSES.get(one, PLAIN).over(style)
    target = Target(
        tag=name,
        classes=frozenset(classes),
        voice=annotation if name == "v" else "",
        language=language,
    )
    stack.append(_Open(name=name, style=rules.style(target).over(style), language=language))
    if name == "rt":
        yield " (", stack[-1].style


def _closed(stack: list[_Open], name: str) -> Iterator[tuple[str, Style]]:
    """Close the innermost tag where it is the one named; </ruby> closes <rt> as well."""
    if name == "ruby" and stack[-1].name == "rt":
        yield from _closed(stack, "rt")
    if len(stack) > 1 and stack[-1].name == name:
        closed = stack.pop()
        if name == "rt":
            yield ")", closed.style


def _parts(tag: str) -> tuple[str, list[str], str]:
    """Split "c.loud.red note" to its name, classes and annotation."""
    head, _, annotation = re.sub(r"[\t\n\f\r]", " ", tag).partition(" ")
    name, *classes = head.split(".")
    return name, [one for one in classes if one], html.unescape(" ".join(annotation.split()))
