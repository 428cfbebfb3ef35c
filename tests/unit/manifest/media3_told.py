"""What `farol probe --json` tells of a corpus file, by the topics of `media3_expected.py`."""

from pathlib import Path
from typing import Any

from player.errors import PlayerError
from player.manifest.dump import describe
from player.manifest.face import parse, sniff
from player.model.presentation import Presentation
from player.model.segment import Segment
from player.units import seconds
from tests.unit.manifest.corpus_document import NOW
from tests.unit.manifest.media3_expected import PLAYREADY, WIDEVINE

_SYSTEMS = {"com.widevine": WIDEVINE, "com.microsoft.playready": PLAYREADY}
_OURS_ALONE = {"com.apple.streamingkeydelivery"}
"""Media3 passes over what it has no module for; the probe tells it."""


def told(path: Path, url: str) -> dict[str, Any]:
    """Every topic; a file that is refused has `answer` alone."""
    body = path.read_bytes()
    form = sniff(body[:4096], content_type="", url=url)
    try:
        found = parse(body, url=url, now=NOW, format=form) if form else None
    except PlayerError:
        found = None
    return {"answer": "refused"} if found is None else _topics(found)


def _topics(found: Presentation) -> dict[str, Any]:
    whole = describe(found, NOW)
    tracks = [track for period in whole["periods"] for track in period["tracks"]]
    rungs = [(track, one) for track in tracks for one in track["representations"]]
    return {
        "answer": "read",
        "periods": len(whole["periods"]),
        "location": whole.get("location"),
        "latency": _latency(whole),
        "asset identifiers": [],
        "stable ids": [],
        **_of_rungs(rungs),
        **_of_breaks(whole),
        **_of_segments(found),
    }


def _of_rungs(rungs: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    plain = [one for track, one in rungs if track["kind"] not in ("audio", "text")]
    some = plain or [one for _, one in rungs]
    return {
        "kinds": [track["kind"] for track, _ in rungs],
        "forced": [bool(track.get("forced")) for track, _ in rungs],
        "texts": [
            (track["name"], track["language"], one["codecs"])
            for track, one in rungs
            if track["kind"] == "text"
        ],
        "sounds": [one["codecs"] for track, one in rungs if track["kind"] == "audio"],
        "codecs": [one["codecs"] for one in some],
        "sizes": [(one["width"], one["height"]) for one in some],
        "rates": [one["frame_rate"] for one in some],
        "bandwidths": [one["bandwidth"] for one in some],
        "ranges": [one.get("video_range") for one in some],
        "tiles": [one.get("tiles") for one in some],
        "segments": [one["segments"] - bool((one["last"] or {}).get("making")) for one in some],
        "starts": [one["first"] and one["first"]["start"] for one in some],
        "number": some[0]["first"] and some[0]["first"]["number"],
        "playlists": [one.get("index_uri") for one in some],
        "pathways": {
            (place["name"], place["uri"]) for one in some for place in one.get("places", ())
        },
        "keys": [
            {(key["scheme"], key.get("system"), key.get("licence_uri")) for key in keys}
            for keys in (one["protection"] for _, one in rungs)
        ],
    }


def _latency(whole: dict[str, Any]) -> dict[str, float]:
    target = whole["target_latency"]
    asked = {} if target is None else {"target": target}
    return {**asked, **whole.get("latency_range", {})}


def _of_breaks(whole: dict[str, Any]) -> dict[str, Any]:
    breaks = whole.get("interstitials", [])
    plain = ("id", "start", "duration", "uri")
    return {
        "breaks": [(one["id"], one["start"], one["duration"]) for one in breaks],
        "break names": {one["id"] for one in breaks},
        "break places": [one["uri"] for one in breaks],
        "break rules": [
            {name: value for name, value in one.items() if name not in plain} for one in breaks
        ],
    }


def _of_segments(found: Presentation) -> dict[str, Any]:
    """What the probe tells of the first and the last one alone; here of each."""
    index = found.periods[0].tracks[0].representations[0].index
    numbers = index.numbers(NOW) if index else range(0)
    listed = [index.segment(number) for number in numbers] if index else []
    segments = [one for one in listed if not one.making]
    making = [one for one in listed if one.making]
    names = [one.resource.uri.rpartition("/")[2] for one in segments]
    return {
        "parts": sum(len(one.parts) + (one.hint is not None) for one in making),
        "addresses": (names[0], names[-1]) if names else None,
        "discontinuities": [one.discontinuity for one in segments],
        "starts of each": [seconds(one.start) for one in segments],
        "inits": [_init(one) for one in segments],
        "keys of each": [
            {
                (one.scheme.value, _SYSTEMS.get(one.system, one.system))
                for one in segment.protection
                if one.system not in _OURS_ALONE
            }
            for segment in segments
        ],
    }


def _init(segment: Segment) -> str:
    init = segment.init
    if init is None:
        return ""
    told = init.byte_range
    return f"{init.uri.rpartition('/')[2]} {told.offset}+{told.length}" if told else init.uri
