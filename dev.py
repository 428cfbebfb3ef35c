#!/usr/bin/env python3
"""The one door into Farol: run, test, check, bench, doctor.

Standard library only, on a bare Python 3.11 to 3.13: it brings everything else. What it does
stands in packaging/door.
"""

import sys
import time

STARTED = time.monotonic()
OLDEST, NEWEST = (3, 11), (3, 13)

if not OLDEST <= sys.version_info[:2] <= NEWEST:
    have = ".".join(str(number) for number in sys.version_info[:3])
    sys.exit(f"Farol needs Python 3.11, 3.12 or 3.13, and this is {have}. Try python3.13 dev.py.")

from pathlib import Path  # noqa: E402 - an old Python shall read the sentence above

sys.path.insert(0, str(Path(__file__).resolve().parent / "packaging"))

from door.commands import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], STARTED))
