"""Farol, imported while the headend still starts: waits for the list's address on stdin.

Run by the virtual environment's Python: `python warm_start.py [OPTION ...]`. Half of a start is
imports, and so is the headend's; with two cores they go on at the same time.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import app.window  # noqa: F401 - the imports are the point
from app.main import main

if __name__ == "__main__":
    source = sys.stdin.readline().strip()
    sys.exit(main(["--source", source, *sys.argv[1:]]) if source else 1)
