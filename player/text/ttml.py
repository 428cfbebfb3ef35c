"""TTML documents: IMSC 1.1 text, EBU-TT-D and their older kin (TTML2, W3C)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from player.model.cue import Cue, CueAlign, CueBox
from player.model.notes import Notes, quoted
from player.text.failures import unreadable
from player.text.style import Style, lines_of
from player.text.ttml_boxes import Area, areas
from player.text.ttml_nodes import Node, Text, read_root
from player.text.ttml_styles import Sheet, Values, look, sheet
from player.text.ttml_times import TimeBase, time_base
from player.units import Micros

ENDLESS = Micros(2**62)
"""The end of what nobody ends; a sample or the programme cuts it."""
DEEPEST = 40
MOST_PIECES = 64
"""A paragraph whose parts come and go is cut into at most this many cues."""
_BLOCKS = ("body", "div", "p")
_PRESERVE = "preserve"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What an element gets from those around it; times are the document's."""

    start: Micros = Micros(0)
    end: Micros = ENDLESS
    values: Values = field(default_factory=dict)
    region: str = ""
    space: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Some text of a paragraph, and when it is there; `breaks`: a <br/>."""

    text: str
    start: Micros
    end: Micros
    values: Values
    kept: bool = False
    breaks: bool = False
    changes: tuple["_Change", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A <set>: other styles for a while."""

    start: Micros
    end: Micros
    values: Values


def read(data: bytes, notes: Notes) -> tuple[Cue, ...]:
    """Read a whole document; raises PlayerError where it is no TTML. Empty: no cues."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        notes.warn(0, "an empty TTML document")
        return ()
    root = read_root(data, notes)
    if root.name != "tt":
        raise unreadable(f"no TTML: the root element is {quoted(root.name)}")
    cues = list(_Document(root, notes).cues())
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end)))


class _Document:
    """One document on its way to cues."""

    def __init__(self, root: Node, notes: Notes) -> None:
        self._root = root
        self._notes = notes
        self._base: TimeBase = time_base(root, notes)
        self._sheet: Sheet = sheet(root, notes)
        self._areas: dict[str, Area] = areas(root, self._sheet, notes)

    def cues(self) -> Iterator[Cue]:
        space = self._root.get("space")
        around = _Around(space=space)
        for body in self._root.children():
            if body.name == "body":
                yield from self._block(body, around, around.start)

    # ---- times (TTML2 12.2) ----

    def _within(self, node: Node, around: _Around, default: Micros) -> _Around:
        """Give what holds inside `node`; `default` is where it begins by itself."""
        begin = self._time(node, "begin")
        start = default if begin is None else Micros(default + begin)
        ends = [around.end]
        end, lasts = self._time(node, "end"), self._time(node, "dur")
        if end is not None:
            ends.append(Micros(default + end))
        if lasts is not None:
            ends.append(Micros(start + lasts))
        region = node.get("region")
        values = around.values
        if region in self._areas:
            values = {**self._areas[region].values, **values}
        elif region and region not in self._areas:
            self._notes.warn(node.line, f"no region is called {quoted(region)}")
        return _Around(
            start=start,
            end=min(ends),
            values=self._sheet.computed(node, values),
            region=region if region in self._areas else around.region,
            space=node.get("space") or around.space,
            depth=around.depth + 1,
        )

    def _time(self, node: Node, name: str) -> Micros | None:
        text = node.get(name)
        time = self._base.read(text) if text else None
        if text and time is None:
            self._notes.warn(node.line, f"{name} is no time: {quoted(text)}")
        return time

    # ---- blocks ----

    def _block(self, node: Node, around: _Around, default: Micros) -> Iterator[Cue]:
        here = self._within(node, around, default)
        if here.values.get("display") == "none" or here.depth > DEEPEST:
            return
        if node.name == "p":
            yield from self._paragraph(node, here)
            return
        following = here.start
        for child in node.children():
            if child.name not in _BLOCKS:
                self._unread(child)
                continue
            begun = following if node.get("timeContainer") == "seq" else here.start
            yield from self._block(child, here, begun)
            following = self._within(child, here, begun).end

    def _unread(self, node: Node) -> None:
        if node.name == "image" or "backgroundImage" in node.attributes:
            self._notes.warn(node.line, "pictures in TTML are not shown")

    def _paragraph(self, node: Node, here: _Around) -> Iterator[Cue]:
        if node.get("backgroundImage"):
            self._unread(node)
        runs = list(self._runs(node, here))
        for start, end in _pieces(runs, here):
            shown = _spaced(run for run in runs if _on(run, start))
            lines = lines_of(self._looks(shown, start))
            if lines:
                forced = here.values.get("forcedDisplay") == "true"
                box = self._box(here)
                yield Cue(start=start, end=end, lines=lines, box=box, forced=forced)

    def _box(self, here: _Around) -> CueBox:
        area = self._areas.get(here.region)
        if area is not None:
            return area.box(self._sheet.initial | here.values)
        words = {"left": CueAlign.LEFT, "right": CueAlign.RIGHT}
        return CueBox(align=words.get(here.values.get("textAlign", ""), CueAlign.CENTER))

    # ---- text ----

    def _runs(self, node: Node, here: _Around) -> Iterator[_Run]:
        changes = tuple(self._changes(node, here))
        following = here.start
        for child in node.content():
            if isinstance(child, Text):
                yield self._run(child.text, here, changes)
            elif child.name == "br":
                yield replace(self._run("\n", here, changes), breaks=True)
            elif child.name == "span" and here.depth < DEEPEST:
                begun = following if node.get("timeContainer") == "seq" else here.start
                inside = self._within(child, here, begun)
                following = inside.end
                yield from self._span(child, inside, changes)

    def _span(self, node: Node, inside: _Around, changes: tuple[_Change, ...]) -> Iterator[_Run]:
        if inside.values.get("display") == "none":
            return
        found = (
            replace(run, changes=(*changes, *run.changes)) for run in self._runs(node, inside)
        )
        yield from _ruby(inside.values.get("ruby", ""), list(found))

    def _looks(self, runs: Iterator[_Run], at: Micros) -> Iterator[tuple[str, Style]]:
        for run in runs:
            values = self._sheet.initial | run.values
            for change in run.changes:
                if change.start <= at < change.end:
                    values = values | change.values
            yield run.text, look(values)

    def _run(self, text: str, here: _Around, changes: tuple[_Change, ...]) -> _Run:
        return _Run(
            text=text,
            start=here.start,
            end=here.end,
            values=here.values,
            kept=here.space == _PRESERVE,
            changes=changes,
        )

    def _changes(self, node: Node, here: _Around) -> Iterator[_Change]:
        for child in node.children():
            if child.name == "set":
                when = self._within(child, here, here.start)
                values = self._sheet.specified(child)
                yield _Change(start=when.start, end=when.end, values=values)


def _ruby(kind: str, runs: list[_Run]) -> list[_Run]:
    """Put a ruby annotation in brackets, since it cannot stand above its base."""
    if kind != "text" or not runs:
        return runs
    first, last = replace(runs[0], text=" ("), replace(runs[-1], text=")")
    return [replace(first, breaks=False), *runs, replace(last, breaks=False)]


def _on(run: _Run, at: Micros) -> bool:
    return run.start <= at < run.end and run.values.get("visibility") != "hidden"


def _pieces(runs: list[_Run], here: _Around) -> list[tuple[Micros, Micros]]:
    """Cut a paragraph's time where something in it comes, goes or changes."""
    edges = {here.start, here.end}
    for run in runs:
        edges |= {run.start, run.end}
        for change in run.changes:
            edges |= {change.start, change.end}
    sorted_edges = sorted(edge for edge in edges if here.start <= edge <= here.end)
    return list(pairwise(sorted_edges))[:MOST_PIECES]


def _spaced(runs: Iterator[_Run]) -> Iterator[_Run]:
    """Collapse white space as xml:space="default" asks (TTML2 8.2.9)."""
    blank = True
    for run in runs:
        text = run.text
        if not run.breaks and not run.kept:
            words = _collapsed(text)
            text = words[1:] if blank and words.startswith(" ") else words
        if text:
            blank = run.breaks or (text.endswith(" ") and not run.kept)
            yield replace(run, text=text)


def _collapsed(text: str) -> str:
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() else ""
    words = " ".join(text.split())
    return f"{head}{words}{tail}" if words else (head and " ")
