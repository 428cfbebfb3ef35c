"""Fetches bytes once and says what the line did; the only room that knows HTTP."""

import sys

# httpx imports its command line, with rich and click, where they are installed: 0.2 s of a start.
# None is what the import system itself takes for "cannot be imported"; httpx goes on without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
