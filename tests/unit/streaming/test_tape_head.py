"""What is about to leave a live window, and what is to be had from the tape alone."""

from player.model.presentation import Container, Representation, Track, TrackKind
from player.model.resource import Resource
from player.model.segment import ListedIndex, Segment
from player.streaming.feed.tape_head import leaving
from player.streaming.presentation.live import listed_from
from player.units import BitsPerSecond, Micros, micros


def _index(first: int, count: int) -> ListedIndex:
    return ListedIndex(
        segments=tuple(
            Segment(
                number=number,
                start=micros(2 * number),
                duration=micros(2),
                resource=Resource(uri=f"http://o/{number}"),
            )
            for number in range(first, first + count)
        ),
        ended=False,
    )


def _numbers(index: ListedIndex, cursor: float) -> list[int]:
    return [one.number for one in leaving(index, micros(cursor), Micros(0))]


def test_all_of_a_short_window_is_about_to_be_left() -> None:
    assert _numbers(_index(100, 10), 0) == list(range(100, 110))


def test_of_a_long_window_it_is_half_a_minute() -> None:
    assert _numbers(_index(100, 1800), 0) == list(range(100, 115))


def test_what_the_stream_has_come_to_is_its_own_affair() -> None:
    assert _numbers(_index(100, 10), 204) == list(range(102, 110))
    assert _numbers(_index(100, 10), 220) == []
    assert _numbers(_index(100, 0), 0) == []


def test_the_newest_list_of_a_track_says_from_when_on_the_server_has_it() -> None:
    rungs = [
        Representation(
            id=str(number),
            bandwidth=BitsPerSecond(number),
            container=Container.FMP4,
            index=index,
        )
        for number, index in enumerate((_index(90, 10), None, _index(100, 10), _index(80, 0)))
    ]
    track = Track(id="v", kind=TrackKind.VIDEO, representations=tuple(rungs))
    assert listed_from(track, Micros(0)) == micros(200)
    none = Track(id="v", kind=TrackKind.VIDEO, representations=(rungs[1],))
    assert listed_from(none, Micros(0)) is None
