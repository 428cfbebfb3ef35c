"""Which guide channel belongs to which channel."""

import pytest

from catalog.match import GuideMatcher
from catalog.model import Channel
from catalog.xmltv import GuideChannel

GUIDE = (
    GuideChannel(id="one.xx", names=("Channel One", "ONE")),
    GuideChannel(id="Two.xx", names=("Télé  Deux",)),
    GuideChannel(id="two.xx", names=("Deux bis",)),
    GuideChannel(id="Three.xx", names=("One.XX",)),
)


def channel(name: str = "Nobody", guide_id: str = "", guide_name: str = "") -> Channel:
    return Channel(
        id="c", number="1", name=name, url="http://h/", guide_id=guide_id, guide_name=guide_name
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (channel(guide_id="two.xx"), "two.xx"),
        (channel(guide_id="TWO.XX"), "Two.xx"),
        (channel(guide_id="ONE.xx", guide_name="Deux bis"), "one.xx"),
        (channel(guide_id="unknown", guide_name="Channel_One"), "one.xx"),
        (channel(guide_name="Channel One", name="Deux bis"), "one.xx"),
        (channel(guide_name="channel one"), None),
        (channel(name="TELE deux"), "Two.xx"),
        (channel(), None),
    ],
)
def test_matching_order(wanted: Channel, found: str | None) -> None:
    assert GuideMatcher(GUIDE).match(wanted) == found


def test_the_viewers_own_mapping_comes_first() -> None:
    assert GuideMatcher(GUIDE, {"c": "two.xx"}).match(channel(guide_id="one.xx")) == "two.xx"
    assert GuideMatcher(GUIDE, {"c": "gone"}).match(channel(guide_id="one.xx")) == "one.xx"
