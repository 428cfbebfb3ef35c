"""What a command says: results on stdout, one clear sentence on stderr."""

import sys


def say(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text + "\n")


def complain(sentence: str) -> None:
    """Print what went wrong, for a person."""
    sys.stderr.write(f"farol: {sentence}\n")
