"""A buffered segment gives its place to another rung's, unless libmpv has it."""

from player.streaming.feed.track_buffer import TrackBuffer
from player.units import Micros, micros
from tests.unit.streaming.streaming_made import buffered, lane, representation, segment

LOW, TOP = lane(representation("low", 400_000)), lane(representation("top", 4_000_000))


def test_what_was_not_given_is_swapped_and_shown_as_such() -> None:
    buffer = TrackBuffer(Micros(0))
    queue = [buffered(segment(number), b"low", lane=LOW) for number in range(4)]
    for one in queue:
        buffer.append(one)
    better = buffered(segment(2), b"better", lane=TOP)
    assert buffer.swap(queue[2], better)
    assert [one.lane.representation.id for one in buffer.unfed()] == ["low", "low", "top", "low"]
    rungs = [buffer.rung_at(micros(6 * number + 1)) for number in range(4)]
    assert [one.id for one in rungs if one] == ["low", "low", "top", "low"]
    assert buffer.last is queue[3]
    last = buffered(segment(3), b"better", lane=TOP)
    assert buffer.swap(queue[3], last)
    assert buffer.last is last
    assert buffer.cursor == last.segment.end


def test_what_was_given_or_dropped_stays() -> None:
    buffer = TrackBuffer(Micros(0))
    queue = [buffered(segment(number), b"low", lane=LOW) for number in range(3)]
    for one in queue:
        buffer.append(one)
    queue[0].taken = True
    better = buffered(segment(0), b"better", lane=TOP)
    assert not buffer.swap(queue[0], better)
    buffer.drop_unfed(micros(12))
    assert not buffer.swap(queue[2], buffered(segment(2), b"better", lane=TOP))
    assert buffer.last is queue[1]
