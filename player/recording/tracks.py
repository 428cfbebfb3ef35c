"""Which tracks of a period are recorded, and how they are named. Pure."""

import hashlib

from player.abr.selector import TrackPreference, select_video
from player.abr.suitability import Output
from player.model.presentation import Container, Period, Representation, Track, TrackKind
from player.recording.told import RungName, TrackName

_BY_CODEC = {"wvtt": Container.FMP4, "stpp": Container.FMP4}


def recorded_tracks(period: Period, output: Output) -> dict[object, Track]:
    """The main pictures, every sound and all subtitles, by the key of their name.

    Of several tracks of one name (the same sound at several rates or in several codecs) the one
    with the most channels is taken, then that of the highest rate.
    """
    found: dict[object, Track] = {}
    video = select_video(period, TrackPreference(output=output))
    beside = (*period.of(TrackKind.AUDIO), *period.of(TrackKind.TEXT))
    for track in (video, *beside):
        if track is None or not track.representations:
            continue
        key = name_of(track).key
        if key not in found or _worth(track) > _worth(found[key]):
            found[key] = track
    return found


def name_of(track: Track) -> TrackName:
    """What a track is to a viewer; pictures are one track, whatever their manifest calls them."""
    if track.kind is TrackKind.VIDEO:
        return TrackName(kind=track.kind)
    return TrackName(
        kind=track.kind,
        language=track.language,
        name=track.name,
        roles=track.roles,
        default=track.default or "main" in track.roles,
        forced=track.forced,
        channels=track.channels,
    )


def rung_of(period: Period, rung: Representation, head: bytes) -> RungName:
    """What is told of a period's rung; `head` is where a segment or its init section begins."""
    muxed = {TrackKind.VIDEO, TrackKind.AUDIO} <= rung.kinds
    inside = next((one for one in period.of(TrackKind.AUDIO) if one.in_video and muxed), None)
    return RungName(
        bandwidth=rung.bandwidth,
        codecs=rung.codecs,
        width=rung.width,
        height=rung.height,
        frame_rate=rung.frame_rate,
        video_range=rung.video_range,
        container=_container(rung, head),
        muxed=muxed,
        sound_language=inside.language if inside else "",
        sound_name=inside.name if inside else "",
    )


def period_name(period: Period) -> str:
    """A name for a period that tells nothing of where it came from."""
    return hashlib.sha256(f"{period.id}\n{period.start}".encode()).hexdigest()[:16]


def _worth(track: Track) -> tuple[int, int]:
    return track.channels or 0, max(one.bandwidth for one in track.representations)


def _container(rung: Representation, head: bytes) -> Container:
    """As the bytes say, else as the manifest does."""
    if head[4:8] in {b"ftyp", b"styp", b"moov", b"moof", b"sidx", b"emsg", b"prft"}:
        return Container.FMP4
    if head[:1] == b"\x47" and head[188:189] in {b"", b"\x47"}:
        return Container.TS
    if head.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return Container.WEBVTT
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Container.WEBM
    return rung.container
