"""The warnings that a lenient reader leaves behind, bounded in number."""

from player.model.presentation import ManifestWarning

MOST_WARNINGS = 100
"""Beyond this many, warnings are only counted: a broken document must not fill the memory."""
LONGEST_QUOTE = 80


class Notes:
    """Collects warnings while one document is read; belongs to one call, not shared."""

    def __init__(self) -> None:
        """Begin with none."""
        self._warnings: dict[ManifestWarning, None] = {}
        self._dropped = 0

    def warn(self, line: int, text: str) -> None:
        """Note that something on `line` (from 1; 0: no line) was passed over; the same once."""
        warning = ManifestWarning(line=line, text=text)
        if len(self._warnings) < MOST_WARNINGS:
            self._warnings[warning] = None
        elif warning not in self._warnings:
            self._dropped += 1

    def taken(self) -> tuple[ManifestWarning, ...]:
        """Everything noted so far."""
        if not self._dropped:
            return tuple(self._warnings)
        more = ManifestWarning(line=0, text=f"and {self._dropped} more warnings")
        return (*self._warnings, more)


def quoted(text: str) -> str:
    """Shorten a stranger's text for a warning, and show control characters as escapes."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…")
