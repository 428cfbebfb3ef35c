"""Farol's one installed import name: it opens the house and starts a program in it.

In a checkout the rooms (`app`, `player`, ...) stand beside this folder; in a wheel they stand in
`farol/rooms`, so that nothing called `app` or `ui` lands among other projects' packages
(docs/adr/0008-import-names.md).
"""

import sys
from pathlib import Path


def _open_house() -> None:
    """Put the rooms first on the import path when they were installed below this package."""
    rooms = Path(__file__).parent / "rooms"
    if rooms.is_dir():
        sys.path.insert(0, str(rooms))


def player() -> int:
    """Run the command `farol`; returns its exit status."""
    _open_house()
    from app.main import main

    return main(sys.argv[1:])


def headend() -> int:
    """Run the command `farol-headend`; returns its exit status."""
    _open_house()
    from headend.main import main

    return main(sys.argv[1:])
