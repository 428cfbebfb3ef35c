"""What is told of a stored segment: enough to make an index of it again."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from player.model.presentation import Representation, TrackKind
from player.model.resource import ByteRange, Protection, ProtectionScheme, Resource
from player.model.segment import Segment
from player.streaming.store.ring import Place
from player.units import ByteCount, Micros

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Of which track and rung a segment is, by the names of its manifest.

    `rung` is kept for what plays it when the manifest has dropped it; without its index.
    """

    period: str
    track: str
    kind: TrackKind
    rung: Representation = field(repr=False)

    @property
    def of_track(self) -> tuple[str, str]:
        """What names the track."""
        return self.period, self.track


@dataclass(slots=True, kw_only=True, eq=False)
class Kept:
    """A stored segment; its bytes wait in `body` until they lie at `place`.

    `sealed`: they came in the clear, and are encrypted on the disk. `tape` says whose it is.
    Engine thread only.
    """

    lineage: Lineage
    segment: Segment
    size: ByteCount
    tape: int = 0
    body: bytes | None = field(default=None, repr=False)
    place: Place | None = None
    sealed: bool = False

    @property
    def told(self) -> bytes:
        """What is written of it."""
        return told_of(self.lineage, self.segment, tape=self.tape, sealed=self.sealed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was read of a record: whose it is, and what it is."""

    tape: int
    period: str
    track: str
    kind: TrackKind
    rung: str
    sealed: bool
    segment: Segment


def told_of(lineage: Lineage, segment: Segment, *, tape: int, sealed: bool) -> bytes:
    """A record's words, as JSON."""
    said = {
        "version": _VERSION,
        "tape": tape,
        "period": lineage.period,
        "track": lineage.track,
        "kind": lineage.kind.value,
        "rung": lineage.rung.id,
        "sealed": sealed,
        "segment": _as_json(asdict(segment)),
    }
    return json.dumps(said, separators=(",", ":")).encode()


def read_told(data: bytes) -> Told:
    """What a record says; raises ValueError where that is nothing of ours."""
    try:
        said = json.loads(data)
        if said["version"] != _VERSION:
            raise ValueError(f"a record of version {said['version']}")
        return Told(
            tape=int(said["tape"]),
            period=str(said["period"]),
            track=str(said["track"]),
            kind=TrackKind(said["kind"]),
            rung=str(said["rung"]),
            sealed=bool(said["sealed"]),
            segment=_segment(said["segment"]),
        )
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError) as wrong:
        raise ValueError("a record that tells of no segment") from wrong


def without_index(rung: Representation) -> Representation:
    """A rung as it is kept: an index of minutes ago would only hold memory."""
    return rung if rung.index is None else replace(rung, index=None)


def _as_json(value: Any) -> Any:
    """Bytes as hexadecimal digits, nothing as nothing, everything else as it is."""
    if isinstance(value, dict):
        return {name: _as_json(one) for name, one in value.items() if one not in (None, b"", ())}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value.hex() if isinstance(value, bytes) else value


def _segment(said: dict[str, Any]) -> Segment:
    plain = ("number", "discontinuity")
    times = ("start", "duration", "media_offset", "program_date_time", "available_at")
    values: dict[str, Any] = {name: int(said[name]) for name in plain if name in said}
    values |= {name: Micros(int(said[name])) for name in times if name in said}
    init, init_protection = said.get("init"), said.get("init_protection")
    size = said.get("told_size")
    return Segment(
        **values,
        resource=_resource(said["resource"]),
        init=None if init is None else _resource(init),
        init_protection=None if init_protection is None else _protection(init_protection),
        gap=bool(said.get("gap")),
        protection=tuple(_protection(one) for one in said.get("protection", ())),
        told_size=None if size is None else ByteCount(int(size)),
    )


def _resource(said: dict[str, Any]) -> Resource:
    part = said.get("byte_range")
    if part is None:
        return Resource(uri=str(said["uri"]))
    offset, length = int(part["offset"]), int(part["length"])
    byte_range = ByteRange(offset=ByteCount(offset), length=ByteCount(length))
    return Resource(uri=str(said["uri"]), byte_range=byte_range)


def _protection(said: dict[str, Any]) -> Protection:
    return Protection(
        scheme=ProtectionScheme(said["scheme"]),
        key_id=str(said.get("key_id", "")),
        system=str(said.get("system", "")),
        licence_uri=str(said.get("licence_uri", "")),
        pssh=bytes.fromhex(said.get("pssh", "")),
        iv=bytes.fromhex(said.get("iv", "")),
    )
