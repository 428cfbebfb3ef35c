"""The texts of the fake origin: what its playlists and its MPD say. Pure."""

from collections.abc import Container, Sequence
from datetime import UTC, datetime

SEGMENT = 6
"""Seconds; what the HLS authoring rules recommend."""
RUNGS = {"v1": 400_000, "v2": 1_500_000, "v3": 4_000_000}
LANGUAGES = {"en": "English", "pt": "Português", "es": "Español"}


def multivariant(
    voices: Sequence[str],
    places: Sequence[str] = (),
    steering: str = "",
    texts: Sequence[str] = (),
) -> str:
    """A ladder of three with separate sound, one rendition for each of `voices` (a1, a2 ...).

    `places` are pathways, all of them at hosts of their own, the first one by default.
    """
    lines = ["#EXTM3U"]
    if steering:
        lines.append(f'#EXT-X-CONTENT-STEERING:SERVER-URI="{steering}",PATHWAY-ID="{places[0]}"')
    for place in places or [""]:
        lines += _pathway(voices, place)
    return _with_texts("\n".join(lines) + "\n", texts)


def _with_texts(manifest: str, texts: Sequence[str]) -> str:
    """The same manifest with subtitle renditions (s1, s2 ...) for every variant."""
    if not texts:
        return manifest
    named = "".join(
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="{name}",LANGUAGE="{tag}",'
        f'URI="/{text}.m3u8"\n'
        for text, (tag, name) in zip(texts, LANGUAGES.items(), strict=False)
    )
    return manifest.replace("#EXT-X-STREAM-INF:", '#EXT-X-STREAM-INF:SUBTITLES="s",') + named


def _pathway(voices: Sequence[str], place: str) -> list[str]:
    lines, host = list[str](), f"http://{place}.test" if place else ""
    stable = ',STABLE-RENDITION-ID="{0}"' if place else ""
    for number, (voice, (tag, name)) in enumerate(zip(voices, LANGUAGES.items(), strict=False)):
        first = "YES" if not number else "NO"
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a{place}",NAME="{name}",LANGUAGE="{tag}",'
            f'DEFAULT={first},AUTOSELECT=YES,URI="{host}/{voice}.m3u8"'
            f"{stable.format(voice)}"
        )
    group = f',AUDIO="a{place}"' if voices else ""
    group += f',PATHWAY-ID="{place}"' if place else ""
    for number, (rung, rate) in enumerate(RUNGS.items(), 1):
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={rate},RESOLUTION={320 * number}x{180 * number},"
            f'CODECS="vp09.00.10.08,mp4a.40.2"{group}',
            f"{host}/{rung}.m3u8",
        ]
    return lines


def playlist(
    rung: str,
    numbers: range,
    *,
    shift: int = 0,
    dated: bool = False,
    ended: bool = False,
    gaps: Container[int] = (),
    joints: Container[int] = (),
) -> str:
    """The media playlist of a rung; `shift` is added to the media sequence, not to the media.

    `joints` are segments before which there is a discontinuity.
    """
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        f"#EXT-X-TARGETDURATION:{SEGMENT}",
        f"#EXT-X-MEDIA-SEQUENCE:{numbers.start + shift}",
    ]
    if dated and numbers:
        date = datetime.fromtimestamp(numbers.start * SEGMENT, UTC).isoformat()
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date}")
    for number in numbers:
        lines += ["#EXT-X-DISCONTINUITY"] if number in joints else []
        lines += ["#EXT-X-GAP"] if number in gaps else []
        lines += [f"#EXTINF:{SEGMENT}.000,", f"/{rung}/{number}.seg"]
    return "\n".join([*lines, "#EXT-X-ENDLIST"] if ended else lines) + "\n"


def mpd(
    *,
    live: bool,
    segments: int,
    timing: str = "",
    periods: Sequence[tuple[int, str]] = (),
    places: Sequence[str] = (),
    steering: str = "",
    early: bool = False,
) -> str:
    """An MPD by number templates (ISO/IEC 23009-1 5.3.9.5): live since 1970, or of some length.

    `periods`: (number of segments, content types) of each, for a film of several. `places` are
    service locations, `early` whether to ask the steering server before the start.
    """
    if live:
        head = (
            'type="dynamic" availabilityStartTime="1970-01-01T00:00:00Z" '
            f'timeShiftBufferDepth="PT{segments * SEGMENT}S" minimumUpdatePeriod="PT30S" '
            f'suggestedPresentationDelay="PT{3 * SEGMENT}S" '
        )
    else:
        head = f'type="static" mediaPresentationDuration="PT{segments * SEGMENT}S" '
    clock = f"<UTCTiming {timing}/>" if timing else ""
    first, parts = 0, list[str]()
    for count, kinds in periods or [(segments, "video audio")]:
        sets = "".join(adaptation_set(kind, first) for kind in kinds.split())
        length = f' duration="PT{count * SEGMENT}S"' if periods else ""
        parts.append(f'<Period id="p{first}" start="PT{first * SEGMENT}S"{length}>{sets}</Period>')
        first += count
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
        f'profiles="urn:mpeg:dash:profile:isoff-live:2011" minBufferTime="PT2S" {head}>'
        f"{_bases(places, steering, early=early)}{clock}{''.join(parts)}</MPD>"
    )


def _bases(places: Sequence[str], steering: str, *, early: bool) -> str:
    """Where else the same lies, and who steers (ETSI TS 103 998)."""
    bases = "".join(
        f'<BaseURL serviceLocation="{place}">http://{place}.test/</BaseURL>' for place in places
    )
    before = ' queryBeforeStart="true"' if early else ""
    asks = f'<ContentSteering defaultServiceLocation="{places[0]}"{before}>' if steering else ""
    return bases + (f"{asks}{steering}</ContentSteering>" if steering else "")


def adaptation_set(kind: str, first: int) -> str:
    """One kind in a period that begins with segment `first`."""
    rungs = [*RUNGS.items()] if kind == "video" else [("a1", 64_000)]
    codecs = {"video": "vp09.00.10.08", "audio": "opus"}.get(kind, "wvtt")
    found = "".join(
        f'<Representation id="{rung}" bandwidth="{rate}" codecs="{codecs}"'
        + (f' width="{320 * number}" height="{180 * number}"/>' if kind == "video" else "/>")
        for number, (rung, rate) in enumerate(rungs, 1)
    )
    return (
        f'<AdaptationSet contentType="{kind}" mimeType="{kind}/webm" segmentAlignment="true">'
        f'<SegmentTemplate media="/$RepresentationID$/$Number$.seg" startNumber="{first}" '
        f'presentationTimeOffset="{first * SEGMENT}" timescale="1" duration="{SEGMENT}"/>'
        f"{found}</AdaptationSet>"
    )


def webvtt(text: str, number: int, media_time: int) -> str:
    """One cue, from one second after the segment's media time (in seconds) to one before its end.

    X-TIMESTAMP-MAP (RFC 8216 3.5) ties the document's 0 to it.
    """
    ticks = media_time * 90_000 % (1 << 33)
    return (
        f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:{ticks}\n\n"
        f"00:01.000 --> 00:0{SEGMENT - 1}.000\n{text}-{number}\n"
    )
