"""TrackSelector: which video, audio and text track of a period to play. Pure."""

from dataclasses import dataclass, field

from player.abr.languages import language_match
from player.abr.suitability import Output, bits_a_pixel, is_decodable, suitable
from player.model.presentation import Container, Period, Representation, Track, TrackKind

CAPTIONS = frozenset({"caption", "captions", "public.accessibility.describes-music-and-sound"})
"""Roles of text that tells sounds, too."""

_ASIDE = frozenset(
    {
        "description", "commentary", "public.accessibility.describes-video", "dub",
        "enhanced-audio-intelligibility",
    }
)  # fmt: skip

_FORCED_ROLES = frozenset({"forced-subtitle", "forced_subtitle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPreference:
    """What the viewer wants, and what it goes to.

    A track by id, else by language (RFC 5646, "" any; of text: none but forced). `channels` is
    how many loudspeakers there are.
    """

    audio_track: str = ""
    audio_language: str = ""
    text_track: str = ""
    text_language: str = ""
    video_track: str = ""
    channels: int = 2
    output: Output = field(default_factory=Output)


def select_tracks(period: Period, preference: TrackPreference) -> dict[TrackKind, Track]:
    """Choose at most one video and one audio track; empty where there is neither."""
    chosen: dict[TrackKind, Track] = {}
    video = select_video(period, preference)
    if video is not None:
        chosen[TrackKind.VIDEO] = video
    audio = select_audio(period, preference)
    if audio is not None:
        chosen[TrackKind.AUDIO] = audio
    return chosen


def select_video(period: Period, preference: TrackPreference | None = None) -> Track | None:
    """The video asked for by id (an angle), else the main one that can be shown best."""
    wish = preference or TrackPreference()
    tracks = [track for track in period.of(TrackKind.VIDEO) if track.representations]
    return max(tracks, key=lambda track: _video_rank(track, wish), default=None)


def select_audio(period: Period, preference: TrackPreference) -> Track | None:
    """The audio track asked for by id, then by language, then the manifest's default."""
    tracks = period.of(TrackKind.AUDIO)
    return max(tracks, key=lambda track: _audio_rank(track, preference), default=None)


def select_text(period: Period, preference: TrackPreference) -> Track | None:
    """The subtitles asked for by id, then by language, else forced ones in the sound's language.

    Forced subtitles translate what is foreign in the sound itself (RFC 8216bis 4.4.6.1 FORCED):
    they are for everybody who understands the sound.
    """
    tracks = period.of(TrackKind.TEXT)
    if not tracks:
        return None
    asked = [track for track in tracks if preference.text_track == track.id]
    if preference.text_track and asked:
        return asked[0]
    spoken = [one for one in tracks if language_match(one.language, preference.text_language)]
    full = [one for one in spoken if not is_forced(one)]
    if preference.text_language and full:
        return max(full, key=lambda one: _text_rank(one, preference))
    sound = select_audio(period, preference)
    language = sound.language if sound else ""
    forced = [t for t in tracks if is_forced(t) and language_match(t.language, language)]
    return forced[0] if forced else None


def select_imsc(period: Period, preference: TrackPreference) -> Track | None:
    """TTML in the sound's language: its cues may say that they are for everybody (IMSC 1.1)."""
    tracks = period.of(TrackKind.TEXT)
    if not tracks:
        return None
    sound = select_audio(period, preference)
    language = sound.language if sound else ""
    fitting = (one for one in tracks if language_match(one.language, language))
    return next((one for one in fitting if any(map(_is_ttml, one.representations))), None)


def _is_ttml(one: Representation) -> bool:
    return one.codecs.startswith("stpp") or one.container is Container.TTML


def is_forced(track: Track) -> bool:
    """Whether subtitles show only what the sound leaves foreign."""
    return track.forced or bool(_FORCED_ROLES & set(track.roles))


def _video_rank(
    track: Track, preference: TrackPreference
) -> tuple[bool, bool, bool, bool, bool, float, int]:
    output = preference.output
    rungs = suitable(track.representations, output)
    flat = all(one.video_range in {"", "SDR"} for one in rungs)
    return (
        bool(preference.video_track) and track.id == preference.video_track,
        any(is_decodable(one, output) for one in rungs),
        "alternate" not in track.roles and "sign" not in track.roles,
        "main" in track.roles or track.default,
        flat is not output.hdr,
        -bits_a_pixel(rungs) if all(one.width and one.height for one in rungs) else 0.0,
        len(track.representations),
    )


def _audio_rank(
    track: Track, preference: TrackPreference
) -> tuple[bool, bool, bool, bool, int, bool, int]:
    """The viewer's language is his word; its region alone brings no commentary."""
    rungs = track.representations
    channels = track.channels or 2
    match = language_match(track.language, preference.audio_language)
    return (
        bool(preference.audio_track) and track.id == preference.audio_track,
        not rungs or any(is_decodable(one, preference.output) for one in rungs),
        match > 0,
        not _is_aside(track),
        match,
        track.default or "main" in track.roles,
        channels if channels <= preference.channels else -channels,
    )


def _is_aside(track: Track) -> bool:
    """Whether a track is for those who ask for it, and never chosen by itself."""
    return track.on_request or bool(_ASIDE & set(track.roles))


def _text_rank(track: Track, preference: TrackPreference) -> tuple[bool, int, bool, bool]:
    return (
        not _is_aside(track),
        language_match(track.language, preference.text_language),
        not CAPTIONS & set(track.roles),
        track.default or "main" in track.roles,
    )
