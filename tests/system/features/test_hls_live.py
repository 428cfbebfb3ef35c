"""HLS live: dates or none, delta updates, joints, an event, an end; the strip tells what is on."""

from functools import partial

import numpy as np
import pytest

from player.api import ErrorOccurred, PlaybackEnded
from player.clock import SystemClock
from tests.strip import unwrap
from tests.system.features.hls_played import SMALL, check_undisturbed
from tests.system.features.played import (
    Played,
    check_in_time,
    check_joints,
    for_seconds,
    latency_at_join,
    play,
    play_all,
    to_the_end,
)

pytestmark = pytest.mark.system

_SECONDS = 9
_REORDERED = 4
"""The stream is cut where the test ended: its last pictures may lack others before them."""

_STREAMS = {
    "dated, TS": "hls-ts/master.m3u8",
    "dated, CMAF": "hls-cmaf/master.m3u8",
    "no dates, TS": "hls-ts/master.m3u8?pdt=0",
    "no dates, CMAF": "hls-cmaf/master.m3u8?pdt=0",
    "delta": "hls-cmaf/master.m3u8?delta=1",
    "delta, discontinuities": "hls-cmaf/master.m3u8?delta=1&discontinuity=2",
    "discontinuities, TS": "hls-ts/master.m3u8?discontinuity=2",
    "misaligned": "hls-cmaf/master.m3u8?discontinuity=2&misalign=1",
    "define": "hls-ts/master.m3u8?define=1",
    "packed audio": "hls-ts/master.m3u8?muxed=0&audio=packed&discontinuity=3",
    "start": "hls-ts/master.m3u8?start=-16",
    "event": "hls-cmaf/master.m3u8?event=1",
}


@pytest.fixture(scope="module")
def streams(lab_url: str) -> dict[str, Played]:
    """All of them for some seconds, as time goes by; beside one another, they mostly wait."""
    root = f"{lab_url}/channels/1/live"
    runs = {
        name: partial(play, f"{root}/{path}", for_seconds(_SECONDS), 1.0, max_height=SMALL)
        for name, path in _STREAMS.items()
    }
    at_ms = SystemClock().utc() // 2_000_000 * 2000 + 222  # ends just after a segment is whole
    over = f"{root}/hls-cmaf/master.m3u8?ends=6&at_ms={at_ms}"
    runs["over"] = partial(play, over, to_the_end, 1.0, max_height=SMALL)
    return play_all(runs, together=len(runs))


@pytest.mark.parametrize("name", _STREAMS)
def test_every_frame_comes_once_and_in_sync(streams: dict[str, Played], name: str) -> None:
    played = streams[name]
    check_undisturbed(played)
    fed = played.fed
    assert None not in fed.strips
    frames = fed.frames[:-_REORDERED]
    assert frames == list(range(frames[0], frames[0] + len(frames)))
    assert len(frames) >= _SECONDS * 25
    assert np.abs(np.diff(fed.times[:-_REORDERED]) - 0.04).max() < 0.001
    check_joints(fed)
    check_in_time(fed, [fed.times[0]])


@pytest.mark.parametrize("name", [name for name in _STREAMS if name not in {"start", "event"}])
def test_the_live_edge_is_three_targets_away(streams: dict[str, Played], name: str) -> None:
    """RFC 8216bis 4.4.3.8: three target durations from the end, give or take a segment."""
    asked, seen = latency_at_join(streams[name])
    assert asked < 8
    assert seen > 5.5


def test_an_offset_from_the_end_is_kept(streams: dict[str, Played]) -> None:
    asked, seen = (latency % 24 for latency in latency_at_join(streams["start"]))
    assert asked < 18.5
    assert seen > 15.5


@pytest.mark.parametrize("name", ["dated, TS", "dated, CMAF"])
def test_dates_tell_the_time_of_the_picture(streams: dict[str, Played], name: str) -> None:
    """Presentation time, moved by the snapshot's epoch, is the time that the strip tells."""
    played = streams[name]
    epoch, position = played.now.epoch, played.snapshots[-1].position
    assert epoch is not None
    told = (epoch + position) / 1e6 * 25 % 600
    last = played.fed.strips[-1]
    assert last is not None
    ahead = unwrap([round(told), last.frame])
    assert 0 <= ahead[1] - ahead[0] <= 7 * 25, "what is shown is a little behind what was fed"


@pytest.mark.parametrize("name", ["no dates, TS", "no dates, CMAF"])
def test_without_dates_the_window_moves_all_the_same(
    streams: dict[str, Played], name: str
) -> None:
    windows = [
        one.window for one in streams[name].snapshots if one.window and one.state == "playing"
    ]
    assert windows[-1][1] - windows[0][1] == pytest.approx(_SECONDS * 1e6, abs=4e6)


@pytest.mark.parametrize("name", ["delta", "delta, discontinuities"])
def test_reloads_ask_for_the_difference_alone(streams: dict[str, Played], name: str) -> None:
    lists = [visit for visit in streams[name].fetched("/v240.m3u8") if not visit.failure]
    assert len(lists) >= 4
    assert "_HLS_skip" not in lists[0].uri
    assert all("_HLS_skip=YES" in visit.uri for visit in lists[1:])


def test_an_event_can_be_played_from_its_beginning(streams: dict[str, Played]) -> None:
    windows = [one.window for one in streams["event"].snapshots if one.window]
    assert {begin for begin, _ in windows} == {windows[0][0]}
    begin, end = windows[-1]
    assert (end - begin) / 1e6 > 24
    assert streams["event"].now.live


def test_a_broadcast_that_ends_is_played_to_its_last_frame(streams: dict[str, Played]) -> None:
    played = streams["over"]
    assert played.of(ErrorOccurred) == []
    assert played.stalls == []
    assert played.of(PlaybackEnded)
    frames = played.fed.frames
    assert frames == list(range(frames[0], frames[0] + len(frames)))
    last = played.fed.strips[-1]
    assert last is not None
    asked = next(visit.uri for visit in played.visits if "at_ms=" in visit.uri)
    end_s = int(asked.partition("at_ms=")[2].partition("&")[0]) / 1000 + 6
    end = int(end_s) // 2 * 2 * 25
    assert last.frame == (end - 1) % 600, "the last whole segment before the end"
