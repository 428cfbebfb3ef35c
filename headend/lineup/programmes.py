"""The stock of invented shows, read from `programmes.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_PARTS_OF_THE_DAY: Mapping[str, tuple[int, ...]] = {
    "night": (0, 1, 2, 3, 4, 5),
    "morning": (6, 7, 8, 9, 10, 11),
    "afternoon": (12, 13, 14, 15, 16, 17, 18),
    "evening": (19, 20, 21, 22, 23),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One title of a channel's stock.

    Attributes:
        title: as the guide shows it, like `category` and `description`.
        minutes: the lengths it comes in, half hours each.
        hours: hours of the day (UTC) at which it may begin.
        fixed: minutes since midnight at which it begins every day; such a show begins nowhere
            else, and the show before it is cut.
    """

    title: str
    category: str
    description: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    fixed: tuple[int, ...]


def _show(row: Mapping[str, Any]) -> Show:
    hours: list[int] = []
    for when in row.get("when", _PARTS_OF_THE_DAY):
        hours += (when,) if isinstance(when, int) else _PARTS_OF_THE_DAY[when]
    return Show(
        title=row["title"],
        category=row["category"],
        description=row["description"],
        minutes=tuple(row["minutes"]),
        hours=tuple(hours),
        fixed=tuple(int(time[:2]) * 60 + int(time[3:]) for time in row.get("at", ())),
    )


def _genres() -> dict[str, tuple[Show, ...]]:
    text = files("headend.lineup").joinpath("programmes.toml").read_text(encoding="utf-8")
    return {genre: tuple(map(_show, rows)) for genre, rows in tomllib.loads(text).items()}


GENRES: Mapping[str, tuple[Show, ...]] = _genres()
