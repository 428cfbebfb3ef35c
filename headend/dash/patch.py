"""What has changed from one MPD to the next, as a patch (ISO/IEC 23009-1 clause 5.15)."""

from lxml import etree

from headend.dash.mpd import NAMESPACE

_NAMESPACE = "urn:mpeg:dash:schema:mpd-patch:2020"
_TIMELINES = ".//SegmentTimeline"


def mpd_patch(old: etree._Element, new: etree._Element) -> etree._Element:
    """A patch that makes `new` of `old`; both as built, without a namespace on their elements."""
    patch = etree.Element("Patch", xmlns=_NAMESPACE)
    patch.set("mpdId", new.get("id") or "")
    patch.set("originalPublishTime", old.get("publishTime") or "")
    patch.set("publishTime", new.get("publishTime") or "")
    _attribute(patch, "/MPD", "publishTime", new)
    location = new.find("PatchLocation")
    if location is not None:
        _element(patch, "replace", "/MPD/PatchLocation", location)
    _periods(patch, old, new)
    return patch


def _attribute(patch: etree._Element, path: str, name: str, new: etree._Element) -> None:
    etree.SubElement(patch, "replace", sel=f"{path}/@{name}").text = new.get(name)


def _element(
    patch: etree._Element, verb: str, path: str, content: etree._Element
) -> etree._Element:
    row = etree.SubElement(patch, verb, sel=path)
    copy = _copied(content)
    copy.set("xmlns", NAMESPACE)
    row.append(copy)
    return row


def _copied(element: etree._Element) -> etree._Element:
    copy = etree.fromstring(etree.tostring(element))
    copy.tail = None
    return copy


def _periods(patch: etree._Element, old: etree._Element, new: etree._Element) -> None:
    before = {row.get("id"): row for row in old.findall("Period")}
    after = {row.get("id"): row for row in new.findall("Period")}
    for name in before:
        if name not in after:
            etree.SubElement(patch, "remove", sel=f"/MPD/Period[@id='{name}']")
    last = next((name for name in reversed(before) if name in after), None)
    for name, period in after.items():
        if name in before:
            _changed(patch, f"/MPD/Period[@id='{name}']", before[name], period)
        elif last is None:
            row = _element(patch, "add", "/MPD", period)
        else:
            row = _element(patch, "add", f"/MPD/Period[@id='{last}']", period)
            row.set("pos", "after")
            last = name


def _changed(patch: etree._Element, path: str, old: etree._Element, new: etree._Element) -> None:
    """Rows of timelines where nothing else is new, or the whole period."""
    if etree.tostring(_bare(old)) != etree.tostring(_bare(new)):
        _element(patch, "replace", path, new)
        return
    lines = zip(old.iterfind(_TIMELINES), new.iterfind(_TIMELINES), strict=True)
    for before, after in lines:
        _rows(patch, f"{path}/{_path_in_period(after)}", list(before), list(after))


def _rows(
    patch: etree._Element, path: str, old: list[etree._Element], new: list[etree._Element]
) -> None:
    """Takes off what has gone, replaces what has become longer or shorter, adds what has come.

    Row by row, as packagers do: dash.js up to 5.2.1 cannot replace a whole SegmentTimeline.
    """
    gone = sum(_end(row) <= int(new[0].get("t", "0")) for row in old)
    for _ in range(gone):
        etree.SubElement(patch, "remove", sel=f"{path}/S[1]")
    kept = old[gone:]
    for index, (before, after) in enumerate(zip(kept, new, strict=False), 1):
        if sorted(before.items()) != sorted(after.items()):
            _element(patch, "replace", f"{path}/S[{index}]", after)
    for _ in kept[len(new) :]:
        etree.SubElement(patch, "remove", sel=f"{path}/S[{len(new) + 1}]")
    for after in new[len(kept) :]:
        _element(patch, "add", path, after)


def _end(row: etree._Element) -> int:
    """Where the last segment of a row ends, in ticks."""
    number = {name: int(row.get(name, "0")) for name in "tdr"}
    return number["t"] + number["d"] * (number["r"] + 1)


def _bare(period: etree._Element) -> etree._Element:
    """The period without what its timelines say."""
    copy = _copied(period)
    for line in copy.iterfind(_TIMELINES):
        for row in list(line):
            line.remove(row)
    return copy


def _path_in_period(element: etree._Element) -> str:
    """Steps from the period to a timeline; sets and representations by their ids."""
    steps = [str(element.tag)]
    parent = element.getparent()
    while parent is not None and parent.tag != "Period":
        name = parent.get("id")
        steps.append(f"{parent.tag}[@id='{name}']" if name else str(parent.tag))
        parent = parent.getparent()
    return "/".join(reversed(steps))
