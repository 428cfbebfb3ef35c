"""What is told of each record of a recording: enough to write its playlists again. Pure.

No address, no header and no key is ever told: they are secrets of whoever pays for the channel.
"""

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from player.model.presentation import Container, TrackKind
from player.units import BitsPerSecond, Micros

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackName:
    """What a track is to a viewer; the same `key` is the same track in any session or period."""

    kind: TrackKind
    language: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    default: bool = False
    forced: bool = False
    channels: int | None = None

    @property
    def key(self) -> tuple[TrackKind, str, str, tuple[str, ...], bool]:
        """What makes it the same track."""
        return self.kind, self.language, self.name, self.roles, self.forced


@dataclass(frozen=True, slots=True, kw_only=True)
class RungName:
    """Which rung a segment is of; `muxed`: sound of this language and name lies in its bytes."""

    bandwidth: BitsPerSecond
    codecs: str = ""
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    video_range: str = ""
    container: Container = Container.UNKNOWN
    muxed: bool = False
    sound_language: str = ""
    sound_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One record: a segment, or with `is_init` the init section of those that name its serial.

    `serial` counts all records of a recording, which begins at `begin`. `start` and `duration`
    are its presentation time, `epoch` the UTC time of its 0 (None: a film's). `clock` counts its
    discontinuities, `discontinuity` is the server's own count, `period` tells periods apart
    without naming them. `number` is the segment's as its server counts. `digest` is an init
    section's SHA-256.
    """

    serial: int
    track: TrackName
    rung: RungName
    start: Micros = Micros(0)
    duration: Micros = Micros(0)
    number: int = 0
    epoch: Micros | None = None
    clock: int = 0
    discontinuity: int = 0
    period: str = ""
    init: int | None = None
    is_init: bool = False
    digest: str = ""
    begin: Micros = Micros(0)

    @property
    def end(self) -> Micros:
        """Presentation time at which it ends."""
        return Micros(self.start + self.duration)

    @property
    def utc(self) -> Micros | None:
        """UTC time of its beginning."""
        return None if self.epoch is None else Micros(self.epoch + self.start)


def told_of(one: Told) -> bytes:
    """A record's words, as JSON."""
    said = asdict(one) | {"version": _VERSION}
    return json.dumps(_sparse(said), separators=(",", ":")).encode()


def read_told(data: bytes) -> Told:
    """What a record says; raises ValueError where that is nothing of ours."""
    try:
        said = json.loads(data)
        if said["version"] != _VERSION:
            raise ValueError(f"a record of version {said['version']}")
        told = Told(
            serial=_count(said, "serial"),
            track=_track(said["track"]),
            rung=_rung(said["rung"]),
            start=Micros(_whole(said, "start")),
            duration=Micros(_count(said, "duration")),
            number=_whole(said, "number"),
            epoch=Micros(_whole(said, "epoch")) if "epoch" in said else None,
            clock=_count(said, "clock"),
            discontinuity=_whole(said, "discontinuity"),
            period=str(said.get("period", "")),
            init=_count(said, "init") if "init" in said else None,
            is_init=bool(said.get("is_init")),
            digest=str(said.get("digest", "")),
            begin=Micros(_whole(said, "begin")),
        )
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError) as wrong:
        raise ValueError("a record that tells of no segment") from wrong
    return told


def _sparse(said: Any) -> Any:
    """Without what says nothing: there are many records."""
    if isinstance(said, dict):
        kept = {name: _sparse(one) for name, one in said.items()}
        return {name: one for name, one in kept.items() if not _is_nothing(one)}
    return said


def _is_nothing(value: object) -> bool:
    """Nought is something: the epoch of what is dated by its server."""
    return value is None or value is False or value in ("", (), [])


_LARGEST = 1 << 62


def _whole(said: dict[str, Any], name: str) -> int:
    value = said.get(name, 0)
    if not isinstance(value, int) or abs(value) > _LARGEST:
        raise ValueError(f"a record whose {name} is no number")
    return value


def _count(said: dict[str, Any], name: str) -> int:
    value = _whole(said, name)
    if value < 0:
        raise ValueError(f"a record whose {name} is negative")
    return value


def _track(said: dict[str, Any]) -> TrackName:
    return TrackName(
        kind=TrackKind(said["kind"]),
        language=str(said.get("language", "")),
        name=str(said.get("name", "")),
        roles=tuple(str(one) for one in said.get("roles", ())),
        default=bool(said.get("default")),
        forced=bool(said.get("forced")),
        channels=_count(said, "channels") if "channels" in said else None,
    )


def _rung(said: dict[str, Any]) -> RungName:
    rate = said.get("frame_rate")
    if rate is not None and not (isinstance(rate, int | float) and math.isfinite(rate)):
        raise ValueError("a record whose frame rate is no number")
    return RungName(
        bandwidth=BitsPerSecond(_count(said, "bandwidth")),
        codecs=str(said.get("codecs", "")),
        width=_count(said, "width") if "width" in said else None,
        height=_count(said, "height") if "height" in said else None,
        frame_rate=rate,
        video_range=str(said.get("video_range", "")),
        container=Container(said.get("container", Container.UNKNOWN)),
        muxed=bool(said.get("muxed")),
        sound_language=str(said.get("sound_language", "")),
        sound_name=str(said.get("sound_name", "")),
    )
