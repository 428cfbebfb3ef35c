"""Watch: the newest snapshot of a player that is measured."""

import time

from bench.neighbours import pause
from player.api import PlayerEvent, PlayerSnapshot
from player.units import micros

PATIENCE_S = 20.0


class Watch:
    """Keeps the newest snapshot."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.newest = PlayerSnapshot()

    def take(self, message: PlayerEvent | PlayerSnapshot) -> None:
        """Called in the engine thread."""
        if isinstance(message, PlayerSnapshot):
            self.newest = message

    def until_buffered(self, seconds: float) -> None:
        """Wait until so much lies ahead of the picture."""
        end = time.perf_counter() + PATIENCE_S
        while self.newest.buffer < micros(seconds) and time.perf_counter() < end:
            pause(0.05)

    def audio_track(self, language: str) -> str:
        """The id of a language's track."""
        return next(one.id for one in self.newest.audio if one.language == language)
