"""What a programme says at moments of its timeline: events, interstitials, chapters."""

from dataclasses import dataclass, field
from enum import StrEnum

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
class SkipControl:
    """When a viewer may be offered to skip an interstitial (RFC 8216bis Appendix D.3).

    From `offset` into it on, for `duration` (None: to its end); `label` is the author's name for
    the words on the button, "" for none.
    """

    offset: Micros = Micros(0)
    duration: Micros | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interstitial:
    """Another programme to be shown at a moment of this one (RFC 8216bis Appendix D).

    Exactly one of `asset_uri` (a multivariant playlist, or an MPD) and `asset_list_uri` (JSON that
    names several) is set. After it the programme goes on `resume_offset` after `start`; None:
    after as long as the interstitial lasted. `duration` is what the date range tells,
    `playout_limit` the most of it to be shown. `cue` holds PRE, POST, ONCE; `restrict` SKIP, JUMP;
    `snap` OUT, IN; `skip` is None where nobody is to be offered to skip it. DASH's alternative MPD
    events (ISO/IEC 23009-1 5.16) become the same.
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
    skip: SkipControl | None = None


class SpliceKind(StrEnum):
    """Which way a splice mark leads: out of the programme, or back in."""

    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpliceMark:
    """One word of a splice message (ANSI/SCTE 35): out of the programme at `start`, or back in.

    `id` joins the way out with the way back. `type` is the segmentation_type_id (table 23), None
    for a splice_insert; `duration` what was told of the break's length.
    """

    id: str
    kind: SpliceKind
    start: Micros
    duration: Micros | None = None
    type: int | None = None


class BreakKind(StrEnum):
    """Who tells of a break: another programme in its place, or a splice mark (SCTE 35)."""

    INTERSTITIAL = "interstitial"
    SPLICE = "splice"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakMark:
    """A break on the programme's own timeline, which it may cover none of: `end` is `start` then.

    `end` None: not known yet.
    """

    id: str
    start: Micros
    end: Micros | None
    kind: BreakKind


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
