"""TTML documents: IMSC 1.1 text, EBU-TT-D and their older kin (TTML2, W3C)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from player.model.cue import Cue, CueAlign, CueBox
from player.model.notes import Notes, quoted
from player.text.bounds import (
    DEEPEST_ELEMENTS,
    MOST_CHANGES,
    MOST_PIECES,
    MOST_RUNS,
    MOST_SHOWN_AGAIN,
)
from player.text.failures import unreadable
from player.text.style import Style, lines_of
from player.text.ttml_boxes import Area, areas
from player.text.ttml_nodes import Node, Text, read_root
from player.text.ttml_runs import (
    Change,
    Changes,
    Run,
    bracketed,
    changed,
    is_shown,
    pieces,
    spaced,
)
from player.text.ttml_styles import Sheet, Values, look, sheet
from player.text.ttml_times import TimeBase, time_base
from player.units import Micros

ENDLESS = Micros(2**62)
"""The end of what nobody ends; a sample or the programme cuts it."""
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
        self._changes_left = MOST_CHANGES
        self._shown_again = 0

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
        if here.values.get("display") == "none":
            return
        if here.depth > DEEPEST_ELEMENTS:
            self._notes.warn(node.line, "elements too deep inside each other; left out")
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
        self._changes_left = MOST_CHANGES
        runs = list(islice(self._runs(node, here), MOST_RUNS + 1))
        if len(runs) > MOST_RUNS:
            self._notes.warn(node.line, f"more than {MOST_RUNS} parts; the first ones are shown")
            del runs[MOST_RUNS:]
        for start, end in self._shown(node, pieces(runs, here.start, here.end), len(runs)):
            shown = spaced(run for run in runs if is_shown(run, start))
            lines = lines_of(self._looks(shown, start))
            if lines:
                forced = here.values.get("forcedDisplay") == "true"
                box = self._box(here)
                yield Cue(start=start, end=end, lines=lines, box=box, forced=forced)

    def _shown(
        self, node: Node, cut: list[tuple[Micros, Micros]], runs: int
    ) -> list[tuple[Micros, Micros]]:
        """As many pieces of a paragraph as are shown: the first one always is."""
        room = 1 + (MOST_SHOWN_AGAIN - self._shown_again) // max(runs, 1)
        kept = cut[: min(room, MOST_PIECES)]
        if len(kept) < len(cut):
            self._notes.warn(node.line, "changes too often; the first changes are shown")
        self._shown_again += max(len(kept) - 1, 0) * runs
        return kept

    def _box(self, here: _Around) -> CueBox:
        area = self._areas.get(here.region)
        if area is not None:
            return area.box(self._sheet.initial | here.values)
        words = {"left": CueAlign.LEFT, "right": CueAlign.RIGHT}
        return CueBox(align=words.get(here.values.get("textAlign", ""), CueAlign.CENTER))

    # ---- text ----

    def _runs(self, node: Node, here: _Around, outer: Changes = ()) -> Iterator[Run]:
        own = tuple(self._changes(node, here))
        changes = (*outer, *own) if own else outer  # the same object for who changes the same
        following = here.start
        for child in node.content():
            if isinstance(child, Text):
                yield self._run(child.text, here, changes)
            elif child.name == "br":
                yield replace(self._run("\n", here, changes), breaks=True)
            elif child.name == "span" and here.depth < DEEPEST_ELEMENTS:
                begun = following if node.get("timeContainer") == "seq" else here.start
                inside = self._within(child, here, begun)
                following = inside.end
                yield from self._span(child, inside, changes)

    def _span(self, node: Node, inside: _Around, changes: Changes) -> Iterator[Run]:
        if inside.values.get("display") == "none":
            return
        found = self._runs(node, inside, changes)
        ruby = inside.values.get("ruby", "") == "text"
        yield from bracketed(list(found)) if ruby else found

    def _looks(self, runs: Iterator[tuple[str, Run]], at: Micros) -> Iterator[tuple[str, Style]]:
        over: dict[int, Values] = {}
        for text, run in runs:
            values = over.get(id(run.changes))
            if values is None:
                values = over[id(run.changes)] = changed(run.changes, at)
            yield text, look(self._sheet.initial | run.values | values)

    def _run(self, text: str, here: _Around, changes: Changes) -> Run:
        return Run(
            text=text,
            start=here.start,
            end=here.end,
            values=here.values,
            kept=here.space == _PRESERVE,
            changes=changes,
        )

    def _changes(self, node: Node, here: _Around) -> Iterator[Change]:
        for child in node.children():
            if child.name == "set":
                if self._changes_left <= 0:
                    self._notes.warn(child.line, f"more than {MOST_CHANGES} changes; left out")
                    return
                self._changes_left -= 1
                when = self._within(child, here, here.start)
                values = self._sheet.specified(child)
                yield Change(start=when.start, end=when.end, values=values)
