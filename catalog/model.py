"""What a viewer's lists and guides become. Times are POSIX seconds, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel of one source.

    `id` is the identity that survives a refresh; `number` what a viewer types ("5", "5.1");
    `guide_id` names the channel in the guide. `url` and `headers` may hold credentials.
    """

    id: str
    number: str
    name: str
    url: str = field(repr=False)
    groups: tuple[str, ...] = ()
    logo: str = ""
    guide_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    radio: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme of the guide; `stop` is exclusive."""

    start: int
    stop: int
    title: str
    subtitle: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NowNext:
    """What is on and what follows; either may be unknown."""

    now: Programme | None = None
    next: Programme | None = None
