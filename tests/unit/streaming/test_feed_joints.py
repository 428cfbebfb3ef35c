"""Nothing lost and nothing doubled where streams, renditions and time lines meet."""

from dataclasses import replace

import pytest

from player.model.presentation import TrackKind
from player.model.segment import Segment
from player.streaming.feed.track_buffer import BufferedSegment
from player.units import micros
from tests.unit.streaming.streaming_feed import Recorded, body, feed, filled, gop, pieces
from tests.unit.streaming.streaming_made import buffered, lane, period, representation, segment

VIDEO, AUDIO = TrackKind.VIDEO, TrackKind.AUDIO
PICTURE, SOUND = 1, 2
SOUNDS = lane(representation("v1", kinds=frozenset({AUDIO})), AUDIO)
PICTURES = lane(representation("v1", kinds=frozenset({VIDEO})), VIDEO)


def _one(kind: TrackKind, one: Segment, data: bytes) -> BufferedSegment:
    return buffered(one, data, lane=PICTURES if kind is VIDEO else SOUNDS)


def _shown(found: Recorded, track: int) -> list[float]:
    """What is seen or heard of all epochs, in order, without what is trimmed off."""
    times: list[float] = []
    for number, opened in enumerate(found.opened):
        at = zip(found.stream(track, number), found.times(track, number), strict=True)
        times += [shown for stream, shown in at if stream >= opened.start / 1e6]
    return times


def test_another_sound_codec_inside_a_group_of_pictures_loses_none() -> None:
    first = _one(AUDIO, segment(0, duration=3), body(segment(0, duration=3), AUDIO, samples=3))
    rest = segment(1, start=3, duration=9)
    other = _one(AUDIO, rest, body(rest, AUDIO, samples=9, codec="mp3"))
    shown = [_one(VIDEO, segment(n), gop(segment(n))) for n in range(2)]
    found = feed({VIDEO: filled(*shown), AUDIO: filled(first, other)})
    assert [(one.append, one.start) for one in found.opened] == [(False, 0), (True, micros(3))]
    assert found.times(PICTURE, 0) == [0, 1, 2]
    assert found.times(PICTURE, 1) == list(range(12)), "decoded from the key frame, shown from 3"
    assert _shown(found, PICTURE) == _shown(found, SOUND) == list(range(12))
    assert found.finished == [1, 2]


def test_another_picture_codec_loses_no_sound() -> None:
    other = _one(VIDEO, segment(1), gop(segment(1), codec="av1"))
    found = feed(
        {
            VIDEO: filled(_one(VIDEO, segment(0), gop(segment(0))), other),
            AUDIO: filled(*pieces(AUDIO, 0, 1)),
        }
    )
    assert [(one.append, one.start) for one in found.opened] == [(False, 0), (True, 0)]
    assert _shown(found, PICTURE) == _shown(found, SOUND) == list(range(12))


def test_both_codecs_change_at_once() -> None:
    shown = [_one(VIDEO, segment(0), gop(segment(0)))]
    shown.append(_one(VIDEO, segment(1), gop(segment(1), codec="av1")))
    heard = [_one(AUDIO, segment(0), body(segment(0), AUDIO))]
    heard.append(_one(AUDIO, segment(1), body(segment(1), AUDIO, codec="ac3")))
    found = feed({VIDEO: filled(*shown), AUDIO: filled(*heard)})
    assert len(found.opened) == 2
    assert _shown(found, PICTURE) == _shown(found, SOUND) == list(range(12))


def test_the_last_picture_codec_changes_after_the_sound_ended() -> None:
    other = _one(VIDEO, segment(1), gop(segment(1), codec="av1"))
    shown = filled(_one(VIDEO, segment(0), gop(segment(0))), other)
    found = feed({VIDEO: shown, AUDIO: filled(*pieces(AUDIO, 0))})
    assert _shown(found, PICTURE) == list(range(12))
    assert _shown(found, SOUND) == list(range(6))


def test_renditions_whose_key_frames_differ_join_exactly() -> None:
    late = segment(1, start=4, duration=8)
    other = buffered(late, gop(late, samples=8), lane=lane(representation("v2"), VIDEO))
    found = feed({VIDEO: filled(_one(VIDEO, segment(0), gop(segment(0))), other)})
    assert [(one.append, one.start) for one in found.opened] == [(False, 0), (True, micros(2))]
    assert found.times(PICTURE, 1) == list(range(4, 12))
    assert _shown(found, PICTURE) == list(range(12))


def _restarted(
    number: int, kind: TrackKind, first: float, start: float | None = None
) -> BufferedSegment:
    """A segment after a discontinuity, whose media time begins at `first` seconds."""
    one = segment(number, start, discontinuity=1)
    return _one(kind, one, body(one, kind, start=micros(first)))


@pytest.mark.parametrize("off", [-0.3, 0, 0.3])
def test_hls_js_828_after_an_advert_picture_and_sound_stay_together(off: float) -> None:
    """EXTINF says a little more or less than there is: the joint closes, both move alike."""
    shown = [*pieces(VIDEO, 0), _restarted(1, VIDEO, 0, start=6 + off)]
    heard = [*pieces(AUDIO, 0), _restarted(1, AUDIO, 0, start=6 + off)]
    found = feed({VIDEO: filled(*shown), AUDIO: filled(*heard)})
    assert len(found.opened) == 1
    assert found.stream(PICTURE) == found.stream(SOUND) == list(range(12))
    assert found.times(PICTURE)[6:] == [round(n + off, 3) for n in range(6, 12)]


def test_hls_js_1484_discontinuities_that_are_not_aligned() -> None:
    """The sound's discontinuity comes half a second before the pictures'."""
    early = segment(0, duration=5.5)
    heard = [_one(AUDIO, early, body(early, AUDIO, samples=11))]
    behind = segment(1, start=5.5, duration=6.5, discontinuity=1)
    heard.append(_one(AUDIO, behind, body(behind, AUDIO, start=micros(99.5), samples=13)))
    shown = [*pieces(VIDEO, 0), _restarted(1, VIDEO, 100)]
    found = feed({VIDEO: filled(*shown), AUDIO: filled(*heard)})
    assert len(found.opened) == 1
    assert found.stream(PICTURE) == list(range(12))
    assert found.stream(SOUND) == [n / 2 for n in range(24)]


def test_discontinuity_numbers_that_differ_between_renditions() -> None:
    shown = [*pieces(VIDEO, 0), _restarted(1, VIDEO, 100)]
    heard = [*pieces(AUDIO, 0)]
    other = segment(1, discontinuity=7)
    heard.append(_one(AUDIO, other, body(other, AUDIO, start=micros(100))))
    found = feed({VIDEO: filled(*shown), AUDIO: filled(*heard)})
    assert found.stream(PICTURE) == found.stream(SOUND) == list(range(12))


def test_hls_js_1873_time_stamps_begin_again_unannounced() -> None:
    again = [
        _one(kind, segment(1), body(segment(1), kind, start=micros(2))) for kind in (VIDEO, AUDIO)
    ]
    found = feed(
        {VIDEO: filled(*pieces(VIDEO, 0), again[0]), AUDIO: filled(*pieces(AUDIO, 0), again[1])}
    )
    assert found.stream(PICTURE) == found.stream(SOUND) == list(range(12))


def test_hls_js_1873_a_seek_behind_a_discontinuity() -> None:
    one = segment(3, discontinuity=1)
    shown, heard = (_one(kind, one, body(one, kind, start=micros(77))) for kind in (VIDEO, AUDIO))
    found = feed({VIDEO: filled(shown), AUDIO: filled(heard)}, start=20, exact=True)
    assert found.origins == [20]
    assert found.opened[0].start == 0
    assert found.times(SOUND)[-1] == 23


def test_hls_js_483_picture_and_sound_wrap_at_different_segments() -> None:
    wrap = (1 << 33) / 90_000

    def at(kind: TrackKind, number: int, first: float) -> BufferedSegment:
        one = segment(number, init=None)
        rung = lane(representation(f"{kind}{number}", kinds=frozenset({kind})), kind)
        return buffered(one, body(one, kind, start=micros(first)), lane=rung)

    shown = [at(VIDEO, 0, wrap - 6), at(VIDEO, 1, 0), at(VIDEO, 2, 6)]
    heard = [at(AUDIO, 0, wrap - 6), at(AUDIO, 1, wrap), at(AUDIO, 2, 6)]
    found = feed({VIDEO: filled(*shown), AUDIO: filled(*heard)})
    assert found.times(PICTURE) == found.times(SOUND) == list(range(18))
    assert len(found.opened) == 1


def test_extinf_that_runs_away_from_its_media_moves_positions_not_media() -> None:
    """Whole seconds of EXTINF for 5.6 s of media: hours later the two are minutes apart."""
    made = []
    for number in range(20):
        data = body(segment(0), VIDEO, start=micros(number * 5.6), duration=micros(5.6), samples=7)
        made.append(_one(VIDEO, segment(number), data))
    found = feed({VIDEO: filled(*made)})
    assert found.stream(PICTURE) == [round(n * 0.8, 3) for n in range(140)]
    said = found.times(PICTURE)[::7]
    assert max(abs(at - number * 6) for number, at in enumerate(said)) < 1.2
    assert found.feeder is not None
    assert abs(found.feeder.fed_until - micros(120)) < micros(1.2)


def test_a_seek_where_extinf_has_run_away_begins_where_it_was_asked() -> None:
    data = body(segment(0), VIDEO, start=micros(50), samples=6)
    played = _one(VIDEO, segment(0), body(segment(0), VIDEO, start=micros(0)))
    feeder = feed({VIDEO: filled(played)}).feeder
    assert feeder is not None
    timeline = feeder._parts.line.timeline
    late = segment(10)
    timeline.restart()
    assert timeline.offset(late, micros(58.5)) == micros(1.5)
    assert len(data) > 0


def _of_period(
    name: str, start: float, end: float, one: Segment, samples: int = 6
) -> BufferedSegment:
    told = replace(period(start=start, duration=end - start), id=name)
    rung = replace(lane(representation(name, kinds=frozenset({VIDEO})), VIDEO), period=told)
    return buffered(one, gop(one, samples=samples), lane=rung)


def test_media_beyond_the_end_of_its_period_gives_way_to_the_next() -> None:
    first = segment(0, duration=6, media_offset=micros(-500))
    second = segment(0, start=4, duration=6, media_offset=micros(-500))
    chosen = [_of_period("p1", 0, 4, first), _of_period("p2", 4, 10, second)]
    found = feed({VIDEO: filled(*chosen)})
    assert found.times(PICTURE) == list(range(10))
    assert len(found.opened) == 1


def test_a_period_that_begins_inside_a_segment_is_exact() -> None:
    first = segment(0, duration=6, media_offset=micros(-500))
    second = segment(0, start=4, duration=8, media_offset=micros(-500))
    chosen = [_of_period("p1", 0, 6, first), _of_period("p2", 6, 12, second, samples=8)]
    found = feed({VIDEO: filled(*chosen)})
    assert _shown(found, PICTURE) == list(range(12))


def test_a_presentation_time_offset_that_is_wrong_by_a_period() -> None:
    one = segment(0, start=600, media_offset=micros(600))
    right = [_one(k, one, body(one, k, start=micros(600), samples=6)) for k in (VIDEO, AUDIO)]
    found = feed({VIDEO: filled(right[0]), AUDIO: filled(right[1])}, start=600)
    assert found.times(PICTURE) == found.times(SOUND) == list(range(600, 606))


def test_dash_media_that_begin_later_than_the_mpd_says_are_believed() -> None:
    one = segment(0, media_offset=micros(-500))
    late = [_one(k, one, body(one, k, start=micros(500.4), samples=6)) for k in (VIDEO, AUDIO)]
    found = feed({VIDEO: filled(late[0]), AUDIO: filled(late[1])})
    assert found.times(PICTURE) == [round(n + 0.4, 3) for n in range(6)]
    assert found.origins == [0.4]


def test_a_muxed_advert_without_sound_holds_nobody_up() -> None:
    muxed = lane(representation("m", kinds=frozenset({VIDEO, AUDIO})))
    both = [
        buffered(segment(n), body(segment(n), VIDEO) + body(segment(n), AUDIO), lane=muxed)
        for n in (0, 2)
    ]
    mute = buffered(segment(1), body(segment(1), VIDEO), lane=muxed)
    found = feed({VIDEO: filled(both[0], mute, both[1])})
    assert found.times(PICTURE) == list(range(18))
    assert found.times(SOUND) == list(range(18)), "silence in between"


def test_sound_that_appears_later_is_heard_from_then_on() -> None:
    muxed = lane(representation("m", kinds=frozenset({VIDEO})))
    mute = buffered(segment(0), gop(segment(0)), lane=muxed)
    data = gop(segment(1)) + body(segment(1), AUDIO)
    found = feed({VIDEO: filled(mute, buffered(segment(1), data, lane=muxed))})
    assert _shown(found, PICTURE) == list(range(12))
    assert [n for n in _shown(found, SOUND) if n >= 6] == list(range(6, 12))
