"""Every foreign MPD beside the checkout, against docs/corpus.md and its own source's tests."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from player.manifest.dump import describe
from player.manifest.face import adopt, parse, resolve_index
from player.model.presentation import ManifestFormat, Presentation, Representation, Track
from player.model.segment import Segment
from player.units import seconds
from tests.unit.manifest.corpus_document import (
    CORPUS,
    NOW,
    beside_the_checkout,
    check_every_file,
    table,
)

URL = "https://www.example.com"

pytestmark = beside_the_checkout


def test_every_file_is_read_or_refused_as_the_document_says() -> None:
    check_every_file("DASH")


# ---- what mpd-parser's own tests expect ------------------------------------------------------


class Disagreements:
    """Notes what is not as expected, by `file: topic`."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: dict[str, str] = {}

    def check(self, name: str, topic: str, ours: object, told: object) -> None:
        """Note a difference, the first one of each topic."""
        if ours != told:
            self.found.setdefault(f"{name}: {topic}", f"{ours!r} against {told!r}")


def test_every_disagreement_with_mpd_parser_is_in_the_document() -> None:
    notes = Disagreements()
    compared = 0
    for path in sorted((CORPUS / "expected" / "dash" / "mpd-parser").glob("*.json")):
        told = json.loads(path.read_text())
        body = (CORPUS / "dash" / "mpd-parser" / f"{path.stem}.mpd").read_bytes()
        ours = parse(body, url=URL, now=NOW, format=ManifestFormat.DASH)
        compare(path.stem, ours, told, notes)
        compared += 1
    assert compared >= 10
    listed = table("DASH", "Disagreements with mpd-parser")
    assert sorted(notes.found) == sorted(listed), notes.found


def compare(name: str, ours: Presentation, told: dict[str, Any], notes: Disagreements) -> None:
    """Compare a whole presentation."""
    duration = 0 if ours.duration is None else seconds(ours.duration)
    notes.check(name, "duration", duration, told.get("duration", 0))
    places = [one for one in (ours.location, *ours.other_locations) if one]
    notes.check(name, "locations", places, told.get("locations", []))
    latency = None if ours.target_latency is None else seconds(ours.target_latency)
    notes.check(name, "delay", latency, told.get("suggestedPresentationDelay"))
    again = None if ours.reload_after is None else ours.reload_after // 1_000
    notes.check(name, "reload", again, told.get("minimumUpdatePeriod"))
    starts = [round(seconds(one.start), 5) for one in ours.periods]
    wanted = [round(one["start"], 5) for one in told["timelineStarts"]]
    notes.check(name, "periods", starts, wanted)
    for kind, language, playlist in playlists(told):
        compare_playlist(name, Wanted(ours, kind, language, playlist), notes)
    captions = told["mediaGroups"].get("CLOSED-CAPTIONS", {}).get("cc", {})
    inside = {one.name: one.language for one in ours.periods[0].tracks if one.in_video}
    for one in captions.values():
        notes.check(name, "captions", inside.get(one["instreamId"]), one["language"])


def playlists(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(kind, language ("" any), playlist)."""
    yield from (("video", "", one) for one in told["playlists"])
    for group, kind in (("AUDIO", "audio"), ("SUBTITLES", "text")):
        for renditions in told["mediaGroups"].get(group, {}).values():
            for one in renditions.values():
                yield from ((kind, one["language"], each) for each in one.get("playlists", []))


class Wanted:
    """One playlist of theirs, and what of ours it should be."""

    def __init__(self, ours: Presentation, kind: str, language: str, told: dict[str, Any]) -> None:
        """Find ours."""
        self.told = told
        self.ident: str = told["attributes"]["NAME"]
        self.rungs = [
            rung
            for period in ours.periods
            for track in period.tracks
            if track.kind.value == kind and self._speaks(track, language)
            for rung in track.representations
            if rung.id.rstrip("+") == self.ident  # repeated ids are told apart here
        ]

    @staticmethod
    def _speaks(track: Track, language: str) -> bool:
        return language in ("", track.language)

    @property
    def segments(self) -> list[Segment]:
        """Ours, of all periods."""
        indexes = [one.index for one in self.rungs if one.index is not None]
        return [index.segment(number) for index in indexes for number in index.numbers(NOW)]


def compare_playlist(name: str, wanted: Wanted, notes: Disagreements) -> None:
    """Compare one rung over all periods."""
    if not wanted.rungs:
        notes.check(name, "tracks", None, wanted.ident)
        return
    compare_attributes(name, wanted.rungs[0], wanted.told["attributes"], notes)
    compare_keys(name, wanted, notes)
    if any(one.index is None for one in wanted.rungs):
        sidx = wanted.told.get("sidx")
        source = wanted.rungs[0].source
        assert source is not None
        if sidx:
            notes.check(name, "sidx", source.resource.uri, sidx["resolvedUri"])
        return
    segments, told = wanted.segments, wanted.told["segments"]
    notes.check(name, "segments", len(segments), len(told))
    for ours, theirs in zip(segments, told, strict=False):
        compare_segment(name, ours, theirs, notes)


def compare_attributes(
    name: str, ours: Representation, told: dict[str, Any], notes: Disagreements
) -> None:
    """Bandwidth, codecs, size and rate of a rung."""
    notes.check(name, "bandwidth", ours.bandwidth, told["BANDWIDTH"])
    notes.check(name, "codecs", ours.codecs, told.get("CODECS", ""))
    size = told.get("RESOLUTION")
    if size:
        notes.check(name, "size", (ours.width, ours.height), (size["width"], size["height"]))
    if told.get("FRAME-RATE"):
        rate = round(ours.frame_rate or 0, 3)
        notes.check(name, "frame rate", rate, round(told["FRAME-RATE"], 3))


def compare_keys(name: str, wanted: Wanted, notes: Disagreements) -> None:
    """Which key systems there are, by their UUIDs."""
    told = {
        each["attributes"]["schemeIdUri"].lower().removeprefix("urn:uuid:")
        for each in wanted.told.get("contentProtection", {}).values()
    } - {"urn:mpeg:dash:mp4protection:2011"}
    ours = {one.system for rung in wanted.rungs for one in rung.protection}
    notes.check(name, "keys", ours, told)


def compare_segment(name: str, ours: Segment, told: dict[str, Any], notes: Disagreements) -> None:
    """Address, time and initialization of a segment."""
    notes.check(name, "addresses", ours.resource.uri, told["resolvedUri"])
    init = told.get("map", {}).get("resolvedUri")
    theirs = None if init == told["resolvedUri"] and not told["map"].get("byterange") else init
    notes.check(name, "init", ours.init.uri if ours.init else None, theirs)
    start = seconds(ours.start)
    if abs(start - told.get("presentationTime", start)) > 2e-3:
        notes.check(name, "times", start, told["presentationTime"])
    if abs(seconds(ours.duration) - told["duration"]) > 2e-3:
        notes.check(name, "durations", seconds(ours.duration), told["duration"])


# ---- what can be played from here ------------------------------------------------------------


def test_playable_mpds_lead_to_whole_indexes() -> None:
    """Files whose bytes lie beside them: every index that must be loaded can be."""
    found = 0
    for path in sorted((CORPUS / "playable").rglob("*.mpd")):
        whole = parse(path.read_bytes(), url=path.as_uri(), now=NOW, format=ManifestFormat.DASH)
        for period in whole.periods:
            for one in (rung for track in period.tracks for rung in track.representations):
                if one.index is None:
                    whole = loaded(whole, period.id, one)
        dumped = describe(whole, NOW)
        for track in (each for period in dumped["periods"] for each in period["tracks"]):
            assert all(one["segments"] for one in track["representations"]), path.name
            found += 1
    assert found >= 5


def loaded(whole: Presentation, period_id: str, one: Representation) -> Presentation:
    """The presentation with one index loaded from the files, as the store does it."""
    source = one.source
    while source is not None:
        resource = source.resource
        body = Path(unquote(urlsplit(resource.uri).path)).read_bytes()
        if resource.byte_range:
            body = body[resource.byte_range.offset : resource.byte_range.last + 1]
        result = resolve_index(one, body, url=resource.uri, now=NOW, source=source)
        source = result.more
    return adopt(whole, one.id, result, period_id=period_id)
