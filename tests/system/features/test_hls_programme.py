"""HLS: interstitials, date ranges, ID3, key frames, session data and selection, as they play."""

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from player.api import EventReached, FirstPicture
from player.units import micros
from tests.strip import read_strip
from tests.system.farol_process import run_farol
from tests.system.features.hls_played import LONG_SPEED, SMALL, check_undisturbed, reached
from tests.system.features.played import (
    Played,
    check_even,
    check_in_time,
    check_joints,
    play,
    play_all,
    shown,
    stretch,
)

pytestmark = pytest.mark.system

_HERE, _OTHER = 1, 2
_BREAK = stretch(_OTHER, 0, 10)
_WOVEN = {
    "X-ASSET-URI, CMAF": (
        "hls-cmaf/master.m3u8?interstitial=12&length=28",
        [
            *stretch(_HERE, 0, 12),
            *_BREAK,
            *stretch(_HERE, 12, 24),
            *_BREAK,
            *stretch(_HERE, 24, 28),
        ],
        (12, 22, 34, 44),
    ),
    "X-ASSET-LIST, CMAF": (
        "hls-cmaf/master.m3u8?interstitial=12&asset_list=1&length=20",
        [*stretch(_HERE, 0, 12), *_BREAK, *_BREAK, *stretch(_HERE, 12, 20)],
        (12, 22, 32),
    ),
    "X-ASSET-URI, TS": (
        "hls-ts/master.m3u8?interstitial=12&length=20",
        [*stretch(_HERE, 0, 12), *_BREAK, *stretch(_HERE, 12, 20)],
        (12, 22),
    ),
}
"""What is seen, and where in the programme there is a joint."""


@pytest.fixture(scope="module")
def films(lab_url: str) -> dict[str, Played]:
    """All films of this file."""
    root = f"{lab_url}/channels/{_HERE}/vod"
    runs = {
        name: partial(play, f"{root}/{path}", speed=LONG_SPEED, max_height=SMALL)
        for name, (path, _, _) in _WOVEN.items()
    }
    small: dict[str, Any] = {"max_height": SMALL}
    runs["date ranges"] = partial(
        play, f"{root}/hls-ts/master.m3u8?daterange=1&length=64",
        speed=2.0, start=micros(58), **small,
    )  # fmt: skip
    runs["date ranges, from the beginning"] = partial(
        play, f"{root}/hls-cmaf/master.m3u8?daterange=1&length=6", **small
    )
    for form in ("hls-ts", "hls-cmaf"):
        url = f"{root}/{form}/master.m3u8?id3=1&length=10"
        runs[f"ID3, {form}"] = partial(play, url, speed=3.0, **small)
    packed = "hls-ts/master.m3u8?id3=1&muxed=0&audio=packed&length=10"
    runs["ID3, packed audio"] = partial(play, f"{root}/{packed}", speed=3.0, **small)
    for start in (-8, 14):
        url = f"{root}/hls-cmaf/master.m3u8?start={start}&length=20"
        runs[f"start={start}"] = partial(play, url, **small)
    groups = "hls-cmaf/master.m3u8?audio_groups=2&score=1&hdcp=1&video_range=PQ&length=8"
    runs["groups"] = partial(play, f"{root}/{groups}", **small)
    return play_all(runs, together=4)


# ---- interstitials -------------------------------------------------------------------------


@pytest.mark.parametrize("name", _WOVEN)
def test_a_break_is_seen_in_its_place_and_the_programme_goes_on(
    films: dict[str, Played], name: str
) -> None:
    """Resume offset 0: the film goes on with the very next frame."""
    played = films[name]
    check_undisturbed(played)
    _, frames, joints = _WOVEN[name]
    assert [one for fed in played.feds for one in shown(fed)] == frames
    for fed in played.feds:
        check_even(fed)
        check_joints(fed)
    if len(played.feds) == 1:
        check_in_time(played.fed, joints)


def test_an_interstitial_is_announced_as_it_begins(films: dict[str, Played]) -> None:
    """In the programme's own time: the break before it is not counted."""
    told = reached(films["X-ASSET-URI, CMAF"], "com.apple.hls.interstitial")
    assert told == [(12.0, "interstitial-12"), (24.0, "interstitial-24")]


# ---- events --------------------------------------------------------------------------------


def test_a_date_range_is_told_at_its_moment_with_its_message(films: dict[str, Played]) -> None:
    played = films["date ranges"]
    check_undisturbed(played)
    (told,) = [one for one in played.of(EventReached) if one.event.id == "break-60"]
    begin = played.of(FirstPicture)[0].at
    assert (told.at - begin) * 2 / 1e6 == pytest.approx(2, abs=0.3)
    event = told.event
    assert (event.scheme, event.start) == ("farol:break", 60_000_000)
    facts = dict(event.attributes)
    assert facts["X-FAROL-NUMBER"] == "1"
    assert facts["X-FAROL-TEXT"] == "break"
    assert event.data[:1] == b"\xfc", "a splice_info_section (SCTE 35 9.6)"
    assert event.data[13] == 5, "that holds a splice_insert"
    assert int.from_bytes(event.data[14:18]) == 1, "of that minute"
    assert event.data[19] & 0x80, "out of the network"


def test_a_date_range_at_the_beginning_is_told_once(films: dict[str, Played]) -> None:
    told = reached(films["date ranges, from the beginning"], "farol:break")
    assert told == [(0.0, "break-0")]


@pytest.mark.parametrize(
    ("name", "into"), [("hls-ts", 0.0), ("hls-cmaf", 0.5), ("packed audio", 0.0)]
)
def test_id3_is_told_at_its_moments(films: dict[str, Played], name: str, into: float) -> None:
    """A tag each two seconds, at most a frame of sound beside it; and told as it is reached."""
    played = films[f"ID3, {name}"]
    check_undisturbed(played)
    held_up = played.notes.held_up * 3  # the world's clock is read, and the machine may be busy
    told = [one for one in played.of(EventReached) if one.event.scheme == "id3"]
    near = sorted({round(one.event.start / 1e6 * 2) / 2 for one in told})
    assert near == [at + into for at in range(0, 10, 2)]
    begin = played.of(FirstPicture)[0].at
    for one in told:
        assert one.event.data.startswith(b"ID3")
        off = one.event.start / 1e6 % 2 - into
        assert min(off, 2 - off) < 0.022
        late = (one.at - begin) * 3 / 1e6 - one.event.start / 1e6
        assert late == pytest.approx(0, abs=0.4 + held_up)


# ---- start, groups, selection --------------------------------------------------------------


@pytest.mark.parametrize(("start", "first"), [(-8, 12), (14, 14)])
def test_playback_begins_where_the_playlist_wants_it(
    films: dict[str, Played], start: int, first: int
) -> None:
    played = films[f"start={start}"]
    check_undisturbed(played)
    seen = [one for one, at in zip(shown(played.fed), played.fed.times, strict=True)
            if at > played.start - 0.02]  # fmt: skip
    assert seen == stretch(_HERE, first, 20)


def test_groups_and_attributes_of_variants_are_no_obstacle(films: dict[str, Played]) -> None:
    """All in PQ, all with HDCP: there is nothing better, so it is played."""
    played = films["groups"]
    check_undisturbed(played)
    assert shown(played.fed) == stretch(_HERE, 0, 8)
    assert len({one.language for one in played.now.audio}) == len(played.now.audio) == 2


_VARIANTS = {
    "SCORE": ("SCORE=2.0", "SCORE=9.5", 1),
    "SCORE, the other way": ("SCORE=9.5", "SCORE=2.0", 0),
    "VIDEO-RANGE": ("VIDEO-RANGE=SDR", "VIDEO-RANGE=PQ", 0),
    "VIDEO-RANGE, the other way": ("VIDEO-RANGE=PQ", "VIDEO-RANGE=SDR", 1),
}
"""What is said of 240p and of 360p, at one bit rate; and the rung that must be seen."""


@pytest.mark.parametrize("name", _VARIANTS)
def test_the_author_s_word_decides(lab_url: str, tmp_path: Path, name: str) -> None:
    low, high, rung = _VARIANTS[name]
    root = f"{lab_url}/channels/{_HERE}/vod/hls-ts"
    lines = ["#EXTM3U"]
    for said, name_, size in ((low, "v240", "426x240"), (high, "v360", "640x360")):
        head = '#EXT-X-STREAM-INF:BANDWIDTH=700000,CODECS="avc1.64001e,mp4a.40.2"'
        lines += [f"{head},RESOLUTION={size},{said}", f"{root}/{name_}.m3u8?length=4"]
    playlist = tmp_path / "master.m3u8"
    playlist.write_text("\n".join([*lines, ""]))
    played = play(str(playlist))
    check_undisturbed(played)
    assert {strip.rung for strip in played.fed.strips if strip} == {rung}


# ---- key frames and session data -----------------------------------------------------------


@pytest.mark.parametrize("form", ["hls-ts", "hls-cmaf"])
def test_key_frames_are_offered_and_decode_by_themselves(
    lab_url: str, tmp_path: Path, form: str
) -> None:
    query = "iframes=1&session_data=1&length=8&rungs=v240"
    url = f"{lab_url}/channels/{_HERE}/vod/{form}/master.m3u8?{query}"
    ran = run_farol("probe", "--json", url, home=tmp_path)
    told = json.loads(ran.out)
    facts = {one["id"]: one for one in told["session_data"]}
    assert facts["farol.title"]["language"] == "pt"
    assert facts["farol.title"]["value"]
    assert httpx.get(facts["farol.about"]["uri"]).json()
    (track,) = told["periods"][0]["trick_play"]
    (row,) = track["representations"]
    assert row["segments"] == 4
    for which, frame in (("first", 0), ("last", 150)):
        piece = _bytes(row[which])
        head = httpx.get(row["init"]).raise_for_status().content if row["init"] else b""
        with av.open(io.BytesIO(head + piece)) as container:
            pictures = list(container.decode(video=0))
        (strip,) = [read_strip(one.to_ndarray(format="rgb24")) for one in pictures]
        assert strip is not None
        assert (strip.channel, strip.frame) == (_HERE, frame)


def _bytes(told: dict[str, Any]) -> bytes:
    headers = {}
    if told["byte_range"]:
        begin, length = told["byte_range"]
        headers["Range"] = f"bytes={begin}-{begin + length - 1}"
    return httpx.get(told["uri"], headers=headers).raise_for_status().content
