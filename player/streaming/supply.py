"""How the line stands to what is being fetched. Pure reading."""

from collections.abc import Collection

from player.model.presentation import TrackKind
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import Supply
from player.streaming.fetch.parts import EngineParts
from player.streaming.stream.track_stream import TrackStream
from player.units import BitsPerSecond, ByteCount, Micros

GUESS = 0.5
"""What a first guess is worth that no transfer has borne out yet."""


def supply_of(
    parts: EngineParts,
    streams: Collection[TrackStream],
    position: Micros,
    before: ByteCount = ByteCount(0),
) -> Supply:
    """The line's rate over what the streams' rungs need, and the bytes they hold ahead.

    `before` are those that others hold between the picture and them.
    """
    held, need, best = before, 0, True
    for stream in streams:  # asked for at each step of each stream: one turn for all of it
        held = ByteCount(held + stream.buffer.ahead(position))
        need += stream.lane.representation.bandwidth
        best = best and _is_best(stream.lane)
    need, room = BitsPerSecond(need), parts.cache.room
    estimate = parts.estimator.estimate
    if not need or estimate is None:
        return Supply(held=held, room=room, best=best, need=need)
    worth = 1.0 if parts.estimator.confidence else GUESS
    return Supply(headroom=worth * estimate / need, held=held, room=room, best=best, need=need)


def _is_best(lane: Lane) -> bool:
    """Whether a track has nothing better; of sound nobody waits for better."""
    if lane.track.kind is not TrackKind.VIDEO:
        return True
    best = lane.track.representations[-1]
    return lane.representation.bandwidth >= best.bandwidth
