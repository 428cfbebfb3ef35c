"""One codec family that no decoder takes: a real libmpv says so, and the picture goes on."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from player.api import ErrorOccurred, FirstPicture, RebufferStarted, Recovered
from player.errors import ErrorCode
from tests.strip import StripReading, unwrap
from tests.system.farol_process import until
from tests.system.fed_stream import FRAME_RATE
from tests.system.mpv_screen import Screen

pytestmark = pytest.mark.system

DASH, CMAF, TS = "vod/dash/manifest.mpd", "vod/hls-cmaf/master.m3u8", "vod/hls-ts/master.m3u8"
LIVE_DASH, LIVE_CMAF = DASH.replace("vod", "live"), CMAF.replace("vod", "live")
H264, HEVC, VP9, AV1 = 0, 5, 6, 7
"""What the strip says of each family's rung."""

BEHIND = 4
"""Frames that a picture may be behind the position told before it was looked at."""

AGAIN = 4
"""Frames that may be shown again: a rescue goes on at the position last told, ten a second."""

FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is played: the families left in the channel, those broken; the rungs to be seen."""

    form: str
    codecs: str
    broken: str
    rung: int
    decisions: tuple[str, ...]

    @property
    def path(self) -> str:
        """The address below the channels."""
        return f"101/{self.form}?codecs={self.codecs},aac&broken={self.broken}"


def _case(form: str, codecs: str, broken: str, rung: int, *left: str) -> Case:
    decisions = tuple(f"another codec than {one}" for one in left or (broken,))
    return Case(form=form, codecs=codecs, broken=broken, rung=rung, decisions=decisions)


CASES = {
    "DASH": _case(DASH, "hevc,h264", "hevc", H264),
    "DASH, the other way round": _case(DASH, "av1,h264", "h264", AV1),
    "DASH, VP9": _case(DASH, "vp9,h264", "vp9", H264),
    "DASH, two of three": _case(DASH, "hevc,vp9,h264", "hevc,h264", VP9, "hevc", "h264"),
    "DASH in one file": _case("vod/dash-range/manifest.mpd", "hevc,h264", "hevc", H264),
    "HLS": _case(CMAF, "hevc,h264", "hevc", H264),
    "HLS, AV1 is left": _case(CMAF, "vp9,av1", "vp9", AV1),
    "live DASH": _case(LIVE_DASH, "hevc,h264", "hevc", H264),
    "live HLS": _case(LIVE_CMAF, "hevc,h264", "hevc", H264),
}


@pytest.fixture
def screen(lab_url: str, tmp_path: Path) -> Iterator[Screen]:
    """A player of its own: what failed before is forgotten."""
    made = Screen(door=tmp_path / "mpv.sock", url=lab_url)
    yield made
    made.close()


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the screen: the position told before and after it, and the strip."""

    before: float
    after: float
    strip: StripReading


def _look(screen: Screen) -> Look:
    before, strip = screen.now.position / 1e6, screen.strip()
    assert strip is not None, "a picture that is none"
    return Look(before, screen.now.position / 1e6, strip)


def _looks(screen: Screen, end: float) -> list[Look]:
    """What is on screen until a second of the programme; a busy machine has time for few looks."""
    found: list[Look] = []
    while screen.now.position < end * 1e6 or len(found) < FEW:
        found.append(_look(screen))
    return found


def _check_going_on(looks: list[Look]) -> None:
    """The pictures are those of their moment, one after the other."""
    frames = unwrap([look.strip.frame for look in looks])
    assert all(after - before >= -AGAIN for before, after in pairwise(frames))
    assert len(set(frames)) >= FEW
    for look in looks:
        behind = (look.before * FRAME_RATE - look.strip.frame + 300) % 600 - 300
        ahead = (look.strip.frame - look.after * FRAME_RATE + 300) % 600 - 300
        assert behind <= BEHIND, look
        assert ahead <= FRAME_RATE, look


@pytest.mark.parametrize("name", CASES)
def test_the_other_family_is_played_instead(
    screen: Screen, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    case = CASES[name]
    with caplog.at_level(logging.INFO, "farol.engine"):
        screen.play(case.path)
        assert until(lambda: screen.of(FirstPicture) and screen.strip(), 12, 0.02)
    looks = _looks(screen, screen.now.position / 1e6 + 2)
    assert {(look.strip.channel, look.strip.rung) for look in looks} == {(101, case.rung)}
    _check_going_on(looks)
    recovered = screen.of(Recovered)
    assert tuple(one.decision for one in recovered) == case.decisions
    assert {one.code for one in recovered} == {ErrorCode.DECODE_FAILED}
    told = [line.getMessage() for line in caplog.records if line.name == "farol.engine"]
    for decision in case.decisions:
        assert f"rescue code=decode.failed: {decision}" in told
    assert screen.of(ErrorOccurred) == []
    assert screen.of(RebufferStarted) == []
    assert len(screen.of(FirstPicture)) == 1


def test_a_family_that_breaks_midway_is_left_where_it_breaks(screen: Screen) -> None:
    """The third segment, from 4 s on, cannot be decoded: H.264 goes on at the same frame."""
    screen.play(f"101/{DASH}?codecs=hevc,h264,aac&broken=hevc&every=3")
    looks = _looks(screen, 7)
    _check_going_on(looks)
    rungs = [look.strip.rung for look in looks]
    assert rungs == sorted(rungs, reverse=True), "HEVC first, then H.264"
    assert set(rungs) == {HEVC, H264}
    assert max(look.strip.frame for look in looks if look.strip.rung == HEVC) < 4 * FRAME_RATE
    assert [one.decision for one in screen.of(Recovered)] == ["another codec than hevc"]
    assert screen.of(ErrorOccurred) == []


def test_a_family_without_a_picture_in_transport_streams_is_left(screen: Screen) -> None:
    """There libav's parser takes no broken picture: the sound begins alone, then H.264 comes."""
    screen.play(f"101/{TS}?codecs=hevc,h264,aac&broken=hevc")
    assert until(screen.strip, 20, 0.05)
    looks = _looks(screen, screen.now.position / 1e6 + 2)
    assert {look.strip.rung for look in looks} == {H264}
    _check_going_on(looks)
    assert [one.decision for one in screen.of(Recovered)] == ["another codec than hevc"]
    assert screen.of(ErrorOccurred) == []


@pytest.mark.parametrize("path", [f"{DASH}?", f"{CMAF}?audio_groups=2&"])
def test_sound_has_families_too(screen: Screen, path: str) -> None:
    screen.play(f"101/{path}codecs=h264,aac,ac3&broken=aac")
    assert until(lambda: screen.told("audio-codec-name") == "ac3", 5)
    _check_going_on(_looks(screen, screen.now.position / 1e6 + 2))
    assert [one.decision for one in screen.of(Recovered)] == ["another codec than aac"]
    assert screen.of(ErrorOccurred) == []


@pytest.mark.timeout(120)
def test_where_no_family_is_left_a_sentence_ends_it(screen: Screen) -> None:
    screen.tune(f"101/{DASH}?codecs=hevc,h264,aac&broken=hevc,h264")
    assert until(lambda: screen.of(ErrorOccurred), 80)
    assert [one.failure.code for one in screen.of(ErrorOccurred)] == [ErrorCode.DECODE_FAILED]
    decisions = [one.decision for one in screen.of(Recovered)]
    assert decisions[:2] == ["another codec than hevc", "software decoding"]


def test_the_next_channel_begins_with_the_best_family_again(screen: Screen) -> None:
    """What failed here need not fail there."""
    screen.play(f"101/{DASH}?codecs=hevc,h264,aac&broken=hevc")
    path = f"101/{DASH}?codecs=hevc,h264,aac"
    screen.play(path)
    assert until(lambda: (strip := screen.strip()) is not None and strip.rung == HEVC, 5)
