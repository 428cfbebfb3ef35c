"""Sound and text beside the pictures: what the line carries of them, and when."""

import itertools
from collections.abc import AsyncIterator

import anyio
import httpx

from player.api import PlayerState, QualityChanged, RebufferStarted
from player.units import seconds
from tests.fakes.origin import SEGMENT, FakeOrigin
from tests.fakes.origin_manifests import mpd, webvtt
from tests.fakes.virtual import VirtualClock, at_virtual_time
from tests.virtual.rig import player_rig, tuned

VOICES = {"a1": 64_000, "a2": 192_000}
URL = "http://origin.test/manifest.mpd"


def _film(second: str = "opus") -> str:
    """A film with two rungs of sound, the better one in the codec `second`."""
    better = f'<Representation id="a2" bandwidth="192000" codecs="{second}"/></AdaptationSet>'
    head, mark, rest = mpd(live=False, segments=60).rpartition("</AdaptationSet>")
    assert mark
    return head + better + rest


def _voices(origin: FakeOrigin) -> list[str]:
    return [name for name, _ in origin.segments() if name in VOICES]


def _sound(line: float, later: float, second: str = "opus") -> tuple[list[str], int, int]:
    """Which rungs of sound were fetched of a line that changes after a minute; epochs, stalls."""
    found: list[tuple[list[str], int, int]] = []

    async def scenario() -> None:
        async with tuned(
            URL,
            vod=60,
            media_start=0,
            samples=24,
            pieces=True,
            extra={"/manifest.mpd": _film(second)},
            line=lambda t: line if t < 60 else later,
        ) as (rig, origin):
            await anyio.sleep(200)
            assert rig.now.state is PlayerState.PLAYING
            rates = {one.to_bandwidth for one in rig.of(QualityChanged)}
            assert not rates & set(VOICES.values()), "a change of sound is none of pictures"
            stalls = len(rig.of(RebufferStarted))
            found.append((_voices(origin), len(rig.sink.opened), stalls))

    at_virtual_time(scenario)
    return found[0]


def test_on_a_thin_line_sound_is_the_lowest() -> None:
    asked, epochs, stalls = _sound(0.7e6, 0.7e6)
    assert set(asked) == {"a1"}
    assert (epochs, stalls) == (1, 0)


def test_where_the_line_carries_it_sound_gets_better_in_the_same_epoch() -> None:
    asked, epochs, stalls = _sound(20e6, 20e6)
    assert asked[0] == "a1", "the guess of a megabit carries no more"
    assert asked[-1] == "a2"
    assert asked == sorted(asked), "once, and no way back"
    assert (epochs, stalls) == (1, 0)


def test_on_a_line_that_gets_thin_sound_gives_way() -> None:
    asked, epochs, _ = _sound(20e6, 0.7e6)
    assert asked[-1] == "a1"
    assert "a2" in asked
    changes = sum(one != after for one, after in itertools.pairwise(asked))
    assert changes == 2
    assert epochs == 1


def test_another_codec_of_sound_is_never_changed_to() -> None:
    asked, epochs, _ = _sound(20e6, 20e6, second="mp4a.40.2")
    assert len(set(asked)) == 1
    assert epochs == 1


# ---- text on a thin line --------------------------------------------------------------------

PAGE = 120_000
"""Bytes of a large text segment: pictures of text, or a page with everything in it."""

PIECE = 4_000


class _ThinLine(FakeOrigin):
    """All transfers share one line, piece by piece in turn."""

    page = 0
    turn: anyio.Lock

    def _paced(self, body, status, headers, in_the_middle):  # type: ignore[no-untyped-def]
        async def pieces() -> AsyncIterator[bytes]:
            for at in range(0, len(body), PIECE):
                piece = body[at : at + PIECE]
                async with self.turn:
                    await anyio.sleep(len(piece) * 8 / self.line(self.seconds))
                yield piece

        headers = headers | {"content-length": str(len(body))}
        return httpx.Response(status, headers=headers, content=pieces())

    def _body(self, rung: str, number: int) -> bytes:
        if rung not in self.texts:
            return super()._body(rung, number)
        text = webvtt(rung, number, number * SEGMENT + self.media_start).encode()
        note = b"\nNOTE " + b"x" * max(self.page - len(text) - 8, 0) + b"\n"
        return text + note if self.page else text


def _watched(page: int, rate: float, language: str = "en") -> tuple[int, float, set[int], float]:
    """Stalls, the least buffer when text was asked for, the cues had, seconds until a picture."""
    found: list[tuple[int, float, set[int], float]] = []

    async def scenario() -> None:
        origins: list[_ThinLine] = []

        def network(clock: VirtualClock) -> httpx.AsyncBaseTransport:
            def note(path: str, _times: int) -> int:
                if path.startswith("/s1/"):
                    buffers.append(seconds(rig.now.buffer))
                return 0

            one = _ThinLine(
                clock,
                vod=30,
                samples=24,
                texts=("s1",),
                pieces=True,
                line=lambda _: rate,
                refuse=note,
            )
            one.page, one.turn = page, anyio.Lock()
            origins.append(one)
            return one.transport()

        buffers: list[float] = []
        async with player_rig(network, keep=1 << 20) as rig:
            rig.play(text_language=language)
            await anyio.sleep(100)
            cues = {int(cue.text.split("-")[1]) for shot in rig.snapshots for cue in shot.cues}
            began = next(
                at
                for at, shot in zip(rig.shown_at, rig.snapshots, strict=True)
                if shot.state is PlayerState.PLAYING
            )
            stalls = len(rig.of(RebufferStarted))
            found.append((stalls, min(buffers, default=0.0), cues, seconds(began)))

    at_virtual_time(scenario)
    return found[0]


def test_large_text_waits_until_the_buffer_outlasts_it_and_starves_no_picture() -> None:
    """A page takes 1.4 s of this line, which carries the lowest rung and half as much again."""
    bare, *_ = _watched(PAGE, 0.7e6, language="")
    stalls, least, cues, _ = _watched(PAGE, 0.7e6)
    assert stalls == bare
    assert least > 1
    assert len(cues) > 3, "and yet it comes"


def test_tiny_text_is_there_on_a_line_that_spares_nothing() -> None:
    bare, *_ = _watched(0, 0.5e6, language="")
    stalls, _, cues, _ = _watched(0, 0.5e6)
    assert stalls == bare
    assert len(cues) > 10
