"""Which key means which action: resources/keymaps/*.json, read once at start."""

import json
import logging
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QKeyCombination, Qt

_log = logging.getLogger(__name__)


class Action(StrEnum):
    """What a key, a button of a remote or the mouse can ask of the window."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    OK = "ok"
    BACK = "back"
    ERASE = "erase"
    CHANNEL_UP = "channel_up"
    CHANNEL_DOWN = "channel_down"
    PREVIOUS_CHANNEL = "previous_channel"
    LIST = "list"
    INFO = "info"
    QUALITY = "quality"
    AUDIO = "audio"
    SUBTITLES = "subtitles"
    STATISTICS = "statistics"
    MULTI_VIEW = "multi_view"
    ARRANGE = "arrange"
    CLOSE_PICTURE = "close_picture"
    LOOK_AROUND = "look_around"
    NEARER = "nearer"
    FURTHER = "further"
    VOLUME_UP = "volume_up"
    VOLUME_DOWN = "volume_down"
    MUTE = "mute"
    PAUSE = "pause"
    REWIND = "rewind"
    FORWARD = "forward"
    SCAN_BACK = "scan_back"
    SCAN_FORWARD = "scan_forward"
    SLOWER = "slower"
    FASTER = "faster"
    FRAME_BACK = "frame_back"
    FRAME_FORWARD = "frame_forward"
    STOP = "stop"
    RECORD = "record"
    FULLSCREEN = "fullscreen"
    QUIT = "quit"


_MODIFIERS = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}
_COUNTED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_ACTIONS = {action.value: action for action in Action}
_FIRST_DIGIT = Qt.Key.Key_0.value


class KeyMap:
    """Turns Qt key codes into actions. Keys are named as in `Qt.Key`, without "Key_"."""

    def __init__(self, names: Mapping[str, list[str]]) -> None:
        """Take action names and the names of their keys; an unknown one is logged, not fatal."""
        self._actions: dict[int, Action] = {}
        for action, keys in names.items():
            for key in keys:
                self._bind(action, key)

    def action(self, key: int, modifiers: int = 0) -> Action | None:
        """Give what a pressed key means; shift and the keypad make no difference."""
        counted = modifiers & _COUNTED.value
        return self._actions.get(key | counted)

    def _bind(self, action: str, name: str) -> None:
        combination = _combination(name)
        if combination is None or action not in _ACTIONS:
            _log.warning("key map: nothing is called %s: %s", action, name)
            return
        self._actions[combination] = _ACTIONS[action]


def digit(key: int, modifiers: int = 0) -> str:
    """Give the digit that a pressed key types, "" for any other key and for shortcuts."""
    value = key - _FIRST_DIGIT
    return str(value) if 0 <= value <= 9 and not modifiers & _COUNTED.value else ""


def load(path: Path) -> KeyMap:
    """Read a key map; raises OSError and ValueError for a file that is none."""
    return KeyMap(json.loads(path.read_text(encoding="utf-8")))


def _combination(name: str) -> int | None:
    """Read "Ctrl+Q"; None when a part of it is unknown."""
    *modifiers, key = name.split("+")
    code = getattr(Qt.Key, f"Key_{key}", None)
    if code is None or not all(modifier in _MODIFIERS for modifier in modifiers):
        return None
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= _MODIFIERS[modifier]
    return QKeyCombination(held, code).toCombined()
