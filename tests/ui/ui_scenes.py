"""The screens that are looked at, each reached as a viewer reaches it: by keys and snapshots."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from player.api import (
    PLAYED_DIRECTLY,
    InterstitialPlaying,
    PlayerState,
    Recovered,
    TextChoice,
    ThumbnailReady,
)
from player.errors import ErrorCode, Failure
from player.model.cue import Cue, CueAlign, CueBox, CueSpan, CueWriting
from player.model.event import BreakKind, BreakMark, Chapter
from player.model.thumbnail import Thumbnail
from player.units import BitsPerSecond, Micros, micros
from tests.ui.ui_fakes import snapshot

Key = Qt.Key


def press(stage, *keys: Qt.Key) -> None:
    """Press keys in the window."""
    for key in keys:
        QTest.keyClick(stage.window.window, key)


def settle(milliseconds: int = 250) -> None:
    """Let the window draw and fades end."""
    QTest.qWait(milliseconds)


def play(stage, tag: str = "channel-1", **changes) -> None:
    """Let the engine say that a channel plays."""
    stage.bridge.post(snapshot(tag, **changes))
    settle(30)


def live(stage) -> None:
    play(stage)
    press(stage, Key.Key_Right)


def recording(stage) -> None:
    play(stage)
    press(stage, Key.Key_R)


def recording_waits(stage) -> None:
    stage.desk.running = False
    stage.desk.recording["channel-1"] = "A Montra Certa de Ontem e de Hoje, Edição Especial"
    play(stage)
    settle(2_100)
    press(stage, Key.Key_Right)


def list_(stage) -> None:
    play(stage)
    press(stage, Key.Key_Return, Key.Key_Down, Key.Key_Down)


def number(stage) -> None:
    play(stage)
    press(stage, Key.Key_7)


def unknown_number(stage) -> None:
    play(stage)
    press(stage, Key.Key_4, Key.Key_2)


def quality(stage) -> None:
    play(stage)
    press(stage, Key.Key_Escape, Key.Key_Q, Key.Key_Down)


def audio(stage) -> None:
    play(stage)
    press(stage, Key.Key_Escape, Key.Key_A)


def text(words: str, box: CueBox | None = None, **looks: Any) -> Cue:
    """Give a cue of some lines in one style."""
    lines = tuple((CueSpan(text=line, **looks),) for line in words.split("\n"))
    return Cue(start=Micros(0), end=micros(3), lines=lines, box=box or CueBox())


def subtitles(stage) -> None:
    dialogue = "- Não vais acreditar no que aconteceu\n- Conta-me tudo, já!"
    lyric = text("♪ Ó mar salgado ♪", CueBox(x=50, y=12, anchor_y=0), italic=True)
    play(stage, cues=(text(dialogue), lyric), text_track="t1")
    press(stage, Key.Key_Escape)


def subtitles_over_banner(stage) -> None:
    where = CueBox(x=10, y=90, anchor_x=0, align=CueAlign.LEFT)
    spoken = text("The lamp is lit <b>&</b> burns.", where, color="#ffff00ff")
    ground = text("Below it, the sea:", background="#000000ff")
    play(stage, cues=(ground, text("and nobody knows how deep."), spoken), text_track="t1")
    press(stage, Key.Key_Right)


def subtitles_in_columns(stage) -> None:
    box = CueBox(x=100, y=50, anchor_x=100, anchor_y=50, writing=CueWriting.COLUMNS_FROM_RIGHT)
    long = "A line that is too long to stand in one row, because its author never saw a television"
    play(
        stage,
        cues=(text("FAROL\nMAR", box), text(long)),
        text_track="t1",
        width=1920,
        height=800,
    )
    press(stage, Key.Key_Escape)


def subtitle_menu(stage) -> None:
    own = TextChoice(id="t1", language="pt", name="")
    captions = TextChoice(id="t2", language="en", name="", captions=True)
    play(stage, text=(own, captions), text_track="t1")
    press(stage, Key.Key_Escape, Key.Key_C, Key.Key_Down)


def statistics(stage) -> None:
    press(stage, Key.Key_Escape, Key.Key_S)
    for i in range(100):
        wave = (i * 37 % 23) / 23
        rate = BitsPerSecond(int(9e6 + 5e6 * wave))
        stage.bridge.post(
            snapshot(
                throughput=rate,
                buffer=micros(8 + 2 * wave),
                latency=micros(6 + wave / 4),
                hardware="vaapi",
                location="cdn-b",
                text_track="t1",
                decisions=_DECISIONS,
            )
        )
    settle()


_DECISIONS = (
    "up to 2.8 Mbit/s: 9.1 Mbit/s measured, buffer 4.0 s",
    "up to 5.2 Mbit/s: 14.2 Mbit/s measured, buffer 8.4 s",
    "location cdn-a left, now cdn-b",
    "gap of 0.2 s jumped at 1228.4",
    "retry 1 in 0.5 s: the server answered 503",
)


def chapters(stage) -> None:
    titles = ("The harbour", "The storm", "Home")
    starts = (0, 420, 1700)
    known = tuple(
        Chapter(start=micros(start), title=title)
        for start, title in zip(starts, titles, strict=True)
    )
    play(stage, live=False, duration=micros(2520), position=micros(960), chapters=known)
    press(stage, Key.Key_Right)


def _break(stage, **more: Any) -> None:
    marks = tuple(
        BreakMark(id=str(at), start=micros(at), end=micros(at + 90), kind=BreakKind.INTERSTITIAL)
        for at in (0, 600, 960, 1800)
    )
    told = {"id": "960", "elapsed": micros(7), "duration": micros(30), **more}
    playing = InterstitialPlaying(restrictions=frozenset({"SKIP"}), **told)
    film: dict[str, Any] = {"live": False, "duration": micros(2520), "latency": None}
    play(stage, breaks=marks, interstitial=playing, position=micros(960), **film)


def break_(stage) -> None:
    _break(stage, programmes=2, skippable_at=micros(10))
    press(stage, Key.Key_Escape)


def break_offer(stage) -> None:
    _break(stage, skippable_at=micros(5), skippable=True)
    press(stage, Key.Key_Right)


def break_refused(stage) -> None:
    _break(stage)
    press(stage, Key.Key_Escape, Key.Key_K)


def note(stage) -> None:
    play(stage, rungs=(), audio=(), text=())
    press(stage, Key.Key_Escape)
    event = Recovered(
        at=Micros(0),
        tag="channel-1",
        code=ErrorCode.MEDIA_UNSUPPORTED_CODEC,
        decision=PLAYED_DIRECTLY,
    )
    stage.bridge.post(event)
    settle(30)


def scrambled(stage) -> None:
    failure = Failure(code=ErrorCode.MEDIA_SCRAMBLED, sentence="Scrambled.")
    play(stage, state=PlayerState.FAILED, failure=failure)


def volume(stage) -> None:
    play(stage)
    press(stage, Key.Key_Escape, Key.Key_Minus, Key.Key_Minus, Key.Key_Minus)


def speed(stage) -> None:
    play(stage)
    press(stage, Key.Key_Escape, Key.Key_BracketRight, Key.Key_BracketRight)
    stage.bridge.post(snapshot(speed=1.5))
    settle(30)


def winding(stage) -> None:
    play(stage, live=False, duration=micros(2520), position=micros(960), latency=None)
    press(stage, Key.Key_Right, Key.Key_Less, Key.Key_Less, Key.Key_Less)
    stage.bridge.post(
        snapshot(scan=-8, live=False, duration=micros(2520), position=micros(880), latency=None)
    )
    settle(30)


def scrubbing(stage) -> None:
    film: dict[str, Any] = {
        "live": False,
        "duration": micros(2520),
        "latency": None,
        "window": None,
    }
    play(stage, position=micros(960), **film)
    press(stage, Key.Key_Right, Key.Key_K)
    stage.bridge.post(
        ThumbnailReady(
            at=Micros(0),
            tag="channel-1",
            position=micros(968),
            until=micros(974),
            image=dusk(),
        )
    )
    settle()


def dusk() -> Thumbnail:
    """Give a small picture: the sea below an evening sky, a lighthouse on the left."""
    pixels = np.zeros((90, 160, 3), np.uint8)
    height = np.linspace(0, 1, 90)[:, None]
    pixels[...] = np.stack([60 + 170 * height, 60 + 90 * height, 110 + 0 * height], axis=2)
    pixels[60:] = (18, 46, 78)
    pixels[24:62, 40:46] = (242, 244, 248)
    pixels[18:24, 39:47] = (255, 181, 71)
    return Thumbnail(width=160, height=90, rgb=pixels.tobytes())


def speed_banner(stage) -> None:
    play(stage, speed=0.5, live=False, duration=micros(2520), position=micros(960))
    press(stage, Key.Key_Right)


def error(stage) -> None:
    failure = Failure(code=ErrorCode.NETWORK_HTTP_STATUS, sentence="Gone.", status=404)
    play(stage, state=PlayerState.FAILED, failure=failure)


def buffering(stage) -> None:
    play(stage, state=PlayerState.BUFFERING)
    press(stage, Key.Key_Escape)
    settle(500)


def paused(stage) -> None:
    play(stage, state=PlayerState.PAUSED, latency=micros(95))


SCENES = {
    "live": live,
    "recording": recording,
    "recording-waits": recording_waits,
    "list": list_,
    "number": number,
    "unknown-number": unknown_number,
    "quality": quality,
    "audio": audio,
    "subtitles": subtitles,
    "subtitles-banner": subtitles_over_banner,
    "subtitles-columns": subtitles_in_columns,
    "subtitle-menu": subtitle_menu,
    "statistics": statistics,
    "chapters": chapters,
    "break": break_,
    "break-offer": break_offer,
    "break-refused": break_refused,
    "note": note,
    "scrambled": scrambled,
    "volume": volume,
    "speed": speed,
    "speed-banner": speed_banner,
    "scrubbing": scrubbing,
    "winding": winding,
    "error": error,
    "buffering": buffering,
    "paused": paused,
}
