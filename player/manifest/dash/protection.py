"""ContentProtection descriptors (ISO/IEC 23009-1 5.8.4.1; DASH-IF Guidelines: Security)."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin

from player.manifest.addresses import KEY_SCHEMES, scheme_of
from player.manifest.dash.nodes import Node
from player.model.notes import quoted
from player.model.resource import Protection, ProtectionScheme

MP4_PROTECTION = "urn:mpeg:dash:mp4protection:2011"
_UUID = "urn:uuid:"
_SCHEMES = {
    one.value: one
    for one in (
        ProtectionScheme.CENC,
        ProtectionScheme.CENS,
        ProtectionScheme.CBC1,
        ProtectionScheme.CBCS,
    )
}


def read_protection(nodes: Sequence[Node], *, url: str) -> tuple[Protection, ...]:
    """Turn the descriptors of a representation and its set into one Protection a system.

    The generic mp4protection descriptor lends scheme and key id to the others and stands for
    itself only where it is alone.
    """
    if not nodes:
        return ()
    generic = [one for one in nodes if _scheme_uri(one) == MP4_PROTECTION]
    systems = [one for one in nodes if _scheme_uri(one).startswith(_UUID)]
    scheme = next((found for one in generic if (found := _scheme(one))), None)
    default = next((digits for one in (*generic, *systems) if (digits := _key_id(one))), "")
    ways: dict[str, Protection] = {}
    for one in systems or generic[:1]:
        system = _scheme_uri(one).removeprefix(_UUID) if systems else ""
        ways.setdefault(system, _protection(one, system, scheme, default, url))
    return tuple(ways.values())


def _protection(
    node: Node, system: str, scheme: ProtectionScheme | None, default: str, url: str
) -> Protection:
    return Protection(
        scheme=scheme or (ProtectionScheme.CENC if system else ProtectionScheme.UNKNOWN),
        key_id=_key_id(node) or default,
        system=system,
        licence_uri=_licence(node, url),
        pssh=_pssh(node),
    )


def _scheme_uri(node: Node) -> str:
    return node.text("schemeIdUri").lower()


def _scheme(node: Node) -> ProtectionScheme | None:
    return _SCHEMES.get(node.text("value").lower())


def _key_id(node: Node) -> str:
    """cenc:default_KID; a list of several: the first."""
    first = next(iter(node.text("default_KID").split()), "")
    digits = first.replace("-", "").lower()
    if digits and (len(digits) != 32 or not set(digits) <= set("0123456789abcdef")):
        node.warn(f"default_KID is unreadable: {quoted(first)}")
        return ""
    return digits


def _licence(node: Node, url: str) -> str:
    """The licence server: dashif:laurl, ms:laurl or clearkey:Laurl, as text or attribute."""
    for one in _laurls(node):
        named = one.content or one.text("licenseUrl")
        address = _joined(url, named)
        if named and scheme_of(address) in KEY_SCHEMES:
            return address
        if named:
            one.warn("a licence address with a scheme that is not allowed")
    return ""


def _joined(url: str, named: str) -> str:
    try:
        return urljoin(url, named)
    except ValueError:
        return ""


def _laurls(node: Node) -> Iterable[Node]:
    return node.children("laurl", "Laurl", "LAURL", "laURL")


def _pssh(node: Node) -> bytes:
    for one in node.children("pssh"):
        try:
            box = base64.b64decode("".join(one.content.split()))
        except (binascii.Error, ValueError):
            one.warn("a pssh that is no Base64")
            continue
        if box[4:8] == b"pssh":
            return box
        one.warn("a pssh that is no pssh box")
    return b""
