"""What a command says: results on stdout, one clear sentence on stderr."""

import sys


def say(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text + "\n")


def complain(sentence: str) -> None:
    """Print what went wrong, for a person."""
    sys.stderr.write(f"farol: {printable(sentence)}\n")


def printable(text: str) -> str:
    """Give a stranger's text without what would steer the terminal: one line, no escapes."""
    return "".join(one if one.isprintable() else " " for one in text)
