"""Addresses inside manifests: made absolute, and refused where they leave the network."""

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

NETWORK_SCHEMES = frozenset({"http", "https"})
KEY_SCHEMES = frozenset({"http", "https", "skd", "data", "urn"})


class ForeignSchemeError(Exception):
    """An address has a scheme that this manifest may not name (Streamlink CVE-2026-44353)."""

    def __init__(self, scheme: str) -> None:
        """Remember the scheme; never the address, which may hold credentials."""
        super().__init__(f"the scheme {scheme!r} is not allowed here")


def scheme_of(url: str) -> str:
    """Give the lower-case scheme, "" for a relative or unreadable address."""
    head, colon, _ = url.partition(":")
    plain = head.isascii() and head.replace("+", "").replace("-", "").replace(".", "").isalnum()
    return head.lower() if colon and plain and head[:1].isalpha() else ""


@dataclass(slots=True)
class Base:
    """The address that relative ones are resolved against (RFC 3986 5)."""

    url: str = field(repr=False)
    _folder: str = field(init=False, default="", repr=False)
    _schemes: frozenset[str] = field(init=False, default=NETWORK_SCHEMES)

    def __post_init__(self) -> None:
        """Work out the folder that plain names are put behind."""
        path = self.url.partition("#")[0].partition("?")[0]
        self._folder = path[: path.rfind("/") + 1] if "://" in path else ""
        if self._folder.endswith("://"):
            self._folder = ""
        self._schemes = NETWORK_SCHEMES | {scheme_of(self.url)}

    def join(self, reference: str) -> str:
        """Make `reference` absolute; raises ForeignSchemeError.

        Allowed are http, https and the scheme of the manifest itself.
        """
        if self._folder and is_plain(reference):
            return self._folder + reference
        return self._joined(reference, self._schemes)

    def join_key(self, reference: str) -> str:
        """Make the address of a key absolute: `skd:`, `data:` and `urn:` are allowed too."""
        return self._joined(reference, self._schemes | KEY_SCHEMES)

    def _joined(self, reference: str, allowed: frozenset[str]) -> str:
        try:
            joined = urljoin(self.url, reference)
            urlsplit(joined)
        except ValueError as bad:
            raise ForeignSchemeError("unreadable") from bad
        found = scheme_of(joined)
        if found not in allowed:
            raise ForeignSchemeError(found)
        return joined


def is_plain(reference: str) -> bool:
    """Whether joining is a mere concatenation: a name without scheme, root or dot segments."""
    return (
        reference[:1].isalnum()
        and ":" not in reference
        and "./" not in reference
        and "/." not in reference
    )
