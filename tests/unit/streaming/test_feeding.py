"""From filled buffers to libmpv: order, epochs, holes and overlaps."""

from dataclasses import replace

import pytest

from player.errors import ErrorCode, PlayerError
from player.model.presentation import TrackKind
from player.model.resource import Protection, ProtectionScheme
from player.ports import Demuxed
from player.streaming.feed.track_buffer import BufferedSegment
from player.units import micros
from tests.fakes.virtual import FakeDemuxer
from tests.unit.streaming.streaming_feed import Recorded, body, feed, filled, pieces
from tests.unit.streaming.streaming_made import buffered, lane, representation, segment

VIDEO, AUDIO = TrackKind.VIDEO, TrackKind.AUDIO
PICTURE, SOUND = 1, 2


def _both(*numbers: int, start: float = 0, **more: object) -> Recorded:
    return feed(
        {
            VIDEO: filled(*pieces(VIDEO, *numbers), start=start),
            AUDIO: filled(*pieces(AUDIO, *numbers), start=start),
        },
        start=start,
        **more,  # type: ignore[arg-type]
    )


def test_picture_and_sound_come_in_one_order() -> None:
    found = _both(0, 1)
    assert [number for number, _ in found.blocks[0]] == [PICTURE, SOUND] * 12
    times = [at for _, at in found.blocks[0]]
    assert times == sorted(times)
    assert found.finished == [1]
    assert found.reports == []
    assert found.opened[0].paused


def test_a_start_within_a_segment_is_exact_where_it_was_asked_for() -> None:
    asked = _both(2, 3, start=14.5, exact=True)
    assert asked.opened[0].start == micros(0.5), "from the key frame before it"
    assert asked.origins == [14]
    joined = _both(2, 3, start=14.5)
    assert joined.opened[0].start == 0


@pytest.mark.parametrize("told", [frozenset(), frozenset({VIDEO, AUDIO})])
def test_a_muxed_stream_brings_its_sound(told: frozenset[TrackKind]) -> None:
    whole = [
        buffered(
            segment(n),
            body(segment(n), VIDEO) + body(segment(n), AUDIO),
            lane=lane(representation(kinds=told)),
        )
        for n in range(2)
    ]
    found = feed({VIDEO: filled(*whole)})
    assert found.times(PICTURE) == found.times(SOUND) == list(range(12))


def test_a_muxed_stream_without_sound_begins_after_a_look() -> None:
    one = buffered(segment(0), body(segment(0), VIDEO))
    found = feed({VIDEO: filled(one)})
    assert found.times(PICTURE) == list(range(6))
    assert found.times(SOUND) == []


def test_sound_that_shows_late_in_a_muxed_stream_is_there_from_then_on() -> None:
    late = body(segment(0), VIDEO) + body(segment(0), AUDIO)
    first = buffered(segment(0), late, lane=lane(representation(kinds=frozenset({VIDEO, AUDIO}))))
    found = feed({VIDEO: filled(first)})
    assert found.times(SOUND) == list(range(6))


class Announcing(FakeDemuxer):
    """Says first what kinds its container holds."""

    def feed(self, data: bytes) -> tuple[Demuxed, ...]:
        return Demuxed(kinds=frozenset({VIDEO, AUDIO})), *super().feed(data)


def test_all_pictures_of_a_fragment_may_stand_before_all_of_its_sound() -> None:
    told = lane(representation(kinds=frozenset()))
    parts = [
        buffered(segment(n), body(segment(n // 2), kind), lane=told)
        for n, kind in enumerate((VIDEO, AUDIO))
    ]
    found = feed({VIDEO: filled(*parts)}, open_demuxer=Announcing)
    assert found.times(PICTURE) == found.times(SOUND) == list(range(6))
    assert len(found.opened) == 1


def test_sound_alone_plays() -> None:
    found = feed({AUDIO: filled(*pieces(AUDIO, 0, 1))})
    assert found.times(PICTURE) == list(range(12))
    assert found.feeder is not None
    assert found.feeder.fed_until == found.feeder.playable_until == micros(12)


def test_nothing_at_all_opens_nothing() -> None:
    found = feed({VIDEO: filled()})
    assert found.opened == []
    assert found.finished == []
    assert found.feeder is not None
    assert not found.feeder.opened


def test_before_the_first_key_frame_nothing_is_shown() -> None:
    blind = buffered(segment(0), body(segment(0), VIDEO, key=0), lane=pieces(VIDEO, 0)[0].lane)
    found = feed({VIDEO: filled(blind, *pieces(VIDEO, 1))})
    assert found.origins == [6]
    assert found.times(PICTURE) == list(range(6, 12))


def test_a_hole_in_the_pictures_is_left_out_of_the_stream() -> None:
    hole = [buffered(segment(1), skipped=True)]
    found = feed(
        {
            VIDEO: filled(*pieces(VIDEO, 0), *hole, *pieces(VIDEO, 2)),
            AUDIO: filled(*pieces(AUDIO, 0, 1, 2)),
        }
    )
    assert len(found.opened) == 1
    assert found.stream(PICTURE) == found.stream(SOUND) == list(range(12))
    assert found.times(PICTURE) == found.times(SOUND) == [*range(6), *range(12, 18)]


def test_a_hole_in_the_sound_alone_leaves_the_picture_alone() -> None:
    hole = [buffered(segment(1), skipped=True)]
    found = feed(
        {
            VIDEO: filled(*pieces(VIDEO, 0, 1, 2)),
            AUDIO: filled(*pieces(AUDIO, 0), *hole, *pieces(AUDIO, 2)),
        }
    )
    assert len(found.opened) == 1
    assert found.times(PICTURE) == list(range(18))
    assert found.times(SOUND) == list(range(18)), "silence where there was none"


def test_a_hole_in_sound_that_has_no_silence_stays_one() -> None:
    told = pieces(AUDIO, 0)[0].lane
    first, last = (
        buffered(segment(n), body(segment(n), AUDIO, codec="mp3"), lane=told) for n in (0, 2)
    )
    hole = buffered(segment(1), skipped=True)
    found = feed({VIDEO: filled(*pieces(VIDEO, 0, 1, 2)), AUDIO: filled(first, hole, last)})
    assert found.times(PICTURE) == list(range(18))
    assert found.times(SOUND) == [*range(6), *range(12, 18)]


def test_a_codec_that_one_stream_cannot_hold_begins_another_epoch() -> None:
    told = pieces(AUDIO, 0)[0].lane
    other = buffered(segment(1), body(segment(1), AUDIO, codec="mp3"), lane=told)
    found = feed(
        {
            VIDEO: filled(*pieces(VIDEO, 0, 1)),
            AUDIO: filled(*pieces(AUDIO, 0), other),
        }
    )
    assert [one.append for one in found.opened] == [False, True]
    assert found.times(PICTURE, 0) + found.times(PICTURE, 1) == list(range(12))
    assert found.times(SOUND, 0) + found.times(SOUND, 1) == list(range(12))


def _overlapping(kind: TrackKind, number: int, early: float, rung: str) -> BufferedSegment:
    """A segment of another rung that begins some seconds before its place."""
    one = pieces(kind, number, rung=rung)[0]
    start = number * 6 - early
    longer = replace(one.segment, start=micros(start), duration=micros(6 + early))
    return buffered(longer, body(longer, kind, samples=round(6 + early)), lane=one.lane)


@pytest.mark.parametrize("early", [1, 3, 6])
@pytest.mark.parametrize("kind", [VIDEO, AUDIO])
def test_what_two_renditions_both_have_is_shown_once(kind: TrackKind, early: int) -> None:
    chosen = [*pieces(kind, 0, 1), _overlapping(kind, 2, early, "v2"), *pieces(kind, 3)]
    found = feed({kind: filled(*chosen)})
    assert found.times(PICTURE) == list(range(24))
    assert len(found.opened) == 1


def test_a_broken_segment_is_a_hole_told_of_once() -> None:
    bad = buffered(segment(1), b"{\n", lane=pieces(VIDEO, 0)[0].lane)
    found = feed({VIDEO: filled(*pieces(VIDEO, 0), bad, *pieces(VIDEO, 2))})
    assert [one.code for one in found.reports] == [ErrorCode.MEDIA_INVALID]
    assert found.times(PICTURE) == [*range(6), *range(12, 18)]
    assert found.stream(PICTURE) == list(range(12))


def test_a_protection_that_cannot_be_opened_is_fatal() -> None:
    locked = segment(
        0,
        protection=(
            Protection(
                scheme=ProtectionScheme.SAMPLE_AES, system="identity", licence_uri="http://h/key"
            ),
        ),
    )
    chosen = buffered(locked, body(segment(0), VIDEO), key=bytes(16))
    with pytest.raises(PlayerError) as failed:
        feed({VIDEO: filled(chosen)})
    assert failed.value.failure.code is ErrorCode.DRM_UNSUPPORTED
