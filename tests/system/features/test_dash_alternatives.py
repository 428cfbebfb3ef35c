"""DASH: another MPD that an event inserts, or puts in place of the programme, as it plays."""

from pathlib import Path

import httpx
import pytest
from lxml import etree

from player.api import EventReached
from player.units import micros
from tests.system.features.hls_played import LONG_SPEED, SMALL, check_undisturbed
from tests.system.features.played import check_even, play, shown, stretch

pytestmark = pytest.mark.system

_HERE, _OTHER = 1, 2
_AT, _LASTS, _FILM = 8, 4, 16
_DASH = "urn:mpeg:dash:schema:mpd:2011"


def _mpd(root_url: str, folder: Path, element: str) -> str:
    """The headend's film with one more event, as a file of its own."""
    url = f"{root_url}/channels/{_HERE}/vod/dash/manifest.mpd?length={_FILM}"
    root = etree.fromstring(httpx.get(url).raise_for_status().content)
    base = etree.Element(f"{{{_DASH}}}BaseURL")
    base.text = f"{root_url}/channels/{_HERE}/vod/dash/"
    period = root.find(f"{{{_DASH}}}Period")
    assert period is not None
    root.insert(root.index(period), base)
    kind = "insert" if element == "InsertPresentation" else "replace"
    stream = etree.Element(f"{{{_DASH}}}EventStream")
    stream.set("schemeIdUri", f"urn:mpeg:dash:event:alternativeMPD:{kind}:2025")
    event = etree.SubElement(stream, f"{{{_DASH}}}Event", presentationTime=str(_AT), id="1")
    uri = f"{root_url}/channels/{_OTHER}/vod/dash/manifest.mpd?length={_LASTS}"
    etree.SubElement(event, f"{{{_DASH}}}{element}", uri=uri)
    period.insert(0, stream)
    file = folder / "film.mpd"
    file.write_bytes(etree.tostring(root))
    return str(file)


@pytest.mark.parametrize(
    ("element", "goes_on"), [("InsertPresentation", _AT), ("ReplacePresentation", _AT + _LASTS)]
)
def test_another_mpd_is_seen_in_its_place(
    lab_url: str, tmp_path: Path, element: str, goes_on: int
) -> None:
    """Frame by frame; the programme's length is its own."""
    played = play(_mpd(lab_url, tmp_path, element), speed=LONG_SPEED, max_height=SMALL)
    check_undisturbed(played)
    assert [one for fed in played.feds for one in shown(fed)] == [
        *stretch(_HERE, 0, _AT),
        *stretch(_OTHER, 0, _LASTS),
        *stretch(_HERE, goes_on, _FILM),
    ]
    for fed in played.feds:
        check_even(fed)
    assert played.now.duration == micros(_FILM)
    (mark,) = played.now.breaks
    assert (mark.start, mark.end) == (micros(_AT), micros(goes_on))
    assert [one.event.start for one in played.of(EventReached)] == [micros(_AT)]
