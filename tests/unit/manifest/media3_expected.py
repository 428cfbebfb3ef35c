"""What Media3's own tests say of its files in the corpus, topic by topic, in our words.

Read from DashManifestParserTest, HlsMediaPlaylistParserTest, HlsMultivariantPlaylistParserTest,
DefaultHlsPlaylistTrackerTest and HlsInterstitialsAdsLoaderTest; times are seconds. The topics
are those of `media3_told.py`.
"""

from typing import Any

WIDEVINE = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
PLAYREADY = "9a04f079-9840-4286-ab92-e65be0885f95"
CLEARKEY = "e2719d58-a985-b3c9-781a-b030af78d30e"
FIRST, SECOND = (f"https://testserver{number}.test/AcquireLicense" for number in (1, 2))
AVC = "avc1.66.30"

DASH: dict[str, dict[str, Any]] = {
    "asset_identifier": {
        "answer": "read",
        "periods": 1,
        "asset identifiers": ["urn:org:dashif:asset-id:2013"],
    },
    "availabilityTimeOffset_segmentList": {"answer": "read", "periods": 2},
    "clear_key_license_url": {
        "periods": 1,
        "keys": [{("cenc", CLEARKEY, FIRST)}, {("cenc", CLEARKEY, SECOND)}],
    },
    "dashif_license_url": {
        "periods": 1,
        "keys": [{("cenc", WIDEVINE, FIRST)}, {("cenc", WIDEVINE, SECOND)}],
    },
    "dolby": {
        "codecs": ["dvh1.10.02", "dvh1.10.05"],
        "ranges": ["PQ", "PQ"],
    },
    "images": {"sizes": [(320, 180), (640, 360)], "tiles": [[12, 16], [2, 4]]},
    "live_location_redirect_absolute": {
        "answer": "read",
        "location": "https://example2.com/absolute/redirect.mpd",
    },
    "relative_baseUrls_dvb_profile_declared": {"answer": "read"},
    "relative_baseUrls_dvb_profile_not_declared": {"answer": "read"},
    "service_description_low_latency": {
        "latency": {"target": 20, "least": 1, "most": 30, "slowest": 0.1, "fastest": 99},
    },
    "service_description_low_latency_only_target_latency": {"latency": {"target": 20}},
    "text": {
        "periods": 1,
        "kinds": ["text", "text", "text"],
        "codecs": ["stpp.ttml.im1t", "stpp.ttml.im1t", ""],
        "forced": [True, True, False],
    },
    "text_presentation_time_offset": {"starts": [2, 3, 0]},
}
"""By what follows `sample_mpd_`."""

_LIST = "HlsMediaPlaylistParserTest."
_PARTS = f"{_LIST}parseMediaPlaylist_with"
_MANY = "HlsMultivariantPlaylistParserTest.PLAYLIST_"
_ADS = "HlsInterstitialsAdsLoaderTest.handleContentTimelineChanged_"
_LIVE = "live_low_latency_media_can_"

HLS: dict[str, dict[str, Any]] = {
    # ---- live lists as they are loaded
    f"{_LIVE}block_reload_low_latency": {"number": 10, "segments": [4], "parts": 2},
    f"{_LIVE}block_reload_low_latency_next": {"number": 10, "segments": [4], "parts": 3},
    f"{_LIVE}block_reload_low_latency_full_segment": {"number": 10, "segments": [4], "parts": 0},
    f"{_LIVE}block_reload_low_latency_full_segment_next": {
        "number": 10,
        "segments": [4],
        "parts": 1,
    },
    f"{_LIVE}block_reload_next": {"number": 11},
    f"{_LIVE}not_skip": {
        "number": 10,
        "segments": [6],
        "addresses": ("fileSequence10.ts", "fileSequence15.ts"),
    },
    # ---- media playlists
    f"{_LIST}multipleExtXKeysForSingleSegment.m3u8": {
        "segments": [7],
        "keys of each": [
            set(),
            {("cbcs", PLAYREADY), ("cbcs", WIDEVINE)},
            {("cbcs", PLAYREADY), ("cbcs", WIDEVINE)},
            {("cbcs", PLAYREADY), ("cbcs", WIDEVINE)},
            {("cbcs", PLAYREADY), ("cbcs", WIDEVINE)},
            set(),
            set(),
        ],
    },
    f"{_LIST}noExplicitInitSegmentInIFrameOnly_infersInitSegment.m3u8": {
        "inits": ["segment1.ts 0+300", "segment2.ts 0+400", "segment1.ts 0+300"],
    },
    f"{_PARTS}InterstitialDateRanges.m3u8": {
        "breaks": [("ad1", 4.0, 15.0), ("ad2", 3604.0, 5.12)],
        "break places": ["http://example.com/ad1.m3u8", "http://example.com/ad2-assets.json"],
        "break rules": [
            {
                "cue": ["PRE"],
                "resume_offset": -1.1,
                "playout_limit": 15.112,
                "snap": ["IN", "OUT"],
                "restrict": ["JUMP", "SKIP"],
            },
            {"cue": ["ONCE", "POST"]},
        ],
    },
    f"{_PARTS}PartAndAes128WithoutPrecedingSegment_partHasDrmKeyUriAndIV.m3u8": {
        "segments": [0],
        "parts": 1,
    },
    f"{_PARTS}PartAndAesPlayReadyWithOutPrecedingSegment_correctDrmInitData.m3u8": {
        "segments": [0],
        "parts": 1,
    },
    f"{_PARTS}PreloadHintTypePartAndAes128_partHasDrmKeyUriAndIV.m3u8": {
        "segments": [1],
        "parts": 1,
    },
    f"{_PARTS}PreloadHintTypePartAndNewAesPlayReadyKey_correctDrmInitData.m3u8": {
        "segments": [1],
        "parts": 1,
    },
    f"{_PARTS}SkippedSegments_correctlyMergedSegments.m3u8": {
        "discontinuities": [1234, 1235, 1235],
        "starts of each": [0, 4.00008, 8.00016],
    },
    f"{_PARTS}outServerControl_serverControlDefaultValues.m3u8": {
        "latency": {},
    },
    f"{_LIST}parseSampleAesCtrMethod.m3u8": {"keys of each": [set(), {("cenc", WIDEVINE)}]},
    f"{_LIST}parseSampleAesMethod.m3u8": {"keys of each": [set(), {("cbcs", WIDEVINE)}]},
    f"{_LIST}queryParamSubstitution_duplicateVariableAndImportName_throws.m3u8": {
        "answer": "refused",
    },
    f"{_LIST}queryParamSubstitution_duplicateVariableAndQueryParamName_throws.m3u8": {
        "answer": "refused",
    },
    f"{_LIST}queryParamSubstitution_duplicateVariableName_throws.m3u8": {"answer": "refused"},
    # ---- multivariant playlists
    f"{_MANY}SIMPLE.m3u8": {
        "playlists": [
            "http://example.com/low.m3u8",
            "http://example.com/spaces_in_codecs.m3u8",
            "http://example.com/mid.m3u8",
            "http://example.com/hi.m3u8",
            "http://example.com/audio-only.m3u8",
        ],
        "bandwidths": [1280000, 1280000, 2560000, 7680000, 65000],
        "codecs": [f"mp4a.40.2,{AVC}", f"mp4a.40.2 , {AVC} ", "", "", "mp4a.40.5"],
        "sizes": [(304, 128), (None, None), (384, 160), (None, None), (None, None)],
        "rates": [None, None, 25, 29.997, None],
    },
    f"{_MANY}WITH_AUDIO_MEDIA_TAG.m3u8": {"sounds": ["mp4a.40.2", "ac-3"]},
    f"{_MANY}WITH_AUDIO_STABLE_RENDITION_ID.m3u8": {"stable ids": ["Audio1", "Audio2"]},
    f"{_MANY}WITH_DUPLICATE_QUERY_PARAM_NAMES.m3u8": {"answer": "refused"},
    f"{_MANY}WITH_INVALID_HEADER.m3u8": {"answer": "refused"},
    f"{_MANY}WITH_PATHWAY_ID_AND_STABLE_VARIANT_ID.m3u8": {
        "pathways": {
            ("CDN-A", "http://example.com/low.m3u8"),
            ("CDN-A", "http://example.com/high.m3u8"),
            ("CDN-B", "http://backup.example.com/low.m3u8"),
            ("CDN-B", "http://backup.example.com/high.m3u8"),
        },
    },
    f"{_MANY}WITH_SUBTITLES.m3u8": {"texts": [("Eng", "es", "")]},
    f"{_MANY}WITH_TTML_SUBTITLE.m3u8": {
        "texts": [("English", "", "stpp.ttml.im1t")],
        "codecs": [f"stpp.ttml.im1t,mp4a.40.2,{AVC}"],
    },
    f"{_MANY}WITH_VARIABLE_SUBSTITUTION.m3u8": {
        "sounds": ["mp4a.40.5"],
        "playlists": ["http://example.com/This/{$nested}/reference/shouldnt/work"],
    },
    # ---- interstitials, as they are put into the programme
    f"{_ADS}3postRolls_mergedIntoSinglePostRollAdGroup.m3u8": {
        "break names": {"ad0-0", "ad0-1", "ad0-2"},
    },
    f"{_ADS}endDateSet_durationAndContentResumeOffsetSetCorrectly.m3u8": {
        "breaks": [("ad0-0", 1.123, 1.123)],
    },
    f"{_ADS}midRollAndPostRollNotInOrder_insertedCorrectly.m3u8": {
        "break names": {"ad0-0", "ad1-0", "ad2-0"},
    },
    f"{_ADS}snapOutLive_snapToClosestSegmentBoundaryOfStartPosition.m3u8": {
        "break names": {"ad0-0", "ad1-0", "ad2-0"},
    },
    f"{_ADS}snapOut_snapToClosestSegmentBoundaryOfStartPosition.m3u8": {
        "break names": {"ad0-0", "ad1-0", "ad3-0"},
    },
    f"{_ADS}snapOut_snapToExactTargetDurationBoundaryInWindow.m3u8": {
        "break names": {"ad0-0", "ad1-0"},
    },
}
"""By the file's name."""
