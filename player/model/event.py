"""What a programme says at moments of its timeline: events, interstitials, chapters."""

from dataclasses import dataclass, field

from player.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedEvent:
    """A message tied to the presentation timeline, or to a container's until it is placed.

    From EXT-X-DATERANGE (RFC 8216bis 4.4.5.1), an EventStream or `emsg` (ISO/IEC 23009-1 5.10),
    or ID3 in the media. `scheme` is the schemeIdUri, "id3" or, of a date range, its CLASS;
    `duration` is None where it is not known, `data` the message's own bytes, `attributes` what
    else was told (X- attributes, SCTE35-OUT ...). The same `scheme`, `value` and `id` again is
    the same event.
    """

    scheme: str
    id: str
    start: Micros
    duration: Micros | None = None
    value: str = ""
    data: bytes = field(default=b"", repr=False)
    attributes: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interstitial:
    """Another programme to be shown at a moment of this one (RFC 8216bis Appendix D).

    Exactly one of `asset_uri` (a multivariant playlist) and `asset_list_uri` (JSON that names
    several) is set. After it the programme goes on `resume_offset` after `start`; None: after as
    long as the interstitial lasted. `duration` is what the date range tells, `playout_limit` the
    most of it to be shown. `cue` holds PRE, POST, ONCE; `restrict` SKIP, JUMP; `snap` OUT, IN.
    """

    id: str
    start: Micros
    duration: Micros | None = None
    asset_uri: str = field(default="", repr=False)
    asset_list_uri: str = field(default="", repr=False)
    resume_offset: Micros | None = None
    playout_limit: Micros | None = None
    cue: frozenset[str] = frozenset()
    restrict: frozenset[str] = frozenset()
    snap: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionData:
    """A fact about the whole session (RFC 8216bis 4.4.6.4): `value`, or JSON at `uri`."""

    id: str
    value: str = ""
    uri: str = field(default="", repr=False)
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A named stretch that begins at `start` and lasts until the next one."""

    start: Micros
    title: str
