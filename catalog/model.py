"""What a viewer's lists and guides become. Times are POSIX seconds, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIdentity:
    """A source of channels as the viewer knows it.

    `id` never changes, whatever happens to the address; `location` is the list's URL or path,
    the base of relative addresses. It may hold credentials.
    """

    id: str
    name: str
    location: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogWarning:
    """Something that was read over; `line` counts from 1, 0 where there is none. No secrets."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchup:
    """How past programmes of a channel are asked for; `source` may hold credentials."""

    mode: str
    source: str = field(default="", repr=False)
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel of one source.

    `id` is the identity that survives a refresh; `number` what a viewer types ("5", "5.1");
    `guide_id` and `guide_name` name the channel in the guide, whose times are `guide_shift`
    seconds early for it. `properties` are a list's other words on the stream (manifest type,
    licence). `url`, `headers` and `properties` may hold credentials.
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
    adult: bool = False
    guide_name: str = ""
    guide_shift: int = 0
    catchup: Catchup | None = None
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)


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
