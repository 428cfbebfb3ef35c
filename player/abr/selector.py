"""TrackSelector: which video and audio track of a period to play. Pure."""

from dataclasses import dataclass

from player.model.presentation import Period, Track, TrackKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPreference:
    """What the viewer wants: an audio track by id, else by language (RFC 5646, "" any)."""

    audio_track: str = ""
    audio_language: str = ""


def select_tracks(period: Period, preference: TrackPreference) -> dict[TrackKind, Track]:
    """Choose at most one video and one audio track; empty where there is neither."""
    chosen: dict[TrackKind, Track] = {}
    video = select_video(period)
    if video is not None:
        chosen[TrackKind.VIDEO] = video
    audio = select_audio(period, preference)
    if audio is not None:
        chosen[TrackKind.AUDIO] = audio
    return chosen


def select_video(period: Period) -> Track | None:
    """The main video: by role, by default mark, then the one with the most rungs."""
    tracks = [track for track in period.of(TrackKind.VIDEO) if track.representations]
    return max(tracks, key=_video_rank, default=None)


def select_audio(period: Period, preference: TrackPreference) -> Track | None:
    """The audio track asked for by id, then by language, then the manifest's default."""
    tracks = period.of(TrackKind.AUDIO)
    return max(tracks, key=lambda track: _audio_rank(track, preference), default=None)


def _video_rank(track: Track) -> tuple[bool, bool, int]:
    return (
        "alternate" not in track.roles and "sign" not in track.roles,
        "main" in track.roles or track.default,
        len(track.representations),
    )


def _audio_rank(track: Track, preference: TrackPreference) -> tuple[bool, int, bool, bool, int]:
    return (
        bool(preference.audio_track) and track.id == preference.audio_track,
        _language_match(track.language, preference.audio_language),
        not {"description", "commentary"} & set(track.roles),
        track.default or "main" in track.roles,
        min(track.channels or 2, 2),
    )


def _language_match(language: str, wanted: str) -> int:
    """2 for the same tag, 1 for the same primary language, 0 else (RFC 4647 3.3.1)."""
    if not wanted or not language:
        return 0
    have, want = language.lower(), wanted.lower()
    return 2 if have == want else int(have.split("-")[0] == want.split("-")[0])
