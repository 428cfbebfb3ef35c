"""The queue between the fetcher and the feed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from player.streaming.feed.track_buffer import HISTORY, BufferedSegment, TrackBuffer
from player.units import Micros, micros
from tests.unit.streaming.streaming_made import buffered, lane, representation, segment

START = Micros(0)


def _filled(count: int, whole: int = 99) -> tuple[TrackBuffer, list[BufferedSegment]]:
    buffer, chosen = TrackBuffer(START), []
    for number in range(count):
        chosen.append(buffered(segment(number), b"x", whole=number < whole))
        buffer.append(chosen[-1])
    return buffer, chosen


def test_an_empty_buffer_has_nothing() -> None:
    buffer = TrackBuffer(micros(7))
    assert (buffer.cursor, buffer.head, buffer.last) == (micros(7), None, None)
    assert buffer.whole_until() == micros(7)
    assert buffer.rung_at(micros(7)) is None
    assert not buffer.drained
    buffer.finished = True
    assert buffer.drained


def test_segments_leave_in_the_order_they_came() -> None:
    buffer, chosen = _filled(3)
    assert buffer.cursor == micros(18)
    assert buffer.last is chosen[2]
    assert [buffer.pop() for _ in chosen] == chosen
    assert buffer.last is chosen[2], "also when it was fed"
    assert buffer.whole_until() == micros(18)


def test_media_is_whole_up_to_the_first_hole_that_is_still_being_filled() -> None:
    buffer, chosen = _filled(4, whole=2)
    assert buffer.whole_until() == micros(12)
    chosen[2].skipped = True
    assert buffer.whole_until() == micros(18)
    chosen[3].entry.complete = True
    assert buffer.whole_until() == micros(24)


def test_only_the_newest_can_be_taken_back() -> None:
    buffer, chosen = _filled(2)
    buffer.retract(chosen[0])
    assert buffer.cursor == micros(12)
    buffer.retract(chosen[1])
    assert (buffer.cursor, buffer.last) == (micros(6), chosen[0])
    buffer.retract(chosen[0])
    assert (buffer.cursor, buffer.last) == (micros(0), None)
    buffer.retract(chosen[0])


def test_what_was_fed_stays_and_the_rest_can_be_dropped() -> None:
    buffer, chosen = _filled(4)
    chosen[0].taken = True
    buffer.finished = True
    assert buffer.drop_unfed()
    assert (buffer.cursor, buffer.last, buffer.finished) == (micros(6), chosen[0], False)
    assert not buffer.drop_unfed()
    other, _ = _filled(2)
    assert other.drop_unfed()
    assert (other.cursor, other.last, other.head) == (Micros(0), None, None)


def test_a_resource_that_is_named_twice_was_not_fed_twice() -> None:
    buffer = TrackBuffer(START)
    first = buffered(segment(0), b"x")
    again = replace(first, segment=segment(1))
    buffer.append(first)
    first.taken = True
    buffer.append(again)
    assert buffer.drop_unfed()
    assert (buffer.head, buffer.last) == (first, first)


def test_the_rung_on_screen_is_the_one_chosen_for_that_time() -> None:
    buffer = TrackBuffer(START)
    low, high = representation("low"), representation("high")
    for number, rung in enumerate((low, low, high)):
        buffer.append(buffered(segment(number), lane=lane(rung)))
    assert buffer.rung_at(micros(-1)) is None
    assert buffer.rung_at(micros(11)) is low
    assert buffer.rung_at(micros(12)) is high
    for number in range(3, 3 + HISTORY):
        buffer.append(buffered(segment(number), lane=lane(low)))
    assert buffer.rung_at(micros(12)) is None, "too long ago"


@given(st.lists(st.sampled_from(["append", "pop", "retract", "drop", "take", "done"])))
def test_the_cursor_is_always_the_end_of_what_was_chosen(steps: list[str]) -> None:
    buffer, number, queue = TrackBuffer(START), 0, list[BufferedSegment]()
    for step in steps:
        if step == "append":
            queue.append(buffered(segment(number), whole=False))
            buffer.append(queue[-1])
            number += 1
        elif step == "pop" and queue:
            assert buffer.pop() is queue.pop(0)
        elif step == "retract" and queue:
            buffer.retract(queue.pop())
            number -= 1
        elif step == "drop":
            kept = [one for one in queue if one.taken]
            number -= len(queue) - len(kept)
            assert buffer.drop_unfed() is (len(kept) < len(queue))
            queue = kept
        elif step == "take" and queue:
            queue[0].taken = True
        elif step == "done" and queue:
            queue[0].entry.complete = True
        assert buffer.cursor == micros(6 * number)
        assert buffer.whole_until() <= buffer.cursor
        assert buffer.head is (queue[0] if queue else None)
