"""The live Presentation of a plain transport stream: it grows by pieces, and forgets the old."""

from player.manifest.face import parse
from player.manifest.transport_presentation import (
    piece_segment,
    transport_presentation,
    with_segment,
)
from player.model.presentation import Container, ManifestFormat, Presentation, PresentationType
from player.model.segment import ListedIndex, Segment
from player.units import Micros, micros

URL = "http://tv.example/1.ts"


def piece(number: int, start: Micros) -> Segment:
    return piece_segment(url=URL, number=number, start=start, duration=micros(2))


def index_of(whole: Presentation) -> ListedIndex:
    index = whole.periods[0].tracks[0].representations[0].index
    assert isinstance(index, ListedIndex)
    return index


def test_the_presentation_grows_and_forgets() -> None:
    whole = parse(b"", url=URL, now=Micros(0), format=ManifestFormat.TS)
    assert whole == transport_presentation(url=URL, epoch=Micros(0))
    assert whole.type is PresentationType.LIVE
    assert whole.periods[0].tracks[0].representations[0].container is Container.TS
    for number in range(10):
        whole = with_segment(whole, piece(number, micros(2 * number)), budget=micros(6))
    index = index_of(whole)
    assert [one.number for one in index.segments] == [6, 7, 8, 9]
    assert index.segments[0].resource.uri == f"{URL}#piece=6"
    assert not index.ended
    ended = index_of(with_segment(whole, piece(20, index.segments[-1].end), ended=True))
    assert [one.number for one in ended.segments] == [20]
    assert ended.ended


def test_the_address_of_a_piece_takes_the_place_of_a_fragment() -> None:
    one = piece_segment(url=f"{URL}#x", number=3, start=Micros(0), duration=Micros(1))
    assert one.resource.uri == f"{URL}#piece=3"
