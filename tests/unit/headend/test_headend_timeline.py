"""Segments are a function of their number alone."""

from hypothesis import given
from hypothesis import strategies as st

from headend.asset.model import Asset
from headend.live.timeline import RenditionTimeline, timelines_of
from headend.live.window import LiveSettings, on_demand, window

NOW_MS = 1_795_361_075_500


def _timeline(asset: Asset, rendition_id: str) -> RenditionTimeline:
    return timelines_of(asset)[rendition_id]


def test_video_segments_begin_with_a_key_frame_at_their_number(asset: Asset) -> None:
    timeline = _timeline(asset, "v90")
    for number in (0, 1, 11, 12, 897_680_507):
        segment = timeline.segment(number)
        assert segment.samples[0].key
        assert segment.start == number * 180_000
        assert segment.duration == 180_000
        assert len(segment.samples) == 50


def test_audio_segments_hold_the_frames_that_start_in_them(asset: Asset) -> None:
    timeline = _timeline(asset, "a-en")
    counts = [len(timeline.segment(number).samples) for number in range(12)]
    assert counts == [94, 94, 94, 93] * 3
    assert [timeline.segment(n).start for n in (0, 1, 12)] == [0, 94 * 1024, 24 * 48_000]


def test_every_sample_of_a_loop_is_in_exactly_one_segment(asset: Asset) -> None:
    for timeline in timelines_of(asset).values():
        if timeline.rendition.kind == "text":
            continue
        samples = [s for number in range(12) for s in timeline.segment(number).samples]
        assert samples == list(timeline.rendition.samples)


def test_segments_join_without_gap_or_overlap(asset: Asset) -> None:
    for rendition_id in ("v90", "a-pt"):
        timeline = _timeline(asset, rendition_id)
        for number in range(897_680_500, 897_680_530):
            segment = timeline.segment(number)
            assert segment.start + segment.duration == timeline.segment(number + 1).start


def test_a_segment_is_found_by_its_start_and_by_nothing_else(asset: Asset) -> None:
    timeline = _timeline(asset, "a-en")
    start = timeline.segment(897_680_507).start
    assert timeline.number_at(start) == 897_680_507
    assert timeline.number_at(start + 1) is None


def test_a_cue_that_crosses_a_border_stands_on_both_sides(asset: Asset) -> None:
    timeline = _timeline(asset, "t-en")  # 0.5 to 3.5 s, 4.5 to 7.5 s, ...
    shown = [[cue.pts for cue in timeline.cues(number)] for number in range(4)]
    assert shown == [[500], [500], [4500], [4500]]


@given(st.integers(0, 1 << 42), st.integers(2, 7200))
def test_the_window_ends_now_and_never_offers_the_future(
    asset: Asset, now_ms: int, window_s: int
) -> None:
    offered = window(asset, LiveSettings(window_s=window_s), now_ms)
    assert offered.end * 2000 <= now_ms < (offered.end + 1) * 2000
    assert 0 <= offered.oldest <= offered.first <= offered.end
    assert offered.end - offered.first <= max(window_s // 2, 1)
    assert not offered.serves(offered.end)


def test_a_segment_that_left_the_playlist_stays_as_long_as_the_rfc_asks(asset: Asset) -> None:
    before = window(asset, LiveSettings(), NOW_MS)
    later = window(asset, LiveSettings(), NOW_MS + 62_000)
    assert before.first < later.first
    assert later.serves(before.first)
    assert not window(asset, LiveSettings(), NOW_MS + 66_000).serves(before.first)


def test_a_film_has_its_loops(asset: Asset) -> None:
    film = on_demand(asset, 5)
    assert (film.first, film.end, film.live) == (0, 60, False)
    assert not film.serves(60)
