"""Which lanes a pass begins on: the tracks wanted, and the rungs to begin them with."""

from collections.abc import Mapping

from player.abr.selector import TrackPreference, select_tracks
from player.errors import ErrorCode, PlayerError, error
from player.model.presentation import Period, TrackKind
from player.streaming.choice.rungs import RungChooser
from player.streaming.fetch.lane import Lane


def choose_lanes(
    period: Period, preference: TrackPreference, choosers: Mapping[TrackKind, RungChooser]
) -> dict[TrackKind, Lane]:
    """One lane for each kind with bytes of its own; raises PlayerError where there is none."""
    lanes = {
        kind: Lane(period=period, track=track, representation=choosers[kind].first(track))
        for kind, track in select_tracks(period, preference).items()
        if track.representations
    }
    if not lanes:
        raise nothing_to_play()
    return lanes


def kinds_of(period: Period, preference: TrackPreference) -> frozenset[TrackKind]:
    """Which of picture and sound a period has with bytes of its own."""
    wanted = select_tracks(period, preference)
    return frozenset(kind for kind, track in wanted.items() if track.representations)


def keep_lanes(
    chosen: Mapping[TrackKind, Lane], playing: Mapping[TrackKind, Lane]
) -> dict[TrackKind, Lane]:
    """The chosen lanes, on the rungs that are playing where those are of the same track."""
    return {
        kind: playing[kind] if _same_track(lane, playing.get(kind)) else lane
        for kind, lane in chosen.items()
    }


def changed_kinds(
    chosen: Mapping[TrackKind, Lane], playing: Mapping[TrackKind, Lane]
) -> set[TrackKind]:
    """The kinds whose track is to be another one, in the period that is being fetched."""
    return {
        kind
        for kind in chosen.keys() | playing.keys()
        if kind not in chosen or not _same_track(chosen[kind], playing.get(kind))
    }


def nothing_to_play() -> PlayerError:
    """The error of a manifest that offers neither picture nor sound."""
    return error(
        ErrorCode.MANIFEST_NO_TRACKS,
        "This channel offers neither picture nor sound that Farol can play.",
    )


def nothing_was_had() -> PlayerError:
    """The error of a channel of which not one piece could be played."""
    return error(
        ErrorCode.MEDIA_INVALID,
        "Nothing of this could be played: every piece of it is missing or broken.",
        cause="all segments were skipped",
    )


def stuck(lane: Lane) -> PlayerError:
    """The error of a playlist that brings nothing new."""
    return error(
        ErrorCode.MANIFEST_STALE,
        "This channel has stopped: its server sends nothing new. Try again later.",
        cause=f"the playlist of {lane.representation.id} does not change any more",
    )


def _same_track(lane: Lane, playing: Lane | None) -> bool:
    return playing is not None and playing.key[:2] == lane.key[:2]
