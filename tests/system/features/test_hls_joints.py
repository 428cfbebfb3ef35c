"""HLS: byte ranges, maps, discontinuities, gaps and break-ins are played as they were meant."""

import pytest

from tests.system.features.hls_played import LONG_SPEED, check_undisturbed
from tests.system.features.hls_played import films as played_films
from tests.system.features.played import (
    Played,
    check_even,
    check_in_time,
    check_joints,
    shown,
    stretch,
)
from tests.system.fed_stream import (
    FRAME_RATE,
    check_every_frame_once,
    check_flash_and_beep,
    check_gapless,
)

pytestmark = pytest.mark.system

_WHOLE = {
    "discontinuities, TS": ("hls-ts/master.m3u8?discontinuity=4&length=28", 28),
    "discontinuities with maps, CMAF": ("hls-cmaf/master.m3u8?discontinuity=4&length=28", 28),
    "misaligned, CMAF": ("hls-cmaf/master.m3u8?discontinuity=4&misalign=1&length=28", 28),
    "misaligned, TS": ("hls-ts/master.m3u8?discontinuity=4&misalign=1&muxed=0&length=28", 28),
    "33 bits, TS": ("hls-ts/master.m3u8?rollover=1&length=16", 16),
    "byte ranges": ("hls-range/master.m3u8?length=16", 16),
    "define": ("hls-cmaf/master.m3u8?define=1&length=12", 12),
    "audio apart, TS": ("hls-ts/master.m3u8?muxed=0&length=12", 12),
    "packed audio": ("hls-ts/master.m3u8?muxed=0&audio=packed&length=12", 12),
    "packed audio, discontinuities": (
        "hls-ts/master.m3u8?muxed=0&audio=packed&discontinuity=3&length=16",
        16,
    ),
}
"""Every frame from the first to the last, and the sound as from one piece; seconds."""

_PRIMED = "hls-cmaf/master.m3u8?priming=1&length=12"
_ADS = [*stretch(2, 0, 8), *stretch(1, 8, 60), *stretch(2, 0, 10), *stretch(1, 70, 76)]
_GAPS = [*stretch(1, 0, 8), *stretch(1, 10, 18), *stretch(1, 20, 28), *stretch(1, 30, 36)]
_CUT = {
    "ads, TS": ("hls-ts/master.m3u8?ads=1&length=76", _ADS, (8, 60, 70)),
    "ads, CMAF": ("hls-cmaf/master.m3u8?ads=1&length=76", _ADS, (8, 60, 70)),
    "gaps, TS": ("hls-ts/master.m3u8?gap=5&length=36", _GAPS, (8, 16, 24)),
    "gaps, CMAF": ("hls-cmaf/master.m3u8?gap=5&length=36", _GAPS, (8, 16, 24)),
}
"""What is seen, and at which seconds of the fed stream there is a joint."""


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """All of them, played to their ends."""
    root = f"{lab_url}/channels/1/vod"
    short = {name: f"{root}/{path}" for name, (path, _) in _WHOLE.items()}
    short["priming"] = f"{root}/{_PRIMED}"
    long = {name: f"{root}/{path}" for name, (path, _, _) in _CUT.items()}
    return played_films(short) | played_films(long, together=4, speed=LONG_SPEED)


@pytest.mark.parametrize("name", _WHOLE)
def test_every_frame_once_in_order_and_in_sync(films: dict[str, Played], name: str) -> None:
    played, seconds = films[name], _WHOLE[name][1]
    check_undisturbed(played)
    check_every_frame_once(played.fed, 1, range(seconds * FRAME_RATE))
    check_gapless(played.fed, seconds)
    check_flash_and_beep(played.fed, seconds)


@pytest.mark.parametrize("name", _CUT)
def test_what_is_there_is_shown_in_sync_and_nothing_else(
    films: dict[str, Played], name: str
) -> None:
    played = films[name]
    check_undisturbed(played)
    _, frames, joints = _CUT[name]
    assert shown(played.fed) == frames
    check_even(played.fed)
    check_joints(played.fed)
    check_in_time(played.fed, joints)


def test_byte_ranges_were_asked_of_one_file(films: dict[str, Played]) -> None:
    played = films["byte ranges"]
    pieces = {visit.path for visit in played.visits if visit.path.endswith((".m4s", ".mp4"))}
    assert pieces == {
        "/channels/1/vod/hls-range/v240.mp4",
        "/channels/1/vod/hls-range/a-en.mp4",
    }


def test_each_run_s_own_map_was_fetched(films: dict[str, Played]) -> None:
    played = films["discontinuities with maps, CMAF"]
    for rendition in ("v240", "a-en"):
        maps = {visit.path.rpartition("/")[2] for visit in played.fetched(f"{rendition}/init")}
        assert maps == {"init-0.mp4", "init-4.mp4", "init-8.mp4", "init-12.mp4"}


def test_what_was_announced_as_missing_is_never_asked_for(films: dict[str, Played]) -> None:
    for name in ("gaps, TS", "gaps, CMAF"):
        asked = {visit.path.rpartition("/")[2].partition(".")[0] for visit in films[name].visits}
        assert asked.isdisjoint({"4", "9", "14"})
        assert {"0", "3", "5", "17"} <= asked


def test_variables_were_put_in_everywhere(films: dict[str, Played]) -> None:
    segments = films["define"].fetched(".m4s")
    assert segments
    assert all("define=1&" in visit.uri and "{" not in visit.uri for visit in segments)


def test_priming_is_decoded_but_not_heard(films: dict[str, Played]) -> None:
    """The frame that the edit list takes off lies before the moment at which the epoch begins."""
    played = films["priming"]
    check_undisturbed(played)
    sound, start = played.fed.sound, played.start
    assert sound is not None
    assert start == pytest.approx(1024 / 48_000, abs=0.001)
    assert played.fed.times[0] == pytest.approx(start, abs=0.001)
    assert max(map(abs, sound.gaps())) < 0.0011
    check_flash_and_beep(played.fed, 12)
