"""A Presentation as the JSON of `farol probe`: times in seconds, indexes as they are at `now`."""

from dataclasses import asdict
from typing import Any

from player.model.cmcd import ClientDataReporting
from player.model.event import Interstitial, SessionData, SkipControl, TimedEvent
from player.model.location import Location, Steering
from player.model.presentation import (
    Container,
    LatencyRange,
    Period,
    Presentation,
    Representation,
    Track,
    UtcTiming,
)
from player.model.resource import ByteRange, Protection, Resource
from player.model.segment import ListedIndex, Part, Segment, SegmentIndex
from player.model.service import Service
from player.units import Micros, seconds

MOST_SHOWN = 100
"""Events written out; all are counted."""


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
        **_told(_extras(presentation)),
    }


def _told(extras: dict[str, Any]) -> dict[str, Any]:
    """What most manifests do not have is shown only where it is there; 0.0 is, False is not."""
    return {name: value for name, value in extras.items() if value or isinstance(value, float)}


def _extras(one: Presentation) -> dict[str, Any]:
    return {
        "epoch": _seconds(one.epoch),
        "published": _seconds(one.published),
        "reload_after": _seconds(one.reload_after),
        "location": one.location,
        "other_locations": list(one.other_locations),
        "patch": one.patch,
        "patch_until": _seconds(one.patch_until),
        "links": list(one.links),
        "utc_timing": [_timing(each) for each in one.utc_timing],
        "latency_range": _latency(one.latency_range),
        "reporting": _reporting(one.reporting) if one.reporting else None,
        "start_at": _seconds(one.start_at),
        "start_precise": one.start_precise,
        "events": [_event(each) for each in one.events[:MOST_SHOWN]],
        "events_count": len(one.events) or None,
        "interstitials": [_interstitial(each) for each in one.interstitials[:MOST_SHOWN]],
        "chapters": [{"start": seconds(each.start), "title": each.title} for each in one.chapters],
        "session_data": [_fact(each) for each in one.session_data],
        "steering": _steering(one.steering) if one.steering else None,
        "services": [_service(each) for each in one.services],
    }


def _timing(one: UtcTiming) -> dict[str, Any]:
    return {"scheme": one.scheme, "value": one.value}


def _latency(one: LatencyRange) -> dict[str, Any]:
    return _told(
        {
            "least": _seconds(one.least),
            "most": _seconds(one.most),
            "slowest": one.slowest,
            "fastest": one.fastest,
        }
    )


def _reporting(one: ClientDataReporting) -> dict[str, Any]:
    """What the manifest asks to be told (CMCD); `keys` and `locations` missing: all of them."""
    return {
        "version": one.version,
        "mode": one.mode.value,
        **_told(
            {
                "keys": sorted(one.keys),
                "content_id": one.content_id,
                "session_id": one.session_id,
                "locations": sorted(one.locations),
            }
        ),
    }


def _steering(one: Steering) -> dict[str, Any]:
    asked_first = {"query_before_start": one.query_before_start}
    return {"uri": one.uri, "default": list(one.default), **_told(asked_first)}


def _event(one: TimedEvent) -> dict[str, Any]:
    return {
        "scheme": one.scheme,
        "id": one.id,
        "value": one.value,
        "start": seconds(one.start),
        "duration": _seconds(one.duration),
        **_told({"data": one.data.hex(), "attributes": [list(each) for each in one.attributes]}),
    }


def _interstitial(one: Interstitial) -> dict[str, Any]:
    return {
        "id": one.id,
        "start": seconds(one.start),
        "duration": _seconds(one.duration),
        "uri": one.asset_uri or one.asset_list_uri,
        **_told(
            {
                "resume_offset": _seconds(one.resume_offset),
                "playout_limit": _seconds(one.playout_limit),
                "cue": sorted(one.cue),
                "restrict": sorted(one.restrict),
                "snap": sorted(one.snap),
                "skip": _skip(one.skip) if one.skip else None,
            }
        ),
    }


def _skip(one: SkipControl) -> dict[str, Any]:
    told = {"duration": _seconds(one.duration), "label": one.label}
    return {"offset": seconds(one.offset), **_told(told)}


def _fact(one: SessionData) -> dict[str, Any]:
    return {"id": one.id, **_told({"value": one.value, "uri": one.uri, "language": one.language})}


def _service(one: Service) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "provider": one.provider}


def _seconds(time: Micros | None) -> float | None:
    return None if time is None else seconds(time)


def _period(period: Period, now: Micros) -> dict[str, Any]:
    return {
        "id": period.id,
        "start": seconds(period.start),
        "duration": _seconds(period.duration),
        "tracks": [_track(one, now) for one in period.tracks],
        **_told(
            {
                "trick_play": [_track(one, now) for one in period.trick_play],
                "early": period.early,
            }
        ),
    }


def _track(track: Track, now: Micros) -> dict[str, Any]:
    return {
        "kind": track.kind.value,
        "language": track.language,
        "name": track.name,
        "roles": list(track.roles),
        "representations": [_representation(one, now) for one in track.representations],
        **_told(
            {
                "id": track.id,
                "default": track.default,
                "forced": track.forced,
                "channels": track.channels,
                "in_video": track.in_video,
                "on_request": track.on_request,
            }
        ),
    }


def _representation(one: Representation, now: Micros) -> dict[str, Any]:
    numbers = one.index.numbers(now) if one.index else range(0)
    first = one.index.segment(numbers[0]) if one.index and numbers else None
    last = one.index.segment(numbers[-1]) if one.index and numbers else None
    init = one.init or (first.init if first else None)
    own = first.init_protection if first else None
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
        "protection": [_protection(each) for each in protection],
        **_told({"init_protection": _protection(own) if own else None}),
        **_told(_more(one)),
        **_told({"init_range": _byte_range(init.byte_range) if init else None}),
    }


def _more(one: Representation) -> dict[str, Any]:
    return {
        "average_bandwidth": one.average_bandwidth,
        "container": None if one.container is Container.UNKNOWN else one.container.value,
        "kinds": sorted(kind.value for kind in one.kinds),
        "score": one.score,
        "video_range": one.video_range,
        "hdcp_level": one.hdcp_level,
        "sphere": asdict(one.sphere) if one.sphere else None,
        "tiles": [one.tiles.columns, one.tiles.rows] if one.tiles else None,
        "locations": [each.name for each in one.locations],
        "places": [_place(each) for each in one.locations],
        "index": _index(one.index) if one.index else None,
        "index_uri": one.source.resource.uri if one.source else "",
    }


def _place(one: Location) -> dict[str, Any]:
    """Where a location is: a base address (DASH) or a playlist (HLS)."""
    return {
        "name": one.name,
        "uri": one.source.resource.uri if one.source else one.base,
        "priority": one.priority,
        "weight": one.weight,
    }


def _index(one: SegmentIndex) -> dict[str, Any]:
    told: dict[str, Any] = {"reload_after": _seconds(one.reload_after)}
    if isinstance(one, ListedIndex):
        told |= {
            "part_target": _seconds(one.part_target),
            "blocking": one.blocking,
            "hinted_init": one.hinted_init.uri if one.hinted_init else None,
        }
    return {"ended": one.ended, **_told(told)}


def _protection(one: Protection) -> dict[str, Any]:
    """Everything but keys: an identity key's address may hold a token, as all addresses here."""
    return {
        "scheme": one.scheme.value,
        "key_id": one.key_id,
        **_told(
            {
                "system": one.system,
                "licence_uri": one.licence_uri,
                "pssh": one.pssh.hex(),
                "iv": one.iv.hex(),
            }
        ),
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
        **_told(
            {
                "discontinuity": segment.discontinuity,
                "gap": segment.gap,
                "told_size": segment.told_size,
                "media_offset": _seconds(segment.media_offset),
                "program_date_time": _seconds(segment.program_date_time),
                "available_at": _seconds(segment.available_at),
                "whole_at": _seconds(segment.whole_at),
                "step": _seconds(segment.step),
                "parts": [_part(one) for one in segment.parts],
                "making": segment.making,
                "hint": _hint(segment.hint) if segment.hint else None,
            }
        ),
    }


def _part(one: Part) -> dict[str, Any]:
    return {
        "duration": seconds(one.duration),
        "uri": one.resource.uri,
        **_told(
            {
                "byte_range": _byte_range(one.resource.byte_range),
                "independent": one.independent,
                "gap": one.gap,
            }
        ),
    }


def _hint(one: Resource) -> dict[str, Any]:
    return {"uri": one.uri, **_told({"byte_range": _byte_range(one.byte_range)})}


def _byte_range(found: ByteRange | None) -> list[int] | None:
    return None if found is None else [found.offset, found.length]
