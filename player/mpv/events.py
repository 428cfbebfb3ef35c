"""python-mpv's event thread: translate and hand over, never call libmpv, never decide."""

import math
from collections.abc import Callable
from typing import Any

import mpv

from player.clock import Clock
from player.mpv.log import weighed
from player.mpv.translate import OBSERVED, BrokeOff, EndReason, Output, Translator


class EventPump:
    """Receives everything a core says and puts what a `Translator` makes of it into `sink`.

    But for the constructor, `attach` and `silence` everything runs on python-mpv's event thread.
    """

    def __init__(
        self,
        sink: Callable[[Output], None],
        is_finished: Callable[[int], bool],
        log: Callable[[str, str, str], None],
        redact: Callable[[str], str],
        clock: Clock,
    ) -> None:
        """`sink` takes what is worth saying, `log` level, prefix and text after `redact`."""
        self._sink = sink
        self._log = log
        self._redact = redact
        self._clock = clock
        self._translator = Translator(is_finished)
        self._silent = False

    @property
    def told(self) -> str:
        """What libmpv warned of since its current file began."""
        return self._translator.told

    def attach(self, core: mpv.MPV) -> None:
        """Begin to listen; before the first file."""
        core.register_event_callback(self._on_event)
        for name in OBSERVED:
            core.observe_property(name, self._on_property)

    def silence(self) -> None:
        """Hand nothing over any more. Any thread."""
        self._silent = True

    def on_loaded(self, epoch: int, error: Exception | None, result: Any) -> None:
        """Take libmpv's answer to `loadfile`; it precedes the file's first event."""
        if error is None:
            self._translator.loaded(epoch, int(result["playlist_entry_id"]))
        else:
            self._give((BrokeOff(epoch=epoch, error=0, reason=EndReason.ERROR),))

    def on_located(self, epoch: int, error: Exception | None, position: object) -> None:
        """Take libmpv's answer to where `epoch` is: a number, or nothing when it knows none.

        Sound alone begins a hair before 0: by what the sound device still holds ("-0.000000").
        """
        place = _number(position) if error is None else None
        self._give(self._translator.located(epoch, place, self._clock.monotonic()))

    def on_log(self, level: str, prefix: str, text: str) -> None:
        """Take a line of libmpv's log."""
        line = self._redact(text)
        if not line or self._silent:
            return
        weight = weighed(level, line)
        if weight == level:
            self._give(self._translator.logged(prefix, line, self._clock.monotonic()))
        self._log(weight, prefix, line)

    def _on_event(self, event: mpv.MpvEvent) -> None:
        kind = event.event_id.value
        if kind == mpv.MpvEventID.START_FILE:
            self._give(self._translator.started(event.data.playlist_entry_id))
        elif kind == mpv.MpvEventID.END_FILE:
            end = event.data
            self._give(self._translator.ended(end.playlist_entry_id, end.reason, end.error))
        elif kind == mpv.MpvEventID.PLAYBACK_RESTART:
            self._give(self._translator.playing())

    def _on_property(self, name: str, value: object) -> None:
        self._give(self._translator.changed(name, value, self._clock.monotonic()))

    def _give(self, outputs: tuple[Output, ...]) -> None:
        if self._silent:
            return
        for output in outputs:
            self._sink(output)


def _number(text: object) -> float | None:
    try:
        found = float(text) if isinstance(text, str) else math.nan
    except ValueError:
        return None
    return found if math.isfinite(found) else None
