"""Every foreign playlist beside the checkout, against docs/corpus.md and its source's tests."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from player.manifest.dump import describe
from player.manifest.face import adopt, parse, resolve_index, sniff
from player.model.presentation import Presentation, Representation, Track, TrackKind
from player.model.resource import Resource
from player.model.segment import Segment
from player.units import micros, seconds
from tests.unit.manifest.corpus_document import (
    CORPUS,
    NOW,
    beside_the_checkout,
    check_every_file,
    table,
)

URL = "https://a.example/d/m.m3u8"

pytestmark = beside_the_checkout


def test_every_file_is_read_or_refused_as_the_document_says() -> None:
    check_every_file("HLS")


def _read(path: Path, url: str) -> Presentation:
    body = path.read_bytes()
    form = sniff(body[:4096], content_type="", url=url)
    assert form is not None
    return parse(body, url=url, now=NOW, format=form)


def test_playable_playlists_lead_to_whole_indexes() -> None:
    """Files whose bytes lie beside them: every index that must be loaded can be."""
    found = 0
    for path in sorted((CORPUS / "playable").rglob("*.m3u8")):
        whole = _read(path, path.as_uri())
        for one in [rung for track in _tracks(whole) for rung in track.representations]:
            if one.index is None:
                whole = _loaded(whole, one)
        period = describe(whole, NOW)["periods"][0]
        for track in (*period["tracks"], *period.get("trick_play", ())):
            assert all(one["segments"] for one in track["representations"]), path.name
            found += 1
    assert found >= 8


def _tracks(whole: Presentation) -> tuple[Track, ...]:
    return (*whole.periods[0].tracks, *whole.periods[0].trick_play)


def _loaded(whole: Presentation, one: Representation) -> Presentation:
    assert one.source is not None
    uri = one.source.resource.uri
    body = Path(unquote(urlsplit(uri).path)).read_bytes()
    return adopt(whole, one.id, resolve_index(one, body, url=uri, now=NOW))


# ---- what the tests of m3u8-parser and hls-parser expect -------------------------------------


class Disagreements:
    """Notes what is not as expected, by `file: topic`."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: dict[str, str] = {}
        self.compared = 0

    def check(self, name: str, topic: str, ours: object, told: object) -> None:
        """Note a difference, the first one of each topic."""
        self.compared += 1
        if ours != told:
            self.found.setdefault(f"{name}: {topic}", f"{ours!r} against {told!r}")


def test_it_says_what_the_sources_expect() -> None:
    notes = Disagreements()
    for source in ("m3u8-parser", "hls-parser"):
        for path in sorted((CORPUS / "expected" / "hls" / source).glob("*.json")):
            told = json.loads(path.read_text())
            playlist = CORPUS / "hls" / source / f"{path.stem}.m3u8"
            if not playlist.read_bytes():
                assert not told["segments"]
                continue
            ours = _read(playlist, URL)
            if told.get("variants") or told.get("playlists"):
                _compare_multivariant(notes, path.stem, ours, told)
            else:
                _compare_media(notes, path.stem, ours, told)
    assert notes.compared > 300
    listed = set(table("HLS", "Disagreements with m3u8-parser and hls-parser"))
    assert set(notes.found) == listed, {
        name: notes.found.get(name, "agrees now") for name in set(notes.found) ^ listed
    }


def _compare_media(
    notes: Disagreements, name: str, ours: Presentation, told: dict[str, Any]
) -> None:
    index = ours.periods[0].tracks[0].representations[0].index
    assert index is not None
    listed = [index.segment(number) for number in index.numbers(NOW)]
    found = [one for one in listed if not one.making]
    wanted = [one for one in told["segments"] if one.get("uri")]
    skipped = (told.get("skip") or 0) if isinstance(told.get("skip"), int) else 0
    first = told.get("mediaSequence", told.get("mediaSequenceBase", 0)) + skipped
    notes.check(name, "segments", len(found), len(wanted))
    notes.check(name, "number", found[0].number, first)
    notes.check(name, "live", ours.duration is None, not told.get("endList", told.get("endlist")))
    start = told.get("start")
    if start:
        at = (ours.start_at, ours.start_precise)
        notes.check(name, "start", at, (micros(start["timeOffset"]), bool(start["precise"])))
    for segment, one in zip(found, wanted, strict=False):
        _compare_segment(notes, name, segment, one)
    parts = any(one.get("parts") for one in told["segments"])
    notes.check(name, "parts", any(one.parts for one in listed), parts)
    _compare_dates(notes, name, ours, told)


def _compare_segment(
    notes: Disagreements, name: str, segment: Segment, told: dict[str, Any]
) -> None:
    notes.check(name, "addresses", segment.resource.uri, urljoin(URL, told["uri"]))
    notes.check(name, "durations", segment.duration, micros(round(told["duration"], 6)))
    notes.check(name, "ranges", _range(segment.resource), _told_range(told.get("byterange")))
    turn = told.get("timeline", told.get("discontinuitySequence"))
    notes.check(name, "discontinuities", segment.discontinuity, turn)
    date = told.get("programDateTime")
    date = None if date is None else micros(datetime.fromisoformat(date).timestamp())
    notes.check(name, "dates", segment.program_date_time, date)
    key, init = told.get("key"), told.get("map")
    keys = [
        (one.scheme.value, one.licence_uri, int.from_bytes(one.iv)) for one in segment.protection
    ]
    notes.check(name, "keys", keys, _told_key(key, segment.number))
    there = (segment.init.uri, _range(segment.init)) if segment.init else None
    wanted = (urljoin(URL, init["uri"]), _told_range(init.get("byterange"))) if init else None
    notes.check(name, "init", there, wanted)


def _told_key(key: dict[str, Any] | None, number: int) -> list[tuple[str, str, int]]:
    if not key:
        return []
    iv = key.get("iv")
    told = int.from_bytes(b"".join(part.to_bytes(4) for part in iv)) if iv else number
    return [(key["method"].lower(), urljoin(URL, key["uri"]), told)]


def _range(resource: Resource) -> tuple[int, int] | None:
    found = resource.byte_range
    return None if found is None else (found.offset, found.length)


def _told_range(told: dict[str, int] | None) -> tuple[int, int] | None:
    return (told["offset"], told["length"]) if told else None


def _compare_dates(
    notes: Disagreements, name: str, ours: Presentation, told: dict[str, Any]
) -> None:
    """hls-parser hangs ranges on segments, m3u8-parser on the list; one id may come twice."""
    tags = [one["dateRange"] for one in told["segments"] if one.get("dateRange")]
    whole: dict[str, dict[str, Any]] = {}
    for one in (*tags, *told.get("dateRanges", [])):
        whole.setdefault(one["id"], {}).update(one)
    ranges = {one: whole[one].get("duration") for one in whole}
    found = {one.id: one.duration and seconds(one.duration) for one in ours.events}
    notes.check(name, "date ranges", found, ranges)
    data = {
        one["id"]: value["$bytes"]
        for one in tags
        for value in one.get("attributes", {}).values()
        if isinstance(value, dict)
    }
    notes.check(name, "splices", {one.id: one.data.hex() for one in ours.events if one.data}, data)


def _compare_multivariant(
    notes: Disagreements, name: str, ours: Presentation, told: dict[str, Any]
) -> None:
    known = {
        one.source.resource.uri: one
        for track in _tracks(ours)
        for one in track.representations
        if one.source
    }
    for one in told.get("variants") or [*told["playlists"], *told["iFramePlaylists"]]:
        attributes = one.get("attributes", one)
        found = known.get(urljoin(URL, one["uri"]))
        notes.check(name, "variants", found is not None, True)
        if found is None or TrackKind.VIDEO not in found.kinds:
            continue
        bandwidth = attributes.get("BANDWIDTH", attributes.get("bandwidth", 0))
        notes.check(name, "bandwidth", found.bandwidth, bandwidth or 0)
        codecs = attributes.get("CODECS", attributes.get("codecs", ""))
        notes.check(name, "codecs", found.codecs, codecs)
        size = attributes.get("RESOLUTION", attributes.get("resolution"))
        if size:
            notes.check(name, "size", (found.width, found.height), (size["width"], size["height"]))
    for kind, uri, label, language, default in _renditions(told):
        tracks = [
            track
            for track in ours.periods[0].of(kind)
            if (track.name, track.language) == (label, language)
            and (not uri or any(_is(one, uri) for one in track.representations))
        ]
        notes.check(name, f"{kind} renditions", len(tracks), 1)
        if tracks:
            notes.check(name, f"{kind} default", tracks[0].default or not default, True)


def _is(one: Representation, uri: str) -> bool:
    return one.source is not None and one.source.resource.uri == urljoin(URL, uri)


def _renditions(told: dict[str, Any]) -> Iterator[tuple[TrackKind, str, str, str, bool]]:
    kinds = {"AUDIO": TrackKind.AUDIO, "SUBTITLES": TrackKind.TEXT}
    for group, kind in kinds.items():
        for members in told.get("mediaGroups", {}).get(group, {}).values():
            for label, one in members.items():
                yield kind, one.get("uri", ""), label, one.get("language", ""), one["default"]
    for variant in told.get("variants", ()):
        for one in (*variant["audio"], *variant["subtitles"]):
            kind = kinds[one["type"]]
            yield kind, one.get("uri", ""), one["name"], one.get("language", ""), one["isDefault"]
