"""MPD patches (ISO/IEC 23009-1 5.15): RFC 5261 add, replace and remove on the last MPD."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from player.errors import PlayerError
from player.formats.xml_elements import local_name
from player.manifest import failures
from player.manifest.bounds import MOST_ELEMENTS, MOST_OPERATIONS, MOST_WALKED
from player.manifest.dash.nodes import Node
from player.manifest.times import date_time

_STEP = re.compile(
    r"/(?:(text\(\))|@(?:[\w.-]+:)?([\w.-]+)|(?:[\w.-]+:)?([\w.-]+|\*)((?:\[[^\]]*\])*))"
)
_PREDICATE = re.compile(
    r"\[(?:(\d{1,6})|(@)?(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))\]"
)


@dataclass(frozen=True, slots=True)
class Document:
    """An MPD as it was read; nobody changes it, a patch works on a copy."""

    root: etree._Element = field(repr=False)
    url: str = field(repr=False)
    remote: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def keepable(root: etree._Element) -> bool:
    """Whether an MPD is small enough to be kept for patches; those make it grow, too."""
    count = root.xpath("count(//*)")
    return isinstance(count, float) and count <= MOST_ELEMENTS


@dataclass(frozen=True, slots=True)
class _Target:
    """What a selector leads to: an element, or one of its attributes or its text."""

    element: etree._Element
    attribute: str = ""
    text: bool = False


def patched(document: Document, patch: Node) -> etree._Element:
    """Apply `patch` to a copy; raises PlayerError (manifest.invalid) where it does not fit."""
    old = Node(document.root, patch.notes)
    if patch.text("mpdId") != old.text("id"):
        raise failures.invalid("the patch is for another MPD")
    since, published = patch.text("originalPublishTime"), old.text("publishTime")
    if date_time(since) is None or date_time(since) != date_time(published):
        raise failures.invalid("the patch is for an MPD published at another time")
    walk = _Walk(copy.deepcopy(document.root))
    for count, one in enumerate(patch.children("add", "replace", "remove")):
        if count >= MOST_OPERATIONS:
            raise failures.invalid("the patch has too many operations")
        _apply(walk, one)
    return walk.root


def _apply(walk: "_Walk", operation: Node) -> None:
    try:
        target = walk.select(operation.text("sel"))
        _OPERATIONS[operation.name](target, operation)
    except (LookupError, ValueError, TypeError) as bad:
        raise _unfit(operation, str(bad)) from bad


def _unfit(operation: Node, why: str) -> PlayerError:
    return failures.invalid(f"line {operation.line} of the patch does not fit: {why[:120]}")


# ---- operations (RFC 5261 4.3, 4.4, 4.5)


def _add(target: _Target, operation: Node) -> None:
    kind, place = operation.text("type"), operation.text("pos")
    if kind.startswith("@"):
        target.element.set(_attribute_name(target.element, kind[1:]), operation.content)
        return
    fresh = [copy.deepcopy(one) for one in operation.element]
    if not fresh:
        raise ValueError("nothing to add")
    if place == "prepend":
        target.element[0:0] = fresh
    elif place in ("before", "after"):
        parent = _parent(target.element)
        at = parent.index(target.element) + (place == "after")
        parent[at:at] = fresh
    else:
        target.element.extend(fresh)


def _replace(target: _Target, operation: Node) -> None:
    if target.attribute:
        target.element.set(target.attribute, operation.content)
    elif target.text:
        target.element.text = operation.content
    else:
        parent, fresh = _parent(target.element), [copy.deepcopy(one) for one in operation.element]
        if len(fresh) != 1:
            raise ValueError("an element is replaced by exactly one")
        parent.replace(target.element, fresh[0])


def _remove(target: _Target, _operation: Node) -> None:
    if target.attribute:
        del target.element.attrib[target.attribute]
    elif target.text:
        target.element.text = None
    else:
        _parent(target.element).remove(target.element)


_OPERATIONS = {"add": _add, "replace": _replace, "remove": _remove}


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    if parent is None:
        raise LookupError("the root has no neighbours")
    return parent


# ---- selectors: the part of XPath that RFC 5261 4.1 allows and MPDs need


class _Walk:
    """Walks one patch's copy of the MPD; many operations on long timelines are cut off."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._left = MOST_WALKED

    def select(self, selector: str) -> _Target:
        """The one thing that `selector` leads to; raises LookupError, ValueError, PlayerError."""
        steps = list(_STEP.finditer(selector))
        if not steps or "".join(one.group() for one in steps) != selector:
            raise ValueError("a selector that is not understood")
        found = self._matching([self.root], steps[0])
        for place, step in enumerate(steps[1:], 2):
            if len(found) != 1:
                raise LookupError(f"a selector leads to {len(found)} elements")
            if step[1] or step[2]:
                if place != len(steps):
                    raise ValueError("an attribute has no children")
                return _inner(found[0], step)
            found = self._matching(self._elements(found[0]), step)
        if len(found) != 1:
            raise LookupError(f"a selector leads to {len(found)} elements")
        return _Target(found[0])

    def _matching(
        self, elements: list[etree._Element], step: re.Match[str]
    ) -> list[etree._Element]:
        name = step[3]
        found = [one for one in elements if name == "*" or _is_called(one, name)]
        predicates = list(_PREDICATE.finditer(step[4] or ""))
        if "".join(one.group() for one in predicates) != (step[4] or ""):
            raise ValueError("a condition that is not understood")
        for one in predicates:
            found = self._kept(found, one)
        return found

    def _kept(
        self, elements: list[etree._Element], condition: re.Match[str]
    ) -> list[etree._Element]:
        if condition[1]:
            place = int(condition[1])
            return elements[place - 1 : place] if place else []
        wanted = condition[4] if condition[4] is not None else condition[5]
        return [one for one in elements if self._has(one, condition, wanted)]

    def _has(self, element: etree._Element, condition: re.Match[str], wanted: str) -> bool:
        if condition[2]:
            name = _attribute_name(element, condition[3])
            return element.get(name) == wanted
        return any(
            _is_called(one, condition[3]) and (one.text or "").strip() == wanted
            for one in self._elements(element)
        )

    def _elements(self, element: etree._Element) -> list[etree._Element]:
        self._left -= len(element)
        if self._left < 0:
            raise failures.invalid("the patch looks at too many elements")
        return list(element.iterchildren("*"))


def _is_called(element: etree._Element, name: str) -> bool:
    tag = str(element.tag)
    return tag.endswith(name) and local_name(tag) == name


def _inner(element: etree._Element, step: re.Match[str]) -> _Target:
    if step[1]:
        return _Target(element, text=True)
    name = _attribute_name(element, step[2])
    if name not in element.attrib:
        raise LookupError("an attribute that is not there")
    return _Target(element, attribute=name)


def _attribute_name(element: etree._Element, wanted: str) -> str:
    """The name as the element has it: prefixes differ between patch and MPD."""
    local = local_name(wanted)
    return next((str(key) for key in element.attrib if local_name(str(key)) == local), local)
