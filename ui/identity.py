"""The tile of a channel without a logo: initials on a colour made from its identity."""

import hashlib
import re

COLOURS = (
    "#2D6BE0",
    "#1DA974",
    "#E8453C",
    "#1F98D2",
    "#3653A8",
    "#C92D2D",
    "#7B4DC4",
    "#0F8F5F",
    "#8A6A3B",
    "#B23A78",
    "#0E7C86",
    "#C2571A",
)
"""Grounds on which white initials read well."""

_WORDS = re.compile(r"[^\W_]+")
_QUALITY = re.compile(r"^(hd|fhd|uhd|sd|4k|hevc|h265)$", re.IGNORECASE)


def initials(name: str) -> str:
    """Give one to three characters that stand for a channel's name, "" for none."""
    words: list[str] = [word for word in _WORDS.findall(name) if not _QUALITY.match(word)]
    if not words:
        return name.strip()[:2].upper()
    if len(words) == 1:
        return words[0][:1].upper()
    return _joined(words[0], words[-1])


def _joined(first: str, last: str) -> str:
    """Join a first letter with the last word's letter, or with its number where it is one."""
    tail = last[:2] if last.isdigit() else last[:1]
    return (first[:1] + tail).upper()


def colour(identity: str) -> str:
    """Give the tile's colour for a channel id: always the same for the same channel."""
    digest = hashlib.blake2s(identity.encode()).digest()
    return COLOURS[digest[0] % len(COLOURS)]
