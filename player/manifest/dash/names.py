"""Ids that manifests repeat, made unique (ISO/IEC 23009-1 5.3.5.2)."""

from collections import Counter
from collections.abc import Iterable, Iterator


class UniqueNames:
    """Names of one period, each given once: the same manifest always gets the same ones."""

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: set[str] = set()
        self._asked: Counter[str] = Counter()

    def given(self, idents: Iterable[str], prefix: str) -> Iterator[str]:
        """Name each by its id, or by its place behind `prefix`."""
        return (self.unique(one or f"{prefix}{place}") for place, one in enumerate(idents))

    def unique(self, name: str) -> str:
        """`name`, the second time with a `+`, after that with a count."""
        self._asked[name] += 1
        if self._asked[name] > 2:
            name = f"{name}+{self._asked[name]}"
        while name in self._taken:
            name = f"{name}+"
        self._taken.add(name)
        return name
