"""The same bytes at another location."""

import pytest

from player.model.location import Location, relocate
from player.model.resource import ByteRange, Resource
from player.units import ByteCount

HERE = Location(name="a", base="https://a.test/live/v1/")


@pytest.mark.parametrize(
    ("base", "uri", "moved"),
    [
        ("https://b.test/x/", "https://a.test/live/v1/7.m4s", "https://b.test/x/7.m4s"),
        ("https://b.test/x/", "https://a.test/7.m4s?t=1", "https://b.test/7.m4s?t=1"),
        ("https://b.test/x/", "https://c.test/live/v1/7.m4s", "https://c.test/live/v1/7.m4s"),
        ("", "https://a.test/live/v1/7.m4s", "https://a.test/live/v1/7.m4s"),
    ],
)
def test_what_lies_below_the_base_moves_with_it(base: str, uri: str, moved: str) -> None:
    to = Location(name="b", base=base)
    assert relocate(Resource(uri=uri), HERE, to).uri == moved


@pytest.mark.parametrize(
    ("old", "new", "uri", "moved"),
    [
        ("http://a/video", "http://b/other", "http://a/video-1.m4s", "http://b/video-1.m4s"),
        ("http://a/video", "http://b/other", "http://a/video", "http://b/other"),
        ("http://a/x/?t=/k", "http://b/y/", "http://a/x/1.m4s", "http://b/y/1.m4s"),
        ("http://a/x/", "http://b/y/?t=/k", "http://a/x/1.m4s", "http://b/y/1.m4s"),
        ("http://a/x/?t=1", "http://b/y/?t=2", "http://a/x/?t=1", "http://b/y/?t=2"),
    ],
)
def test_addresses_are_relative_to_the_folder_of_a_base(
    old: str, new: str, uri: str, moved: str
) -> None:
    here, to = Location(name="a", base=old), Location(name="b", base=new)
    assert relocate(Resource(uri=uri), here, to).uri == moved


def test_a_file_moves_to_the_other_file_and_keeps_its_range() -> None:
    part = ByteRange(offset=ByteCount(5), length=ByteCount(7))
    file = Resource(uri="https://a.test/f.mp4", byte_range=part)
    here = Location(name="a", base="https://a.test/f.mp4")
    there = Location(name="b", base="https://b.test/g.mp4")
    assert relocate(file, here, there) == Resource(uri="https://b.test/g.mp4", byte_range=part)
