"""HLS content steering: obeyed, followed to clones, and a dead place left without a stall."""

from functools import partial
from typing import Any

import pytest

from player.api import ErrorOccurred
from player.clock import SystemClock
from player.errors import Severity
from tests.system.features.hls_played import LONG_SPEED, SMALL
from tests.system.features.played import Played, play, play_all, shown, stretch

pytestmark = pytest.mark.system

_SECONDS = 72
_QUERY = f"pathways=2&length={_SECONDS}&muxed=0"
_LENGTHS = {"steered to b": _SECONDS, "steered to a clone": _SECONDS, "b dies": 150}
"""Of the films; the last one is still being fetched when its place is alive again."""

_DIES_AFTER, _DEAD_FOR = 3_000, 4_000


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """Each played to its end; the last one's first choice dies in the middle and comes back."""
    root = f"{lab_url}/channels/1/vod"
    now = SystemClock().utc() // 1000
    wish: dict[str, Any] = {"max_height": SMALL, "speed": LONG_SPEED}
    dies = (
        f"{root}/hls-cmaf/master.m3u8?pathways=2&length={_LENGTHS['b dies']}"
        f"&steer=b,a&ttl=3600&dead=b"
        f"&from_ms={now + _DIES_AFTER}&to_ms={now + _DIES_AFTER + _DEAD_FOR}"
    )
    runs = {
        "b dies": partial(play, dies, engine_speed=100.0, **wish),
        "steered to b": partial(play, f"{root}/hls-cmaf/master.m3u8?{_QUERY}&steer=b,a", **wish),
        "steered to a clone": partial(
            play, f"{root}/hls-ts/master.m3u8?{_QUERY}&clones=1&steer=d,a,b", **wish
        ),
    }
    return play_all(runs)


def _segments(played: Played) -> list[str]:
    """The addresses of media segments, in the order of asking; those that failed left out."""
    return [
        visit.uri
        for visit in played.visits
        if visit.path.endswith((".m4s", ".ts")) and not visit.failure
    ]


@pytest.mark.parametrize("name", _LENGTHS)
def test_every_frame_is_seen(films: dict[str, Played], name: str) -> None:
    played = films[name]
    fatal = [e for e in played.of(ErrorOccurred) if e.failure.severity is Severity.FATAL]
    assert fatal == []
    assert shown(played.fed) == stretch(1, 0, _LENGTHS[name])


def test_the_steering_server_s_order_is_obeyed(films: dict[str, Played]) -> None:
    played = films["steered to b"]
    assert played.fetched("/steering")
    segments = _segments(played)
    place = next(at for at, uri in enumerate(segments) if "/at/b/" in uri)
    assert place < 8
    assert all("/at/b/" in uri for uri in segments[place + 2 :])


def test_the_server_is_told_where_we_are_and_asked_again(films: dict[str, Played]) -> None:
    played = films["steered to b"]
    asked = played.fetched("/steering")
    assert "_HLS_pathway=%22a%22" in asked[0].uri or "_HLS_pathway=a" in asked[0].uri


def test_a_clone_is_fetched_from_its_own_address(films: dict[str, Played]) -> None:
    """RFC 8216bis 7.4: HOST and PARAMS replace what the base pathway has."""
    played = films["steered to a clone"]
    segments = _segments(played)
    lists = [visit for visit in played.fetched("clone=d") if ".m3u8" in visit.path]
    assert lists
    port = lists[0].uri.split("/")[2]
    late = segments[len(segments) // 2 :]
    assert late
    assert {uri.split("/")[2] for uri in late} == {port}


def test_a_dead_place_is_left_and_taken_again(films: dict[str, Played]) -> None:
    """hls.js#5747 #6759: a failover that never returns."""
    played = films["b dies"]
    places = ["b" if "/at/b/" in uri else "a" for uri in _segments(played)]
    assert any("/at/b/" in visit.uri for visit in played.refused)
    turns = [one for at, one in enumerate(places) if at == 0 or places[at - 1] != one]
    left = places.index("b")
    assert "a" in places[left:], "left for the other one"
    assert places[-1] == "b", f"and back: {turns}"
