"""STYLE blocks: the ::cue rules that concern colours and weight (WebVTT 8.2)."""

import re
from dataclasses import dataclass

from player.model.notes import Notes, quoted
from player.text import colors
from player.text.bounds import LONGEST_SELECTOR, MOST_RULES
from player.text.style import PLAIN, Style

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CUE = re.compile(r"::cue(?:\(\s*(.*?)\s*\))?\Z", re.DOTALL)
_COMMA = re.compile(r",(?![^(]*\))")
_COMPOUND = re.compile(
    r"(?P<tag>[a-z]+|\*)?"
    r"(?P<rest>(?:\.[\w\\-]+|\#[^\s.#\[:]+|\[\s*\w+\s*=\s*[\"']?[^\]\"']*[\"']?\s*\]"
    r"|:lang\([^)]*\))*)\Z"
)
_PIECE = re.compile(
    r"\.(?P<cls>[\w\\-]+)|\#(?P<id>[^\s.#\[:]+)"
    r"|\[\s*(?P<name>\w+)\s*=\s*[\"']?(?P<value>[^\]\"']*?)[\"']?\s*\]|:lang\((?P<lang>[^)]*)\)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a rule may hold for: the cue itself (no tag) or something inside it."""

    tag: str = ""
    classes: frozenset[str] = frozenset()
    identifier: str = ""
    voice: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    selector: Target
    style: Style
    weight: int

    def holds(self, for_: Target) -> bool:
        """Whether the selector, of which only what is set counts, meets the target."""
        mine = self.selector
        return (
            (mine.tag in ("*", for_.tag) if mine.tag else True)
            and mine.classes <= for_.classes
            and mine.identifier in ("", for_.identifier)
            and mine.voice in ("", for_.voice)
            and (not mine.language or _speaks(for_.language, mine.language))
        )


class Rules:
    """All ::cue rules of a document, to be asked for what holds for a piece of text."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rules: list[_Rule] = []
        self._whole = PLAIN
        self._known: dict[Target, Style] = {}

    def style(self, target: Target) -> Style:
        """What the rules say for `target` alone; `::cue` itself counts for the cue."""
        if target not in self._known:
            self._known[target] = self._worked_out(target)
        return self._known[target]

    def _worked_out(self, target: Target) -> Style:
        style = PLAIN if target.tag else self._whole
        for rule in self._rules:
            if rule.holds(target) and (target.tag or rule.selector.identifier):
                style = rule.style.over(style)
        return style

    def read(self, block: str, line: int, notes: Notes) -> None:
        """Add the rules of a STYLE block; `line` is where its text begins."""
        self._known.clear()
        css = _COMMENT.sub(" ", block)
        for rule in css.split("}")[:-1]:
            if len(self._rules) >= MOST_RULES:
                notes.warn(line, f"STYLE: only the first {MOST_RULES} rules count")
                break
            selectors, _, declarations = rule.partition("{")
            style = _declared(declarations)
            for selector in _COMMA.split(selectors[:LONGEST_SELECTOR]):
                self._add(selector.strip(), style, line, notes)
        self._rules.sort(key=lambda rule: rule.weight)

    def _add(self, selector: str, style: Style, line: int, notes: Notes) -> None:
        found = _CUE.match(selector)
        if found is None:
            notes.warn(line, f"STYLE: not read: {quoted(selector)}")
            return
        if not found[1]:
            self._whole = style.over(self._whole)
            return
        for part in found[1].split(","):
            target = _compound(part.strip())
            if target is None:
                notes.warn(line, f"STYLE: not read: {quoted(selector)}")
            else:
                self._rules.append(_Rule(selector=target, style=style, weight=_weight(target)))


def _speaks(language: str, wanted: str) -> bool:
    return f"{language}-".lower().startswith(f"{wanted}-".lower())


def _weight(target: Target) -> int:
    exact = len(target.classes) + bool(target.voice) + bool(target.language)
    return 100 * bool(target.identifier) + 10 * exact + bool(target.tag and target.tag != "*")


def _compound(text: str) -> Target | None:
    found = _COMPOUND.match(text)
    if found is None or not text:
        return None
    classes, identifier, voice, language = set(), "", "", ""
    for piece in _PIECE.finditer(found["rest"]):
        if piece["cls"]:
            classes.add(piece["cls"].replace("\\", ""))
        identifier = (piece["id"] or "").replace("\\", "") or identifier
        language = (piece["lang"] or "").strip(" \"'") or language
        if piece["name"] == "lang":
            language = piece["value"]
        elif piece["name"]:
            voice = piece["value"]
    return Target(
        tag=found["tag"] or "",
        classes=frozenset(classes),
        identifier=identifier,
        voice=voice,
        language=language,
    )


def _declared(body: str) -> Style:
    values = {}
    for declaration in body.split(";"):
        name, _, value = declaration.partition(":")
        values[name.strip().lower()] = value.replace("!important", "").strip().lower()
    weight, slant = values.get("font-weight"), values.get("font-style")
    lines = values.get("text-decoration") or values.get("text-decoration-line")
    ground = values.get("background-color") or values.get("background") or ""
    return Style(
        bold=None if weight is None else _heavy(weight),
        italic=None if slant is None else slant in ("italic", "oblique"),
        underline=None if lines is None else "underline" in lines,
        color=colors.css(values.get("color", "")),
        background=colors.css(ground),
    )


def _heavy(weight: str) -> bool:
    return weight in ("bold", "bolder") or (weight.isdigit() and int(weight[:6]) >= 600)
