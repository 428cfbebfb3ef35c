"""The text of one TTML paragraph in stretches, and what of it is there at a moment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from player.text.ttml_styles import Values
from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A <set>: other styles for a while."""

    start: Micros
    end: Micros
    values: Values


Changes = tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some text of a paragraph, and when it is there; `breaks`: a <br/>.

    `kept` is white space that counts. Runs that the same changes are for share their tuple.
    """

    text: str
    start: Micros
    end: Micros
    values: Values
    kept: bool = False
    breaks: bool = False
    changes: Changes = ()


def changed(changes: Changes, at: Micros) -> Values:
    """What changes say of a moment, the inner ones last."""
    values: Values = {}
    for change in changes:
        if change.start <= at < change.end:
            values.update(change.values)
    return values


def bracketed(runs: list[Run]) -> list[Run]:
    """Put a ruby annotation in brackets, since it cannot stand above its base."""
    if not runs:
        return runs
    first, last = replace(runs[0], text=" ("), replace(runs[-1], text=")")
    return [replace(first, breaks=False), *runs, replace(last, breaks=False)]


def is_shown(run: Run, at: Micros) -> bool:
    """Whether it is there at a moment, and to be seen."""
    return run.start <= at < run.end and run.values.get("visibility") != "hidden"


def pieces(runs: list[Run], begin: Micros, end: Micros) -> list[tuple[Micros, Micros]]:
    """Cut a paragraph's time, from `begin` to `end`, where something comes, goes or changes."""
    edges = {begin, end}
    for run in runs:
        edges |= {run.start, run.end}
    for changes in {id(run.changes): run.changes for run in runs}.values():
        for change in changes:
            edges |= {change.start, change.end}
    sorted_edges = sorted(edge for edge in edges if begin <= edge <= end)
    return list(pairwise(sorted_edges))


def spaced(runs: Iterator[Run]) -> Iterator[tuple[str, Run]]:
    """Each run's text, white space collapsed as xml:space="default" asks (TTML2 8.2.9)."""
    blank = True
    for run in runs:
        text = run.text
        if not run.breaks and not run.kept:
            words = _collapsed(text)
            text = words[1:] if blank and words.startswith(" ") else words
        if text:
            blank = run.breaks or (text.endswith(" ") and not run.kept)
            yield text, run


def _collapsed(text: str) -> str:
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() else ""
    words = " ".join(text.split())
    return f"{head}{words}{tail}" if words else (head and " ")
