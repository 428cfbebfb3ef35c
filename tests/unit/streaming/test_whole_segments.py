"""A list of parts, read as one of whole segments."""

from dataclasses import replace

from player.manifest.hls.playlist_index import PlaylistIndex
from player.manifest.resolved import ResolvedIndex
from player.model.presentation import PresentationType
from player.model.resource import Resource
from player.model.segment import ListedIndex, Part, Segment
from player.streaming.presentation.whole_segments import holdable, whole_alone
from player.units import Micros, micros

STEP = micros(0.5)


def _segment(number: int, *, parts: int = 4, making: bool = False) -> Segment:
    made = Part(duration=STEP, resource=Resource(uri=f"https://tv.example/{number}.part"))
    return Segment(
        number=number,
        start=Micros(number * 4 * STEP),
        duration=Micros(4 * STEP),
        resource=Resource(uri=f"https://tv.example/{number}.mp4"),
        step=STEP,
        parts=(made,) * parts,
        making=making,
    )


def _list(last: int, parts: int) -> ResolvedIndex:
    segments = *(_segment(one) for one in range(last)), _segment(last, parts=parts, making=True)
    index = PlaylistIndex(
        segments=segments, ended=False, reload_after=micros(2), part_target=STEP, blocking=True
    )
    return ResolvedIndex(index=index, type=PresentationType.LIVE, least_latency=micros(1.5))


def test_what_is_being_made_is_not_there_and_what_is_whole_comes_at_once() -> None:
    bare = whole_alone(_list(3, 2), None)
    assert isinstance(bare.index, PlaylistIndex)
    assert [one.number for one in bare.index.segments] == [0, 1, 2]
    assert {(one.parts, one.step, one.making) for one in bare.index.segments} == {
        ((), None, False)
    }
    assert (bare.index.part_target, bare.index.blocking) == (None, True)
    assert (bare.target_latency, bare.least_latency) == (micros(6), None)


def test_another_part_is_nothing_new_another_segment_is() -> None:
    former = whole_alone(_list(3, 2), None).index
    assert not whole_alone(_list(3, 3), former).changed
    assert whole_alone(_list(4, 1), former).changed
    ended = _list(3, 3)
    assert isinstance(ended.index, PlaylistIndex)
    over = replace(ended.index, segments=ended.index.segments[:3], ended=True, reload_after=None)
    told = whole_alone(replace(ended, index=over), former)
    assert told.changed
    assert told.target_latency is None


def test_a_list_without_parts_stays_as_it_is() -> None:
    plain = ResolvedIndex(
        index=ListedIndex(segments=(), ended=False, reload_after=micros(4)),
        type=PresentationType.LIVE,
    )
    assert whole_alone(plain, None) is plain
    assert holdable(plain.index) == micros(12)
    assert whole_alone(_list(0, 1), None).index.numbers(Micros(0)) == range(0)
