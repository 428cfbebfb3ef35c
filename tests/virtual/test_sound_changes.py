"""Another sound: what is heard, what a snapshot says of it, and at the border of a period."""

from typing import Any

import anyio
import pytest

from player.api import ErrorOccurred, PlayerState, RebufferStarted, Seek, SelectAudio
from player.model.presentation import TrackKind
from player.streaming.engine import StreamingEngine
from player.units import Micros, micros, seconds
from tests.fakes.origin import SEGMENT
from tests.fakes.origin_manifests import RUNGS, multivariant, playlist
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import Rig, tuned

MPD = "http://origin.test/manifest.mpd"
TICK = 0.02
HEARD = 0.3
"""Seconds in which another sound must be heard (issue 3)."""

SOUNDS = {"a1": "en", "a2": "pt"}


def _engine(rig: Rig) -> StreamingEngine:
    playing = rig.player._tuned.session.engine  # type: ignore[union-attr]
    assert playing is not None
    return playing


def _fetched(rig: Rig) -> str:
    return _engine(rig).streams[TrackKind.AUDIO].lane.track.id


def _set(number: int, kind: str, template: str, rung: str) -> str:
    rate, language = (RUNGS[rung], "") if kind == "video" else (64_000, SOUNDS[rung])
    codec = "vp09.00.10.08" if kind == "video" else "opus"
    size = ' width="320" height="180"' if kind == "video" else ""
    return (
        f'<AdaptationSet id="{number}" contentType="{kind}" lang="{language}" '
        f'mimeType="{kind}/webm">{template}'
        f'<Representation id="{rung}" bandwidth="{rate}" codecs="{codec}"{size}/></AdaptationSet>'
    )


def _periods(*parts: tuple[int, tuple[str, ...]]) -> str:
    """An MPD of periods with so many segments each, and these sounds; ids of its own in each."""
    text, first = "", 0
    for place, (count, sounds) in enumerate(parts):
        template = (
            f'<SegmentTemplate media="/$RepresentationID$/$Number$.seg" startNumber="{first}" '
            f'presentationTimeOffset="{first * SEGMENT}" timescale="1" duration="{SEGMENT}"/>'
        )
        sets = _set(10 * place, "video", template, "v1")
        for number, rung in enumerate(sounds, 1):
            sets += _set(10 * place + number, "audio", template, rung)
        start, length = first * SEGMENT, count * SEGMENT
        text += f'<Period id="p{place}" start="PT{start}S" duration="PT{length}S">{sets}</Period>'
        first += count
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
        'profiles="urn:mpeg:dash:profile:isoff-live:2011" minBufferTime="PT2S" type="static" '
        f'mediaPresentationDuration="PT{first * SEGMENT}S">{text}</MPD>'
    )


def _film(*parts: tuple[int, tuple[str, ...]]) -> dict[str, Any]:
    count = sum(one for one, _ in parts)
    return {
        "vod": count,
        "media_start": 0,
        "samples": 60,
        "extra": {"/manifest.mpd": _periods(*parts)},
    }


async def _heard(rig: Rig, epochs: int, patience: float) -> None:
    """Wait until libmpv was given so many epochs."""
    for _ in range(round(patience / TICK)):
        if len(rig.sink.opened) >= epochs:
            return
        await anyio.sleep(TICK)
    pytest.fail(f"{len(rig.sink.opened)} epochs after {patience} s")


@pytest.mark.parametrize("pause", [0.0, 0.005, 0.03])
def test_who_takes_a_change_back_before_it_is_heard_hears_the_old_sound(pause: float) -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {
            "vod": 30,
            "samples": 60,
            "voices": ("a1", "a2"),
            "uplink": lambda _: 0.1,
        }
        async with tuned(tick=TICK, **told) as (rig, origin):
            await anyio.sleep(20)
            first, other = (one.id for one in rig.now.audio)
            rig.do(SelectAudio(track=other))
            if pause:
                await anyio.sleep(pause)
            rig.do(SelectAudio(track=first))
            await anyio.sleep(12)
            assert rig.now.audio_track == _fetched(rig) == first
            assert len(rig.sink.opened) == 1
            asked = [number for name, number in origin.segments() if name == "a2"]
            assert len(asked) <= 1
            rig.do(SelectAudio(track=other))
            await anyio.sleep(5)
            assert rig.now.audio_track == _fetched(rig) == other

    at_virtual_time(scenario)


def test_of_two_changes_at_once_the_last_is_heard() -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 30, "samples": 60, "voices": ("a1", "a2", "a3")}
        async with tuned(tick=TICK, **told) as (rig, _):
            await anyio.sleep(20)
            _, second, third = (one.id for one in rig.now.audio)
            rig.do(SelectAudio(track=second), SelectAudio(track=third))
            await anyio.sleep(5)
            assert rig.now.audio_track == _fetched(rig) == third
            assert len(rig.sink.opened) == 2

    at_virtual_time(scenario)


@pytest.mark.parametrize("at", [2.0, 12.0, 28.0])
def test_a_change_before_a_border_is_heard_before_it(at: float) -> None:
    async def scenario() -> None:
        film = _film((5, ("a1", "a2")), (10, ("a1", "a2")))
        async with tuned(MPD, tick=TICK, **film) as (rig, origin):
            await anyio.sleep(at)
            here = round(at) // SEGMENT
            assert _engine(rig).leading_lane.period.id == "p1", "the pictures are fetched beyond"
            first, other = rig.now.audio
            assert (first.id, other.id) == ("1", "2"), "those of the period on the picture"
            assert rig.now.audio_track == first.id
            rig.do(SelectAudio(track=other.id))
            await _heard(rig, 2, HEARD)
            await anyio.sleep(0.5)
            assert rig.now.audio_track == other.id
            asked = [number for name, number in origin.segments() if name == "a2"]
            assert asked[0] in (here - 1, here)
            pictures = [number for name, number in origin.segments() if name in RUNGS]
            assert len(pictures) == len(set(pictures))
            await anyio.sleep(35 - at)
            assert [one.id for one in rig.now.audio] == ["11", "12"]
            assert rig.now.audio_track == "12", "the language goes along"
            assert rig.now.state is PlayerState.PLAYING
        assert rig.of(RebufferStarted) == []
        assert rig.of(ErrorOccurred) == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("left", [0.02, 0.06, 0.09])
def test_a_change_at_the_end_of_a_segment_is_heard_as_soon_as_any(left: float) -> None:
    """Its first segment was the next one, for which the picture was awaited half a second."""

    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 20, "media_start": 0, "samples": 60}
        async with tuned(tick=TICK, voices=("a1", "a2"), **told) as (rig, _):
            await anyio.sleep(15)
            first, other = (one.id for one in rig.now.audio)
            rig.do(SelectAudio(track=other))
            await anyio.sleep(15)  # now all of it is here, and nothing rings any more
            shown_ago = seconds(Micros(rig.clock.monotonic() - rig.shown_at[-1]))
            await anyio.sleep((-seconds(rig.now.position) - left) % SEGMENT - shown_ago)
            rig.do(SelectAudio(track=first))
            await _heard(rig, 3, HEARD)

    at_virtual_time(scenario)


def test_a_sound_that_only_the_next_period_has_begins_there() -> None:
    async def scenario() -> None:
        film = _film((5, ("a1",)), (10, ("a1", "a2")))
        async with tuned(MPD, tick=TICK, **film) as (rig, origin):
            await anyio.sleep(12)
            rig.do(SelectAudio(track="12"))
            await anyio.sleep(2)
            assert [one.id for one in rig.now.audio] == ["1"]
            assert rig.now.audio_track == "1"
            await anyio.sleep(20)
            assert rig.now.audio_track == "12"
            sounds = [one for one in origin.segments() if one[0] == "a1"]
            assert len(sounds) == len(set(sounds)), "what stays is not fetched again"
            assert ("a2", 5) in origin.segments()
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_what_a_snapshot_calls_the_sound_is_what_plays() -> None:
    async def scenario() -> None:
        told: dict[str, Any] = {"vod": 60, "samples": 24, "voices": ("a1", "a2")}
        async with tuned(tick=TICK, lost=lambda rung, _: rung == "a2", **told) as (rig, _):
            await anyio.sleep(20)
            first, other = (one.id for one in rig.now.audio)
            rig.do(SelectAudio(track=other))
            for _ in range(40):
                await anyio.sleep(1)
                assert rig.now.audio_track == _fetched(rig) == first
            assert len(rig.of(ErrorOccurred)) > 0
            rig.do(Seek(position=micros(240)))
            await anyio.sleep(5)
            assert rig.now.state is PlayerState.PLAYING
            assert rig.now.audio_track == _fetched(rig) == first, "nobody asks for it again"
            assert seconds(rig.now.position) == pytest.approx(245, abs=2)
            assert rig.fatal == []

    at_virtual_time(scenario)


@pytest.mark.parametrize("away", [-10.0, -2.0, 8.0])
def test_a_seek_before_it_is_heard_does_not_put_a_change_off(away: float) -> None:
    async def scenario() -> None:
        film = _film((5, ("a1", "a2")), (10, ("a1", "a2")))
        async with tuned(MPD, tick=TICK, uplink=lambda _: 0.1, **film) as (rig, _):
            await anyio.sleep(34)
            wanted = micros(seconds(rig.now.position) + away)
            rig.do(SelectAudio(track=rig.now.audio[1].id), Seek(position=wanted))
            await anyio.sleep(1.5)
            assert seconds(rig.now.position) == pytest.approx(seconds(wanted) + 1.5, abs=0.6)
            assert rig.now.audio_track == rig.now.audio[1].id
            assert rig.now.audio_track == ("2" if away < -5 else "12")
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_a_change_before_a_break_is_heard_before_it() -> None:
    async def scenario() -> None:
        voices, second = ("a1", "a2"), 24
        extra = {"/ad.m3u8": multivariant(voices).replace('"/', '"/ad-').replace("\n/", "\n/ad-")}
        for rung in (*RUNGS, *voices):
            extra[f"/ad-{rung}.m3u8"] = playlist(rung, range(18, 20), ended=True)
        tags = (
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
            '#EXT-X-DATERANGE:ID="ad",CLASS="com.apple.hls.interstitial",'
            f'START-DATE="2026-01-01T00:00:{second}Z",X-RESUME-OFFSET=0,'
            'X-ASSET-URI="http://origin.test/ad.m3u8"\n'
        )
        told: dict[str, Any] = {"vod": 20, "samples": 60, "voices": voices, "tags": tags}
        async with tuned(tick=TICK, extra=extra, **told) as (rig, _):
            await anyio.sleep(10)
            shown = _engine(rig).shown_lane
            fetched = _engine(rig).leading_lane
            assert shown is not None
            assert fetched is not None
            assert shown.period.id != fetched.period.id
            first, other = (one.id for one in rig.now.audio)
            assert rig.now.audio_track == first
            rig.do(SelectAudio(track=other))
            await _heard(rig, 2, HEARD)
            await anyio.sleep(0.5)
            assert rig.now.audio_track == other
            await anyio.sleep(30)
            assert rig.now.state is PlayerState.PLAYING
        assert rig.of(ErrorOccurred) == []
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)
