"""Live DASH in its own time: clocks, latency, periods that come and go, patches, other servers."""

import json
from dataclasses import replace
from functools import partial

import httpx
import pytest

from player.api import ErrorOccurred, EventReached
from player.ports import RequestKind
from tests.system.features.played import (
    Played,
    check_even,
    check_in_time,
    check_joints,
    for_seconds,
    latency_at_join,
    play,
    play_all,
    shown,
    stretch,
)
from tests.system.fed_stream import FRAME_RATE, Fed

pytestmark = pytest.mark.system

LIVE = "1/live/dash/manifest.mpd?rungs=v240"
MEDIA = 10
"""Seconds of the programme that each player plays."""

SUGGESTED = 6.0
"""The latency that the headend's MPDs suggest."""

# What is asked for, and by how many seconds the server's clock is wrong.
CLOCKS: dict[str, tuple[str, int]] = {
    "iso": ("timing=iso", -40),
    "xsdate": ("timing=xsdate", 40),
    "head": ("timing=head", -40),
    "ntp": ("timing=ntp", 40),
    "direct": ("timing=direct", -40),
    "no time told, ahead": ("timing=none", 40),
    "no time told, behind": ("timing=none", -40),
}
WISHES: dict[str, str] = {
    "latency": "latency=4000",
    "patch": "patch=1",
    "periods that leave": "periods=4&window=12",
    "periods told early": "periods=6&early=1&addressing=time",
    "bumpers": "periods=6&bumper=1",
    "remote periods": "periods=20&xlink=1",
    "expiry by events": "expire=1&addressing=time",
    "steering": "base_urls=2&steering=1&steer=b,a&ttl=5",
    "cmcd 1": "cmcd=1",
    "cmcd 2": "cmcd=2",
}


@pytest.fixture(scope="module")
def lives(lab_url: str) -> dict[str, Played]:
    """All of them beside one another: they mostly wait."""
    httpx.get(f"{lab_url}/test/cmcd?clear=1")
    options = {"a dead location": f"base_urls=2&dead=a&from_ms={_server_ms(lab_url) + 8_000}"}
    options |= {name: f"{words}&skew={skew}" for name, (words, skew) in CLOCKS.items()} | WISHES
    runs = {
        name: partial(play, f"{lab_url}/channels/{LIVE}&{words}", for_seconds(MEDIA), speed=1.0)
        for name, words in options.items()
    }
    return play_all(runs, together=5)


def _server_ms(url: str) -> int:
    found = httpx.get(f"{url}/time/ntp").content
    whole, part = int.from_bytes(found[:4]), int.from_bytes(found[4:])
    return (whole - 2_208_988_800) * 1000 + (part * 1000 >> 32)


def seen_of(played: Played) -> Fed:
    """What of the one stream was on the picture: before an exact start not all of it is fed."""
    fed = played.fed
    since = next(at for at, time in enumerate(fed.times) if time > played.start - 0.02)
    flashes = [one for one in fed.flashes if one > played.start]
    return replace(fed, times=fed.times[since:], strips=fed.strips[since:], flashes=flashes)


def check_live(played: Played, *, refused: int = 1) -> None:
    """It ran without a pause, asked for next to nothing that was not there, and is in time."""
    assert played.of(ErrorOccurred) == []
    assert played.stalls == []
    assert len(played.refused) <= refused, played.refused
    check_even(seen_of(played))
    check_joints(played.fed)
    assert played.seconds >= MEDIA - 1


def check_continuous(played: Played) -> None:
    """Channel 1 alone, each frame once."""
    seen = seen_of(played)
    first = shown(seen)[0][1] / FRAME_RATE
    assert shown(seen) == stretch(1, first, first + len(seen.times) / FRAME_RATE)
    check_in_time(seen)


def check_join(played: Played, latency: float, skew: float = 0.0) -> None:
    """The first picture is as far behind the server's time as was wished for, and a segment."""
    asked, seen = latency_at_join(played, skew)
    assert asked <= latency + 2
    assert seen >= latency - 0.5


@pytest.mark.parametrize("name", CLOCKS)
def test_it_joins_where_the_server_says_now_is(lives: dict[str, Played], name: str) -> None:
    played = lives[name]
    check_live(played, refused=3)
    check_continuous(played)
    check_join(played, SUGGESTED, CLOCKS[name][1])


def test_the_latency_of_the_service_description_is_kept_at_the_join(
    lives: dict[str, Played],
) -> None:
    played = lives["latency"]
    check_live(played)
    check_continuous(played)
    check_join(played, 4.0)


def test_a_patch_saves_every_further_manifest(lives: dict[str, Played]) -> None:
    played = lives["patch"]
    check_live(played)
    check_continuous(played)
    whole = [visit for visit in played.visits if visit.path.endswith("manifest.mpd")]
    patches = [visit for visit in played.visits if visit.path.endswith("patch.mpp")]
    assert len(whole) == 1
    assert len(patches) >= 3
    assert not any(visit.failure for visit in patches)


def test_periods_that_leave_the_window_leave_no_hole(lives: dict[str, Played]) -> None:
    played = lives["periods that leave"]
    check_live(played)
    check_continuous(played)
    check_join(played, SUGGESTED)


def test_the_window_reaches_over_all_periods(lives: dict[str, Played]) -> None:
    for name in ("periods told early", "remote periods"):
        window = lives[name].now.window
        assert window is not None
        assert window[1] - window[0] >= 50e6


def test_a_period_told_early_does_not_end_the_one_before(lives: dict[str, Played]) -> None:
    played = lives["periods told early"]
    check_live(played)
    check_continuous(played)


def test_bumpers_come_and_go(lives: dict[str, Played]) -> None:
    """Two seconds of the other channel at each sixth second, then the programme goes on."""
    played = lives["bumpers"]
    check_live(played)
    seen = shown(played.fed)
    near = range(live_begin(played) - 4, live_begin(played) + 5, 2)
    assert seen in [_with_bumpers(begin, len(seen)) for begin in near]
    assert {channel for channel, _ in seen} == {1, 2}


def _with_bumpers(begin: int, count: int) -> list[tuple[int, int]]:
    """What is on air from a second on."""
    frames = range(begin * 25, begin * 25 + count)
    return [(2, at % 150) if at // 25 % 6 < 2 else (1, at % 600) for at in frames]


def live_begin(played: Played) -> int:
    """Near the presentation second of the first picture, which begins a segment of 2 s.

    A part of the newest segment may be in the buffer and not in the pictures yet.
    """
    length = round(len(played.fed.times) / 25)
    end = played.now.position / 1e6 + played.now.buffer / 1e6
    return round((end - length) / 2) * 2


def test_remote_periods_are_played_live(lives: dict[str, Played]) -> None:
    played = lives["remote periods"]
    check_live(played)
    check_continuous(played)


def test_events_in_the_media_have_the_manifest_loaded_again(lives: dict[str, Played]) -> None:
    """The MPD names no time to come again: an event in each segment does.

    The event is heard as its segment comes: soon enough for the next one.
    """
    played = lives["expiry by events"]
    check_live(played)
    check_continuous(played)
    loads = [visit for visit in played.visits if visit.path.endswith("manifest.mpd")]
    assert 4 <= len(loads) <= 14
    assert played.of(EventReached) == []


# ---- other servers -------------------------------------------------------------------------


def _segments(played: Played) -> list[str]:
    """The letter of the location of each segment asked for, in order."""
    found = [one.path for one in played.visits if one.kind is RequestKind.SEGMENT]
    return [path.split("/at/")[1][0] for path in found]


def test_the_steering_server_is_obeyed(lives: dict[str, Played]) -> None:
    played = lives["steering"]
    check_live(played)
    check_continuous(played)
    letters = _segments(played)
    assert letters == sorted(letters), "it began with the manifest's first, then went where told"
    assert letters.count("b") >= 8
    assert len(played.fetched("/steering")) >= 2


def test_a_location_that_dies_is_left_without_a_pause(lives: dict[str, Played]) -> None:
    played = lives["a dead location"]
    check_live(played, refused=3)
    check_continuous(played)
    assert "network.http-status 503" in {visit.failure for visit in played.refused}
    letters = _segments(played)
    assert letters[0] == "a"
    assert letters[-1] == "b"
    at = letters.index("b")
    assert letters[at:].count("a") <= 1


def test_a_location_that_came_back_is_taken_again(lab_url: str) -> None:
    """The player's own clock runs thirty times as fast, so that its five minutes end."""
    dead = f"base_urls=2&dead=a&to_ms={_server_ms(lab_url) + 4_000}"
    url = f"{lab_url}/channels/1/vod/dash/manifest.mpd?rungs=v240&length=240&{dead}"
    played = play(url, speed=10, engine_speed=30.0)
    letters = _segments(played)
    runs = [one for one, before in zip(letters, ["", *letters], strict=False) if one != before]
    assert runs[-2:] == ["b", "a"]
    assert len(runs) <= 8
    assert letters.count("b") >= 5
    # To so fast a clock libmpv seems to stand still: the watchdog may begin anew meanwhile.
    assert {one for fed in played.feds for one in shown(fed)} == set(stretch(1, 0, 240))


# ---- what the servers are told (CTA-5004) ----------------------------------------------------

ALWAYS = {"sid", "cid", "sf", "ot"}
WITH_MEDIA = ALWAYS | {"br", "bl", "d", "dl", "mtp", "st", "tb", "rtp"}


@pytest.fixture(scope="module")
def reports(lab_url: str, lives: dict[str, Played]) -> list[dict[str, str]]:
    """All that the headend was told as its MPDs asked: in the query."""
    del lives
    found: list[dict[str, str]] = httpx.get(f"{lab_url}/test/cmcd").json()
    return [one for one in found if one["mode"] == "query"]


@pytest.mark.parametrize("version", [1, 2])
def test_each_request_reports_and_reports_all(
    lives: dict[str, Played], reports: list[dict[str, str]], version: int
) -> None:
    played = lives[f"cmcd {version}"]
    check_live(played)
    own = [one for one in reports if ("v=2" in one["cmcd"].split(",")) == (version == 2)]
    asked = [one for one in played.visits if one.kind is RequestKind.SEGMENT]
    told = [_keys(one["cmcd"]) for one in own if one["path"].endswith(".m4s")]
    assert abs(len(told) - len(asked)) <= 1
    for keys in told:
        assert keys.keys() >= WITH_MEDIA
    assert len({keys["sid"] for keys in told}) == 1
    assert {keys["ot"].strip("()") for keys in told} == {"v", "a"}
    assert {keys["cid"] for keys in told} == {'"farol"'}
    assert {(keys["sf"], keys["st"]) for keys in told} == {("d", "l")}
    manifests = [_keys(one["cmcd"]) for one in own if one["path"].endswith(".mpd")]
    assert manifests
    assert all(keys.keys() >= ALWAYS and keys["ot"] == "m" for keys in manifests)


def _keys(text: str) -> dict[str, str]:
    return dict(one.partition("=")[::2] for one in text.split(","))  # type: ignore[misc]


def test_who_does_not_ask_is_told_nothing(reports: list[dict[str, str]]) -> None:
    assert all("cid=" in json.dumps(one) for one in reports)
