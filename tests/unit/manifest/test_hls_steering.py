"""Steering manifests, and the locations that pathway clones add."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.errors import ErrorCode, PlayerError
from player.manifest.face import parse
from player.manifest.steering import (
    USUAL_TTL,
    PathwayClone,
    SteeringManifest,
    apply_clones,
    parse_steering,
)
from player.model.location import Location
from player.model.notes import Notes
from player.model.presentation import (
    ManifestFormat,
    Period,
    Presentation,
    PresentationType,
    Representation,
    Track,
    TrackKind,
)
from player.units import BitsPerSecond, Micros, micros

URL = "https://steer.example/s/manifest?session=1"


def body(**told: Any) -> bytes:
    """A steering manifest."""
    return json.dumps(
        {"VERSION": 1, **{key.replace("_", "-"): told[key] for key in told}}
    ).encode()


def test_a_whole_one() -> None:
    clone = {
        "BASE-ID": "A",
        "ID": "C",
        "URI-REPLACEMENT": {"HOST": "c.example", "PARAMS": {"t": "1"}},
    }
    found = parse_steering(
        body(
            TTL=10,
            RELOAD_URI="../next",
            PATHWAY_PRIORITY=["B", "A", "B", 3],
            PATHWAY_CLONES=[clone, {"ID": "D"}, 4],
        ),
        url=URL,
    )
    assert found == SteeringManifest(
        ttl=micros(10),
        reload_uri="https://steer.example/next",
        priority=("B", "A"),
        clones=(PathwayClone(base_id="A", id="C", host="c.example", params=(("t", "1"),)),),
    )


def test_the_older_name_of_dash_and_what_is_missing() -> None:
    found = parse_steering(body(SERVICE_LOCATION_PRIORITY=["x"]), url=URL)
    assert found == SteeringManifest(ttl=USUAL_TTL, priority=("x",))
    notes = Notes()
    strange = parse_steering(
        body(TTL="soon", RELOAD_URI="file:///etc/passwd"), url=URL, notes=notes
    )
    assert strange == SteeringManifest()
    assert len(notes.taken()) == 3
    assert parse_steering(body(TTL=1e9), url=URL).ttl < micros(1e9)


@pytest.mark.parametrize("bad", [b"", b"[]", b"{}", b'{"VERSION": 2}', b"\xff", b"[" * 100_000])
def test_what_is_no_steering_manifest(bad: bytes) -> None:
    with pytest.raises(PlayerError) as caught:
        parse_steering(bad, url=URL)
    assert caught.value.failure.code is ErrorCode.MANIFEST_INVALID


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["VERSION", "TTL", "RELOAD-URI", "PATHWAY-PRIORITY", "PATHWAY-CLONES"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
            lambda one: (
                st.lists(one, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["BASE-ID", "ID", "URI-REPLACEMENT", "HOST", "PARAMS"]), one
                )
            ),
            max_leaves=6,
        ),
    )
)
def test_any_json(told: dict[str, Any]) -> None:
    try:
        found = parse_steering(json.dumps({**told, "VERSION": 1}).encode(), url=URL)
    except PlayerError:
        return
    assert isinstance(apply_clones(multivariant(), found.clones), Presentation)


def multivariant() -> Presentation:
    """Two renditions on pathway A, steered."""
    text = """#EXTM3U
#EXT-X-CONTENT-STEERING:SERVER-URI="s",PATHWAY-ID="A"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",STABLE-RENDITION-ID="en",URI="en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=5,AUDIO="a",STABLE-VARIANT-ID="v5",CODECS="avc1.4d",PATHWAY-ID=A
five.m3u8?k=1&t=0
#EXT-X-STREAM-INF:BANDWIDTH=9,AUDIO="a",STABLE-VARIANT-ID="v9",CODECS="avc1.4d",PATHWAY-ID=A
nine.m3u8
"""
    return parse(
        text.encode(), url="https://a.example/m", now=Micros(0), format=ManifestFormat.HLS
    )


def places(presentation: Presentation) -> list[list[str]]:
    """Where each representation's locations lead."""
    return [
        [
            f"{one.name} {one.source.resource.uri if one.source else one.base}"
            for one in rung.locations
        ]
        for track in presentation.periods[0].tracks
        for rung in track.representations
    ]


def test_clones_rewrite_hosts_and_parameters() -> None:
    first = PathwayClone(base_id="A", id="B", host="b.example:8443", params=(("t", "x y"),))
    found = apply_clones(multivariant(), (first, PathwayClone(base_id="B", id="C", host="c")))
    assert places(found) == [
        [
            "A https://a.example/five.m3u8?k=1&t=0",
            "B https://b.example:8443/five.m3u8?k=1&t=x+y",
            "C https://c/five.m3u8?k=1&t=x+y",
        ],
        [
            "A https://a.example/nine.m3u8",
            "B https://b.example:8443/nine.m3u8?t=x+y",
            "C https://c/nine.m3u8?t=x+y",
        ],
        [
            "A https://a.example/en.m3u8",
            "B https://b.example:8443/en.m3u8?t=x+y",
            "C https://c/en.m3u8?t=x+y",
        ],
    ]
    again = apply_clones(found, (first,))
    assert again == found
    assert apply_clones(found, ()) is found


def test_clones_with_addresses_of_their_own() -> None:
    notes = Notes()
    clone = PathwayClone(
        base_id="A",
        id="B",
        host="b.example",
        variants=(("v5", "https://d.example/five"), ("v9", "file:///etc/passwd")),
        renditions=(("en", "/other.m3u8"),),
    )
    found = apply_clones(multivariant(), (clone,), notes=notes)
    assert [one[1:] for one in places(found)] == [
        ["B https://d.example/five"],
        [],
        ["B https://a.example/other.m3u8"],
    ]
    assert "file" in notes.taken()[0].text


def test_a_base_url_is_cloned_too() -> None:
    rung = Representation(
        id="v",
        bandwidth=BitsPerSecond(1),
        locations=(Location(name="cdn", base="https://a.example/d/", priority=2),),
    )
    track = Track(id="t", kind=TrackKind.VIDEO, representations=(rung,))
    period = Period(id="p", start=Micros(0), duration=None, tracks=(track,))
    whole = Presentation(format=ManifestFormat.DASH, type=PresentationType.LIVE, periods=(period,))
    found = apply_clones(whole, (PathwayClone(base_id="cdn", id="two", host="b.example"),))
    assert places(found) == [["cdn https://a.example/d/", "two https://b.example/d/"]]
