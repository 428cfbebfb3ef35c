"""Gives every channel an identity that survives a refresh, and a number to type."""

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit

from catalog.model import SourceIdentity

_PIECE = 64
_NUMBER = re.compile(r"0*(\d{1,9})(?:[.-]0*(\d{1,6}))?")


class ChannelIdentities:
    """Hands out channel ids of one source: a hash of the source and the guide id or the name.

    Never of the address, whose token changes at every refresh. Where several channels share a
    key, the first one holds it; the next ones add their name, then the last part of their
    address without its query, then a count, so that the same list always gives the same ids.
    """

    def __init__(self, source: SourceIdentity) -> None:
        self._source = source.id
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def claim(self, guide_id: str, name: str, url: str) -> str:
        """Give the id of a channel; each one is given once."""
        key = f"id:{guide_id}" if guide_id else f"name:{folded(name)}"
        if (found := self._free(key)) is not None:
            return found
        key = f"{key}\n{folded(name)}"
        if (found := self._free(key)) is not None:
            return found
        key = f"{key}\n{last_part(url)}"
        count = self._counts.get(key, 1)
        while (found := self._free(f"{key}\n{count}")) is None:
            count += 1
        self._counts[key] = count + 1
        return found

    def _free(self, key: str) -> str | None:
        text = f"{self._source}\n{key}".encode("utf-8", "surrogatepass")
        identity = hashlib.blake2b(text, digest_size=10).hexdigest()
        if identity in self._taken:
            return None
        self._taken.add(identity)
        return identity


class ChannelNumbers:
    """Hands out numbers: what the list says, else the next free one after the last channel's."""

    def __init__(self) -> None:
        self._last = 0
        self._after: dict[int, int] = {}
        """A number in use leads to one behind it, that no row of them is walked twice."""

    @property
    def is_unused(self) -> bool:
        """Whether no channel has been numbered yet."""
        return not self._last

    def claim(self, stated: str) -> str:
        """Give the number of the next channel; `stated` is the list's word or empty."""
        number = normal_number(stated) or str(self._free(self._last + 1))
        whole, _, minor = number.partition(".")
        self._last = int(whole)
        if not minor:
            self._after.setdefault(self._last, self._last + 1)
        return number

    def _free(self, number: int) -> int:
        """Find the first number from this one on that is not in use."""
        walked = []
        while (behind := self._after.get(number)) is not None:
            walked.append(number)
            number = behind
        self._after.update(dict.fromkeys(walked, number))
        return number


def normal_number(text: str) -> str:
    """Give a channel number as "5" or "5.1"; empty if the text is none ("0" is none)."""
    found = _NUMBER.fullmatch(text.strip()) if text else None
    if found is None or int(found.group(1)) == 0:
        return ""
    major, minor = str(int(found.group(1))), found.group(2)
    return f"{major}.{int(minor)}" if minor else major


def folded(text: str) -> str:
    """Give a name as it is compared: without case, accents and doubled spaces."""
    if not text.isascii():
        # Piece by piece: to put a long row of marks into order takes the square of its length.
        pieces = (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
        parts = "".join(unicodedata.normalize("NFKD", piece) for piece in pieces)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(text.casefold().split())


def last_part(url: str) -> str:
    """Give the last part of an address's path, without its query."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = url
    return path.rstrip("/").rpartition("/")[2]
