"""The screens that are looked at, each reached as a viewer reaches it: by keys and snapshots."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from player.api import PlayerState
from player.errors import ErrorCode, Failure
from player.units import BitsPerSecond, micros
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


def statistics(stage) -> None:
    press(stage, Key.Key_Escape, Key.Key_S)
    for i in range(100):
        wave = (i * 37 % 23) / 23
        rate = BitsPerSecond(int(9e6 + 5e6 * wave))
        stage.bridge.post(
            snapshot(throughput=rate, buffer=micros(8 + 2 * wave), latency=micros(6 + wave / 4))
        )
    settle()


def volume(stage) -> None:
    play(stage)
    press(stage, Key.Key_Escape, Key.Key_Minus, Key.Key_Minus, Key.Key_Minus)


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
    "list": list_,
    "number": number,
    "unknown-number": unknown_number,
    "quality": quality,
    "audio": audio,
    "statistics": statistics,
    "volume": volume,
    "error": error,
    "buffering": buffering,
    "paused": paused,
}
