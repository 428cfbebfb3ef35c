"""What the person at the terminal sees: steps with their times, tables, and how it ended.

With rich where it is installed (inside the virtual environment), plain lines before that.
"""

import contextlib
import importlib.util
import sys
import time
from collections.abc import Iterator, Sequence

RICH = importlib.util.find_spec("rich") is not None


class Stop(Exception):  # noqa: N818 - an end with a sentence, not always a fault
    """Ends dev.py with a status and one sentence on stderr."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def note(text: str) -> None:
    """Write a line for the person; stdout stays for results."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Show that something long goes on, and how long it took."""
    started = time.monotonic()
    with _spinner(text):
        yield
    note(f"  {text}: {time.monotonic() - started:.1f} s")


@contextlib.contextmanager
def _spinner(text: str) -> Iterator[None]:
    if not RICH or not sys.stderr.isatty():
        note(f"{text} ...")
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


class Counter:
    """Progress of a long step that can be counted: one line, rewritten on a terminal."""

    def __init__(self, text: str, total: int) -> None:
        """Begin at none of `total`."""
        self._text, self._total, self._done = text, total, 0
        self._terminal = sys.stderr.isatty()

    def advance(self, what: str) -> None:
        """One more is done: `what`. In a log every tenth line is enough."""
        self._done += 1
        line = f"{self._text} [{self._done}/{self._total}] {what}"
        if self._terminal:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        elif self._done % 10 == 0:
            note(line)

    def close(self) -> None:
        """Leave the line."""
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on stdout."""
    if not RICH:
        _plain_table(title, head, rows)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(*head, title=title, title_justify="left")
    for row in rows:
        drawn.add_row(*(escape(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 110).print(drawn)


def _plain_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    print(title)
    for row in (head, *rows):
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  " + "  ".join(padded).rstrip())
