"""What a source asks to be told of its players (CTA-5004, CTA-5004-B)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CmcdMode(StrEnum):
    """Where the data goes: request headers or the query."""

    HEADERS = "headers"
    QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDataReporting:
    """Common-Media-Client-Data for one source; its absence means that nothing is told.

    `keys` are those to be sent, empty for all; `content_id` is cid, `session_id` sid ("": made
    anew for each session). `version` is 1 or 2. `locations` limits it to requests of these
    service locations; empty: all.
    """

    version: int = 1
    mode: CmcdMode = CmcdMode.QUERY
    keys: frozenset[str] = frozenset()
    content_id: str = ""
    session_id: str = field(default="", repr=False)
    locations: frozenset[str] = frozenset()


ClientDataValue = bool | int | float | str | tuple[str, ...]
"""A flag, a number, a word, or words; each key knows which it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientData:
    """What one request tells: `values` by key, unrounded, to be sent in `mode`.

    They name the viewer's session and programme, and stay out of every log.
    """

    version: int = 1
    mode: CmcdMode = CmcdMode.QUERY
    values: Mapping[str, ClientDataValue] = field(default_factory=dict, repr=False)
