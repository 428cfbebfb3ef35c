"""Farol's own files: fonts, icons, key maps and translations."""

from pathlib import Path

_ROOT = Path(__file__).parent


def path(*parts: str) -> Path:
    """Give the path of a shipped file or folder, for example `path("icons", "farol.svg")`."""
    return _ROOT.joinpath(*parts)
