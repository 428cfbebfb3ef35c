"""What a broadcast calls itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of a transport stream: `id` is its programme's number, texts may be empty.

    ETSI EN 300 468 5.2.3 and 6.2.33.
    """

    id: int
    name: str = ""
    provider: str = ""
