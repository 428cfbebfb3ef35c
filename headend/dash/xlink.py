"""Periods that are elsewhere (ISO/IEC 23009-1 clause 5.5)."""

from lxml import etree

from headend.dash.mpd import NAMESPACE, XLINK

_TO_ZERO = "urn:mpeg:dash:resolve-to-zero:2013"


def remote(href: str) -> etree._Element:
    """A period that is to be fetched when the MPD is read."""
    element = etree.Element("Period", nsmap={"xlink": XLINK})
    element.set(f"{{{XLINK}}}href", href)
    element.set(f"{{{XLINK}}}actuate", "onLoad")
    return element


def with_remote_periods(root: etree._Element, query: str, *, how: str, folder: str) -> None:
    """Puts references in the place of the periods, in `root` itself.

    Args:
        root: an MPD as built.
        query: what to carry over.
        how: "1" by absolute addresses; "zero" by relative ones, which dash.js cannot, and adds one
            that resolves to nothing; "loop" refers to an answer that refers to itself; "file" to
            a file of the reader's machine.
        folder: the absolute one of the MPD.
    """
    base = folder if how == "1" else ""
    periods = root.findall("Period")
    for period in periods:
        name = "loop" if how == "loop" else period.get("id")
        target = "file:///etc/hostname" if how == "file" else f"{base}periods/{name}.xml{query}"
        root.replace(period, remote(target))
    if how == "zero":
        root.insert(list(root).index(root.findall("Period")[0]), remote(_TO_ZERO))


def period_document(root: etree._Element, name: str) -> etree._Element | None:
    """The period with that id as a document of its own."""
    for period in root.findall("Period"):
        if period.get("id") == name:
            period.set("xmlns", NAMESPACE)
            return period
    return None


def looping(url: str) -> etree._Element:
    """An answer that only points at itself, wherever a reader takes relative addresses from."""
    element = remote(url)
    element.set("xmlns", NAMESPACE)
    return element
