"""Every foreign playlist and MPD beside the checkout: read, or refused for a good reason."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from player.errors import ErrorCode, PlayerError
from player.manifest.dump import describe
from player.manifest.face import adopt, parse, resolve_index, sniff
from player.model.presentation import ManifestFormat, Presentation, Representation, TrackKind
from player.model.segment import Segment
from player.units import Micros, seconds

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
NOW = Micros(1_700_000_000_000_000)
SLOWEST = 2.0
"""Seconds; generous, since the machine is shared."""

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is not beside the checkout"
)

NOTHING_TO_PLAY = {
    # hls: only tags that describe, or an ended list without one segment
    "hls/globocom/inline/DATERANGE_IN_PART_PLAYLIST.m3u8",
    "hls/globocom/inline/MAP_URI_PLAYLIST.m3u8",
    "hls/globocom/inline/MULTIPLE_SESSION_DATA_PLAYLIST.m3u8",
    "hls/hlsjs-inline/error-controller/const.8.m3u8",
    "hls/hlsjs-inline/error-controller/const.m3u8",
    "hls/hlsjs-inline/m3u8-parser/TARGETDURATION-is-a-decimal-integer-which-HLS-js-assigns-a-"
    "minimum-value-of-1.m3u8",
    "hls/media3-inline/HlsMediaSourceTest."
    "canUpdateMediaItem_withChangedLiveConfiguration_returnsFalse.m3u8",
    # dash: parser fixtures whose representations name no segment, or periods without any
    "dash/eyevinn-dash-mpd/scte35/avail_dtmf_descriptors.mpd",
    "dash/eyevinn-dash-mpd/scte35/direct_splice_info_section.mpd",
    "dash/eyevinn-dash-mpd/scte35/private_command.mpd",
    "dash/eyevinn-dash-mpd/scte35/signal_binary_xmlbin.mpd",
    "dash/eyevinn-dash-mpd/scte35/splice_insert_immediate.mpd",
    "dash/eyevinn-dash-mpd/scte35/splice_null_heartbeat.mpd",
    "dash/go-dash/invalid.mpd",
    "dash/go-dash/newperiod.mpd",
    "dash/go-dash/scte35.mpd",
    "dash/media3/sample_mpd_availabilityTimeOffset_segmentList.mpd",
    "dash/media3/sample_mpd_inband_event_stream.mpd",
    "dash/media3/sample_mpd_live_location_redirect_absolute.mpd",
    "dash/media3/sample_mpd_live_with_complete_service_description.mpd",
    "dash/media3/sample_mpd_relative_baseUrls_dvb_profile_declared.mpd",
    "dash/media3/sample_mpd_relative_baseUrls_dvb_profile_not_declared.mpd",
    "dash/media3/sample_mpd_switching_and_trick_play_property.mpd",
}
NO_MANIFEST = {
    "hls/m3u8-parser/empty.m3u8",  # no byte
    "dash/livesim2-drm/pkg/drm/testdata/cpix_1key_cbcs_test.xml",  # CPIX
    "dash/livesim2-patch/multiperiod_patch.mpp",  # MPD patches, useless by themselves
    "dash/livesim2-patch/segtimeline_multiper_patch_after_full_min.mpp",
    "dash/smooth-streaming/dash.js/mss_moof.mp4",
    "dash/smooth-streaming/dash.js/mss_moof_tfdt.mp4",
    "dash/smooth-streaming/media3/sample_ismc_1",  # Smooth Streaming is not played
    "dash/yt-dlp/ism/ec-3_test.Manifest",
}


def _files(room: str) -> list[Path]:
    return sorted(one for one in (CORPUS / room).rglob("*") if one.is_file())


def _read(path: Path, url: str | None = None) -> Presentation | None:
    body = path.read_bytes()
    url = url or f"https://example.com/a/{path.name}"
    found = sniff(body[:4096], content_type="", url=url)
    return None if found is None else parse(body, url=url, now=NOW, format=found)


@pytest.mark.parametrize("room", ["hls", "dash"])
def test_every_file_is_read_or_refused_rightly(room: str) -> None:
    for path in _files(room):
        name = path.relative_to(CORPUS).as_posix()
        began = time.perf_counter()
        if name in NOTHING_TO_PLAY:
            with pytest.raises(PlayerError) as refused:
                _read(path)
            assert refused.value.failure.code is ErrorCode.MANIFEST_NO_TRACKS, name
            continue
        presentation = _read(path)
        assert time.perf_counter() - began < SLOWEST, name
        assert (presentation is None) == (name in NO_MANIFEST), name
        if presentation is not None:
            assert json.dumps(describe(presentation, NOW)), name


def test_playable_manifests_lead_to_whole_indexes() -> None:
    """Files whose bytes lie beside them: every index that must be loaded can be."""
    found = 0
    playable = CORPUS / "playable"
    for path in sorted([*playable.rglob("*.m3u8"), *playable.rglob("*.mpd")]):
        whole = _read(path, path.as_uri())
        assert whole is not None
        for period in whole.periods:
            for one in (rung for track in period.tracks for rung in track.representations):
                if one.index is None:
                    whole = _loaded(whole, period.id, one)
        dumped = describe(whole, NOW)
        for track in (each for period in dumped["periods"] for each in period["tracks"]):
            assert all(one["segments"] for one in track["representations"]), path.name
            found += 1
    assert found >= 10


def _loaded(whole: Presentation, period_id: str, one: Representation) -> Presentation:
    assert one.source is not None
    resource = one.source.resource
    body = Path(unquote(urlsplit(resource.uri).path)).read_bytes()
    if resource.byte_range:
        body = body[resource.byte_range.offset : resource.byte_range.last + 1]
    result = resolve_index(one, body, url=resource.uri, now=NOW)
    return adopt(whole, one.id, result, period_id=period_id)


# ---- HLS against what the sources' own tests expect ------------------------------------------

M3U8_PARSER_EXCEPTIONS = {
    "empty": "no byte: sniffed as nothing",
    "llhls-byte-range": "its two files share no range chain: a range without an offset goes on "
    "after the same address's last one here, after any address's there",
    "zeroDuration": "it gives a segment of no length 0.01 s; here it stays as told",
    "negativeMediaSequence": "it keeps a sequence of -11, which RFC 8216 does not allow",
}


def _expected(room: str, source: str) -> list[Path]:
    return sorted((CORPUS / "expected" / room / source).glob("*.json"))


def _segments(presentation: Presentation) -> list[Segment]:
    index = presentation.periods[0].tracks[0].representations[0].index
    assert index is not None
    return [index.segment(number) for number in index.numbers(NOW)]


def _range(segment: Segment) -> tuple[int, int] | None:
    found = segment.resource.byte_range
    return None if found is None else (found.offset, found.length)


def _told_range(told: dict[str, Any]) -> tuple[int, int] | None:
    found = told.get("byterange")
    return None if not found else (found["offset"], found["length"])


@pytest.mark.parametrize("source", ["m3u8-parser", "hls-parser"])
def test_hls_says_what_the_sources_expect(source: str) -> None:
    compared = 0
    for path in _expected("hls", source):
        if path.stem in M3U8_PARSER_EXCEPTIONS:
            continue
        told = json.loads(path.read_text())
        ours = _read(CORPUS / "hls" / source / f"{path.stem}.m3u8", "https://a.example/m.m3u8")
        assert ours is not None, path.stem
        if told.get("variants") or told.get("playlists"):
            _compare_variants(ours, told, path.stem)
        elif told.get("segments") and not told.get("skip"):
            _compare_segments(ours, told, path.stem)
        compared += 1
    assert compared >= 8


def _compare_segments(ours: Presentation, told: dict[str, Any], name: str) -> None:
    segments = _segments(ours)
    wanted = [one for one in told["segments"] if one.get("uri")]
    assert len(segments) == len(wanted), name
    first = told.get("mediaSequence", told.get("mediaSequenceBase", 0))
    assert segments[0].number == first, name
    for segment, one in zip(segments, wanted, strict=True):
        assert segment.resource.uri.endswith(one["uri"].lstrip("./")), name
        assert seconds(segment.duration) == pytest.approx(one["duration"], abs=1e-5), name
        assert _range(segment) == _told_range(one), name
        disc = one.get("timeline", one.get("discontinuitySequence"))
        assert segment.discontinuity == disc, name
        _compare_key(segment, one.get("key"), name)
        if one.get("map"):
            assert segment.init is not None, name
            assert segment.init.uri.endswith(one["map"]["uri"]), name


def _compare_key(segment: Segment, key: dict[str, Any] | None, name: str) -> None:
    assert bool(segment.protection) == bool(key), name
    if key:
        assert segment.protection[0].scheme.value == key["method"].lower(), name
        assert segment.protection[0].licence_uri.endswith(key["uri"]), name


def _compare_variants(ours: Presentation, told: dict[str, Any], name: str) -> None:
    """Audio-only rungs beside video, and lists named twice, are left out on purpose."""
    variants = told.get("variants") or told["playlists"]
    known = {
        one.source.resource.uri: one
        for track in ours.periods[0].tracks
        for one in track.representations
        if one.source
    }
    for one in variants:
        attributes = one.get("attributes", one)
        codecs = attributes.get("CODECS", attributes.get("codecs", ""))
        found = next((known[uri] for uri in known if uri.endswith(one["uri"])), None)
        if found is None:
            assert one.get("isIFrameOnly") or "mp4a" in codecs, (name, one)
            continue
        if found.kinds & {TrackKind.VIDEO}:
            bandwidths = _told(variants, one["uri"], "BANDWIDTH", "bandwidth")
            assert found.bandwidth in {value or 0 for value in bandwidths}, name
            assert found.codecs in _told(variants, one["uri"], "CODECS", "codecs"), name


def _told(variants: list[dict[str, Any]], uri: str, *names: str) -> set[Any]:
    """One list named with several audio groups has several values; the first one counts."""
    told = [one.get("attributes", one) for one in variants if one["uri"] == uri]
    return {next((one[name] for name in names if name in one), "") for one in told}


# ---- DASH ------------------------------------------------------------------------------------

DASH_EXCEPTIONS = {
    "multiperiod-startnumber": "it splits a representation into two playlists of one name "
    "where the representations beside it change",
}
PLAYLIST = tuple[str, str, dict[str, Any]]
"""Kind, language ("" any), playlist."""


def _playlists(told: dict[str, Any]) -> list[PLAYLIST]:
    found = [("video", "", one) for one in told["playlists"]]
    for group, kind in (("AUDIO", "audio"), ("SUBTITLES", "text")):
        for renditions in told["mediaGroups"].get(group, {}).values():
            for one in renditions.values():
                found += [(kind, one["language"], each) for each in one.get("playlists", [])]
    return found


def test_dash_says_what_mpd_parser_expects() -> None:
    compared = 0
    for path in _expected("dash", "mpd-parser"):
        if path.stem in DASH_EXCEPTIONS:
            continue
        told = json.loads(path.read_text())
        ours = _read(
            CORPUS / "dash" / "mpd-parser" / f"{path.stem}.mpd", "https://www.example.com"
        )
        assert ours is not None
        assert ours.format is ManifestFormat.DASH
        for kind, language, playlist in _playlists(told):
            if any("sidx" in one for one in (playlist, *playlist["segments"])):
                continue
            compared += _compare_playlist(ours, (kind, language, playlist), path.stem)
    assert compared >= 10


def _compare_playlist(ours: Presentation, playlist: PLAYLIST, name: str) -> int:
    kind, language, told = playlist
    ident = told["attributes"]["NAME"]
    found: list[Segment] = []
    unresolved = False
    for period in ours.periods:
        for track in period.tracks:
            if track.kind.value == kind and language in ("", track.language):
                for one in track.representations:
                    same = one.id.rstrip("+") == ident  # repeated ids are told apart
                    unresolved |= same and one.index is None
                    if same and one.index is not None:
                        found += [one.index.segment(each) for each in one.index.numbers(NOW)]
    if unresolved:  # SegmentBase: the index is in the media file
        return 0
    wanted = [one for one in told["segments"] if one.get("resolvedUri")]
    ends = [(one.resource.uri, seconds(one.start), seconds(one.duration)) for one in found]
    assert [one[0] for one in ends] == [one["resolvedUri"] for one in wanted], (name, ident)
    for end, one in zip(ends, wanted, strict=True):
        if (
            one.get("presentationTime", -1) >= one["timeline"]
        ):  # else: moved to its period's start here
            assert end[1] == pytest.approx(one["presentationTime"], abs=2e-3), (name, ident)
        if any(period.end and seconds(period.end) == end[1] + end[2] for period in ours.periods):
            assert end[2] <= one["duration"] + 2e-3, (name, ident)  # cut at the period's end here
        else:
            assert end[2] == pytest.approx(one["duration"], abs=2e-3), (name, ident)
    return 1
