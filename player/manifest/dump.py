"""A Presentation as the JSON of `farol probe`: times in seconds, indexes as they are at `now`."""

from typing import Any

from player.model.presentation import Period, Presentation, Representation, Track
from player.model.resource import ByteRange
from player.model.segment import Segment
from player.units import Micros, seconds


def describe(presentation: Presentation, now: Micros) -> dict[str, Any]:
    """Say what a manifest offers, normalised; indexes still to be loaded show 0 segments.

    `now` is UTC; it decides which segments of a live presentation exist.
    """
    return {
        "format": presentation.format.value,
        "type": presentation.type.value,
        "duration": _seconds(presentation.duration),
        "target_latency": _seconds(presentation.target_latency),
        "periods": [_period(one, now) for one in presentation.periods],
        "warnings": [{"line": one.line, "text": one.text} for one in presentation.warnings],
    }


def _seconds(time: Micros | None) -> float | None:
    return None if time is None else seconds(time)


def _period(period: Period, now: Micros) -> dict[str, Any]:
    return {
        "id": period.id,
        "start": seconds(period.start),
        "duration": _seconds(period.duration),
        "tracks": [_track(one, now) for one in period.tracks],
    }


def _track(track: Track, now: Micros) -> dict[str, Any]:
    return {
        "kind": track.kind.value,
        "language": track.language,
        "name": track.name,
        "roles": list(track.roles),
        "representations": [_representation(one, now) for one in track.representations],
    }


def _representation(one: Representation, now: Micros) -> dict[str, Any]:
    numbers = one.index.numbers(now) if one.index else range(0)
    first = one.index.segment(numbers[0]) if one.index and numbers else None
    last = one.index.segment(numbers[-1]) if one.index and numbers else None
    init = one.init or (first.init if first else None)
    ends = [each.protection for each in (first, last) if each and each.protection]
    protection = one.protection or (ends[0] if ends else ())
    return {
        "id": one.id,
        "bandwidth": one.bandwidth,
        "codecs": one.codecs,
        "width": one.width,
        "height": one.height,
        "frame_rate": one.frame_rate,
        "segments": len(numbers),
        "first": _segment(first),
        "last": _segment(last),
        "init": init.uri if init else None,
        "protection": [
            {"scheme": each.scheme.value, "key_id": each.key_id} for each in protection
        ],
    }


def _segment(segment: Segment | None) -> dict[str, Any] | None:
    if segment is None:
        return None
    return {
        "number": segment.number,
        "start": seconds(segment.start),
        "duration": seconds(segment.duration),
        "uri": segment.resource.uri,
        "byte_range": _byte_range(segment.resource.byte_range),
    }


def _byte_range(found: ByteRange | None) -> list[int] | None:
    return None if found is None else [found.offset, found.length]
