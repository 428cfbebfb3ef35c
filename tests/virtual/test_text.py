"""Subtitles: on the picture's clock, chosen and changed at once, and never in anybody's way."""

from typing import Any

import anyio
import pytest

from player.api import (
    CuesChanged,
    ErrorOccurred,
    PlayerSnapshot,
    PlayerState,
    RebufferStarted,
    Seek,
    SelectText,
)
from player.errors import Severity
from player.streaming.engine_view import CALM
from player.units import micros, seconds
from tests.fakes.origin import RUNGS, SEGMENT
from tests.fakes.virtual import at_virtual_time
from tests.virtual.rig import tuned

TEXTS = ("s1", "s2")
PLAYING = PlayerState.PLAYING
LATE = 0.3
"""A sink tells where it is four times a second here."""


def _expected(shown: PlayerSnapshot, text: str) -> str | None:
    """What should be on the picture; None too near to a change to tell."""
    number, offset = divmod(seconds(shown.position), SEGMENT)
    edges = (1, SEGMENT - 1)
    if any(abs(offset - edge) <= LATE for edge in edges):
        return None
    return f"{text}-{int(number)}" if edges[0] < offset < edges[1] else ""


def _text(shown: PlayerSnapshot) -> str:
    return "\n".join(cue.text for cue in shown.cues)


def test_subtitles_are_shown_when_they_are_meant_to_be() -> None:
    async def scenario() -> None:
        async with tuned(vod=10, samples=24, texts=TEXTS, wish={"text_language": "pt"}) as (
            rig,
            origin,
        ):
            await anyio.sleep(10 * SEGMENT + 5)
        playing = [one for one in rig.snapshots if one.state is PlayerState.PLAYING][10:]
        told = [(one, _expected(one, "s2")) for one in playing]
        assert all(_text(one) == wanted for one, wanted in told if wanted is not None)
        assert {_text(one) for one in playing} >= {f"s2-{n}" for n in range(1, 10)}
        assert rig.now.text_track == rig.now.text[1].id
        changes = [one.cues for one in rig.of(CuesChanged)]
        assert len(changes) == pytest.approx(20, abs=2)
        assert {name for name, _ in origin.segments()} & set(TEXTS) == {"s2"}
        assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_live_subtitles_follow_the_pictures() -> None:
    async def scenario() -> None:
        async with tuned(samples=24, texts=TEXTS, wish={"text_language": "en"}) as (rig, _):
            await anyio.sleep(120)
        playing = [one for one in rig.snapshots if one.state is PlayerState.PLAYING][100:]
        told = [(one, _expected(one, "s1")) for one in playing]
        assert all(_text(one) == wanted for one, wanted in told if wanted is not None)

    at_virtual_time(scenario)


def test_subtitles_are_changed_at_once_and_put_away() -> None:
    async def scenario() -> None:
        async with tuned(vod=20, samples=24, texts=TEXTS) as (rig, origin):
            await anyio.sleep(2 * SEGMENT + 3)
            assert rig.now.text_track is None
            assert rig.now.cues == ()
            english, portuguese = (one.id for one in rig.now.text)
            for track, text in ((english, "s1"), (portuguese, "s2"), (english, "s1")):
                rig.do(SelectText(track=track))
                await anyio.sleep(0.6)
                assert _text(rig.now) == _expected(rig.now, text) != ""
            asked = len([name for name, _ in origin.segments() if name == "s1"])
            rig.do(SelectText(track=None))
            await anyio.sleep(0.3)
            assert rig.now.cues == ()
            assert rig.now.text_track is None
            numbers = [n for name, n in origin.segments() if name == "s1"]
            assert len(numbers) == len(set(numbers)) == asked
            pictures = [n for name, n in origin.segments() if name in RUNGS]
            assert len(pictures) == len(set(pictures)), "a change of text costs no picture"
            assert len(rig.sink.opened) == 1

    at_virtual_time(scenario)


def test_a_seek_clears_the_picture_and_finds_its_text_again() -> None:
    async def scenario() -> None:
        async with tuned(vod=40, samples=24, texts=TEXTS, wish={"text_language": "en"}) as (
            rig,
            _,
        ):
            await anyio.sleep(9)
            for where in (20 * SEGMENT + 2, SEGMENT + 2):
                rig.do(Seek(position=micros(where)))
                await anyio.sleep(0.05)
                assert rig.of(CuesChanged)[-1].cues == ()
                await anyio.sleep(2.5)
                assert _text(rig.now) == f"s1-{where // SEGMENT}"

    at_virtual_time(scenario)


def test_text_that_cannot_be_had_costs_nothing_else() -> None:
    async def scenario() -> None:
        def refuse(path: str, _times: int) -> int:
            return 500 if path == "/s1.m3u8" or path.startswith("/s2/") else 0

        for language in ("en", "pt"):
            wish: dict[str, object] = {"text_language": language}
            async with tuned(vod=10, texts=TEXTS, refuse=refuse, wish=wish) as (rig, _):
                await anyio.sleep(10 * SEGMENT + 10)
                assert rig.now.state is PlayerState.ENDED
            found = rig.of(ErrorOccurred)
            assert {one.failure.severity for one in found} == {Severity.RECOVERABLE}
            assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def test_text_waits_until_pictures_and_sound_can_spare_the_line() -> None:
    async def scenario() -> None:
        left: list[float] = []

        def note(path: str, _times: int) -> int:
            if path.startswith("/s1"):
                left.append(seconds(rig.now.buffer) if rig.now.state is PLAYING else 0)
            return 0

        told: dict[str, Any] = {"texts": TEXTS, "wish": {"text_language": "en"}}
        # A segment of pictures takes as long as it plays, nearly: there are seconds to spare only
        # after it has come, and a request for text takes half of one.
        line: dict[str, Any] = {"line": lambda _: 430e3, "uplink": _aside}
        async with tuned(vod=20, samples=24, refuse=note, **told, **line) as (rig, _):
            await anyio.sleep(12 * SEGMENT)
            assert left[1] >= seconds(CALM) - 0.2, "after its list: nobody knows how much it is"
            assert len(left) > 5
            assert min(left) > 0, "what is known to be tiny goes along while the picture runs"
            assert rig.of(RebufferStarted) == []

    at_virtual_time(scenario)


def _aside(path: str) -> float:
    return 0.5 if path.startswith("/s1") else 0.0
