"""Styles of TTML: what elements say themselves, refer to, and inherit (TTML2 10.4)."""

from dataclasses import dataclass, field

from player.model.notes import Notes, quoted
from player.text import colors
from player.text.bounds import MOST_REFERENCES
from player.text.style import PLAIN, Style
from player.text.ttml_nodes import Node

INHERITED = frozenset(
    {
        "color", "fontStyle", "fontWeight", "textDecoration", "textAlign", "multiRowAlign",
        "direction", "visibility", "writingMode", "forcedDisplay",
    }
)  # fmt: skip
_OWN = frozenset(
    {
        "backgroundColor", "display", "displayAlign", "origin", "extent", "position", "ruby",
        "showBackground", "backgroundImage",
    }
)  # fmt: skip
_STYLING = INHERITED | _OWN

Values = dict[str, str]


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The document's named styles, and its initial values."""

    notes: Notes
    named: dict[str, Node] = field(default_factory=dict)
    initial: Values = field(default_factory=dict)
    _known: dict[str, Values] = field(default_factory=dict)
    _depth: int = 0

    def specified(self, node: Node) -> Values:
        """What holds for an element by its references and its own attributes.

        Later references win over earlier ones, what stands at the element over all.
        """
        values: Values = {}
        for name in node.get("style").split()[:MOST_REFERENCES]:
            values.update(self._referred(name))
        for child in node.children() if node.name == "region" else ():
            if child.name == "style":
                values.update(self.specified(child))
        values.update({key: node.get(key) for key in _STYLING & node.attributes.keys()})
        return values

    def _referred(self, name: str) -> Values:
        """Give what a named style says, worked out once; one that leads to itself adds nothing."""
        if name not in self._known and name in self.named:
            if self._depth >= MOST_REFERENCES:
                self.notes.warn(self.named[name].line, "styles lead to styles too deep; left out")
                return {}
            self._known[name] = {}
            self._depth += 1
            self._known[name] = self.specified(self.named[name])
            self._depth -= 1
        return self._known.get(name, {})

    def computed(self, node: Node, outer: Values) -> Values:
        """What holds for an element inside one with `outer`."""
        kept = {name: value for name, value in outer.items() if name in INHERITED}
        ground = outer.get("backgroundColor", "")
        values = kept | self.specified(node)
        if not _visible(values.get("backgroundColor", "")) and ground:
            values["backgroundColor"] = ground  # the outer one shows through
        return values


def sheet(root: Node, notes: Notes) -> Sheet:
    """Collect the named styles of a document."""
    made = Sheet(notes=notes)
    for head in (one for one in root.children() if one.name == "head"):
        for styling in (one for one in head.children() if one.name == "styling"):
            for one in styling.children():
                if one.name == "initial":
                    made.initial.update(made.specified(one))
                elif one.name == "style":
                    _name(made, one, notes)
    return made


def look(values: Values) -> Style:
    """Give the looks of text for which `values` hold."""
    weight, slant = values.get("fontWeight"), values.get("fontStyle")
    lines = values.get("textDecoration", "").split()
    ground = colors.ttml(values.get("backgroundColor", ""))
    return PLAIN if not values else Style(
        bold=weight == "bold",
        italic=slant in ("italic", "oblique"),
        underline="underline" in lines,
        color=colors.ttml(values.get("color", "")),
        background=ground if _visible(ground) else "",
    )  # fmt: skip


def _visible(color: str) -> bool:
    return bool(color) and not (colors.ttml(color) or "#00000000").endswith("00")


def _name(made: Sheet, node: Node, notes: Notes) -> None:
    name = node.get("id")
    if name in made.named:
        notes.warn(node.line, f"two styles are called {quoted(name)}: the last counts")
    made.named[name] = node
