"""How the line stands to what is being fetched. Pure reading."""

from collections.abc import Collection

from player.model.presentation import TrackKind
from player.streaming.fetch.lane import Lane
from player.streaming.fetch.load_control import Supply
from player.streaming.fetch.parts import EngineParts
from player.streaming.stream.track_stream import TrackStream
from player.units import ByteCount, Micros

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
    held = ByteCount(before + sum(stream.buffer.ahead(position) for stream in streams))
    room = parts.cache.room
    best = all(_is_best(stream.lane) for stream in streams)
    need = sum(stream.lane.representation.bandwidth for stream in streams)
    estimate = parts.estimator.estimate
    if not need or estimate is None:
        return Supply(held=held, room=room, best=best)
    worth = 1.0 if parts.estimator.confidence else GUESS
    return Supply(headroom=worth * estimate / need, held=held, room=room, best=best)


def _is_best(lane: Lane) -> bool:
    """Whether a track has nothing better; of sound nobody waits for better."""
    rungs = lane.track.representations
    rates = (one.bandwidth for one in rungs) if lane.track.kind is TrackKind.VIDEO else ()
    return lane.representation.bandwidth >= max(rates, default=0)
