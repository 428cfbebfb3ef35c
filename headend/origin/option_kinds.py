"""How the value of an option is written: a number, a word, or a list of words."""

import re
from dataclasses import dataclass
from typing import Protocol

_NUMBER = re.compile(r"-?\d{1,19}\Z", re.ASCII)


class BadOptionError(ValueError):
    """An option makes no sense or is out of its range; the text is a sentence for the viewer."""


class Kind(Protocol):
    """Reads one option's value."""

    @property
    def field(self) -> str:
        """The field of StreamOptions that it fills."""
        ...

    def read(self, name: str, value: str) -> object:
        """The value as the field has it; raises BadOptionError."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number in a range, both ends included."""

    field: str
    low: int
    high: int

    def read(self, name: str, value: str) -> int:
        """The number; raises BadOptionError."""
        if _NUMBER.match(value) and self.low <= int(value) <= self.high:
            return int(value)
        raise BadOptionError(
            f"The option {name} is a whole number from {self.low} to {self.high}."
        )


@dataclass(frozen=True, slots=True)
class Flag:
    """1 for yes, 0 for no."""

    field: str

    def read(self, name: str, value: str) -> bool:
        """Whether; raises BadOptionError."""
        if value in {"0", "1"}:
            return value == "1"
        raise BadOptionError(f"The option {name} is 0 or 1.")


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    field: str
    words: tuple[str, ...]

    def read(self, name: str, value: str) -> str:
        """The word; raises BadOptionError."""
        if value in self.words:
            return value
        raise BadOptionError(f"The option {name} is one of {', '.join(self.words)}.")


@dataclass(frozen=True, slots=True)
class Words:
    """A few words in a row with commas between them; `words` empty: any plain ones."""

    field: str
    words: tuple[str, ...] = ()

    def read(self, name: str, value: str) -> tuple[str, ...]:
        """The words in their order; raises BadOptionError."""
        found = tuple(value.split(","))
        known = all(word in self.words for word in found) if self.words else _plain(found)
        if known and len(found) <= 8:
            return found
        said = f"among {', '.join(self.words)}" if self.words else "plain words"
        raise BadOptionError(f"The option {name} is {said}, at most eight, with commas between.")


def _plain(words: tuple[str, ...]) -> bool:
    return all(re.fullmatch(r"[A-Za-z0-9_-]{1,32}", word, re.ASCII) for word in words)
