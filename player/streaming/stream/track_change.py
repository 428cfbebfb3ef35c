"""What another wish changes, of what is on the picture and of what is fetched by now. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from player.abr.selector import TrackPreference, select_audio
from player.model.presentation import Track, TrackKind
from player.streaming.fetch.lane import Lane
from player.streaming.presentation.lane_finder import LaneFinder

LEADING = (TrackKind.VIDEO, TrackKind.AUDIO)
"""Whose period counts: the pictures', without pictures the sound's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackChange:
    """Another sound; no `lane`: its bytes are in the pictures'.

    `moved` is called once it is to be heard, `refused` where it cannot be had.
    """

    lane: Lane | None
    moved: Callable[[], None]
    refused: Callable[[], None]


def leading(lanes: Mapping[TrackKind, Lane]) -> Lane | None:
    """The lane whose period counts."""
    return next((lanes[kind] for kind in LEADING if kind in lanes), None)


def kinds_to_change(
    shown: Mapping[TrackKind, Lane], fetched: Mapping[TrackKind, Lane], finder: LaneFinder
) -> set[TrackKind]:
    """The kinds whose track is not the wanted one: on the picture, or where it is fetched.

    The two may be periods apart, and sound may be a period ahead of the pictures.
    """
    return _unwanted(shown, finder) | _unwanted(fetched, finder)


def is_alike(
    shown: Mapping[TrackKind, Lane], fetched: Mapping[TrackKind, Lane], finder: LaneFinder
) -> bool:
    """Whether one stream can fetch the wanted tracks from the picture on to where others are."""
    periods = [one.period for one in (*shown.values(), *fetched.values())]
    return len({finder.kinds(period) for period in periods}) == 1


def audio_on(shown: Mapping[TrackKind, Lane], preference: TrackPreference) -> Track | None:
    """The audio track that plays, with bytes of its own or inside the pictures'."""
    if TrackKind.AUDIO in shown:
        return shown[TrackKind.AUDIO].track
    lane = leading(shown)
    if lane is None:
        return None
    inside = tuple(one for one in lane.period.tracks if not one.representations)
    playing = select_audio(replace(lane.period, tracks=inside), preference)
    return playing or select_audio(lane.period, preference)


def _unwanted(lanes: Mapping[TrackKind, Lane], finder: LaneFinder) -> set[TrackKind]:
    first = leading(lanes)
    if first is None:
        return set()
    others = set(finder.kinds(first.period)) ^ lanes.keys()
    return others | {kind for kind, lane in lanes.items() if not _is_wanted(kind, lane, finder)}


def _is_wanted(kind: TrackKind, lane: Lane, finder: LaneFinder) -> bool:
    wanted = finder.match(lane.period, kind)
    return wanted is not None and wanted.id == lane.track.id
