"""Where a manifest holds more than is read, a warning says so."""

import json
from collections.abc import Callable

import pytest

from player.manifest.bounds import (
    MOST_ASSETS,
    MOST_CLONES,
    MOST_DATE_RANGES,
    MOST_MPD_EVENTS,
    MOST_PERIODS,
    MOST_RENDITIONS,
    MOST_SETS,
)
from player.manifest.face import parse
from player.manifest.hls.interstitials import read_asset_list
from player.manifest.steering import parse_steering
from player.model.notes import Notes
from player.model.presentation import ManifestFormat, Presentation
from player.units import Micros
from tests.unit.manifest.mpd_made import live, read, static

URL = "https://tv.example/m"
RUNG = '<SegmentTemplate media="$Number$" duration="2"/><Representation id="v" bandwidth="1"/>'
SET = f'<AdaptationSet mimeType="video/mp4">{RUNG}</AdaptationSet>'


def _hls(text: str) -> Presentation:
    body = f"#EXTM3U\n{text}".encode()
    return parse(body, url=URL, now=Micros(0), format=ManifestFormat.HLS)


def _renditions(count: int) -> Presentation:
    line = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="{}",URI="a"\n'
    return _hls("".join(map(line.format, range(count))) + "#EXT-X-STREAM-INF:BANDWIDTH=1\nv\n")


def _dates(count: int) -> Presentation:
    date = "2024-01-01T00:00:00Z"
    lines = "".join(f'#EXT-X-DATERANGE:ID="{n}",START-DATE="{date}"\n' for n in range(count))
    return _hls(f"{lines}#EXT-X-PROGRAM-DATE-TIME:{date}\n#EXTINF:6,\n1.ts\n")


def _events(count: int) -> Presentation:
    told = "".join(f'<Event id="{n}"/>' for n in range(count))
    return static(f'{SET}<EventStream schemeIdUri="a">{told}</EventStream>')


def _periods(count: int) -> Presentation:
    told = "".join(f'<Period id="{n}" duration="PT2S">{SET}</Period>' for n in range(count))
    return read(told, mediaPresentationDuration="PT9000S")


@pytest.mark.parametrize(
    ("made", "most"),
    [
        (_renditions, MOST_RENDITIONS),
        (_dates, MOST_DATE_RANGES),
        (_events, MOST_MPD_EVENTS),
        (_periods, MOST_PERIODS),
        (lambda count: live(SET * count), MOST_SETS),
    ],
    ids=["renditions", "dates", "events", "periods", "sets"],
)
def test_what_is_left_out_is_noted(made: Callable[[int], Presentation], most: int) -> None:
    assert not any(str(most) in one.text for one in made(most).warnings)
    assert any(str(most) in one.text for one in made(most + 1).warnings)


def test_steering_and_asset_lists_are_bounded_too() -> None:
    notes = Notes()
    entry = {"BASE-ID": "a", "ID": "b", "URI-REPLACEMENT": {"HOST": "h"}}
    clones = {"VERSION": 1, "PATHWAY-CLONES": [entry] * (MOST_CLONES + 1)}
    found = parse_steering(json.dumps(clones).encode(), url=URL, notes=notes)
    assert len(found.clones) == MOST_CLONES
    assets = {"ASSETS": [{"URI": "a", "DURATION": 1}] * (MOST_ASSETS + 1)}
    listed = read_asset_list(json.dumps(assets).encode(), url=URL, notes=notes)
    assert len(listed.assets) == MOST_ASSETS
    told = [one.text for one in notes.taken()]
    assert any(str(MOST_CLONES) in one for one in told)
    assert any(str(MOST_ASSETS) in one for one in told)
