"""What is played over what: families of lines, each with its film."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TypeVar

from bench.abr.film import Film, made_film, read_film
from bench.abr.line import Line, read_trace
from bench.abr.synthetic import FAMILIES, RATES_KBPS, SEGMENT_S, SEGMENTS

Told = TypeVar("Told")

SHARED = Path(__file__).parents[3] / "shared" / "traces"

RECORDED = {"3g": "bbb.json", "4g": "bbb4k.json", "fcc": "bbb.json"}
"""Recorded families and their films, as Sabre pairs them."""

GROUPS = {"synthetic": tuple(FAMILIES), "all": (*RECORDED, *FAMILIES)}
NAMES = (*RECORDED, *FAMILIES)
QUICK = 4
"""Of so many lines a quick run takes one."""


@dataclass(frozen=True, slots=True)
class Family:
    """Lines of one kind, and the film that is played over them."""

    name: str
    film: Film
    lines: tuple[Line, ...]


def family(name: str, folder: Path = SHARED) -> Family | None:
    """Give a family by its name; None where its traces are not here."""
    if name in FAMILIES:
        film = made_film(RATES_KBPS, SEGMENT_S, SEGMENTS)
        return Family(name, film, tuple(FAMILIES[name]()))
    film_path = folder / RECORDED[name]
    paths = sorted((folder / name).glob("*.json"))
    if not paths or not film_path.is_file():
        return None
    return Family(name, read_film(film_path), tuple(read_trace(path) for path in paths))


def own(sources: Sequence[Path], film: Path | None) -> Family:
    """Make a family of a tester's own traces; OSError or ValueError where one cannot be read."""
    found = [path for one in sources for path in (_inside(one) if one.is_dir() else [one])]
    if not found:
        raise ValueError("there is no trace in these folders")
    made = made_film(RATES_KBPS, SEGMENT_S, SEGMENTS)
    played = _read(read_film, film, "film") if film else made
    return Family("own", played, tuple(_read(read_trace, path, "trace") for path in found))


def _read(read: Callable[[Path], Told], path: Path, what: str) -> Told:
    try:
        return read(path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is no {what} in Sabre's form: {error!r}") from error


def fewer(whole: Family) -> Family:
    """Some of a family, from all over it, for a quick look."""
    taken = zip(whole.lines, cycle(range(QUICK)), strict=False)
    return Family(whole.name, whole.film, tuple(line for line, turn in taken if turn == 0))


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))
